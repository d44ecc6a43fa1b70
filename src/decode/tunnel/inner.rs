//! From what a tunnel says that it carries to the inner IP header.

use super::super::ip::{Packet, Parsed};
use super::super::link::{self, Family, FirstHeader, Payload};
use super::super::watch::{Passed, Watch};
use super::super::{ipv4, ipv6};
use super::inside::Inside;
use super::span::Span;
use crate::model::{Anomalies, Anomaly, TunnelPath, Undecodable};

/// What is inside a tunnel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// An IP header, valid as far as it was captured.
    Ip(Parsed<'a>),
    /// An IP packet of which nothing was captured.
    Announced,
    /// A packet that cannot be read.
    Opaque,
    /// Something that is no IP packet.
    Nothing,
    /// Nobody can say: cut, or not valid.
    Unknown,
}

/// What a length of 0 in an inner header means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZeroLength {
    /// The header is not valid.
    Invalid,
    /// As in the header around it, which says the same: the lengths are left to
    /// the interface (segmentation offload).
    Offloaded,
}

impl ZeroLength {
    /// What it means inside the packet of a header that showed `anomalies`.
    pub(super) fn inside(anomalies: Anomalies) -> Self {
        let zero = [Anomaly::TotalLengthZero, Anomaly::PayloadLengthZero];
        if zero.into_iter().any(|anomaly| anomalies.contains(anomaly)) {
            Self::Offloaded
        } else {
            Self::Invalid
        }
    }
}

/// Goes on to the inner IP header; the link layers on the way are added to
/// `path`.
pub(super) fn find<'a, W: Watch>(
    inside: Inside<'a>,
    zero_length: ZeroLength,
    path: &mut TunnelPath,
    watch: &mut W,
) -> Found<'a> {
    match inside {
        Inside::Ip(family, span) => watched_ip(family, span, zero_length, watch),
        Inside::Link(first, span) => behind_link(first, span, zero_length, path, watch),
        Inside::Opaque => Found::Opaque,
        Inside::Nothing => Found::Nothing,
        Inside::Unknown => Found::Unknown,
    }
}

fn behind_link<'a, W: Watch>(
    first: FirstHeader,
    span: Span<'a>,
    zero_length: ZeroLength,
    path: &mut TunnelPath,
    watch: &mut W,
) -> Found<'a> {
    let link = link::resolve_carried(first, span.bytes(), path, watch);
    match link.payload {
        Payload::Ip { offset, family } => match span.skip(offset) {
            Ok(packet) => watched_ip(family, packet.without_last(link.trailer), zero_length, watch),
            Err(_) => Found::Unknown,
        },
        Payload::NotIp(_) => Found::Nothing,
        Payload::Undecodable(Undecodable::EncryptedLink | Undecodable::CompressedLink) => {
            Found::Opaque
        }
        Payload::Undecodable(_) => Found::Unknown,
    }
}

/// The same as [`ip`]; tells of a header that is valid.
fn watched_ip<'a, W: Watch>(
    family: Family,
    span: Span<'a>,
    zero_length: ZeroLength,
    watch: &mut W,
) -> Found<'a> {
    let found = ip(family, span, zero_length);
    if let Found::Ip(parsed) = &found {
        watch.passed(Passed::Ip(parsed.header.version), span.bytes());
    }
    found
}

/// Reads an IP header of which every field that was captured must be valid.
pub(super) fn ip(family: Family, span: Span<'_>, zero_length: ZeroLength) -> Found<'_> {
    let packet = Packet { captured: span.bytes(), room: span.declared(), padded: false };
    let nibble = span.bytes().first().map(|first| first >> 4);
    let (parsed, least) = match (family, nibble) {
        (Family::V4 | Family::V6, None) => return Found::Announced,
        (Family::V4 | Family::ByNibble, Some(4)) => (ipv4::parse(&packet), 20),
        (Family::V6 | Family::ByNibble, Some(6)) => (ipv6::parse(&packet), 40),
        _ => return Found::Unknown,
    };
    let offloaded = ZeroLength::inside(parsed.anomalies) == ZeroLength::Offloaded;
    // In a first fragment nothing stands in for a length of 0.
    let offload_is_valid = zero_length == ZeroLength::Offloaded && parsed.header.octets < u64::MAX;
    if span.declared() < least
        || parsed.excess_octets > 0
        || parsed.anomalies.contains(Anomaly::BadHeaderLength)
        || offloaded && !offload_is_valid
    {
        return Found::Unknown;
    }
    Found::Ip(parsed)
}
