//! MPLS: a label stack, then what nobody says.
//!
//! RFC 3032 gives the payload no type. The explicit null labels do; else the
//! first nibble tells IP (4, 6) from a pseudowire's control word (0) and an
//! associated channel (1), as RFC 4928 asks networks to see to.

use super::Family;
use super::ethernet;
use super::step::{Next, Opened, Rest};
use crate::model::NotIp;
use crate::wire::HeaderError;
use crate::wire::mpls::LabelStackEntry;
use crate::wire::mpls_channel::ChannelWord;

/// Opens a label stack down to its bottom.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let mut rest = rest;
    // An explicit null above the bottom says nothing (RFC 4182).
    let bottom = loop {
        let entry = LabelStackEntry::new_checked(rest.bytes)?;
        rest = rest.skip(LabelStackEntry::LEN)?;
        if entry.is_bottom() {
            break entry.label();
        }
    };
    match bottom {
        LabelStackEntry::IPV4_EXPLICIT_NULL => rest.is(Next::Ip(Family::V4)),
        LabelStackEntry::IPV6_EXPLICIT_NULL => rest.is(Next::Ip(Family::V6)),
        LabelStackEntry::GENERIC_CHANNEL => open_channel(rest),
        _ => by_nibble(rest),
    }
}

/// What the first nibble of the payload says.
fn by_nibble(rest: Rest<'_>) -> Opened<'_> {
    match rest.bytes.first().ok_or(HeaderError::Truncated)? >> 4 {
        4 | 6 => rest.is(Next::Ip(Family::ByNibble)),
        ChannelWord::CHANNEL_NIBBLE => open_channel(rest),
        ChannelWord::CONTROL_NIBBLE => open_pseudowire(rest),
        _ => unproven_ethernet(rest),
    }
}

/// Opens an associated channel (RFC 5586): it can carry IP (RFC 4385, 6).
fn open_channel(rest: Rest<'_>) -> Opened<'_> {
    let word = ChannelWord::new_checked(rest.bytes)?;
    let payload = rest.skip(ChannelWord::LEN)?;
    match word.channel_type() {
        ChannelWord::IPV4 => payload.is(Next::Ip(Family::V4)),
        ChannelWord::IPV6 => payload.is(Next::Ip(Family::V6)),
        _ => payload.is(Next::NotIp(NotIp::Named("mpls:channel"))),
    }
}

/// An Ethernet pseudowire (RFC 4448), with its control word or without, where
/// what follows is evidently Ethernet.
fn open_pseudowire(rest: Rest<'_>) -> Opened<'_> {
    match rest.skip(ChannelWord::LEN) {
        Ok(payload) if ethernet::is_evident(payload) => payload.is(Next::Ethernet),
        _ => unproven_ethernet(rest),
    }
}

/// Ethernet where it is evident, else some other pseudowire.
fn unproven_ethernet(rest: Rest<'_>) -> Opened<'_> {
    if ethernet::is_evident(rest) {
        rest.is(Next::Ethernet)
    } else {
        rest.is(Next::NotIp(NotIp::Named("mpls:pseudowire")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::assigned::{ETHERNET, PPP};
    use super::super::layers::*;
    use super::*;
    use crate::model::{EtherType, Undecodable};

    #[test]
    fn explicit_nulls_at_the_bottom_give_the_family() {
        assert_ip(ETHERNET, Family::V4, &[ethernet(0x8847), mpls([16, 0]), ipv4()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(0x8848), mpls([2]), ipv6()]);
        assert_ip(ETHERNET, Family::ByNibble, &[ethernet(0x8847), mpls([0, 16]), ipv6()]);
    }

    #[test]
    fn the_first_nibble_tells_ip() {
        assert_ip(ETHERNET, Family::ByNibble, &[ethernet(0x8847), mpls([16, 17, 18]), ipv4()]);
        assert_ip(PPP, Family::ByNibble, &[octets([0x02, 0x81]), mpls([16]), ipv6()]);
        let nothing = [ethernet(0x8847), mpls([16])];
        assert_undecodable(ETHERNET, Undecodable::TruncatedLinkHeader, &nothing);
    }

    #[test]
    fn an_ethernet_pseudowire_is_opened_where_it_is_evident() {
        let label = || [ethernet(0x8847), mpls([16])].concat();
        let control_word = octets([0, 0, 0, 1]);
        let inner = ethernet(0x0800);
        assert_ip(ETHERNET, Family::V4, &[label(), control_word.clone(), inner.clone(), ipv4()]);
        assert_ip(ETHERNET, Family::V4, &[label(), inner, ipv4()]);
        let tagged = [label(), control_word.clone(), ethernet(0x8100), vlan(1, 0x86dd), ipv6()];
        assert_ip(ETHERNET, Family::V6, &tagged);
        let arp = [label(), control_word.clone(), ethernet(0x0806)];
        assert_not_ip(ETHERNET, NotIp::EtherType(EtherType(0x0806)), &arp);
        let what = NotIp::Named("mpls:pseudowire");
        let contradiction = [label(), control_word, ethernet(0x86dd), ipv4()];
        assert_not_ip(ETHERNET, what, &contradiction);
        assert_not_ip(ETHERNET, what, &[label(), octets([0xff; 20])]);
    }

    #[test]
    fn an_associated_channel_can_carry_ip() {
        let channel = |number: u8| octets([0x10, 0, 0, number]);
        assert_ip(ETHERNET, Family::V4, &[ethernet(0x8847), mpls([16]), channel(0x21), ipv4()]);
        assert_ip(ETHERNET, Family::V6, &[ethernet(0x8847), mpls([13]), channel(0x57), ipv6()]);
        let fault_management = [ethernet(0x8847), mpls([13]), channel(0x58)];
        assert_not_ip(ETHERNET, NotIp::Named("mpls:channel"), &fault_management);
    }
}
