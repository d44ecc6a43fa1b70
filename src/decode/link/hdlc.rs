//! Cisco's HDLC framing.

use super::step::{Next, Opened, Rest};
use crate::wire::hdlc::CiscoHdlc;

/// Opens the framing of a line of which the link type says that it is Cisco's;
/// its address is not asked.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let header = CiscoHdlc::new_checked(rest.bytes)?;
    rest.skip(CiscoHdlc::LEN)?.is(Next::EtherType(header.protocol()))
}
