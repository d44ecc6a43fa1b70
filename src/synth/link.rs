//! Link layer headers, and the frames that carry no IP.

use super::Link;
use super::kind::Wrapper;
use super::layout::Stack;
use super::rng::Rng;
use crate::model::IpVersion;

/// Octets of the shortest Ethernet frame, without its FCS (IEEE 802.3).
const ETHERNET_MINIMUM: usize = 60;

/// Labels 0 to 15 have meanings of their own (RFC 3032).
const FIRST_LABEL: u64 = 16;

/// Whom an Ethernet frame is for.
#[derive(Clone, Copy)]
pub(super) enum Station {
    /// One station.
    One,
    /// All (ARP requests).
    All,
    /// The nearest bridge (LLDP).
    Bridge,
}

/// The EtherType of an IP packet.
pub(super) fn ether_type(version: IpVersion) -> u16 {
    match version {
        IpVersion::V4 => 0x0800,
        IpVersion::V6 => 0x86dd,
    }
}

/// The link layer of an IP flow.
pub(super) fn push_ip(
    stack: &mut Stack,
    link: Link,
    wrapper: Wrapper,
    version: IpVersion,
    rng: &mut Rng,
) {
    let ip = ether_type(version);
    if wrapper == Wrapper::Plain {
        return push(stack, link, Station::One, ip, rng);
    }
    push_stations(stack, Station::One, rng);
    match wrapper {
        Wrapper::Plain => {}
        Wrapper::Vlan => push_tag(stack, 0x8100, rng),
        Wrapper::QinQ => {
            push_tag(stack, 0x88a8, rng);
            push_tag(stack, 0x8100, rng);
        }
        Wrapper::Mpls => return push_labels(stack, rng),
        Wrapper::Pppoe => return push_pppoe(stack, version, rng),
    }
    stack.push(&ip.to_be_bytes());
}

/// The link layer in front of something with this EtherType.
pub(super) fn push(stack: &mut Stack, link: Link, to: Station, ether_type: u16, rng: &mut Rng) {
    let [high, low] = ether_type.to_be_bytes();
    let [a, b, c] = rng.octets();
    match link {
        Link::Ethernet => {
            push_stations(stack, to, rng);
            stack.push(&[high, low]);
        }
        Link::Raw => {}
        // Unicast to us, ARPHRD_ETHER, an address of 6 octets.
        Link::LinuxSll => {
            stack.push(&[0, 0, 0, 1, 0, 6, 2, 0, 0, a, b, c, 0, 0, high, low]);
        }
        Link::LinuxSll2 => {
            stack.push(&[high, low, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, a, b, c, 0, 0]);
        }
    }
}

/// Destination and source address; frames from here on are padded.
fn push_stations(stack: &mut Stack, to: Station, rng: &mut Rng) {
    let [a, b, c, d, e, f] = rng.octets();
    stack.push(&match to {
        Station::One => [2, 0, 0, a, b, c],
        Station::All => [0xff; 6],
        Station::Bridge => [1, 0x80, 0xc2, 0, 0, 0x0e],
    });
    stack.push(&[2, 0, 0, d, e, f]);
    stack.layout.pad_to = ETHERNET_MINIMUM;
}

/// Ethernet within a tunnel: no padding of its own.
pub(super) fn push_inner(stack: &mut Stack, version: IpVersion, rng: &mut Rng) {
    let [a, b, c, d, e, f] = rng.octets();
    stack.push(&[2, 0, 1, a, b, c, 2, 0, 1, d, e, f]);
    stack.push(&ether_type(version).to_be_bytes());
}

/// A tag with its EtherType in front: priority 0, VLAN 1 to 4094.
fn push_tag(stack: &mut Stack, ether_type: u16, rng: &mut Rng) {
    let [.., high, low] = (1 + rng.below(4_094)).to_be_bytes();
    stack.push(&ether_type.to_be_bytes());
    stack.push(&[high, low]);
}

/// Two labels, the second at the bottom of the stack (RFC 3032).
fn push_labels(stack: &mut Stack, rng: &mut Rng) {
    stack.push(&0x8847_u16.to_be_bytes());
    for bottom in [0, 1] {
        let label = FIRST_LABEL + rng.below((1 << 20) - FIRST_LABEL);
        let [.., a, b, c, d] = ((label << 12) | (bottom << 8) | 63).to_be_bytes();
        stack.push(&[a, b, c, d]);
    }
}

/// A session and PPP's protocol field, which the length counts (RFC 2516).
fn push_pppoe(stack: &mut Stack, version: IpVersion, rng: &mut Rng) {
    stack.push(&0x8864_u16.to_be_bytes());
    let at = stack.end();
    let [.., high, low] = (1 + rng.below(65_534)).to_be_bytes();
    stack.push(&[0x11, 0, high, low, 0, 0]);
    stack.length(at + 4, at + 6);
    stack.push(&match version {
        IpVersion::V4 => [0x00, 0x21],
        IpVersion::V6 => [0x00, 0x57],
    });
}

/// An ARP request or reply between two hosts of 192.0.2.0/24 (RFC 826).
pub(super) fn push_arp(stack: &mut Stack, link: Link, rng: &mut Rng) {
    let reply = rng.bits() & 1 == 1;
    push(stack, link, if reply { Station::One } else { Station::All }, 0x0806, rng);
    let [sender, target] = rng.octets();
    stack.push(&[0, 1, 8, 0, 6, 4, 0, 1 + u8::from(reply)]);
    stack.push(&[2, 0, 0, 0, 0, sender, 192, 0, 2, sender]);
    stack.push(&if reply { [2, 0, 0, 0, 0, target] } else { [0; 6] });
    stack.push(&[192, 0, 2, target]);
}

/// An LLDP announcement: chassis, port, time to live, end (IEEE 802.1AB).
pub(super) fn push_lldp(stack: &mut Stack, link: Link, rng: &mut Rng) {
    push(stack, link, Station::Bridge, 0x88cc, rng);
    let [a, b, c] = rng.octets();
    stack.push(&[2, 7, 4, 2, 0, 0, a, b, c]);
    stack.push(&[4, 5, 5, b'e', b't', b'h', b'0']);
    stack.push(&[6, 2, 0, 120, 0, 0]);
}
