//! What a flow is: the choices that decide the shape of its headers.

use super::Recipe;
use crate::model::IpVersion::{self, V4, V6};
use crate::model::{EtherType, IpProtocol};

/// By which mechanism an IP packet is carried (MEASURE section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanism {
    /// No tunnel.
    Native,
    /// IPv6 in IPv4.
    SixInFour,
    /// IPv6 in IPv4 between addresses of 2002::/16.
    SixToFour,
    /// IPv6 in IPv4 between ISATAP addresses.
    Isatap,
    /// IPv6 in UDP in IPv4.
    Teredo,
    /// IPv4 in IPv6.
    FourInSix,
    /// IPv4 in IPv4.
    IpIp,
    /// IPv6 in IPv6.
    SixInSix,
    /// Generic Routing Encapsulation.
    Gre,
    /// VXLAN.
    Vxlan,
    /// Geneve.
    Geneve,
    /// GTP-U.
    GtpU,
    /// AYIYA.
    Ayiya,
    /// NVGRE.
    Nvgre,
    /// VXLAN-GPE.
    VxlanGpe,
    /// L2TP.
    L2tp,
    /// EtherIP.
    EtherIp,
    /// MPLS in IP.
    MplsInIp,
    /// MPLS in UDP.
    MplsInUdp,
    /// LISP.
    Lisp,
    /// CAPWAP.
    Capwap,
    /// Segment routing over IPv6.
    Srv6,
    /// A tunnel behind an Authentication Header.
    Ah,
    /// Translated: IPv6 here, IPv4 at the other end.
    Nat64,
    /// ESP: what is inside is unknown.
    Esp,
}

impl Mechanism {
    /// The name of the class in MEASURE section 3.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::SixInFour => "6in4",
            Self::SixToFour => "6to4",
            Self::Isatap => "isatap",
            Self::Teredo => "teredo",
            Self::FourInSix => "4in6",
            Self::IpIp => "ipip",
            Self::SixInSix => "6in6",
            Self::Gre => "gre",
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
            Self::GtpU => "gtp-u",
            Self::Ayiya => "ayiya",
            Self::Nvgre => "nvgre",
            Self::VxlanGpe => "vxlan-gpe",
            Self::L2tp => "l2tp",
            Self::EtherIp => "etherip",
            Self::MplsInIp => "mpls-in-ip",
            Self::MplsInUdp => "mpls-in-udp",
            Self::Lisp => "lisp",
            Self::Capwap => "capwap",
            Self::Srv6 => "srv6",
            Self::Ah => "ah",
            Self::Nat64 => "nat64",
            Self::Esp => "esp",
        }
    }
}

/// Mechanism and families. Without a tunnel `inner` is `outer`. ESP is a choice
/// of transport and comes under [`Mechanism::Native`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Carriage {
    pub(super) mechanism: Mechanism,
    pub(super) outer: IpVersion,
    pub(super) inner: IpVersion,
}

impl Carriage {
    /// True where one IP header stands within another.
    pub(super) fn is_tunnel(self) -> bool {
        !matches!(self.mechanism, Mechanism::Native | Mechanism::Nat64)
    }
}

/// What is special about the outer header of native packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// Nothing.
    Plain,
    /// A chain of extension headers.
    Extended,
    /// Each datagram goes in two fragments.
    Fragmented,
}

/// What stands between Ethernet and IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wrapper {
    /// Nothing.
    Plain,
    /// One 802.1Q tag.
    Vlan,
    /// 802.1ad, then 802.1Q.
    QinQ,
    /// Two labels.
    Mpls,
    /// PPPoE session and PPP.
    Pppoe,
}

/// The protocol of the innermost header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Transport {
    Tcp,
    Udp,
    /// ICMP or ICMPv6 echo.
    Icmp,
    Sctp,
    Esp,
    /// Protocol 253, for experiments (RFC 3692).
    Experiment,
}

