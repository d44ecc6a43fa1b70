//! What cannot be known from the packets: prefixes of translators and of
//! tunnels that share a protocol number, and ports of tunnels over UDP.

use super::Prefix;
use std::collections::BTreeMap;

/// A tunnel that is known by a UDP port. The port alone proves nothing: what
/// follows must validate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UdpTunnel {
    /// RFC 4380.
    Teredo,
    /// AYIYA.
    Ayiya,
    /// RFC 7348.
    Vxlan,
    /// VXLAN-GPE.
    VxlanGpe,
    /// RFC 8926.
    Geneve,
    /// GTP-U (3GPP TS 29.281).
    GtpU,
    /// L2TP over UDP (RFC 2661, RFC 3931).
    L2tp,
    /// LISP data (RFC 9300).
    Lisp,
    /// CAPWAP data (RFC 5415).
    Capwap,
    /// MPLS in UDP (RFC 7510).
    Mpls,
    /// GRE in UDP (RFC 8086).
    Gre,
    /// ESP in UDP (RFC 3948).
    Esp,
    /// WireGuard.
    WireGuard,
}

impl UdpTunnel {
    /// Every tunnel over UDP.
    pub const ALL: [Self; 13] = [
        Self::Teredo,
        Self::Ayiya,
        Self::Vxlan,
        Self::VxlanGpe,
        Self::Geneve,
        Self::GtpU,
        Self::L2tp,
        Self::Lisp,
        Self::Capwap,
        Self::Mpls,
        Self::Gre,
        Self::Esp,
        Self::WireGuard,
    ];

    /// The name in the configuration.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Teredo => "teredo",
            Self::Ayiya => "ayiya",
            Self::Vxlan => "vxlan",
            Self::VxlanGpe => "vxlan-gpe",
            Self::Geneve => "geneve",
            Self::GtpU => "gtp-u",
            Self::L2tp => "l2tp",
            Self::Lisp => "lisp",
            Self::Capwap => "capwap",
            Self::Mpls => "mpls",
            Self::Gre => "gre",
            Self::Esp => "esp",
            Self::WireGuard => "wireguard",
        }
    }
}

/// What a user configures about tunnels and translators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TunnelOptions {
    /// IPv6 prefixes of 6rd domains (RFC 5969).
    pub six_rd: Vec<Prefix>,
    /// IPv6 prefixes of DS-Lite tunnels (RFC 6333).
    pub ds_lite: Vec<Prefix>,
    /// IPv6 prefixes of lw4o6 tunnels (RFC 7596).
    pub lw4o6: Vec<Prefix>,
    /// IPv6 prefixes of MAP-E domains (RFC 7597).
    pub map_e: Vec<Prefix>,
    /// NAT64 prefixes beside the well-known ones (RFC 6052).
    pub nat64: Vec<Prefix>,
    /// IPv6 prefixes of MAP-T domains (RFC 7599).
    pub map_t: Vec<Prefix>,
    /// IPv6 prefixes of 464XLAT translators (RFC 6877).
    pub xlat464: Vec<Prefix>,
    /// IPv6 prefixes of SIIT-DC translators (RFC 7755).
    pub siit_dc: Vec<Prefix>,
    /// Ports of tunnels over UDP, on either side.
    pub ports: BTreeMap<u16, UdpTunnel>,
    /// Tunnels within tunnels that are opened, at most.
    pub max_depth: u8,
}

impl Default for TunnelOptions {
    /// No prefix beside the well-known ones, the assigned ports, depth 8.
    fn default() -> Self {
        let ports = [
            (3544, UdpTunnel::Teredo),
            (5072, UdpTunnel::Ayiya),
            (4789, UdpTunnel::Vxlan),
            (8472, UdpTunnel::Vxlan),
            (4790, UdpTunnel::VxlanGpe),
            (6081, UdpTunnel::Geneve),
            (2152, UdpTunnel::GtpU),
            (1701, UdpTunnel::L2tp),
            (4341, UdpTunnel::Lisp),
            (5247, UdpTunnel::Capwap),
            (6635, UdpTunnel::Mpls),
            (4754, UdpTunnel::Gre),
            (4500, UdpTunnel::Esp),
            (51820, UdpTunnel::WireGuard),
        ];
        let none = Vec::new;
        Self {
            six_rd: none(),
            ds_lite: none(),
            lw4o6: none(),
            map_e: none(),
            nat64: none(),
            map_t: none(),
            xlat464: none(),
            siit_dc: none(),
            ports: ports.into(),
            max_depth: 8,
        }
    }
}
