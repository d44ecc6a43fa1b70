//! Links with headers of their own around an EtherType, LLC or Ethernet.

use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::{NotIp, Undecodable};
use crate::wire::docsis::Docsis;

/// Opens a DOCSIS MAC header.
pub(super) fn open_docsis(rest: Rest<'_>) -> Opened<'_> {
    let header = Docsis::new_checked(rest.bytes)?;
    let payload = rest.skip(header.header_len())?;
    if !header.is_packet() {
        return payload.is(Next::NotIp(NotIp::Named("docsis:management")));
    }
    if header.is_encrypted() {
        return Err(Undecodable::EncryptedLink);
    }
    payload.with_trailer(FCS_LEN).is(Next::Ethernet)
}

/// Opens Apple's header of IP over IEEE 1394: two addresses of eight octets,
/// then an EtherType.
pub(super) fn open_ieee1394(rest: Rest<'_>) -> Opened<'_> {
    const ADDRESSES_LEN: usize = 16;
    rest.ether_type_after(ADDRESSES_LEN)
}

/// Opens the header of IP over InfiniBand: a global routing header, then an
/// EtherType and two reserved octets (RFC 4391, section 6).
pub(super) fn open_ipoib(rest: Rest<'_>) -> Opened<'_> {
    const ROUTING_LEN: usize = 40;
    const RESERVED_LEN: usize = 2;
    let step = rest.ether_type_after(ROUTING_LEN)?;
    step.rest.skip(RESERVED_LEN)?.is(step.next)
}

/// Opens the network header of IP over Fibre Channel: two addresses of eight
/// octets, then LLC (RFC 4338, section 3).
pub(super) fn open_fibre_channel(rest: Rest<'_>) -> Opened<'_> {
    const ADDRESSES_LEN: usize = 16;
    rest.skip(ADDRESSES_LEN)?.is(Next::Llc)
}

#[cfg(test)]
mod tests {
    use super::super::Family;
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;
    use crate::model::EtherType;

    #[test]
    fn docsis_holds_ethernet_with_its_fcs() {
        let plain = octets([0x00, 0, 0, 38, 0x12, 0x34]);
        let layers = [plain, ethernet(0x0800), ipv4()];
        assert_ip(DOCSIS, Family::V4, &layers);
        assert_eq!(link(DOCSIS, &layers).trailer, FCS_LEN);
        let extended = octets([0x01, 3, 0, 41, 0x62, 1, 2, 0x12, 0x34]);
        assert_ip(DOCSIS, Family::V6, &[extended, ethernet(0x86dd), ipv6()]);
        let management = [octets([0xc2, 0, 0, 20, 0x12, 0x34]), ethernet(0x0800), ipv4()];
        assert_not_ip(DOCSIS, NotIp::Named("docsis:management"), &management);
    }

    #[test]
    fn docsis_privacy_hides_the_payload() {
        let privacy = |flags| octets([0x01, 5, 0, 43, 0x44, 0x10, flags, 0, 0, 0x12, 0x34]);
        let layers = |flags| [privacy(flags), ethernet(0x0800), ipv4()];
        assert_ip(DOCSIS, Family::V4, &layers(0));
        assert_undecodable(DOCSIS, Undecodable::EncryptedLink, &layers(0x80));
    }

    #[test]
    fn addresses_of_eight_octets_and_more_are_skipped() {
        let wide = octets([7; 16]);
        let firewire = [wide.clone(), ether_type(0x0800), ipv4()];
        assert_ip(APPLE_IP_OVER_IEEE1394, Family::V4, &firewire);
        assert_ip(IP_OVER_FC, Family::V6, &[wide, snap(0x86dd), ipv6()]);
        let infiniband = |number| [octets([0; 40]), ether_type(number), octets([0, 0])].concat();
        assert_ip(IPOIB, Family::V6, &[infiniband(0x86dd), ipv6()]);
        assert_not_ip(IPOIB, NotIp::EtherType(EtherType(0x0806)), &[infiniband(0x0806)]);
    }
}
