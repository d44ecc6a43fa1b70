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
    /// IPv6 in IPv4 from an address of a 6rd domain.
    SixRd,
    /// IPv6 in IPv4 between ISATAP addresses.
    Isatap,
    /// IPv6 in UDP in IPv4.
    Teredo,
    /// IPv4 in IPv6.
    FourInSix,
    /// IPv4 in IPv6 towards a DS-Lite concentrator.
    DsLite,
    /// IPv4 in IPv6 towards an lw4o6 concentrator.
    Lw4o6,
    /// IPv4 in IPv6 towards a MAP-E border relay.
    MapE,
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
    /// Translated by MAP-T.
    MapT,
    /// Translated by 464XLAT.
    Xlat464,
    /// Translated by SIIT-DC.
    SiitDc,
    /// ESP: what is inside is unknown.
    Esp,
    /// IPComp: what is inside is unknown.
    IpComp,
    /// WireGuard: what is inside is unknown.
    WireGuard,
}

impl Mechanism {
    /// The name of the class in MEASURE section 3.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::SixInFour => "6in4",
            Self::SixToFour => "6to4",
            Self::SixRd => "6rd",
            Self::Isatap => "isatap",
            Self::Teredo => "teredo",
            Self::FourInSix => "4in6",
            Self::DsLite => "ds-lite",
            Self::Lw4o6 => "lw4o6",
            Self::MapE => "map-e",
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
            Self::MapT => "map-t",
            Self::Xlat464 => "464xlat",
            Self::SiitDc => "siit-dc",
            Self::Esp => "esp",
            Self::IpComp => "ipcomp",
            Self::WireGuard => "wireguard",
        }
    }

    /// The families outside and inside, each pair with its part where `six` of all
    /// packets are IPv6. What is inside an opaque one counts as what is outside.
    fn families(self, six: f64) -> impl Iterator<Item = ([IpVersion; 2], f64)> {
        let (one, other) = match self {
            Self::SixInFour | Self::SixToFour | Self::SixRd | Self::Isatap => ([V4, V6], None),
            Self::Teredo | Self::Ayiya => ([V4, V6], None),
            Self::FourInSix | Self::DsLite | Self::Lw4o6 | Self::MapE => ([V6, V4], None),
            Self::IpIp => ([V4, V4], None),
            Self::SixInSix | Self::Nat64 | Self::MapT | Self::Xlat464 | Self::SiitDc => {
                ([V6, V6], None)
            }
            Self::Native | Self::Esp | Self::IpComp | Self::WireGuard => ([V4, V4], Some([V6, V6])),
            Self::Srv6 => ([V6, V4], Some([V6, V6])),
            Self::Gre
            | Self::Vxlan
            | Self::Geneve
            | Self::GtpU
            | Self::Nvgre
            | Self::VxlanGpe
            | Self::L2tp
            | Self::EtherIp
            | Self::MplsInIp
            | Self::MplsInUdp
            | Self::Lisp
            | Self::Capwap
            | Self::Ah => ([V4, V4], Some([V4, V6])),
        };
        let part = if other.is_some() { 1.0 - six } else { 1.0 };
        [Some((one, part)), other.map(|other| (other, six))].into_iter().flatten()
    }

    /// True for translation: one header, which is IPv6, and IPv4 end to end.
    pub(super) fn is_translation(self) -> bool {
        matches!(self, Self::Nat64 | Self::MapT | Self::Xlat464 | Self::SiitDc)
    }

    /// True where what is inside cannot be seen.
    pub(super) fn is_opaque(self) -> bool {
        matches!(self, Self::Esp | Self::IpComp | Self::WireGuard)
    }

    /// What stands in the place of the transport header that the mechanism hides.
    pub(super) fn hides_behind(self) -> Option<Transport> {
        match self {
            Self::IpComp => Some(Transport::IpComp),
            Self::WireGuard => Some(Transport::WireGuard),
            _ => None,
        }
    }
}

/// Mechanism and families. Without a tunnel `inner` is `outer`, and where the
/// inside cannot be seen. ESP is a choice of transport and comes under
/// [`Mechanism::Native`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Carriage {
    pub(super) mechanism: Mechanism,
    pub(super) outer: IpVersion,
    pub(super) inner: IpVersion,
}

impl Carriage {
    /// True where one IP header stands within another.
    pub(super) fn is_tunnel(self) -> bool {
        let mechanism = self.mechanism;
        mechanism != Mechanism::Native && !mechanism.is_translation() && !mechanism.is_opaque()
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

/// The protocol of the innermost header that can be seen.
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
    /// A compressed packet: of [`Mechanism::IpComp`] alone.
    IpComp,
    /// A message of WireGuard over UDP: of [`Mechanism::WireGuard`] alone.
    WireGuard,
}

impl Transport {
    /// The protocol number under a header of `version`.
    pub(super) fn protocol(self, version: IpVersion) -> IpProtocol {
        match (self, version) {
            (Self::Tcp, _) => IpProtocol::TCP,
            (Self::Udp | Self::WireGuard, _) => IpProtocol::UDP,
            (Self::Icmp, V4) => IpProtocol::ICMP,
            (Self::Icmp, V6) => IpProtocol::ICMPV6,
            (Self::Sctp, _) => IpProtocol::SCTP,
            (Self::Esp, _) => IpProtocol::ESP,
            (Self::IpComp, _) => IpProtocol::IPCOMP,
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
            Mechanism::Native
            | Mechanism::Nat64
            | Mechanism::MapT
            | Mechanism::Xlat464
            | Mechanism::SiitDc
            | Mechanism::Esp
            | Mechanism::IpComp
            | Mechanism::WireGuard => self.transport.protocol(self.carriage.outer),
            Mechanism::SixInFour
            | Mechanism::SixToFour
            | Mechanism::SixRd
            | Mechanism::Isatap
            | Mechanism::SixInSix => IpProtocol::IPV6,
            Mechanism::FourInSix
            | Mechanism::DsLite
            | Mechanism::Lw4o6
            | Mechanism::MapE
            | Mechanism::IpIp => IpProtocol::IPV4,
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
///
/// What is not called for leaves no trace in the draws, so that a mechanism
/// that is added at the end changes no capture without it.
pub(super) fn carriages(recipe: &Recipe) -> Vec<((Carriage, Shape), f64)> {
    let mut all = native(recipe);
    for (mechanism, part) in recipe.tunnels.parts() {
        all.extend(mechanism.families(recipe.ipv6_share).map(|([outer, inner], of_part)| {
            ((Carriage { mechanism, outer, inner }, Shape::Plain), part * of_part)
        }));
    }
    // Parts that should cancel leave a rest of rounding.
    all.retain(|(_, part)| *part > 1e-12);
    all
}

/// What goes by no tunnel, in its shapes.
fn native(recipe: &Recipe) -> Vec<((Carriage, Shape), f64)> {
    let (six, fragments, extended) =
        (recipe.ipv6_share, recipe.fragments, recipe.extension_headers);
    let native = 1.0 - recipe.tunnels.parts().iter().map(|(_, part)| part).sum::<f64>();
    let of = |version| Carriage { mechanism: Mechanism::Native, outer: version, inner: version };
    vec![
        ((of(V4), Shape::Plain), native * (1.0 - six) * (1.0 - fragments)),
        ((of(V4), Shape::Fragmented), native * (1.0 - six) * fragments),
        ((of(V6), Shape::Plain), native * six * (1.0 - fragments - extended)),
        ((of(V6), Shape::Extended), native * six * extended),
        ((of(V6), Shape::Fragmented), native * six * fragments),
    ]
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
