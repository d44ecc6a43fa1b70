//! The usual line of a table made into its record at once, by the columns that the
//! header gave: numbers are digits, addresses are addresses, nothing is missing and
//! nothing was rejected. Every other line goes through a row
//! ([`super::record::outcome`]), which reads all lines, and is the oracle in the
//! tests.

use super::super::Column;
use super::address_in::address_in;
use super::number::unsigned_in;
use super::record::Rules;
use super::split::Ends;
use super::time::{seconds, since_1970, timestamp};
use crate::model::{
    FlowDirection, FlowRecord, IpAddress, IpProtocol, IpVersion, Sampling, Timestamp,
};

/// How the usual line of a table is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quick {
    /// The fields that are read, in their order in the line.
    fields: Box<[(u16, Column)]>,
    /// The fields of both ports, which most protocols have.
    ports: Option<[u16; 2]>,
    duration: Option<u16>,
    has_end: bool,
}

/// What is put together out of several fields.
#[derive(Default)]
struct Parts {
    /// The families of the addresses, in the order of [`SOURCE`] and [`DESTINATION`].
    families: [Option<IpVersion>; 4],
    addresses: [u128; 4],
    packets: [u64; 2],
    octets: [u64; 2],
}

/// Places of the addresses: in each pair that comes first which has a column of its
/// own for IPv6.
const SOURCE: usize = 0;
const DESTINATION: usize = 2;

impl Parts {
    #[inline(always)]
    fn address(&mut self, place: usize, told: Option<(IpVersion, IpAddress)>) -> Option<()> {
        let (family, address) = told?;
        (self.families[place], self.addresses[place]) = (Some(family), address.bits());
        Some(())
    }

    /// The family of the first address that is not zero, as
    /// [`super::record::Addresses`] tells it.
    #[inline]
    fn family(&self) -> Option<IpVersion> {
        let mut told = self.families.iter().zip(&self.addresses);
        told.find(|(family, bits)| family.is_some() && **bits != 0).and_then(|(family, _)| *family)
    }

    /// The address at one end that is of the family, one that is not zero before
    /// others.
    #[inline]
    fn of_family(&self, end: usize, family: IpVersion) -> Option<IpAddress> {
        let fits = |place: usize| self.families[place] == Some(family);
        let place = match (fits(end), fits(end + 1)) {
            (true, true) if self.addresses[end] == 0 => end + 1,
            (true, _) => end,
            (false, true) => end + 1,
            (false, false) => return None,
        };
        Some(IpAddress::from_bits(self.addresses[place]))
    }
}

impl Quick {
    /// For a line with these columns; `None` where there is one whose text says more
    /// than its usual form.
    pub(super) fn of(fields: &[(usize, Column)]) -> Option<Self> {
        let at = |wanted: Column| {
            let field = fields.iter().find(|(_, column)| *column == wanted);
            field.and_then(|(at, _)| u16::try_from(*at).ok())
        };
        let mut read = Vec::new();
        for (place, column) in fields {
            match column {
                Column::Exporter | Column::Domain | Column::Family | Column::EtherType => {
                    return None;
                }
                Column::SourcePort | Column::DestinationPort | Column::Duration => {}
                _ => read.push((u16::try_from(*place).ok()?, *column)),
            }
        }
        let ports = at(Column::SourcePort).zip(at(Column::DestinationPort));
        let duration = at(Column::Duration);
        let ports = ports.map(<[u16; 2]>::from);
        let has_end = at(Column::End).is_some();
        Some(Self { fields: read.into(), ports, duration, has_end })
    }

    /// A record to be filled by lines of this table, one after the other.
    pub(super) fn record(rules: Rules) -> FlowRecord {
        FlowRecord { sampling: rules.sampling, ..FlowRecord::default() }
    }

