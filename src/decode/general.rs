//! The general path: any link layer, any header, however cut.

use super::ETHERNET;
use super::decoder::Decoder;
use super::ip::{Packet, Parsed};
use super::link::{self, Family, Link, Payload};
use super::tunnel::{self, Tunnel};
use super::watch::{Passed, Watch};
use super::{ipv4, ipv6};
use crate::model::{
    Anomalies, Anomaly, Decoded, Frame, LinkType, Observation, Undecodable, Verdict,
};

/// Octets of the smallest Ethernet frame without its FCS: up to here, what
/// follows a packet may be padding (IEEE 802.3 section 4.2.3.3).
const MIN_FRAME: u32 = 60;

/// Decodes one frame.
#[inline(never)]
pub(super) fn decode(decoder: &Decoder, frame: &Frame<'_>) -> Decoded {
    decode_by(decoder, frame, &mut (), |link_type, captured, ()| link::resolve(link_type, captured))
}

/// The same, watched.
pub(super) fn decode_watched<W: Watch>(
    decoder: &Decoder,
    frame: &Frame<'_>,
    watch: &mut W,
) -> Decoded {
    decode_by(decoder, frame, watch, link::resolve_watched)
}

#[inline(always)]
fn decode_by<W: Watch>(
    decoder: &Decoder,
    frame: &Frame<'_>,
    watch: &mut W,
    resolve: impl FnOnce(LinkType, &[u8], &mut W) -> Link,
) -> Decoded {
    let mut anomalies = Anomalies::NONE;
    if frame.captured.len() > frame.original_len as usize {
        anomalies.insert(Anomaly::CapturedExceedsOriginal);
    }
    if frame.timestamp.is_none() {
        anomalies.insert(Anomaly::NoTimestamp);
    }
    let Some(link_type) = frame.link_type else {
        let verdict = Verdict::Undecodable(Undecodable::UnknownInterface);
        return Decoded { verdict, anomalies, excess_octets: 0 };
    };
    let link = resolve(link_type, frame.captured, watch);
    anomalies = anomalies.union(link.anomalies);
    let (verdict, excess_octets) = match link.payload {
        Payload::NotIp(what) => (Verdict::NotIp(what), 0),
        Payload::Undecodable(why) => (Verdict::Undecodable(why), 0),
        Payload::Ip { offset, family } => {
            let trailer = u32::from(frame.fcs_len) + u32::from(link.trailer);
            let before = u32::try_from(offset).unwrap_or(u32::MAX);
            let original = frame.original_len.saturating_sub(trailer);
            let packet = Packet {
                captured: frame.captured.get(offset..).unwrap_or_default(),
                room: u64::from(original.saturating_sub(before)),
                padded: link_type == ETHERNET && original <= MIN_FRAME,
            };
            match outer(&packet, family) {
                Ok(parsed) => {
                    watch.passed(Passed::Ip(parsed.header.version), packet.captured);
                    let tunnel = tunnel::open(decoder, &parsed, watch);
                    anomalies = anomalies.union(parsed.anomalies).union(tunnel.anomalies);
                    (Verdict::Ip(observation(frame, &parsed, &tunnel)), parsed.excess_octets)
                }
                Err(why) => (Verdict::Undecodable(why), 0),
            }
        }
    };
    Decoded { verdict, anomalies, excess_octets }
}

/// Reads the outermost IP header, whose version must be the one that the link
/// layer says.
pub(super) fn outer<'a>(packet: &Packet<'a>, family: Family) -> Result<Parsed<'a>, Undecodable> {
    let nibble = packet.captured.first().map(|first| first >> 4);
    match (family, nibble) {
        (Family::V4, None | Some(4)) | (Family::ByNibble, Some(4)) => Ok(ipv4::parse(packet)),
        (Family::V6, None | Some(6)) | (Family::ByNibble, Some(6)) => Ok(ipv6::parse(packet)),
        (Family::ByNibble, None) => Err(Undecodable::TruncatedLinkHeader),
        (Family::ByNibble, Some(_)) => Err(Undecodable::UnknownVersion),
        (Family::V4 | Family::V6, Some(_)) => Err(Undecodable::VersionMismatch),
    }
}

fn observation(frame: &Frame<'_>, parsed: &Parsed<'_>, tunnel: &Tunnel) -> Observation {
    Observation {
        timestamp: frame.timestamp,
        wire_octets: u64::from(frame.original_len),
        outer: parsed.header,
        inner: tunnel.inner,
        encapsulation: tunnel.encapsulation,
        path: tunnel.path,
        inner_unknown: tunnel.inner_unknown,
    }
}
