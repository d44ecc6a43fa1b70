//! The first header of each link type.

use super::step::{Next, Opened, Rest};
use super::{Family, assigned, ethernet, linux, loopback};
use crate::model::{LinkType, Undecodable};

/// Opens the first header of a frame of `link_type`.
pub(super) fn open(link_type: LinkType, rest: Rest<'_>) -> Opened<'_> {
    match link_type {
        assigned::ETHERNET => ethernet::open(rest),
        assigned::LINUX_SLL => linux::open_sll(rest),
        assigned::LINUX_SLL2 => linux::open_sll2(rest),
        assigned::NULL | assigned::LOOP => loopback::open(rest),
        assigned::RAW | assigned::RAW_DLT12 | assigned::RAW_DLT14 => {
            rest.is(Next::Ip(Family::ByNibble))
        }
        assigned::IPV4 => rest.is(Next::Ip(Family::V4)),
        assigned::IPV6 => rest.is(Next::Ip(Family::V6)),
        other => Err(Undecodable::UnsupportedLinkType(other)),
    }
}
