//! Linux's own link types: cooked captures.

use super::ether_type::MIN_ETHER_TYPE;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::sll::Sll;
use crate::wire::sll2::Sll2;

/// Opens a cooked capture's header, version 1.
pub(super) fn open_sll(rest: Rest<'_>) -> Opened<'_> {
    let header = Sll::new_checked(rest.bytes)?;
    cooked(header.hardware(), header.protocol(), rest.skip(Sll::LEN)?)
}

/// Opens a cooked capture's header, version 2.
pub(super) fn open_sll2(rest: Rest<'_>) -> Opened<'_> {
    let header = Sll2::new_checked(rest.bytes)?;
    cooked(header.hardware(), header.protocol(), rest.skip(Sll2::LEN)?)
}

/// What the device's kind and the protocol say together.
fn cooked(_hardware: u16, protocol: EtherType, rest: Rest<'_>) -> Opened<'_> {
    match protocol.0 {
        0x0004 => rest.is(Next::Llc),
        number if number < MIN_ETHER_TYPE => rest.is(Next::NotIp(NotIp::EtherType(protocol))),
        _ => rest.is(Next::EtherType(protocol)),
    }
}
