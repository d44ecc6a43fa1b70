//! What the user asks for: the content of a capture and its container.

use super::Mechanism;
use crate::model::{LinkType, Timestamp};

/// What a generated capture shall hold.
///
/// Every part is a number from 0 to 1. The parts are probabilities: each packet
/// is drawn on its own, so that the counts of a capture lie around them with
/// the spread of a binomial. What came out is in the [`super::Truth`].
///
/// Popularity follows Zipf's law over flows. The weights are then fitted to the
/// parts: the share of IPv6 and of tunnels exactly, wrappers and protocols as
/// far as few flows allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Start of the pseudo-random sequence; another seed is another capture.
    pub seed: u64,
    /// Records in the file.
    pub packets: u64,
    /// Part of the native IP packets (those in no tunnel) that are IPv6. Tunnelled
    /// packets have the families of their mechanism; where a mechanism carries
    /// either family, this is also the part of its inner packets that are IPv6, and
    /// where it hides what is inside, of its outer ones.
    pub ipv6_share: f64,
    /// Octets of the outer IP packets.
    pub sizes: Sizes,
    /// Flows to draw packets from, in one direction each. One costs about 300
    /// octets of memory.
    pub flows: u32,
    /// Distinct /24 and /48 to draw addresses from, in total. The prefixes of
    /// 6to4, Teredo and NAT64 addresses and those of
    /// [`tunnel_options`](super::tunnel_options) come on top. All of them are seen
    /// only where flows and packets are enough.
    pub prefixes: u32,
    /// Exponent of Zipf's law for the popularity of flows, 0 (all alike) to 10.
    pub zipf: f64,
    /// Transport protocols of the innermost header; those of packets that hide it
    /// are not seen.
    pub protocols: ProtocolMix,
    /// Part of the IP packets with one 802.1Q tag.
    pub vlan: f64,
    /// Part of the IP packets with an 802.1ad and an 802.1Q tag.
    pub qinq: f64,
    /// Part of the IP packets under a stack of two MPLS labels.
    pub mpls: f64,
    /// Part of the IP packets in a PPPoE session.
    pub pppoe: f64,
    /// Tunnels and translation.
    pub tunnels: TunnelMix,
    /// Part of the native IPv6 packets with a chain of Hop-by-Hop Options,
    /// Destination Options, Routing and again Destination Options (48 octets).
    pub extension_headers: f64,
    /// Part of the native packets, of either family, that are fragments. First
    /// and last fragments of a datagram follow one another within a flow, and
    /// join to a datagram with right lengths and checksum.
    pub fragments: f64,
    /// Part of all records that are ARP (nine of ten) or LLDP.
    pub non_ip: f64,
    /// Octets of a frame that are stored; 0 stores frames whole.
    pub snap_len: u32,
    /// The container.
    pub format: FileFormat,
    /// Byte order of the container.
    pub byte_order: ByteOrder,
    /// Resolution of its timestamps. Times are cut to it, in the truth too.
    pub resolution: Resolution,
    /// Link type of its interface.
    pub link: Link,
    /// Time of the first record, not before 1970.
    pub start: Timestamp,
    /// Mean gap between records, in nanoseconds; gaps are spread evenly from 0
    /// to twice that.
    pub interval_ns: u64,
    /// Whether the truth keeps a tally for each prefix, which can be large.
    pub keep_prefix_truth: bool,
}

impl Default for Recipe {
    /// A million packets of a plain Ethernet capture, 37.5 % of them IPv6.
    fn default() -> Self {
        Self {
            seed: 1,
            packets: 1_000_000,
            ipv6_share: 0.375,
            sizes: Sizes::Imix,
            flows: 100_000,
            prefixes: 20_000,
            zipf: 1.0,
            protocols: ProtocolMix::default(),
            vlan: 0.0,
            qinq: 0.0,
            mpls: 0.0,
            pppoe: 0.0,
            tunnels: TunnelMix::default(),
            extension_headers: 0.0,
            fragments: 0.0,
            non_ip: 0.0,
            snap_len: 0,
            format: FileFormat::Pcap,
            byte_order: ByteOrder::Little,
            resolution: Resolution::Micro,
            link: Link::Ethernet,
            // 2026-01-01T00:00:00Z
            start: Timestamp::from_nanoseconds(1_767_225_600_000_000_000),
            interval_ns: 10_000,
            keep_prefix_truth: false,
        }
    }
}

