//! One flow record, before a format writes it.

use crate::model::{IpAddress, IpProtocol, IpVersion};
use crate::synth::flow::Facts;
use crate::synth::kind::{Kind, Transport};
use crate::synth::layout::Layout;
use std::net::IpAddr;

/// What every format says of some packets of one flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) packets: u64,
    /// Octets of the outer IP packets.
    pub(super) octets: u64,
    /// Nanoseconds since 1970 of the first packet.
    pub(super) first: u64,
    /// Nanoseconds since 1970 of the last packet.
    pub(super) last: u64,
}

/// What the packets of a flow share, by their outer header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) version: IpVersion,
    pub(super) source: IpAddress,
    pub(super) destination: IpAddress,
    pub(super) protocol: u8,
    /// 0 where the protocol has none.
    pub(super) ports: [u16; 2],
}

impl Key {
    /// The key of a flow with these headers; `None` where it is not IP.
    pub(super) fn of(facts: &Facts, layout: &Layout, template: &[u8]) -> Option<Self> {
        let (Kind::Ip(kind), Some(ends)) = (facts.kind, facts.outer) else { return None };
        let protocol = kind.outer_protocol();
        let inside = if kind.carriage.is_tunnel() {
            // UDP of a tunnel follows its IP header, which has no extensions.
            (protocol == IpProtocol::UDP).then(|| layout.ip + header_octets(ends.version))
        } else {
            // The transport header of the flow itself, behind extension headers.
            use Transport::{Sctp, Tcp, Udp, WireGuard};
            let has_ports = matches!(kind.transport, Tcp | Udp | Sctp | WireGuard);
            layout.transport.as_ref().filter(|_| has_ports).map(|transport| transport.at)
        };
        let ports = inside.and_then(|at| template.get(at..)?.first_chunk::<4>());
        let ports = ports.map_or([0; 2], |[a, b, c, d]| {
            [u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d])]
        });
        let (source, destination) = (ends.source, ends.destination);
        Some(Self { version: ends.version, source, destination, protocol: protocol.0, ports })
    }

    /// Both addresses as the standard library writes them.
    pub(super) fn addresses(&self) -> [IpAddr; 2] {
        [self.source, self.destination].map(|address| address.to_std(self.version))
    }

    /// The octets of source and destination, 4 or 16 each.
    pub(super) fn push_addresses(&self, out: &mut Vec<u8>) {
        for address in [self.source, self.destination] {
            let octets = address.bits().to_be_bytes();
            let length = usize::from(self.version.address_bits() / 8);
            out.extend_from_slice(&octets[..length]);
        }
    }
}

fn header_octets(version: IpVersion) -> usize {
    match version {
        IpVersion::V4 => 20,
        IpVersion::V6 => 40,
    }
}

impl Entry {
    /// Milliseconds since 1970 of the first and the last packet.
    pub(super) fn milliseconds(&self) -> [u64; 2] {
        [self.first / 1_000_000, self.last / 1_000_000]
    }
}
