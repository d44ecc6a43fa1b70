//! A flow record into an observation. It has one IP header and no bytes, so
//! there is little to decode: what it carries is told by its protocol number and
//! its addresses.

use super::{Decoder, tunnel};
use crate::model::{FlowRecord, IpHeader, Observation};

impl Decoder {
    /// What a flow record counts as; `None` where it tells neither family.
    ///
    /// The octets are as exported and stand here for breakdowns that ask for
    /// none: what is counted is told beside ([`crate::model::FlowObservation`]).
    #[must_use]
    pub fn flow(&self, record: &FlowRecord) -> Option<Observation> {
        let outer = IpHeader {
            version: record.family?,
            source: record.source,
            destination: record.destination,
            protocol: record.protocol,
            ports: record.ports,
            octets: record.octets,
            traffic_class: None,
        };
        let tunnel = tunnel::by_record(self, &outer);
        let mut inner = tunnel.inner;
        if let Some(inner) = &mut inner {
            let outside = record.packets.saturating_mul(outer.version.header_len());
            inner.octets = outer.octets.saturating_sub(outside);
        }
        Some(Observation {
            timestamp: record.start.or(record.end),
            wire_octets: record.wire_octets,
            outer,
            inner,
            encapsulation: tunnel.encapsulation,
            path: tunnel.path,
            inner_unknown: tunnel.inner_unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IpProtocol, IpVersion};

    #[test]
    fn the_outer_headers_are_taken_off_what_is_inside() {
        let record = FlowRecord {
            family: Some(IpVersion::V4),
            protocol: Some(IpProtocol::IPV6),
            packets: 3,
            octets: 300,
            ..FlowRecord::default()
        };
        let observation = Decoder::default().flow(&record).unwrap();
        assert_eq!(observation.end_to_end(), IpVersion::V6);
        assert_eq!((observation.outer.octets, observation.innermost().octets), (300, 240));
        assert_eq!(Decoder::default().flow(&FlowRecord::default()), None);
    }
}