impl Transport {
    /// The protocol number under a header of `version`.
    pub(super) fn protocol(self, version: IpVersion) -> IpProtocol {
        match (self, version) {
            (Self::Tcp, _) => IpProtocol::TCP,
            (Self::Udp, _) => IpProtocol::UDP,
            (Self::Icmp, V4) => IpProtocol::ICMP,
            (Self::Icmp, V6) => IpProtocol::ICMPV6,
            (Self::Sctp, _) => IpProtocol::SCTP,
            (Self::Esp, _) => IpProtocol::ESP,
            (Self::Experiment, _) => IpProtocol(253),
        }
    }
}

/// All that decides the layout of an IP flow's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IpKind {
    pub(super) carriage: Carriage,
    pub(super) shape: Shape,
    pub(super) wrapper: Wrapper,
    pub(super) transport: Transport,
}

impl IpKind {
    /// The class of its packets. ESP stands in no tunnel here.
    pub(super) fn mechanism(self) -> Mechanism {
        match (self.carriage.mechanism, self.transport) {
            (Mechanism::Native, Transport::Esp) => Mechanism::Esp,
            (mechanism, _) => mechanism,
        }
    }

    /// The protocol that the outer header names, after its extension headers.
    pub(super) fn outer_protocol(self) -> IpProtocol {
        match self.carriage.mechanism {
            Mechanism::Native | Mechanism::Nat64 | Mechanism::Esp => {
                self.transport.protocol(self.carriage.outer)
            }
            Mechanism::SixInFour
            | Mechanism::SixToFour
            | Mechanism::Isatap
            | Mechanism::SixInSix => IpProtocol::IPV6,
            Mechanism::FourInSix | Mechanism::IpIp => IpProtocol::IPV4,
            Mechanism::Gre | Mechanism::Nvgre => IpProtocol::GRE,
            Mechanism::Srv6 => carried(self.carriage.inner),
            Mechanism::Ah => IpProtocol::AH,
            Mechanism::EtherIp => IpProtocol::ETHERIP,
            Mechanism::MplsInIp => IpProtocol::MPLS_IN_IP,
            Mechanism::Teredo
            | Mechanism::Vxlan
            | Mechanism::Geneve
            | Mechanism::GtpU
            | Mechanism::Ayiya
            | Mechanism::VxlanGpe
            | Mechanism::L2tp
            | Mechanism::MplsInUdp
            | Mechanism::Lisp
            | Mechanism::Capwap => IpProtocol::UDP,
        }
    }

    /// What the outer header itself names, before its extension headers.
    pub(super) fn next_header(self) -> IpProtocol {
        match self.carriage.mechanism {
            Mechanism::Srv6 => IpProtocol::IPV6_ROUTE,
            _ => self.outer_protocol(),
        }
    }
}

/// The protocol number of a family that is carried.
pub(super) fn carried(inner: IpVersion) -> IpProtocol {
    match inner {
        V4 => IpProtocol::IPV4,
        V6 => IpProtocol::IPV6,
    }
}

/// What a flow sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// IP packets.
    Ip(IpKind),
    /// ARP requests and replies.
    Arp,
    /// LLDP announcements.
    Lldp,
}

impl Kind {
    /// The EtherType of what is not IP.
    pub(super) fn ether_type(self) -> Option<EtherType> {
        match self {
            Self::Ip(_) => None,
            Self::Arp => Some(EtherType(0x0806)),
            Self::Lldp => Some(EtherType(0x88cc)),
        }
    }
}

