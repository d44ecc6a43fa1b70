//! Ethernet (IEEE 802.3), and what is Ethernet behind a tag or a preamble.

use super::Family;
use super::ether_type;
use super::step::{Next, Opened, Rest};
use crate::model::{EtherType, NotIp};
use crate::wire::HeaderError;
use crate::wire::netanalyzer::NetAnalyzer;
use etherparse::{Ethernet2Header, Ethernet2HeaderSlice};

/// Octets of an Ethernet header without tags.
pub(super) const LEN: usize = Ethernet2Header::LEN;
/// Octets of both addresses.
const ADDRESSES_LEN: usize = 12;
/// Octets of the frame check sequence.
pub(super) const FCS_LEN: u8 = 4;

/// The short path: an IP packet right after an untagged Ethernet header.
#[inline]
pub(super) fn plain_ip(captured: &[u8]) -> Option<Family> {
    let ether_type = Ethernet2HeaderSlice::from_slice(captured).ok()?.ether_type();
    ether_type::family(EtherType(ether_type.0))
}

/// Source and destination address; `None` where they are cut.
pub(super) fn macs(header: &[u8]) -> Option<[[u8; 6]; 2]> {
    let destination = header.first_chunk()?;
    let source = header[destination.len()..].first_chunk()?;
    Some([*source, *destination])
}

/// Opens an Ethernet header.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    rest.ether_type_after(ADDRESSES_LEN)
}

