//! By which mechanism one IP packet is carried in another.

use std::fmt;
use std::str::FromStr;

macro_rules! mechanisms {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        /// The encapsulation class of a packet (MEASURE section 3): the mechanism
        /// that the outermost IP header carries. What lies deeper stands in the
        /// [`TunnelPath`].
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Encapsulation {
            /// No tunnel: the outer IP header is the inner one.
            #[default]
            Native,
            $($(#[$doc])* $name,)*
        }

        impl Encapsulation {
            /// Every class, native first.
            pub const ALL: &[Self] = &[Self::Native, $(Self::$name,)*];

            /// The name in the report.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {
                    Self::Native => "native",
                    $(Self::$name => $key,)*
                }
            }
        }
    };
}

mechanisms! {
    /// IPv6 in IPv4, protocol 41 (RFC 4213), of none of the classes below.
    SixInFour = "6in4";
    /// Protocol 41 with an address in 2002::/16 inside (RFC 3056).
    SixToFour = "6to4";
    /// Protocol 41 with an address in a configured 6rd prefix inside (RFC 5969).
    SixRd = "6rd";
    /// Protocol 41 with an ISATAP interface identifier inside (RFC 5214).
    Isatap = "isatap";
    /// IPv6 in UDP, port 3544 (RFC 4380).
    Teredo = "teredo";
    /// Anything in anything, UDP port 5072.
    Ayiya = "ayiya";
    /// IPv4 in IPv6, protocol 4 (RFC 2473): DS-Lite, lw4o6, MAP-E where they
    /// cannot be told apart.
    FourInSix = "4in6";
    /// IPv4 in IPv6 of a configured DS-Lite prefix (RFC 6333).
    DsLite = "ds-lite";
    /// IPv4 in IPv6 of a configured lw4o6 prefix (RFC 7596).
    Lw4o6 = "lw4o6";
    /// IPv4 in IPv6 of a configured MAP-E prefix (RFC 7597).
    MapE = "map-e";
    /// IPv4 in IPv4, protocol 4 (RFC 2003) or 94.
    IpIp = "ipip";
    /// IPv6 in IPv6, protocol 41 (RFC 2473).
    SixInSix = "6in6";
    /// Generic routing encapsulation (RFC 2784).
    Gre = "gre";
    /// Ethernet in GRE with a virtual subnet (RFC 7637).
    Nvgre = "nvgre";
    /// RFC 7348.
    Vxlan = "vxlan";
    /// VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe).
    VxlanGpe = "vxlan-gpe";
    /// RFC 8926.
    Geneve = "geneve";
    /// GTP version 1, user plane (3GPP TS 29.281).
    GtpU = "gtp-u";
    /// Layer two tunnelling, versions 2 and 3 (RFC 2661, RFC 3931).
    L2tp = "l2tp";
    /// Ethernet in IP, protocol 97 (RFC 3378) or 143 (RFC 8986).
    EtherIp = "etherip";
    /// MPLS in IP, protocol 137 (RFC 4023).
    MplsInIp = "mpls-in-ip";
    /// MPLS in UDP, port 6635 (RFC 7510).
    MplsInUdp = "mpls-in-udp";
    /// RFC 9300.
    Lisp = "lisp";
    /// Segment routing header with a packet inside (RFC 8754, RFC 8986).
    Srv6 = "srv6";
    /// CAPWAP data (RFC 5415).
    Capwap = "capwap";
    /// Encapsulating Security Payload (RFC 4303): opaque.
    Esp = "esp";
    /// Authentication Header with a packet inside (RFC 4302).
    Ah = "ah";
    /// IP Payload Compression (RFC 3173): opaque.
    IpComp = "ipcomp";
    /// WireGuard: opaque.
    WireGuard = "wireguard";
    /// Translated by NAT64 (RFC 6146): an address in 64:ff9b::/96, in
    /// 64:ff9b:1::/48, or in a configured prefix.
    Nat64 = "nat64";
    /// Translated by MAP-T (RFC 7599), by a configured prefix.
    MapT = "map-t";
    /// Translated by 464XLAT (RFC 6877), by a configured prefix.
    Xlat464 = "464xlat";
    /// Translated by SIIT-DC (RFC 7755), by a configured prefix.
    SiitDc = "siit-dc";
}