/// The carriages and shapes that a recipe calls for, with their parts of the
/// IP packets.
pub(super) fn carriages(recipe: &Recipe) -> Vec<((Carriage, Shape), f64)> {
    use Mechanism as M;
    let tunnels = &recipe.tunnels;
    let six = recipe.ipv6_share;
    let native = 1.0 - tunnels.parts().iter().map(|(_, part)| part).sum::<f64>();
    let fragments = recipe.fragments;
    let extended = recipe.extension_headers;
    let carriage = |mechanism, outer, inner| Carriage { mechanism, outer, inner };
    let four = carriage(M::Native, V4, V4);
    let native_six = carriage(M::Native, V6, V6);
    let mut all = vec![
        ((four, Shape::Plain), native * (1.0 - six) * (1.0 - fragments)),
        ((four, Shape::Fragmented), native * (1.0 - six) * fragments),
        ((native_six, Shape::Plain), native * six * (1.0 - fragments - extended)),
        ((native_six, Shape::Extended), native * six * extended),
        ((native_six, Shape::Fragmented), native * six * fragments),
    ];
    let mut tunnel = |mechanism, outer, inner, part| {
        all.push(((carriage(mechanism, outer, inner), Shape::Plain), part));
    };
    tunnel(M::SixInFour, V4, V6, tunnels.six_in_four);
    tunnel(M::SixToFour, V4, V6, tunnels.six_to_four);
    tunnel(M::Isatap, V4, V6, tunnels.isatap);
    tunnel(M::Teredo, V4, V6, tunnels.teredo);
    tunnel(M::FourInSix, V6, V4, tunnels.four_in_six);
    tunnel(M::IpIp, V4, V4, tunnels.ip_ip);
    tunnel(M::SixInSix, V6, V6, tunnels.six_in_six);
    tunnel(M::Nat64, V6, V6, tunnels.nat64);
    tunnel(M::Ayiya, V4, V6, tunnels.ayiya);
    tunnel(M::Srv6, V6, V4, tunnels.srv6 * (1.0 - six));
    tunnel(M::Srv6, V6, V6, tunnels.srv6 * six);
    for (mechanism, part) in [
        (M::Nvgre, tunnels.nvgre),
        (M::VxlanGpe, tunnels.vxlan_gpe),
        (M::L2tp, tunnels.l2tp),
        (M::EtherIp, tunnels.ether_ip),
        (M::MplsInIp, tunnels.mpls_in_ip),
        (M::MplsInUdp, tunnels.mpls_in_udp),
        (M::Lisp, tunnels.lisp),
        (M::Capwap, tunnels.capwap),
        (M::Ah, tunnels.ah),
        (M::Gre, tunnels.gre),
        (M::Vxlan, tunnels.vxlan),
        (M::Geneve, tunnels.geneve),
        (M::GtpU, tunnels.gtp_u),
    ] {
        tunnel(mechanism, V4, V4, part * (1.0 - six));
        tunnel(mechanism, V4, V6, part * six);
    }
    // Parts that should cancel leave a rest of rounding.
    all.retain(|(_, part)| *part > 1e-12);
    all
}

/// The wrappers that a recipe calls for, with their parts.
pub(super) fn wrappers(recipe: &Recipe) -> Vec<(Wrapper, f64)> {
    let wrapped = [
        (Wrapper::Vlan, recipe.vlan),
        (Wrapper::QinQ, recipe.qinq),
        (Wrapper::Mpls, recipe.mpls),
        (Wrapper::Pppoe, recipe.pppoe),
    ];
    let plain = 1.0 - wrapped.iter().map(|(_, part)| part).sum::<f64>();
    let mut all = vec![(Wrapper::Plain, plain)];
    all.extend(wrapped);
    all.retain(|(_, part)| *part > 1e-12);
    all
}

/// The transports that a recipe calls for, with their parts.
pub(super) fn transports(recipe: &Recipe) -> Vec<(Transport, f64)> {
    let mix = recipe.protocols;
    let mut all = vec![
        (Transport::Tcp, mix.tcp),
        (Transport::Udp, mix.udp),
        (Transport::Icmp, mix.icmp),
        (Transport::Sctp, mix.other / 3.0),
        (Transport::Experiment, mix.other / 3.0),
        (Transport::Esp, mix.other / 3.0),
    ];
    all.retain(|(_, part)| *part > 0.0);
    all
}