/// The Ethernet of before 10 Mbit/s: addresses of one octet, and types of its
/// own (LINKTYPE_EXP_ETHERNET).
pub(super) fn open_experimental(rest: Rest<'_>) -> Opened<'_> {
    const ADDRESSES_LEN: usize = 2;
    const IPV4: u16 = 0o1001;
    let types = rest.skip(ADDRESSES_LEN)?;
    let field: &[u8; 2] = types.bytes.first_chunk().ok_or(HeaderError::Truncated)?;
    let payload = types.skip(field.len())?;
    match u16::from_be_bytes(*field) {
        IPV4 => payload.is(Next::Ip(Family::V4)),
        _ => payload.is(Next::NotIp(NotIp::Named("experimental ethernet"))),
    }
}

/// An mPacket with its preamble (IEEE 802.3br, 99.3.3). The start delimiter
/// says whether a frame starts here; the end of a preempted one has no header.
pub(super) fn open_mpacket(rest: Rest<'_>) -> Opened<'_> {
    const PREAMBLE_LEN: usize = 8;
    const PREAMBLE: u8 = 0x55;
    let preamble: &[u8; PREAMBLE_LEN] = rest.bytes.first_chunk().ok_or(HeaderError::Truncated)?;
    let frame = rest.skip(PREAMBLE_LEN)?.with_trailer(FCS_LEN);
    match preamble {
        // Express, and the starts of a preemptable frame by its number modulo
        // 4. A fragment's count has the same values, but its delimiter before.
        [.., PREAMBLE, 0xd5 | 0xe6 | 0x4c | 0x7f | 0xb3] => frame.is(Next::Ethernet),
        _ => frame.is(Next::NotIp(NotIp::Named("mpacket:continuation"))),
    }
}

/// Ethernet with its FCS behind the header of Hilscher's netANALYZER.
pub(super) fn open_netanalyzer(rest: Rest<'_>) -> Opened<'_> {
    let header = NetAnalyzer::new_checked(rest.bytes)?;
    let frame = rest.skip(NetAnalyzer::LEN)?;
    if header.is_event() {
        return frame.is(Next::NotIp(NotIp::Named("netanalyzer:event")));
    }
    frame.with_trailer(FCS_LEN).is(Next::Ethernet)
}

/// The same with the preamble that the wire had, which may have been shorter
/// or longer than it should be.
pub(super) fn open_netanalyzer_transparent(rest: Rest<'_>) -> Opened<'_> {
    const PREAMBLE: u8 = 0x55;
    const DELIMITER: u8 = 0xd5;
    let step = open_netanalyzer(rest)?;
    let Next::Ethernet = step.next else { return Ok(step) };
    let preamble_len = step.rest.bytes.iter().take_while(|octet| **octet == PREAMBLE).count();
    let delimited = step.rest.skip(preamble_len)?;
    match delimited.bytes.first() {
        Some(&DELIMITER) => delimited.skip(1)?.is(Next::Ethernet),
        Some(_) => Err(HeaderError::Malformed.into()),
        None => Err(HeaderError::Truncated.into()),
    }
}

/// Octets of a switch's tag, Broadcom's or Marvell's.
const SWITCH_TAG_LEN: usize = 4;

/// Broadcom's tag behind the addresses.
pub(super) fn open_broadcom_tag(rest: Rest<'_>) -> Opened<'_> {
    rest.ether_type_after(ADDRESSES_LEN + SWITCH_TAG_LEN)
}

/// Broadcom's tag before the addresses.
pub(super) fn open_broadcom_prepended(rest: Rest<'_>) -> Opened<'_> {
    rest.skip(SWITCH_TAG_LEN)?.is(Next::Ethernet)
}

/// Marvell's tag behind the addresses; it replaces an IEEE 802.1Q tag.
pub(super) fn open_dsa_tag(rest: Rest<'_>) -> Opened<'_> {
    rest.ether_type_after(ADDRESSES_LEN + SWITCH_TAG_LEN)
}

/// Marvell's tag with an EtherType and two reserved octets before it.
pub(super) fn open_ether_type_dsa_tag(rest: Rest<'_>) -> Opened<'_> {
    const ETHER_TYPE_LEN: usize = 2;
    const RESERVED_LEN: usize = 2;
    rest.ether_type_after(ADDRESSES_LEN + ETHER_TYPE_LEN + RESERVED_LEN + SWITCH_TAG_LEN)
}

/// True when what starts here can be nothing but an Ethernet header whose
/// payload is known: asked where a guess must be proven (a pseudowire does not
/// say what it carries).
pub(super) fn is_evident(rest: Rest<'_>) -> bool {
    let Ok(header) = Ethernet2HeaderSlice::from_slice(rest.bytes) else { return false };
    let payload = rest.bytes.get(LEN).copied();
    ether_type::is_evident(EtherType(header.ether_type().0), payload)
}

#[cfg(test)]
mod tests {
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;
    use crate::model::Undecodable;

    #[test]
    fn an_untagged_frame_is_of_the_family_of_its_ether_type() {
        assert_ip(ETHERNET, Family::V4, &[ethernet(0x0800), ipv4()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(0x86dd), ipv6()]);
        assert_not_ip(ETHERNET, NotIp::EtherType(EtherType(0x0806)), &[ethernet(0x0806)]);
        assert_undecodable(ETHERNET, Undecodable::TruncatedLinkHeader, &[addresses()]);
    }

    #[test]
    fn the_ether_type_decides_and_not_the_nibble() {
        assert_ip(ETHERNET, Family::V6, &[ethernet(0x86dd), ipv4()]);
    }

    #[test]
    fn what_is_neither_length_nor_ether_type_is_named_by_its_number() {
        assert_not_ip(ETHERNET, NotIp::EtherType(EtherType(1501)), &[ethernet(1501), ipv4()]);
    }

    #[test]
    fn experimental_ethernet_has_types_of_its_own() {
        assert_ip(EXP_ETHERNET, Family::V4, &[octets([1, 2]), ether_type(0x0201), ipv4()]);
        let pup = NotIp::Named("experimental ethernet");
        assert_not_ip(EXP_ETHERNET, pup, &[octets([1, 2]), ether_type(0x0200)]);
    }

    #[test]
    fn the_delimiter_of_an_mpacket_says_whether_a_frame_starts() {
        let preamble = |delimiter| octets([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, delimiter]);
        for start in [0xd5, 0xe6, 0x4c, 0x7f, 0xb3] {
            let layers = [preamble(start), ethernet(0x0800), ipv4()];
            assert_ip(ETHERNET_MPACKET, Family::V4, &layers);
            assert_eq!(link(ETHERNET_MPACKET, &layers).trailer, FCS_LEN);
        }
        let continued = octets([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x61, 0xe6]);
        let what = NotIp::Named("mpacket:continuation");
        assert_not_ip(ETHERNET_MPACKET, what, &[continued, ethernet(0x0800), ipv4()]);
    }

    #[test]
    fn netanalyzer_frames_end_with_their_fcs() {
        let info = octets([0, 4, 0, 0]);
        let preamble = octets([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5]);
        let layers = [info.clone(), ethernet(0x86dd), ipv6()];
        assert_ip(NETANALYZER, Family::V6, &layers);
        assert_eq!(link(NETANALYZER, &layers).trailer, FCS_LEN);
        let event = [octets([0, 5, 0, 0]), ethernet(0x86dd), ipv6()];
        assert_not_ip(NETANALYZER, NotIp::Named("netanalyzer:event"), &event);
        let undelimited = [info.clone(), ethernet(0x86dd), ipv6()];
        let why = Undecodable::MalformedLinkHeader;
        assert_undecodable(NETANALYZER_TRANSPARENT, why, &undelimited);
        let layers = [info, preamble, ethernet(0x86dd), ipv6()];
        assert_ip(NETANALYZER_TRANSPARENT, Family::V6, &layers);
        assert_eq!(link(NETANALYZER_TRANSPARENT, &layers).trailer, FCS_LEN);
    }

    #[test]
    fn tags_of_switches_are_taken_off() {
        let tag = octets([0x40, 0, 0, 1]);
        let reserved = octets([0, 0]);
        let broadcom = [addresses(), tag.clone(), ether_type(0x0800), ipv4()];
        assert_ip(DSA_TAG_BRCM, Family::V4, &broadcom);
        assert_ip(DSA_TAG_DSA, Family::V4, &broadcom);
        let prepended = [tag.clone(), ethernet(0x0800), ipv4()];
        assert_ip(DSA_TAG_BRCM_PREPEND, Family::V4, &prepended);
        let marvell = [ethernet(0xdada), reserved, tag, ether_type(0x86dd), ipv6()];
        assert_ip(DSA_TAG_EDSA, Family::V6, &marvell);
    }
}
