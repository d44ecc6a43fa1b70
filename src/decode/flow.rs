//! A flow record into an observation. It has one IP header and no bytes, so
//! there is little to decode: what it carries is told by its protocol number and
//! its addresses.

use super::short::may_be_nat64;
use super::{Decoder, ip, tunnel};
use crate::model::{FlowKeys, FlowRecord, IpHeader, IpVersion, Observation};

impl Decoder {
    /// The short path of [`Self::flow`]: the keys of a native record with nothing
    /// missing; `None` for all others, and for some native ones.
    #[inline(always)]
    #[must_use]
    pub fn native_flow(&self, record: &FlowRecord) -> Option<FlowKeys> {
        record.keys().filter(|keys| self.is_native(keys))
    }

    /// Whether a record with these keys is native; false for some that are.
    #[inline(always)]
    #[must_use]
    pub fn is_native(&self, keys: &FlowKeys) -> bool {
        let translates_none = match keys.version {
            IpVersion::V4 => true,
            IpVersion::V6 => {
                !self.has_translators()
                    && !may_be_nat64(keys.source)
                    && !may_be_nat64(keys.destination)
            }
        };
        translates_none && !ip::carries_a_tunnel(keys.protocol)
    }

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
    use crate::model::{Encapsulation, IpAddress, IpProtocol, Prefix, TunnelOptions};
    use proptest::prelude::*;

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
    #[test]
    fn the_short_path_takes_what_most_records_are() {
        let decoder = Decoder::default();
        let record = FlowRecord {
            family: Some(IpVersion::V4),
            source: Some(IpAddress::from_v4([192, 0, 2, 1])),
            destination: Some(IpAddress::from_v4([192, 0, 2, 2])),
            protocol: Some(IpProtocol::TCP),
            ..FlowRecord::default()
        };
        assert!(decoder.native_flow(&record).is_some());
        assert_eq!(decoder.native_flow(&FlowRecord { protocol: None, ..record }), None);
        assert_eq!(decoder.native_flow(&FlowRecord { destination: None, ..record }), None);
    }

    proptest! {
        #[test]
        fn the_short_path_takes_native_records_alone(
            protocol: u8,
            is_v6: bool,
            addresses in prop::array::uniform2(prop_oneof![
                any::<u128>(),
                any::<u32>().prop_map(|low| 0x0064_ff9b << 96 | u128::from(low)),
                any::<u64>().prop_map(|low| 0x2001_0db8_0064 << 80 | u128::from(low)),
            ]),
        ) {
            let nat64: Prefix = "2001:db8:64::/96".parse().unwrap();
            let translating = TunnelOptions { nat64: vec![nat64], ..TunnelOptions::default() };
            let record = FlowRecord {
                family: Some(if is_v6 { IpVersion::V6 } else { IpVersion::V4 }),
                source: Some(IpAddress::from_bits(addresses[0])),
                destination: Some(IpAddress::from_bits(addresses[1])),
                protocol: Some(IpProtocol(protocol)),
                ..FlowRecord::default()
            };
            for decoder in [Decoder::default(), Decoder::new(translating)] {
                let Some(flow) = decoder.native_flow(&record) else { continue };
                let plain = decoder.flow(&record).unwrap();
                prop_assert_eq!(plain.encapsulation, Encapsulation::Native);
                prop_assert_eq!((plain.inner, plain.inner_unknown), (None, false));
                let outer = plain.outer;
                prop_assert_eq!((outer.version, outer.protocol), (flow.version, Some(flow.protocol)));
                let keys = [outer.source, outer.destination].map(|end| end.unwrap().high());
                prop_assert_eq!(keys, [flow.source, flow.destination]);
            }
        }
    }
}
