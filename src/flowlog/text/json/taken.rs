//! The values of a record as they come, put together: what
//! [`outcome`](super::super::record::outcome) makes of a row that is a usual one, value
//! by value.

use super::super::super::Column;
use super::super::quick::{Addresses, protocol};
use super::super::record::{Rules, direction, ether_type, interface, stated_family};
use super::super::row::Value;
use crate::model::{Exporter, FlowRecord, IpAddress, IpProtocol, IpVersion, Sampling, Timestamp};

/// What was taken of a record so far.
pub(super) struct Taken<'r, 'a> {
    pub addresses: Addresses,
    rules: Rules,
    record: &'r mut FlowRecord,
    packets: [u64; 2],
    octets: [u64; 2],
    ports: [Option<u16>; 2],
    duration: Value<'a>,
    family: Option<IpVersion>,
    exporter: Option<(IpVersion, IpAddress)>,
    domain: Option<u32>,
}

impl<'r, 'a> Taken<'r, 'a> {
    /// Nothing yet, of a record of [`Quick::record`](super::super::quick::Quick::record)
    /// or one that was filled before.
    #[inline(always)]
    pub(super) fn new(rules: Rules, record: &'r mut FlowRecord) -> Self {
        record.end = None;
        Self {
            addresses: Addresses::default(),
            rules,
            record,
            packets: [0; 2],
            octets: [0; 2],
            ports: [None; 2],
            duration: Value::Absent,
            family: None,
            exporter: None,
            domain: None,
        }
    }

    /// Takes the value of a column that is no address of an end; `None` where it is
    /// not a usual one.
    #[inline(always)]
    pub(super) fn take(&mut self, column: Column, value: Value<'a>) -> Option<()> {
        let number = || value.number().ok().map(Option::unwrap_or_default);
        let port = || value.number().ok().flatten().and_then(|port| u16::try_from(port).ok());
        match column {
            Column::Protocol => self.record.protocol = Some(protocol_of(value)?),
            Column::Packets => self.packets[0] = number()?,
            Column::Octets => self.octets[0] = number()?,
            Column::ReversePackets => self.packets[1] = number()?,
            Column::ReverseOctets => self.octets[1] = number()?,
            Column::WireOctets => self.record.wire_octets = number()?,
            Column::Start => self.record.start = value.time(),
            Column::End => self.record.end = value.time(),
            Column::SourcePort => self.ports[0] = port(),
            Column::DestinationPort => self.ports[1] = port(),
            _ => self.take_other(column, value)?,
        }
        Some(())
    }

    /// The same of columns that few logs have.
    #[inline(never)]
    fn take_other(&mut self, column: Column, value: Value<'a>) -> Option<()> {
        match column {
            Column::Sampling => {
                let sampling = value.number().ok()?;
                self.record.sampling = sampling.map_or(self.rules.sampling, Sampling::one_in);
            }
            Column::Input => self.record.input = interface(value),
            Column::Output => self.record.output = interface(value),
            Column::Direction => self.record.direction = direction(value),
            Column::Duration => self.duration = value,
            Column::Family => self.family = stated_family(value).ok()?,
            // The addresses tell the family.
            Column::EtherType => drop(ether_type(value).ok()?),
            Column::Exporter => self.exporter = value.address().unwrap_or(None),
            Column::Domain => {
                let domain = value.number().unwrap_or(None);
                self.domain = domain.and_then(|domain| u32::try_from(domain).ok());
            }
            Column::Status => (value.text()? == b"OK").then_some(())?,
            Column::Action => {
                (self.rules.include_rejected || value.text()? == b"ACCEPT").then_some(())?;
            }
            _ => return None,
        }
        Some(())
    }

    /// Puts together what several values say.
    #[inline(always)]
    pub(super) fn finish(self, wants_ports: bool) -> Option<()> {
        let record = self.record;
        self.addresses.put(record)?;
        if self.family.is_some() && self.family != record.family {
            return None;
        }
        record.packets = self.packets[0].checked_add(self.packets[1])?;
        record.octets = self.octets[0].checked_add(self.octets[1])?;
        record.ports = None;
        if wants_ports && record.protocol.is_none_or(IpProtocol::has_ports) {
            record.ports = self.ports[0].zip(self.ports[1]);
        }
        if record.end.is_none()
            && let Some(span) = self.duration.span()
        {
            let end = record.start.and_then(|start| start.nanoseconds().checked_add(span));
            record.end = end.map(Timestamp::from_nanoseconds);
        }
        let has_exporter = self.exporter.is_some() || self.domain.is_some();
        record.exporter = has_exporter
            .then(|| Exporter { address: self.exporter, domain: self.domain.unwrap_or(0) });
        Some(())
    }
}

/// A protocol by its number, or one of the names that are the same in both families.
#[inline(always)]
fn protocol_of(value: Value<'_>) -> Option<IpProtocol> {
    match value {
        Value::Number(number) => u8::try_from(number).ok().map(IpProtocol),
        Value::Text(text) => protocol(text),
        _ => None,
    }
}
