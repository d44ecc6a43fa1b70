//! The walk from the start of the frame to the outermost IP header.

use super::super::watch::{Passed, Watch};
use super::step::{Next, Opened, Rest, Step, WlanForm};
use super::{
    FirstHeader, Link, Payload, assigned, atm, by_link_type, ether_type, ethernet, frame_relay,
    hdlc, llc, mpls, ppp, wireless,
};
use crate::model::{Anomalies, Head, LinkFacts, LinkType, TunnelLayer, TunnelPath, VlanTags};

/// Finds the outermost IP header of a frame, or names why there is none.
///
/// Total on any bytes; each octet of the link layer is read once.
#[inline]
#[must_use]
pub fn resolve(link_type: LinkType, captured: &[u8]) -> Link {
    if link_type == assigned::ETHERNET
        && let Some(family) = ethernet::plain_ip(captured)
    {
        return Link {
            payload: Payload::Ip { offset: ethernet::LEN, family },
            trailer: 0,
            anomalies: Anomalies::NONE,
        };
    }
    walk(link_type, captured)
}

/// What the headers of the link layer say about who sent the frame to whom.
///
/// Total on any bytes: what is cut or of another kind says nothing. The walk ends
/// where [`resolve`] ends, so a tag within a tunnel is none of the frame's.
#[must_use]
pub fn facts(link_type: LinkType, captured: &[u8]) -> LinkFacts {
    let mut facts = LinkFacts::default();
    follow(Next::LinkType(link_type), captured, |next, bytes| match next {
        Next::Ethernet if facts.macs.is_none() => facts.macs = ethernet::macs(bytes),
        Next::EtherType(tag) if tag.is_vlan() => {
            if let Some([high, low]) = bytes.first_chunk() {
                facts.vlan.push(u16::from_be_bytes([*high, *low]) & 0x0fff);
            }
        }
        _ => {}
    });
    facts
}

/// The same of a frame with a head and a plain packet, whose header stands at `offset`.
#[inline(always)]
pub(in crate::decode) fn facts_of_head(head: &Head<'_>, offset: u8) -> LinkFacts {
    /// Octets of a VLAN tag (IEEE 802.1Q).
    const TAG: usize = 4;
    let mut facts = LinkFacts::default();
    if head.link_type != LinkType::ETHERNET {
        return facts;
    }
    facts.macs = ethernet::macs(head.front);
    // The octets behind the identifier of each tag, and where these stand.
    let behind = usize::from(offset) + usize::from(head.tags_left_out);
    let tag = |at: usize| {
        let id = u16::from_be_bytes([head.front[at], head.front[at + 1]]) & 0x0fff;
        (behind >= at + TAG).then_some(id)
    };
    facts.vlan = VlanTags { outer: tag(ethernet::LEN), inner: tag(ethernet::LEN + TAG) };
    facts
}

/// The same by the general path, watched.
pub(in crate::decode) fn resolve_watched<W: Watch>(
    link_type: LinkType,
    captured: &[u8],
    watch: &mut W,
) -> Link {
    follow(Next::LinkType(link_type), captured, |next, bytes| {
        watch.passed(Passed::Link(next), bytes);
    })
}

/// The same for what a tunnel carries, which is no frame of an interface: its
/// header said with which `header` it begins. The link layers are added to
/// `path`.
pub(in crate::decode) fn resolve_carried<W: Watch>(
    header: FirstHeader,
    captured: &[u8],
    path: &mut TunnelPath,
    watch: &mut W,
) -> Link {
    let next = match header {
        FirstHeader::Ethernet => Next::Ethernet,
        FirstHeader::EtherType(ether_type) => Next::EtherType(ether_type),
        FirstHeader::Mpls => Next::Mpls,
        FirstHeader::Ppp => Next::Ppp,
        FirstHeader::Ieee80211 => Next::Ieee80211(WlanForm::AsSent),
        FirstHeader::SwappedIeee80211 => Next::Ieee80211(WlanForm::Swapped),
    };
    follow(next, captured, |passed, bytes| {
        watch.passed(Passed::Link(passed), bytes);
        if let Some(layer) = layer(passed) {
            path.push(layer);
        }
    })
}

