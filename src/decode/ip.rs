//! What both IP headers share: which protocols have ports, which are extension
//! headers, which carry tunnels, and what an outer header may rest on.

use crate::model::{Anomalies, IpHeader, IpProtocol};

/// The bytes an IP header is read from, and what the frame says about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    /// The captured bytes from the IP header on; may be empty.
    pub(super) captured: &'a [u8],
    /// Octets that the frame holds from the IP header on, by its original
    /// length, less a known FCS.
    pub(super) room: u64,
    /// True where the octets beyond a packet may be padding to the minimum
    /// frame.
    pub(super) padded: bool,
}

/// An IP header with what was odd about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parsed<'a> {
    pub(super) header: IpHeader,
    /// What the header carries.
    pub(super) carried: Carried<'a>,
    pub(super) anomalies: Anomalies,
    /// Octets by which the header's length exceeds what the frame can hold.
    pub(super) excess_octets: u64,
}

/// What an IP header carries behind its options and extension headers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried<'a> {
    /// What `bytes` begins with, behind an Authentication Header too; `None`
    /// where that is not to be seen.
    pub(super) protocol: Option<IpProtocol>,
    /// The captured bytes, none of them beyond what the header declares.
    pub(super) bytes: &'a [u8],
    /// Octets that the header declares from there on; of the whole datagram for
    /// a first fragment, which is not known: [`Carried::UNBOUNDED`].
    pub(super) declared: u64,
    /// A later fragment: `bytes` does not begin with a header.
    pub(super) later_fragment: bool,
    /// An Authentication Header stood before (IPv4 and IPv6).
    pub(super) behind_ah: bool,
    /// A Segment Routing Header stood before (RFC 8754).
    pub(super) behind_srh: bool,
}

impl Carried<'_> {
    /// No limit is known.
    pub(super) const UNBOUNDED: u64 = u64::MAX;
}

/// What a protocol number means for decoding: bits of [`CLASSES`].
#[derive(Clone, Copy)]
struct Class;

impl Class {
    /// The header begins with a source and a destination port of 16 bits.
    const PORTS: u8 = 1;
    /// The chain of IPv6 headers goes on (RFC 8200 section 4, RFC 4302, RFC
    /// 6275, RFC 7401, RFC 5533). ESP ends it: what follows is encrypted.
    const EXTENSION: u8 = 2;
    /// Another packet or frame is carried inside, seen or not.
    const TUNNEL: u8 = 4;
}

/// One load instead of a chain of comparisons for each packet.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut number = u8::MAX;
    while number > 0 {
        if IpProtocol(number).has_ports() {
            classes[number as usize] |= Class::PORTS;
        }
        number -= 1;
    }
    let members: [(u8, &[IpProtocol]); 2] = [
        (
            Class::EXTENSION,
            &[
                IpProtocol::HOPOPT,
                IpProtocol::IPV6_ROUTE,
                IpProtocol::IPV6_FRAG,
                IpProtocol::AH,
                IpProtocol::IPV6_OPTS,
                IpProtocol::MOBILITY,
                IpProtocol::HIP,
                IpProtocol::SHIM6,
            ],
        ),
        (
            Class::TUNNEL,
            &[
                IpProtocol::IPV4,
                IpProtocol::IPV6,
                IpProtocol::GRE,
                IpProtocol::ESP,
                IpProtocol::AH,
                IpProtocol::IPIP,
                IpProtocol::ETHERIP,
                IpProtocol::IPCOMP,
                IpProtocol::L2TP,
                IpProtocol::MPLS_IN_IP,
                IpProtocol::ETHERNET,
            ],
        ),
    ];
    let mut class = 0;
    while class < members.len() {
        let mut member = 0;
        while member < members[class].1.len() {
            classes[members[class].1[member].0 as usize] |= members[class].0;
            member += 1;
        }
        class += 1;
    }
    classes
};

#[inline(always)]
fn is(protocol: IpProtocol, class: u8) -> bool {
    CLASSES[usize::from(protocol.0)] & class != 0
}

/// The ports at the start of `payload`, of which the header declares `declared`
/// octets.
#[inline(always)]
pub(super) fn ports(protocol: IpProtocol, payload: &[u8], declared: u64) -> Option<(u16, u16)> {
    match payload {
        [a, b, c, d, ..] if declared >= 4 && is(protocol, Class::PORTS) => {
            Some((u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d])))
        }
        _ => None,
    }
}

/// Whether the chain of IPv6 headers goes on after `protocol`.
#[inline(always)]
pub(super) fn is_extension_header(protocol: IpProtocol) -> bool {
    is(protocol, Class::EXTENSION)
}

/// Whether the protocol number itself says that another packet or frame is
/// carried inside, seen or not.
#[inline(always)]
pub(super) fn carries_a_tunnel(protocol: IpProtocol) -> bool {
    is(protocol, Class::TUNNEL)
}

/// Either of the two, by one load.
#[inline(always)]
pub(super) fn is_extension_or_tunnel(protocol: IpProtocol) -> bool {
    is(protocol, Class::EXTENSION | Class::TUNNEL)
}
