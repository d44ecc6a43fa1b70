//! Opens what an IP header carries, one tunnel after the other.

use super::super::decoder::Decoder;
use super::super::ip::{self, Parsed};
use super::super::watch::{Passed, Watch};
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
pub(in super::super) fn open<W: Watch>(
    decoder: &Decoder,
    outer: &Parsed<'_>,
    watch: &mut W,
) -> Tunnel {
    let mut tunnel = Tunnel::default();
    let mut innermost;
    let mut header = outer;
    for depth in 0..=decoder.options().max_depth {
        watch.passed(carried(header), header.carried.bytes);
        let before = watch.mark();
        let Some(step) = step(decoder, header, tunnel.path, watch) else {
            watch.forget(before);
            break;
        };
        if depth == 0 {
            tunnel.encapsulation = step.mechanism;
        }
        if depth == decoder.options().max_depth {
            tunnel.anomalies.insert(Anomaly::TooDeep);
            tunnel.inner_unknown = true;
            watch.forget(before);
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
        innermost = inner;
        header = &innermost;
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
fn step<'a, W: Watch>(
    decoder: &Decoder,
    header: &Parsed<'a>,
    path: TunnelPath,
    watch: &mut W,
) -> Option<Step<'a>> {
    let carried = &header.carried;
    let is_udp = carried.protocol == Some(IpProtocol::UDP);
    let opened = if is_udp {
        udp::open(decoder, header)?
    } else if carried.protocol.is_some_and(ip::carries_a_tunnel) {
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
        let behind = if is_udp { udp::UDP_LEN } else { 0 };
        let bytes = carried.bytes.get(behind..).unwrap_or_default();
        watch.passed(Passed::Tunnel(layer), bytes);
    }
    let zero_length = ZeroLength::inside(header.anomalies);
    let found = inner::find(opened.inside, zero_length, &mut path, watch);
    if is_udp && !is_proven(&opened, &found) {
        return None;
    }
    let mut mechanism = opened.mechanism;
    if let Found::Ip(inner) = &found {
        path.push(layer_of(inner.header.version));
        if mechanism == Encapsulation::SixInFour {
            mechanism = ip_in_ip::six_in_four(decoder, ip_in_ip::addresses(&inner.header));
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

/// What an IP header carries, for who watches.
fn carried(header: &Parsed<'_>) -> Passed {
    if header.carried.later_fragment {
        Passed::Fragment
    } else {
        Passed::Carried(header.carried.protocol)
    }
}

pub(super) fn layer_of(version: IpVersion) -> TunnelLayer {
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

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::TunnelOptions;
    use proptest::prelude::*;

    #[test]
    fn what_carries_nothing_is_native() {
        assert_native(&ipv4(17, &data()));
        assert_native(&ipv6(6, &[0; 20]));
    }

    #[test]
    fn the_header_that_an_error_quotes_is_no_tunnel() {
        let quoted = octets(&[&[3, 1, 0, 0, 0, 0, 0, 0], &inner_ipv4()]);
        assert_native(&ipv4(1, &quoted));
        let quoted = octets(&[&[1, 0, 0, 0, 0, 0, 0, 0], &inner_ipv6()]);
        assert_native(&ipv6(58, &quoted));
        let register = octets(&[&[0x21, 0, 0, 0, 0, 0, 0, 0], &inner_ipv4()]);
        assert_native(&ipv4(103, &register));
    }

    #[test]
    fn tunnels_within_tunnels_have_one_path() {
        let frame = octets(&[&ethernet(0x0800), &ipv4(4, &inner_ipv4())]);
        let packet = ipv6(47, &octets(&[&[0, 0, 0x65, 0x58], &frame]));
        let tunnel = assert_opened(
            &packet,
            Encapsulation::Gre,
            "ipv6/gre/ethernet/ipv4/ipv4",
            IpVersion::V4,
        );
        assert_eq!(tunnel.inner.unwrap().octets, inner_ipv4().len() as u64);
    }

    /// IPv6 in so many IPv4 headers and one of IPv6.
    fn nested(tunnels: usize) -> Vec<u8> {
        let six = ipv4(41, &inner_ipv6());
        (1..tunnels).fold(six, |inside, _| ipv4(4, &inside))
    }

    #[test]
    fn the_depth_is_limited() {
        let eight = opened(&nested(8));
        assert_eq!(eight.inner.unwrap().version, IpVersion::V6);
        assert!(!eight.anomalies.contains(Anomaly::TooDeep) && !eight.inner_unknown);
        let nine = opened(&nested(9));
        assert_eq!(nine.inner.unwrap().version, IpVersion::V4);
        assert!(nine.anomalies.contains(Anomaly::TooDeep) && nine.inner_unknown);
        let none = TunnelOptions { max_depth: 0, ..TunnelOptions::default() };
        let closed = opened_with(none, &nested(1));
        assert_eq!(closed.encapsulation, Encapsulation::SixInFour);
        assert!(closed.inner.is_none() && closed.inner_unknown);
        assert!(closed.anomalies.contains(Anomaly::TooDeep));
    }

    #[test]
    fn lengths_of_zero_are_believed_where_the_outer_header_says_so_too() {
        let mut inner = inner_ipv4();
        inner[2..4].fill(0);
        let mut packet = ipv4(4, &inner);
        assert_closed(&packet, Encapsulation::IpIp, "ipv4", true);
        packet[2..4].fill(0);
        let tunnel = opened(&packet);
        assert_eq!(tunnel.inner.unwrap().octets, inner.len() as u64);
        assert!(tunnel.anomalies.contains(Anomaly::TotalLengthZero));
    }

    proptest! {
        /// Total on any bytes, and what is inside is never longer than what is
        /// outside.
        #[test]
        fn any_bytes_are_opened(
            protocol in prop::sample::select(vec![4_u8, 17, 41, 47, 50, 51, 94, 97, 108, 115, 137, 143]),
            port in prop::sample::select(TunnelOptions::default().ports.into_keys().collect::<Vec<_>>()),
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(8), Just(0x45), Just(0x60)], 0..160),
            fragment in prop::sample::select(vec![0_u16, 0x2000, 0x0001]),
            cut in 0_usize..200,
        ) {
            let inside = if protocol == 17 { udp(port, &bytes) } else { bytes };
            for packet in [ipv4_fragment(protocol, fragment, &inside), ipv6(protocol, &inside)] {
                let options = TunnelOptions::default();
                let tunnel = opened_cut(options, &packet, packet.len() - cut.min(packet.len() - 1));
                if let Some(inner) = tunnel.inner
                    && fragment == 0
                {
                    prop_assert!(inner.octets < packet.len() as u64);
                }
                prop_assert!(tunnel.inner.is_none() || !tunnel.path.is_native());
                prop_assert!(!tunnel.inner_unknown || !tunnel.path.is_native());
            }
        }
    }
}
