//! Headers of capturing software that name the link type of what they hold.

use super::assigned;
use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::{LinkType, NotIp, Undecodable};
use crate::wire::HeaderError;
use crate::wire::pktap::Pktap;
use crate::wire::ppi::Ppi;

/// Opens a PPI header.
pub(super) fn open_ppi(rest: Rest<'_>) -> Opened<'_> {
    let header = Ppi::new_checked(rest.bytes)?;
    let link_type = in_files(header.link_type())?;
    let mut frame = rest.skip(header.header_len())?;
    if link_type == assigned::IEEE802_11 && header.has_fcs() {
        frame = frame.with_trailer(FCS_LEN);
    }
    frame.is(Next::LinkType(link_type))
}

/// Opens a packet tap's header.
pub(super) fn open_pktap(rest: Rest<'_>) -> Opened<'_> {
    let header = Pktap::new_checked(rest.bytes)?;
    let frame = rest.skip(header.header_len()?)?;
    if header.is_packet() {
        frame.is(Next::LinkType(in_files(header.link_type())?))
    } else {
        frame.is(Next::NotIp(NotIp::Named("pktap:no packet")))
    }
}

/// The number in files (LINKTYPE_) of a number in memory (DLT_): they are the
/// same but for the few that systems disagreed upon, which are known by both.
fn in_files(number: u32) -> Result<LinkType, Undecodable> {
    u16::try_from(number).map(LinkType).map_err(|_| Undecodable::MalformedLinkHeader)
}

/// Opens the header of Symantec's Enterprise Firewall: the EtherType is in one
/// place up to version 2, in another since.
pub(super) fn open_symantec(rest: Rest<'_>) -> Opened<'_> {
    const ETHER_TYPE: usize = 6;
    const LEN: usize = 44;
    const ETHER_TYPE_V3: usize = 10;
    const LEN_V3: usize = 56;
    let header: &[u8; LEN] = rest.bytes.first_chunk().ok_or(HeaderError::Truncated)?;
    let is_v3 = header[ETHER_TYPE] == 0 && header[ETHER_TYPE + 1] == 0;
    let (at, len) = if is_v3 { (ETHER_TYPE_V3, LEN_V3) } else { (ETHER_TYPE, LEN) };
    let step = rest.skip(at)?.ether_type_after(0)?;
    rest.skip(len)?.is(step.next)
}

#[cfg(test)]
mod tests {
    use super::super::Family;
    use super::super::layers::*;
    use super::*;

    #[test]
    fn ppi_names_the_link_type_and_tells_an_fcs() {
        let ethernet_inside = octets([0, 0, 8, 0, 1, 0, 0, 0]);
        assert_ip(assigned::PPI, Family::V4, &[ethernet_inside, ethernet(0x0800), ipv4()]);
        let head = octets([0, 0, 36, 0, 105, 0, 0, 0, 9, 0, 0, 0, 2, 0, 20, 0]);
        let common = octets([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let wlan = [octets([0x08, 0x01, 0, 0]), addresses(), octets([0; 8])].concat();
        let layers = [head, common, wlan, snap(0x86dd), ipv6()];
        assert_ip(assigned::PPI, Family::V6, &layers);
        assert_eq!(link(assigned::PPI, &layers).trailer, FCS_LEN);
    }

    #[test]
    fn an_unsupported_link_type_inside_is_named() {
        let usb = octets([0, 0, 8, 0, 189, 0, 0, 0]);
        let why = Undecodable::UnsupportedLinkType(LinkType(189));
        assert_undecodable(assigned::PPI, why, &[usb, ipv4()]);
    }

    #[test]
    fn envelopes_within_envelopes_come_to_an_end() {
        let ppi = octets([0, 0, 8, 0, 192, 0, 0, 0]);
        let why = Undecodable::TruncatedLinkHeader;
        assert_undecodable(assigned::PPI, why, &vec![ppi; 10_000]);
        let short = octets([0, 0, 0, 0, 192, 0, 0, 0]);
        assert_undecodable(assigned::PPI, Undecodable::MalformedLinkHeader, &[short]);
    }

    #[test]
    fn a_packet_tap_names_the_link_type_in_either_byte_order() {
        for order in [u32::to_le_bytes, u32::to_be_bytes] {
            let numbers = |record| [order(108), order(record), order(1)].concat();
            let layers = [numbers(1), vec![0; 96], ethernet(0x0800), ipv4()];
            assert_ip(assigned::PKTAP, Family::V4, &layers);
            let what = NotIp::Named("pktap:no packet");
            assert_not_ip(assigned::PKTAP, what, &[numbers(0), vec![0; 96]]);
        }
    }

    #[test]
    fn symantec_moved_its_ether_type() {
        let mut version_2 = vec![0; 44];
        version_2[6..8].copy_from_slice(&[0x08, 0x00]);
        assert_ip(assigned::SYMANTEC_FIREWALL, Family::V4, &[version_2, ipv4()]);
        let mut version_3 = vec![0; 56];
        version_3[10..12].copy_from_slice(&[0x86, 0xdd]);
        assert_ip(assigned::SYMANTEC_FIREWALL, Family::V6, &[version_3, ipv6()]);
    }
}