impl Encapsulation {
    /// Translation is no tunnel: one header, which is IPv6, and IPv4 end to end.
    #[must_use]
    pub fn is_translation(self) -> bool {
        matches!(self, Self::Nat64 | Self::MapT | Self::Xlat464 | Self::SiitDc)
    }
}

/// Layers of a path, at most: a VXLAN tunnel has four (UDP, VXLAN, Ethernet, IP)
/// and other tunnels have fewer, so that six of them and the outer header fit.
const LAYERS: u32 = 25;

/// Bits of a layer: 24 kinds, and 0 for none.
const BITS: u32 = 5;

/// One layer on the way from the outer IP header to the inner one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TunnelLayer {
    /// An IPv4 header.
    Ipv4 = 1,
    /// An IPv6 header.
    Ipv6,
    /// A UDP header.
    Udp,
    /// An Ethernet header.
    Ethernet,
    /// A PPP header.
    Ppp,
    /// A stack of MPLS labels.
    Mpls,
    /// An IEEE 802.11 header.
    Wlan,
    /// A network service header (RFC 8300).
    Nsh,
    /// Generic routing encapsulation.
    Gre,
    /// VXLAN.
    Vxlan,
    /// VXLAN-GPE.
    VxlanGpe,
    /// Geneve.
    Geneve,
    /// GTP-U.
    GtpU,
    /// L2TP.
    L2tp,
    /// EtherIP.
    EtherIp,
    /// LISP.
    Lisp,
    /// Teredo.
    Teredo,
    /// AYIYA.
    Ayiya,
    /// CAPWAP.
    Capwap,
    /// A segment routing header.
    Srh,
    /// Authentication Header.
    Ah,
    /// Encapsulating Security Payload.
    Esp,
    /// IP Payload Compression.
    IpComp,
    /// WireGuard.
    WireGuard,
}

impl TunnelLayer {
    /// Every layer, in the order of the numbers.
    const ALL: [(Self, &'static str); 24] = [
        (Self::Ipv4, "ipv4"),
        (Self::Ipv6, "ipv6"),
        (Self::Udp, "udp"),
        (Self::Ethernet, "ethernet"),
        (Self::Ppp, "ppp"),
        (Self::Mpls, "mpls"),
        (Self::Wlan, "wlan"),
        (Self::Nsh, "nsh"),
        (Self::Gre, "gre"),
        (Self::Vxlan, "vxlan"),
        (Self::VxlanGpe, "vxlan-gpe"),
        (Self::Geneve, "geneve"),
        (Self::GtpU, "gtp-u"),
        (Self::L2tp, "l2tp"),
        (Self::EtherIp, "etherip"),
        (Self::Lisp, "lisp"),
        (Self::Teredo, "teredo"),
        (Self::Ayiya, "ayiya"),
        (Self::Capwap, "capwap"),
        (Self::Srh, "srh"),
        (Self::Ah, "ah"),
        (Self::Esp, "esp"),
        (Self::IpComp, "ipcomp"),
        (Self::WireGuard, "wireguard"),
    ];
}

/// The layers from the outer IP header to the inner one, both included:
/// `ipv4/gre/ipv6`. Empty where there is no tunnel.
///
/// Packed into one integer, because a path is made, moved and hashed for each
/// packet in a tunnel: the outermost layer in the lowest bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TunnelPath(u128);

/// Set where there were more layers than fit.
const CUT: u128 = 1 << 127;

impl TunnelPath {
    /// No tunnel.
    pub const NATIVE: Self = Self(0);

    /// Adds the next layer inwards. Of what has no room, it is kept that there
    /// was more.
    pub fn push(&mut self, layer: TunnelLayer) {
        let len = self.len();
        if len < LAYERS {
            self.0 |= (layer as u128) << (BITS * len);
        } else {
            self.0 |= CUT;
        }
    }