/// Octets of IP packets.
///
/// A packet is never shorter than its own headers, and its payload is cut to
/// what its protocol aligns to: 8 octets for first fragments, 4 for SCTP and ESP,
/// 16 for WireGuard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// Simple IMIX: 40, 576 and 1,500 octets, 7 : 4 : 1.
    Imix,
    /// Always as many octets.
    Fixed(u16),
    /// A mix as on a backbone without a snap length: acknowledgements, full
    /// packets and little between. With Ethernet and pcap a record has about 757
    /// octets, its header of 16 included.
    Full,
}

/// Parts of the transport protocols; they add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProtocolMix {
    /// TCP.
    pub tcp: f64,
    /// UDP.
    pub udp: f64,
    /// ICMP in IPv4, ICMPv6 in IPv6.
    pub icmp: f64,
    /// SCTP, ESP (in native packets) and protocol 253 (RFC 3692), in thirds.
    pub other: f64,
}

impl Default for ProtocolMix {
    fn default() -> Self {
        Self { tcp: 0.80, udp: 0.17, icmp: 0.02, other: 0.01 }
    }
}

/// Parts of the IP packets that go by a tunnel or a translator; they add up to
/// at most 1 and the rest is native.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TunnelMix {
    /// IPv6 in IPv4, protocol 41 (RFC 4213).
    pub six_in_four: f64,
    /// IPv6 in IPv4 between addresses of 2002::/16 (RFC 3056).
    pub six_to_four: f64,
    /// IPv6 in IPv4 from an address of [`SIX_RD_PREFIX`](super::SIX_RD_PREFIX) (RFC
    /// 5969).
    pub six_rd: f64,
    /// IPv6 in IPv4 between ISATAP addresses (RFC 5214).
    pub isatap: f64,
    /// IPv6 in UDP in IPv4, port 3544 (RFC 4380).
    pub teredo: f64,
    /// IPv4 in IPv6, protocol 4 (RFC 2473).
    pub four_in_six: f64,
    /// IPv4 in IPv6 towards [`DS_LITE_PREFIX`](super::DS_LITE_PREFIX) (RFC 6333).
    pub ds_lite: f64,
    /// IPv4 in IPv6 towards [`LW4O6_PREFIX`](super::LW4O6_PREFIX) (RFC 7596).
    pub lw4o6: f64,
    /// IPv4 in IPv6 towards [`MAP_E_PREFIX`](super::MAP_E_PREFIX) (RFC 7597).
    pub map_e: f64,
    /// IPv4 in IPv4 (RFC 2003).
    pub ip_ip: f64,
    /// IPv6 in IPv6 (RFC 2473).
    pub six_in_six: f64,
    /// Either family in GRE in IPv4 (RFC 2784).
    pub gre: f64,
    /// Either family in Ethernet in VXLAN in IPv4 (RFC 7348).
    pub vxlan: f64,
    /// Either family in Geneve in IPv4, without Ethernet (RFC 8926).
    pub geneve: f64,
    /// Either family in GTP-U in IPv4 (3GPP TS 29.281).
    pub gtp_u: f64,
    /// IPv6 in AYIYA in IPv4, UDP port 5072.
    pub ayiya: f64,
    /// Either family in Ethernet in NVGRE in IPv4 (RFC 7637).
    pub nvgre: f64,
    /// Either family in VXLAN-GPE in IPv4, without Ethernet.
    pub vxlan_gpe: f64,
    /// Either family in PPP in L2TP version 2 in IPv4 (RFC 2661).
    pub l2tp: f64,
    /// Either family in Ethernet in EtherIP in IPv4 (RFC 3378).
    pub ether_ip: f64,
    /// Either family under a label in IPv4 (RFC 4023).
    pub mpls_in_ip: f64,
    /// Either family under a label in UDP in IPv4 (RFC 7510).
    pub mpls_in_udp: f64,
    /// Either family in LISP in IPv4 (RFC 9300).
    pub lisp: f64,
    /// Either family in Ethernet in CAPWAP in IPv4 (RFC 5415).
    pub capwap: f64,
    /// Either family behind a Segment Routing Header in IPv6 (RFC 8754).
    pub srv6: f64,
    /// Either family behind an Authentication Header in IPv4 (RFC 4302).
    pub ah: f64,
    /// IPv6 towards 64:ff9b::/96 (RFC 6052): end to end it is IPv4.
    pub nat64: f64,
    /// The same towards [`MAP_T_PREFIX`](super::MAP_T_PREFIX) (RFC 7599).
    pub map_t: f64,
    /// The same towards [`XLAT464_PREFIX`](super::XLAT464_PREFIX) (RFC 6877).
    pub xlat464: f64,
    /// The same towards [`SIIT_DC_PREFIX`](super::SIIT_DC_PREFIX) (RFC 7755).
    pub siit_dc: f64,
    /// IPComp in either family (RFC 3173): what is inside is unknown.
    pub ip_comp: f64,
    /// WireGuard over UDP in either family, port 51820: what is inside is unknown.
    pub wire_guard: f64,
}

