//! Cisco's HDLC framing.

use super::step::{Next, Opened, Rest};
use crate::wire::hdlc::CiscoHdlc;

/// Opens the framing of a line of which the link type says that it is Cisco's;
/// its address is not asked.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let header = CiscoHdlc::new_checked(rest.bytes)?;
    rest.skip(CiscoHdlc::LEN)?.is(Next::EtherType(header.protocol()))
}

#[cfg(test)]
mod tests {
    use super::super::Family;
    use super::super::assigned::*;
    use super::super::layers::*;
    use crate::model::{EtherType, NotIp};

    #[test]
    fn the_protocol_is_an_ether_type() {
        let framing = |number: u16| [octets([0x0f, 0]), ether_type(number)].concat();
        assert_ip(C_HDLC, Family::V4, &[framing(0x0800), ipv4()]);
        assert_ip(NETBSD_HDLC, Family::V6, &[framing(0x86dd), ipv6()]);
        assert_ip(C_HDLC, Family::ByNibble, &[framing(0x8847), mpls([16]), ipv6()]);
        assert_ip(C_HDLC_WITH_DIR, Family::V4, &[octets([0]), framing(0x0800), ipv4()]);
        let keepalive = [framing(0x8035)];
        assert_not_ip(C_HDLC, NotIp::EtherType(EtherType(0x8035)), &keepalive);
    }
}