    /// The path of these layers, up to the first that is not there: what
    /// [`Self::push`] makes of them one by one.
    #[inline]
    #[must_use]
    pub fn of_few(layers: [Option<TunnelLayer>; 5]) -> Self {
        let numbers = layers.map(|layer| layer.map_or(0, |layer| layer as u32));
        let bits = numbers.iter().rev().fold(0, |bits, number| bits << BITS | number);
        Self(bits.into())
    }

    /// True where there is no tunnel.
    #[must_use]
    pub fn is_native(self) -> bool {
        self.0 == 0
    }

    /// The layers in one integer, to be kept and read again.
    #[must_use]
    pub fn bits(self) -> u128 {
        self.0
    }

    /// From [`Self::bits`].
    #[must_use]
    pub fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// A small number that differs between most paths, to find one by.
    #[must_use]
    pub fn place(self) -> usize {
        let folded = low_half((self.0 >> 64) ^ self.0);
        (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
    }

    /// Layers that are kept.
    fn len(self) -> u32 {
        let used = u128::BITS - (self.0 & !CUT).leading_zeros();
        used.div_ceil(BITS)
    }
}

/// The text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no path of tunnels: expected the names of layers, such as ipv4/gre/ipv6")]
pub struct InvalidTunnelPath;

impl FromStr for TunnelPath {
    type Err = InvalidTunnelPath;

    /// Reads what is displayed.
    fn from_str(text: &str) -> Result<Self, InvalidTunnelPath> {
        let mut path = Self::NATIVE;
        if text == "native" {
            return Ok(path);
        }
        let whole = text.strip_suffix("/...");
        for name in whole.unwrap_or(text).split('/') {
            let layer = TunnelLayer::ALL.into_iter().find(|(_, known)| *known == name);
            path.push(layer.ok_or(InvalidTunnelPath)?.0);
        }
        match whole {
            Some(_) if path.len() < LAYERS => Err(InvalidTunnelPath),
            Some(_) => Ok(Self(path.0 | CUT)),
            None if path.0 & CUT != 0 => Err(InvalidTunnelPath),
            None => Ok(path),
        }
    }
}

/// The lower 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn low_half(bits: u128) -> u64 {
    bits as u64
}

impl fmt::Display for TunnelPath {
    /// The names from the outside in; `...` at the end where there were more
    /// than are kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_native() {
            return f.write_str("native");
        }
        for place in 0..self.len() {
            let number = (self.0 >> (BITS * place)) as usize & 0x1f;
            if place > 0 {
                f.write_str("/")?;
            }
            let known = number.checked_sub(1).and_then(|at| TunnelLayer::ALL.get(at));
            f.write_str(known.map_or("?", |(_, name)| name))?;
        }
        if self.0 & CUT != 0 { f.write_str("/...") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_named_by_their_number() {
        for (place, (layer, _)) in TunnelLayer::ALL.into_iter().enumerate() {
            assert_eq!(layer as usize, place + 1);
        }
    }

    #[test]
    fn a_path_reads_from_the_outside_in() {
        let mut path = TunnelPath::NATIVE;
        assert_eq!(path.to_string(), "native");
        for layer in [TunnelLayer::Ipv4, TunnelLayer::Gre, TunnelLayer::Ipv6] {
            path.push(layer);
        }
        assert_eq!(path.to_string(), "ipv4/gre/ipv6");
        let few = [TunnelLayer::Ipv4, TunnelLayer::Gre, TunnelLayer::Ipv6].map(Some);
        assert_eq!(TunnelPath::of_few([few[0], few[1], few[2], None, None]), path);
        for _ in 0..100 {
            path.push(TunnelLayer::Ipv6);
        }
        assert_eq!(path.to_string().parse(), Ok(path));
        assert_eq!("ipv4/gre/ipv9".parse::<TunnelPath>(), Err(InvalidTunnelPath));
        let text = path.to_string();
        assert_eq!(text.split('/').count(), 26);
        assert!(text.ends_with("ipv6/ipv6/..."), "{text}");
        path = TunnelPath::NATIVE;
        (0..LAYERS).for_each(|_| path.push(TunnelLayer::WireGuard));
        assert_eq!(path.to_string(), ["wireguard"; 25].join("/"));
    }
}