/// The layer of a path that a header is.
fn layer(next: Next) -> Option<TunnelLayer> {
    match next {
        Next::Ethernet => Some(TunnelLayer::Ethernet),
        Next::EtherType(ether_type::NSH) => Some(TunnelLayer::Nsh),
        Next::Mpls => Some(TunnelLayer::Mpls),
        Next::PppProtocol => Some(TunnelLayer::Ppp),
        Next::Ieee80211(_) => Some(TunnelLayer::Wlan),
        _ => None,
    }
}

/// The general path: any link type, any order of headers.
fn walk(link_type: LinkType, captured: &[u8]) -> Link {
    follow(Next::LinkType(link_type), captured, |_, _| ())
}

/// Opens one header after the other, the first of them `next`, and tells
/// `passed` of each.
#[inline]
fn follow(next: Next, captured: &[u8], mut passed: impl FnMut(Next, &[u8])) -> Link {
    let mut rest = Rest::of(captured);
    let mut next = next;
    let payload = loop {
        passed(next, rest.bytes);
        match open(next, rest) {
            Ok(Step { next: Next::Ip(family), rest: at }) => {
                rest = at;
                break Payload::Ip { offset: captured.len() - rest.bytes.len(), family };
            }
            Ok(Step { next: Next::NotIp(what), rest: at }) => {
                rest = at;
                break Payload::NotIp(what);
            }
            Ok(step) => (next, rest) = (step.next, step.rest),
            Err(why) => break Payload::Undecodable(why),
        }
    };
    Link { payload, trailer: rest.trailer, anomalies: Anomalies::NONE }
}

/// Opens one header. Every step but that of a link type takes octets off the
/// rest, and a link type is named by a header that did: the walk ends.
fn open(next: Next, rest: Rest<'_>) -> Opened<'_> {
    match next {
        Next::LinkType(link_type) => by_link_type::open(link_type, rest),
        Next::Ethernet => ethernet::open(rest),
        Next::EtherType(ether_type) => ether_type::open(ether_type, rest),
        Next::Llc => llc::open(rest),
        Next::Atm => atm::open_payload(rest),
        Next::Nlpid => llc::open_nlpid(rest),
        Next::Pppoe => ppp::open_pppoe(rest),
        Next::Mpls => mpls::open(rest),
        Next::Ppp => ppp::open(rest),
        Next::PppProtocol => ppp::open_protocol(rest),
        Next::CiscoHdlc => hdlc::open(rest),
        Next::FrameRelay => frame_relay::open(rest),
        Next::Ieee80211(form) => wireless::open(form, rest),
        Next::Ip(_) | Next::NotIp(_) => rest.is(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Undecodable;
    use proptest::prelude::*;

    proptest! {
        /// Total on any bytes: nothing panics, and an offset is within them.
        #[test]
        fn an_offset_is_within_the_captured_bytes(
            number in 0_u16..310,
            captured in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0xaa), Just(3)], 0..128),
        ) {
            let link = resolve(LinkType(number), &captured);
            if let Payload::Ip { offset, .. } = link.payload {
                prop_assert!(offset <= captured.len());
            }
        }

        /// The same where the first header is sound and any EtherType follows.
        #[test]
        fn what_follows_a_sound_header_may_be_anything(
            ether_type in prop::sample::select(vec![
                0x8847_u16, 0x8864, 0x88e5, 0x88e7, 0x8903, 0x8909, 0x894f, 0x22f3, 0xd28b, 0x6558, 100,
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let mut frame = vec![2; 12];
            frame.extend(ether_type.to_be_bytes());
            frame.extend(rest);
            if let Payload::Ip { offset, .. } = resolve(assigned::ETHERNET, &frame).payload {
                prop_assert!(offset > ethernet::LEN && offset <= frame.len());
            }
        }
    }

    #[test]
    fn the_short_path_is_the_general_path() {
        for ether_type in [0x0800_u16, 0x86dd, 0x0806, 0x8100, 46] {
            let mut frame = vec![2; 12];
            frame.extend(ether_type.to_be_bytes());
            frame.extend([0x45; 46]);
            for cut in 0..frame.len() {
                let captured = &frame[..cut];
                assert_eq!(
                    resolve(assigned::ETHERNET, captured),
                    walk(assigned::ETHERNET, captured),
                    "EtherType {ether_type:#06x} cut at {cut}"
                );
            }
        }
    }

    #[test]
    fn an_unsupported_link_type_is_named() {
        let usb = LinkType(189);
        let link = resolve(usb, &[0x45; 64]);
        assert_eq!(link.payload, Payload::Undecodable(Undecodable::UnsupportedLinkType(usb)));
    }
}