    /// Fills the record, which is of [`Self::record`] or was filled before, with a
    /// line whose fields were found; `None` where it is not a usual one: some of it
    /// is then filled. Ports are read where `wants_ports`.
    #[inline]
    pub(super) fn read(
        &self,
        line: &[u8],
        ends: &Ends,
        (rules, wants_ports): (Rules, bool),
        record: &mut FlowRecord,
    ) -> Option<()> {
        let mut parts = Parts::default();
        for (at, column) in &self.fields {
            field(line, ends.bounds(usize::from(*at)), *column, rules, record, &mut parts)?;
        }
        record.packets = parts.packets[0].checked_add(parts.packets[1])?;
        record.octets = parts.octets[0].checked_add(parts.octets[1])?;
        let family = parts.family()?;
        record.family = Some(family);
        record.source = parts.of_family(SOURCE, family);
        record.destination = parts.of_family(DESTINATION, family);
        record.ports = None;
        if let Some(ports) = self.ports.filter(|_| wants_ports)
            && record.protocol.is_none_or(IpProtocol::has_ports)
        {
            let [source, destination] = ports.map(|at| {
                let (start, end) = ends.bounds(usize::from(at));
                unsigned_in(line, start, end).and_then(|port| u16::try_from(port).ok())
            });
            record.ports = Some((source?, destination?));
        }
        if !self.has_end {
            record.end = None;
        }
        if let (Some(at), None) = (self.duration, record.end) {
            let span = seconds(plain(ends.field(line, usize::from(at)))?)?;
            let end = record.start.and_then(|start| start.nanoseconds().checked_add(span));
            record.end = end.map(Timestamp::from_nanoseconds);
        }
        Some(())
    }
}

/// Reads one field; `None` where it is not what it usually is.
#[inline(always)]
fn field(
    line: &[u8],
    (start, end): (usize, usize),
    column: Column,
    rules: Rules,
    record: &mut FlowRecord,
    parts: &mut Parts,
) -> Option<()> {
    let number = || unsigned_in(line, start, end);
    let interface = || number().map(|number| u32::try_from(number).ok());
    let address = || address_in(line, start, end);
    let text = || line.get(start..end).unwrap_or_default();
    match column {
        Column::Source6 => parts.address(SOURCE, address())?,
        Column::Source => parts.address(SOURCE + 1, address())?,
        Column::Destination6 => parts.address(DESTINATION, address())?,
        Column::Destination => parts.address(DESTINATION + 1, address())?,
        Column::Protocol => record.protocol = Some(protocol(text())?),
        Column::Packets => parts.packets[0] = number()?,
        Column::Octets => parts.octets[0] = number()?,
        Column::ReversePackets => parts.packets[1] = number()?,
        Column::ReverseOctets => parts.octets[1] = number()?,
        Column::WireOctets => record.wire_octets = number()?,
        Column::Start => record.start = time(line, start, end)?,
        Column::End => record.end = time(line, start, end)?,
        Column::Sampling => record.sampling = Sampling::one_in(number()?),
        Column::Input => record.input = interface()?,
        Column::Output => record.output = interface()?,
        Column::Direction => record.direction = Some(direction(text())?),
        Column::Action => (rules.include_rejected || text() == b"ACCEPT").then_some(())?,
        Column::Status => (text() == b"OK").then_some(())?,
        Column::SourcePort | Column::DestinationPort | Column::Duration => {}
        Column::Exporter | Column::Domain | Column::Family | Column::EtherType => return None,
    }
    Some(())
}

/// A time, or that there is none.
#[inline]
fn time(line: &[u8], start: usize, end: usize) -> Option<Option<Timestamp>> {
    match unsigned_in(line, start, end) {
        Some(number) => Some(since_1970(number, 0)),
        None => plain(line.get(start..end)?).map(timestamp),
    }
}

/// A text with no space around it, that says something.
fn plain(text: &[u8]) -> Option<&[u8]> {
    match text {
        [] | [b' ', ..] | [.., b' '] => None,
        text => Some(text),
    }
}

#[inline]
fn protocol(text: &[u8]) -> Option<IpProtocol> {
    match text {
        [digit @ b'0'..=b'9'] => Some(IpProtocol(digit - b'0')),
        b"tcp" | b"TCP" => Some(IpProtocol::TCP),
        b"udp" | b"UDP" => Some(IpProtocol::UDP),
        [b'0'..=b'9', ..] => unsigned_in(text, 0, text.len())
            .and_then(|number| u8::try_from(number).ok())
            .map(IpProtocol),
        _ => None,
    }
}

fn direction(text: &[u8]) -> Option<FlowDirection> {
    match text {
        b"0" | b"ingress" => Some(FlowDirection::Ingress),
        b"1" | b"egress" => Some(FlowDirection::Egress),
        _ => None,
    }
}

#[cfg(test)]
#[path = "quick_tests.rs"]
mod quick_tests;
