//! Opens what an IP header carries, one tunnel after the other.

use super::super::decoder::Decoder;
use super::super::ip::{self, Parsed};
use super::inner::{self, Found, ZeroLength};
use super::inside::{Opened, Proof};
use super::{by_protocol, ip_in_ip, translation, udp};
use crate::model::{
    Anomalies, Anomaly, Encapsulation, IpHeader, IpProtocol, IpVersion, TunnelLayer, TunnelPath,
};

/// What an outer IP header carries.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Tunnel {
    /// The mechanism of the outermost tunnel, or a translation, or native.
    pub(in super::super) encapsulation: Encapsulation,
    /// The innermost IP header, where it is not the outer one.
    pub(in super::super) inner: Option<IpHeader>,
    /// The layers on the way.
    pub(in super::super) path: TunnelPath,
    /// Something is carried inside that cannot be seen.
    pub(in super::super) inner_unknown: bool,
    /// What was odd on the way.
    pub(in super::super) anomalies: Anomalies,
}

/// Opens the tunnels of a packet, as many within another as the configuration
/// allows.
///
/// Each tunnel takes its header off the bytes, and none is read more often than
/// a small number of times: the work is linear in what was captured.
pub(in super::super) fn open(decoder: &Decoder, outer: &Parsed<'_>) -> Tunnel {
    let mut tunnel = Tunnel::default();
    let mut header = *outer;
    for depth in 0..=decoder.options().max_depth {
        let Some(step) = step(decoder, &header, tunnel.path) else { break };
        if depth == 0 {
            tunnel.encapsulation = step.mechanism;
        }
        if depth == decoder.options().max_depth {
            tunnel.anomalies.insert(Anomaly::TooDeep);
            tunnel.inner_unknown = true;
            break;
        }
        tunnel.path = step.path;
        tunnel.anomalies = tunnel.anomalies.union(step.anomalies);
        let Found::Ip(inner) = step.found else {
            tunnel.inner_unknown = !matches!(step.found, Found::Nothing);
            break;
        };
        tunnel.inner = Some(inner.header);
        tunnel.anomalies = tunnel.anomalies.union(inner.anomalies);
        header = inner;
    }
    if tunnel.encapsulation == Encapsulation::Native {
        tunnel.encapsulation = translation::of(decoder, &outer.header);
    }
    tunnel
}

/// One tunnel.
struct Step<'a> {
    mechanism: Encapsulation,
    found: Found<'a>,
    path: TunnelPath,
    anomalies: Anomalies,
}

/// Opens the tunnel that `header` carries, if it does carry one.
fn step<'a>(decoder: &Decoder, header: &Parsed<'a>, path: TunnelPath) -> Option<Step<'a>> {
    let carried = &header.carried;
    let is_udp = carried.protocol == Some(IpProtocol::UDP);
    let opened = if is_udp {
        udp::open(decoder, header)?
    } else if ip::carries_a_tunnel(carried.protocol) {
        by_protocol::open(decoder, header)?
    } else {
        return None;
    };
    let mut anomalies = Anomalies::NONE;
    if carried.later_fragment {
        anomalies.insert(Anomaly::FragmentedTunnel);
    }
    let mut path = outer_layers(header, path);
    if is_udp {
        path.push(TunnelLayer::Udp);
    }
    if let Some(layer) = opened.layer {
        path.push(layer);
    }
    let zero_length = ZeroLength::inside(header.anomalies);
    let found = inner::find(opened.inside, zero_length, &mut path);
    if is_udp && !is_proven(&opened, &found) {
        return None;
    }
    let mut mechanism = opened.mechanism;
    if let Found::Ip(inner) = &found {
        path.push(layer_of(inner.header.version));
        if mechanism == Encapsulation::SixInFour {
            mechanism = ip_in_ip::six_in_four(decoder, &inner.header);
        }
    }
    Some(Step { mechanism, found, path, anomalies })
}

/// The outer IP header and what stood between it and the tunnel, the header
/// itself only where no tunnel before it has told it.
fn outer_layers(header: &Parsed<'_>, path: TunnelPath) -> TunnelPath {
    let mut path = path;
    if path.is_native() {
        path.push(layer_of(header.header.version));
    }
    if header.carried.behind_srh {
        path.push(TunnelLayer::Srh);
    }
    if header.carried.behind_ah {
        path.push(TunnelLayer::Ah);
    }
    path
}

fn layer_of(version: IpVersion) -> TunnelLayer {
    match version {
        IpVersion::V4 => TunnelLayer::Ipv4,
        IpVersion::V6 => TunnelLayer::Ipv6,
    }
}

/// Whether a datagram is more than its port says.
fn is_proven(opened: &Opened<'_>, found: &Found<'_>) -> bool {
    match found {
        // Octets are 0 where the length field is cut away.
        Found::Ip(inner) => opened.proof == Proof::Header || inner.header.octets > 0,
        Found::Announced | Found::Opaque | Found::Nothing => opened.proof == Proof::Header,
        Found::Unknown => false,
    }
}