impl TunnelMix {
    /// Each mechanism with its part. Captures depend on the order: what is added at the
    /// end changes none without it.
    pub fn parts_mut(&mut self) -> [(Mechanism, &mut f64); 32] {
        use Mechanism as M;
        [
            (M::SixInFour, &mut self.six_in_four),
            (M::SixToFour, &mut self.six_to_four),
            (M::Isatap, &mut self.isatap),
            (M::Teredo, &mut self.teredo),
            (M::FourInSix, &mut self.four_in_six),
            (M::IpIp, &mut self.ip_ip),
            (M::SixInSix, &mut self.six_in_six),
            (M::Nat64, &mut self.nat64),
            (M::Ayiya, &mut self.ayiya),
            (M::Srv6, &mut self.srv6),
            (M::Nvgre, &mut self.nvgre),
            (M::VxlanGpe, &mut self.vxlan_gpe),
            (M::L2tp, &mut self.l2tp),
            (M::EtherIp, &mut self.ether_ip),
            (M::MplsInIp, &mut self.mpls_in_ip),
            (M::MplsInUdp, &mut self.mpls_in_udp),
            (M::Lisp, &mut self.lisp),
            (M::Capwap, &mut self.capwap),
            (M::Ah, &mut self.ah),
            (M::Gre, &mut self.gre),
            (M::Vxlan, &mut self.vxlan),
            (M::Geneve, &mut self.geneve),
            (M::GtpU, &mut self.gtp_u),
            (M::SixRd, &mut self.six_rd),
            (M::DsLite, &mut self.ds_lite),
            (M::Lw4o6, &mut self.lw4o6),
            (M::MapE, &mut self.map_e),
            (M::MapT, &mut self.map_t),
            (M::Xlat464, &mut self.xlat464),
            (M::SiitDc, &mut self.siit_dc),
            (M::IpComp, &mut self.ip_comp),
            (M::WireGuard, &mut self.wire_guard),
        ]
    }

    /// Each mechanism with its part, in the same order.
    #[must_use]
    pub fn parts(mut self) -> [(Mechanism, f64); 32] {
        self.parts_mut().map(|(mechanism, part)| (mechanism, *part))
    }

    /// The part of the mechanism that is called so ([`Mechanism::key`]).
    pub fn part_mut(&mut self, key: &str) -> Option<&mut f64> {
        let found = self.parts_mut().into_iter().find(|(mechanism, _)| mechanism.key() == key);
        found.map(|(_, part)| part)
    }
}

/// The container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Classic pcap.
    Pcap,
    /// pcapng with one section, one interface and Enhanced Packet Blocks.
    PcapNg,
    /// ERF: Ethernet, whose lengths on the wire count a frame check sequence that is
    /// not stored.
    Erf,
    /// snoop, version 2 (RFC 1761): Ethernet, microseconds, big-endian.
    Snoop,
}

/// Byte order of the container's integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant octet first.
    Little,
    /// Most significant octet first.
    Big,
}

/// Resolution of timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Microseconds.
    Micro,
    /// Nanoseconds.
    Nano,
}

impl Resolution {
    /// Nanoseconds of one tick.
    pub(super) fn nanoseconds(self) -> u64 {
        match self {
            Self::Micro => 1_000,
            Self::Nano => 1,
        }
    }
}

/// Link type of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Ethernet, padded to 60 octets.
    Ethernet,
    /// No link layer: the packet alone.
    Raw,
    /// Linux cooked capture.
    LinuxSll,
    /// Linux cooked capture, version 2.
    LinuxSll2,
}

impl Link {
    /// The number in the file.
    #[must_use]
    pub fn link_type(self) -> LinkType {
        match self {
            Self::Ethernet => LinkType(1),
            Self::Raw => LinkType(101),
            Self::LinuxSll => LinkType(113),
            Self::LinuxSll2 => LinkType(276),
        }
    }
}
