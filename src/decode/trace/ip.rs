//! IP headers, their extension headers, and what follows them.

use super::field::{Field, field, u16_at, u32_at};
use super::recorder::{Named, whole};
use crate::model::{IpProtocol, IpVersion};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Octets of an IPv6 header.
const IPV6_HEADER: usize = 40;

/// The header, and what stands between it and what it carries.
pub(super) fn headers(version: IpVersion, bytes: &[u8]) -> Vec<Named> {
    match version {
        IpVersion::V4 => ipv4(bytes),
        IpVersion::V6 => ipv6(bytes),
    }
}

fn ipv4(bytes: &[u8]) -> Vec<Named> {
    let len = bytes.first().map_or(0, |first| usize::from(first & 0x0f) * 4).max(20);
    let (header, behind) = bytes.split_at(len.min(bytes.len()));
    let address = |at| u32_at(header, at).map(Ipv4Addr::from);
    let fragment = u16_at(header, 6).unwrap_or_default();
    let fields = [
        field("source", address(12)),
        field("destination", address(16)),
        field("protocol", header.get(9).map(|number| protocol(IpProtocol(*number)))),
        field("total_length", u16_at(header, 2)),
        field("ttl", header.get(8)),
        field("identification", u16_at(header, 4).map(|id| format!("0x{id:04x}"))),
        (fragment & 0x3fff != 0).then(|| fragment_field(fragment & 0x1fff, fragment & 0x2000 != 0)),
    ];
    let mut layers = vec![whole("IPv4", header, flat(fields))];
    if !behind.is_empty() {
        // All that decoding passes here is an Authentication Header.
        layers.push(whole("Authentication Header", behind, ah(behind)));
    }
    layers
}

fn ipv6(bytes: &[u8]) -> Vec<Named> {
    let (header, mut behind) = bytes.split_at(IPV6_HEADER.min(bytes.len()));
    let address = |at: usize| {
        let octets: Option<&[u8; 16]> = header.get(at..).and_then(|rest| rest.first_chunk());
        octets.map(|octets| Ipv6Addr::from(*octets))
    };
    let mut next = header.get(6).copied().map(IpProtocol);
    let fields = [
        field("source", address(8)),
        field("destination", address(24)),
        field("next_header", next.map(protocol)),
        field("payload_length", u16_at(header, 4)),
        field("hop_limit", header.get(7)),
    ];
    let mut layers = vec![whole("IPv6", header, flat(fields))];
    while let (Some(kind), false) = (next, behind.is_empty()) {
        let len = extension_len(kind, behind).clamp(1, behind.len());
        let (extension, rest) = behind.split_at(len);
        layers.push(whole(&extension_name(kind), extension, extension_fields(kind, extension)));
        (next, behind) = (extension.first().copied().map(IpProtocol), rest);
    }
    layers
}

/// Octets of an extension header (RFC 8200 section 4, RFC 4302 section 2.2).
fn extension_len(kind: IpProtocol, bytes: &[u8]) -> usize {
    let len = bytes.get(1).copied().map_or(bytes.len(), usize::from);
    match kind {
        IpProtocol::IPV6_FRAG => 8,
        IpProtocol::AH => (len + 2) * 4,
        _ => (len + 1) * 8,
    }
}

fn extension_name(kind: IpProtocol) -> String {
    match kind {
        IpProtocol::HOPOPT => "IPv6 Hop-by-Hop Options".to_owned(),
        IpProtocol::IPV6_ROUTE => "IPv6 Routing header".to_owned(),
        IpProtocol::IPV6_FRAG => "IPv6 Fragment header".to_owned(),
        IpProtocol::IPV6_OPTS => "IPv6 Destination Options".to_owned(),
        IpProtocol::AH => "Authentication Header".to_owned(),
        IpProtocol::MOBILITY => "Mobility header".to_owned(),
        IpProtocol::HIP => "Host Identity Protocol".to_owned(),
        IpProtocol::SHIM6 => "Shim6".to_owned(),
        other => format!("extension header {other}"),
    }
}

fn extension_fields(kind: IpProtocol, bytes: &[u8]) -> Vec<Field> {
    match kind {
        IpProtocol::AH => return ah(bytes),
        IpProtocol::IPV6_FRAG => {
            let word = u16_at(bytes, 2).unwrap_or_default();
            return flat([
                next_header(bytes),
                Some(fragment_field(word >> 3, word & 1 != 0)),
                field("identification", u32_at(bytes, 4).map(|id| format!("0x{id:08x}"))),
            ]);
        }
        IpProtocol::IPV6_ROUTE => {
            return flat([next_header(bytes), field("routing_type", bytes.get(2))]);
        }
        _ => {}
    }
    flat([next_header(bytes)])
}

fn next_header(bytes: &[u8]) -> Option<Field> {
    field("next_header", bytes.first().map(|number| protocol(IpProtocol(*number))))
}

fn ah(bytes: &[u8]) -> Vec<Field> {
    flat([next_header(bytes), field("spi", u32_at(bytes, 4).map(|spi| format!("0x{spi:08x}")))])
}

/// Offset in octets, and whether more follow.
fn fragment_field(offset: u16, more: bool) -> Field {
    let more = if more { ", more follow" } else { ", the last" };
    ("fragment", format!("offset {}{more}", u32::from(offset) * 8))
}

/// What an IP header carries: the header of the transport, and its data.
pub(super) fn carried(kind: Option<IpProtocol>, bytes: &[u8]) -> Vec<Named> {
    let Some(kind) = kind else {
        return vec![whole("payload of unknown protocol", bytes, Vec::new())];
    };
    let (name, len) = match kind {
        IpProtocol::TCP => {
            ("TCP", bytes.get(12).map_or(20, |word| usize::from(word >> 4) * 4).max(20))
        }
        IpProtocol::UDP => ("UDP", 8),
        IpProtocol::UDPLITE => ("UDP-Lite", 8),
        IpProtocol::SCTP => ("SCTP", 12),
        IpProtocol::DCCP => {
            ("DCCP", bytes.get(4).map_or(12, |words| usize::from(*words) * 4).max(12))
        }
        IpProtocol::ICMP => ("ICMP", 8),
        IpProtocol::ICMPV6 => ("ICMPv6", 4),
        IpProtocol::IPV6_NONXT => ("no next header", 0),
        _ => return vec![whole(&format!("payload: {}", protocol(kind)), bytes, Vec::new())],
    };
    let (header, data) = bytes.split_at(len.min(bytes.len()));
    vec![whole(name, header, transport(kind, header)), whole("payload", data, Vec::new())]
}

fn transport(kind: IpProtocol, header: &[u8]) -> Vec<Field> {
    match kind {
        IpProtocol::ICMP | IpProtocol::ICMPV6 => {
            flat([field("type", header.first()), field("code", header.get(1))])
        }
        IpProtocol::IPV6_NONXT => Vec::new(),
        _ => flat([
            field("source_port", u16_at(header, 0)),
            field("destination_port", u16_at(header, 2)),
            field("length", u16_at(header, 4).filter(|_| kind == IpProtocol::UDP)),
        ]),
    }
}

/// `6 (tcp)`.
fn protocol(kind: IpProtocol) -> String {
    match kind.keyword() {
        Some(keyword) => format!("{} ({keyword})", kind.0),
        None => kind.0.to_string(),
    }
}

fn flat<const N: usize>(fields: [Option<Field>; N]) -> Vec<Field> {
    fields.into_iter().flatten().collect()
}
