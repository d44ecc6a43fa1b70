//! Names and fields of the tunnels' own headers.

use super::field::{Field, field, u16_at, u32_at};
use crate::model::TunnelLayer;
use crate::wire::gre::Gre;

/// The usual name.
pub(super) fn name(layer: TunnelLayer) -> &'static str {
    match layer {
        TunnelLayer::Ipv4 => "IPv4",
        TunnelLayer::Ipv6 => "IPv6",
        TunnelLayer::Udp => "UDP",
        TunnelLayer::Ethernet => "Ethernet",
        TunnelLayer::Ppp => "PPP",
        TunnelLayer::Mpls => "MPLS",
        TunnelLayer::Wlan => "IEEE 802.11",
        TunnelLayer::Nsh => "NSH",
        TunnelLayer::Gre => "GRE",
        TunnelLayer::Vxlan => "VXLAN",
        TunnelLayer::VxlanGpe => "VXLAN-GPE",
        TunnelLayer::Geneve => "Geneve",
        TunnelLayer::GtpU => "GTP-U",
        TunnelLayer::L2tp => "L2TP",
        TunnelLayer::EtherIp => "EtherIP",
        TunnelLayer::Lisp => "LISP",
        TunnelLayer::Teredo => "Teredo indications",
        TunnelLayer::Ayiya => "AYIYA",
        TunnelLayer::Capwap => "CAPWAP",
        TunnelLayer::Srh => "IPv6 Segment Routing Header",
        TunnelLayer::Ah => "Authentication Header",
        TunnelLayer::Esp => "ESP",
        TunnelLayer::IpComp => "IPComp",
        TunnelLayer::WireGuard => "WireGuard",
    }
}

/// What tells one tunnel of a kind from another.
pub(super) fn fields(layer: TunnelLayer, bytes: &[u8]) -> Vec<Field> {
    let hex = |value: Option<u32>| value.map(|value| format!("0x{value:08x}"));
    let one = |field: Option<Field>| field.into_iter().collect();
    match layer {
        TunnelLayer::Vxlan | TunnelLayer::VxlanGpe | TunnelLayer::Geneve => {
            one(field("vni", u32_at(bytes, 4).map(|word| word >> 8)))
        }
        TunnelLayer::GtpU => one(field("teid", hex(u32_at(bytes, 4)))),
        TunnelLayer::Esp => {
            let parts = [field("spi", hex(u32_at(bytes, 0))), field("sequence", u32_at(bytes, 4))];
            parts.into_iter().flatten().collect()
        }
        TunnelLayer::IpComp => one(field("cpi", u16_at(bytes, 2))),
        TunnelLayer::Gre => gre(bytes),
        _ => Vec::new(),
    }
}

fn gre(bytes: &[u8]) -> Vec<Field> {
    let protocol = Gre::new_checked(bytes).ok().map(|gre| format!("0x{:04x}", gre.protocol()));
    // The key stands behind the checksum word, where there is one (RFC 2890).
    let flags = bytes.first().copied().unwrap_or_default();
    let key = (flags & 0x20 != 0).then(|| u32_at(bytes, if flags & 0x80 != 0 { 8 } else { 4 }));
    let key = key.flatten().map(|key| format!("0x{key:08x}"));
    [field("protocol", protocol), field("key", key)].into_iter().flatten().collect()
}
