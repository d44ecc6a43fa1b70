//! The usual line of a table made into its record at once, by the columns that the
//! header gave: numbers are digits, addresses are addresses, nothing is missing and
//! nothing was rejected. Every other line goes through a row
//! ([`super::record::outcome`]), which reads all lines, and is the oracle in the
//! tests.

use super::super::Column;
use super::record::Rules;
use super::split::Ends;
use super::time::{seconds, since_1970, timestamp};
use crate::fields::{Near, address_in, unsigned_in};
use crate::model::{
    FlowDirection, FlowRecord, IpAddress, IpProtocol, IpVersion, Sampling, Timestamp,
};

/// How the usual line of a table is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quick {
    /// The field of each column, or [`NONE`].
    fields: [u16; Column::COUNT],
}

/// No field.
const NONE: u16 = u16::MAX;

/// The addresses of a line: those of columns for IPv6 alone come before the other of
/// the same end.
#[derive(Default)]
pub(super) struct Addresses {
    /// `None` where there is no column.
    families: [Option<IpVersion>; 4],
    bits: [u128; 4],
}

/// Places of the addresses.
const SOURCE6: usize = 0;
const SOURCE: usize = 1;
const DESTINATION6: usize = 2;
const DESTINATION: usize = 3;

impl Addresses {
    /// The place of the address that a column holds.
    pub(super) fn place(column: Column) -> Option<usize> {
        match column {
            Column::Source6 => Some(SOURCE6),
            Column::Source => Some(SOURCE),
            Column::Destination6 => Some(DESTINATION6),
            Column::Destination => Some(DESTINATION),
            _ => None,
        }
    }

    /// Puts an address in its place.
    #[inline(always)]
    pub(super) fn set(&mut self, place: usize, family: IpVersion, address: IpAddress) {
        let place = place & 3;
        (self.families[place], self.bits[place]) = (Some(family), address.bits());
    }

    /// Puts the family and both ends into the record, as
    /// [`super::record::Addresses`] tells them; `None` where all addresses are zero.
    #[inline(always)]
    pub(super) fn put(&self, record: &mut FlowRecord) -> Option<()> {
        if self.families[SOURCE6].is_some() || self.families[DESTINATION6].is_some() {
            return self.put_pairs(record);
        }
        let [source, destination] = [SOURCE, DESTINATION].map(|at| self.bits[at]);
        let teller = if source != 0 { SOURCE } else { DESTINATION };
        if destination == 0 && teller == DESTINATION {
            return None;
        }
        let family = self.families[teller]?;
        let of_family = |at: usize, bits: u128| {
            (self.families[at] == Some(family)).then(|| IpAddress::from_bits(bits))
        };
        record.family = Some(family);
        record.source = of_family(SOURCE, source);
        record.destination = of_family(DESTINATION, destination);
        Some(())
    }

    /// The same where an end may have two.
    #[inline(never)]
    fn put_pairs(&self, record: &mut FlowRecord) -> Option<()> {
        let mut told = self.families.iter().zip(&self.bits);
        let family = *told.find(|(family, bits)| family.is_some() && **bits != 0)?.0;
        // One that is not zero before others.
        let pick = |six: usize, other: usize| {
            let fits = |at: usize| self.families[at] == family;
            let at = match (fits(six), fits(other)) {
                (true, true) if self.bits[six] == 0 => other,
                (true, _) => six,
                (false, true) => other,
                (false, false) => return None,
            };
            Some(IpAddress::from_bits(self.bits[at]))
        };
        record.family = family;
        record.source = pick(SOURCE6, SOURCE);
        record.destination = pick(DESTINATION6, DESTINATION);
        Some(())
    }
}

/// A line whose fields were found.
#[derive(Clone, Copy)]
struct Fields<'q, 'w> {
    fields: &'q [u16; Column::COUNT],
    line: Near<'w>,
    ends: &'q Ends,
}

impl<'w> Fields<'_, 'w> {
    /// Where the field of a column begins and ends; `None` where it has none.
    #[inline(always)]
    fn bounds(self, column: Column) -> Option<(usize, usize)> {
        let field = self.fields[column as usize];
        (field != NONE).then(|| self.ends.bounds_near(self.line, usize::from(field)))
    }

    #[inline(always)]
    fn text(self, column: Column) -> Option<&'w [u8]> {
        let (start, end) = self.bounds(column)?;
        Some(self.line.bytes.get(start..end).unwrap_or_default())
    }

    /// Reads a number into its place, where the column is there; `None` where it is
    /// none.
    #[inline(always)]
    fn number(self, column: Column, to: &mut u64) -> Option<()> {
        if let Some((start, end)) = self.bounds(column) {
            *to = unsigned_in(self.line.bytes, start, end)?;
        }
        Some(())
    }

    /// A counter of both directions.
    #[inline(always)]
    fn sum(self, forth: Column, back: Column) -> Option<u64> {
        let (mut one, mut other) = (0, 0);
        self.number(forth, &mut one)?;
        self.number(back, &mut other)?;
        one.checked_add(other)
    }

    /// Reads an address into its place.
    #[inline(always)]
    fn address(self, column: Column, addresses: &mut Addresses, at: usize) -> Option<()> {
        match self.bounds(column) {
            Some(bounds) => read_address(self.line, bounds, addresses, at),
            None => Some(()),
        }
    }

    /// Reads a time, or that there is none.
    #[inline(always)]
    fn time(self, column: Column, to: &mut Option<Timestamp>) -> Option<()> {
        if let Some((start, end)) = self.bounds(column) {
            *to = match unsigned_in(self.line.bytes, start, end) {
                // Seconds, which are not too many.
                Some(seconds @ 1..9_223_372_036) => {
                    let nanoseconds = (seconds * 1_000_000_000).cast_signed();
                    Some(Timestamp::from_nanoseconds(nanoseconds))
                }
                Some(number) => since_1970(number, 0),
                None => timestamp(plain(self.line.bytes.get(start..end)?)?),
            };
        }
        Some(())
    }

    #[inline(always)]
    fn interface(self, column: Column, to: &mut Option<u32>) -> Option<()> {
        if let Some((start, end)) = self.bounds(column) {
            *to = u32::try_from(unsigned_in(self.line.bytes, start, end)?).ok();
        }
        Some(())
    }
}

/// Reads an address into its place: code that is not there four times.
#[inline(never)]
fn read_address(
    line: Near<'_>,
    (start, end): (usize, usize),
    addresses: &mut Addresses,
    at: usize,
) -> Option<()> {
    let (family, address) = address_in(line.bytes, start, end)?;
    addresses.set(at, family, address);
    Some(())
}

impl Quick {
    /// For a line with these columns; `None` where there is one whose text says more
    /// than its usual form.
    pub(super) fn of(columns: &[(usize, Column)]) -> Option<Self> {
        let mut fields = [NONE; Column::COUNT];
        for (field, column) in columns {
            use Column::{Domain, EtherType, Exporter, Family};
            if let Exporter | Domain | Family | EtherType = column {
                return None;
            }
            fields[*column as usize] = u16::try_from(*field).ok()?;
        }
        Some(Self { fields })
    }

    /// A record to be filled by lines with the same columns, one after the other.
    pub(super) fn record(rules: Rules) -> FlowRecord {
        FlowRecord { sampling: rules.sampling, ..FlowRecord::default() }
    }

    /// Fills the record, which is of [`Self::record`] or was filled before, with a
    /// line whose fields were found; `None` where it is not a usual one: some of it
    /// is then filled. Ports are read where `wants_ports`.
    ///
    /// Column by column, for what reads one then has its place in the code: a loop
    /// over the fields would jump anew for each.
    #[inline]
    pub(super) fn read(
        &self,
        line: Near<'_>,
        ends: &Ends,
        (rules, wants_ports): (Rules, bool),
        record: &mut FlowRecord,
    ) -> Option<()> {
        let fields = Fields { fields: &self.fields, line, ends };
        if let Some(status) = fields.text(Column::Status) {
            (status == b"OK").then_some(())?;
        }
        if let Some(action) = fields.text(Column::Action) {
            (rules.include_rejected || action == b"ACCEPT").then_some(())?;
        }
        let mut addresses = Addresses::default();
        fields.address(Column::Source, &mut addresses, SOURCE)?;
        fields.address(Column::Destination, &mut addresses, DESTINATION)?;
        fields.address(Column::Source6, &mut addresses, SOURCE6)?;
        fields.address(Column::Destination6, &mut addresses, DESTINATION6)?;
        addresses.put(record)?;
        if let Some(text) = fields.text(Column::Protocol) {
            record.protocol = Some(protocol(text)?);
        }
        record.packets = fields.sum(Column::Packets, Column::ReversePackets)?;
        record.octets = fields.sum(Column::Octets, Column::ReverseOctets)?;
        fields.number(Column::WireOctets, &mut record.wire_octets)?;
        record.ports = None;
        if wants_ports && record.protocol.is_none_or(IpProtocol::has_ports) {
            record.ports = ports(fields)?;
        }
        times(fields, record)?;
        others(fields, record)
    }
}

/// Both ports, where both have columns.
#[inline]
fn ports(fields: Fields<'_, '_>) -> Option<Option<(u16, u16)>> {
    let bounds = fields.bounds(Column::SourcePort).zip(fields.bounds(Column::DestinationPort));
    let Some((source, destination)) = bounds else { return Some(None) };
    let port = |(start, end)| {
        unsigned_in(fields.line.bytes, start, end).and_then(|port| u16::try_from(port).ok())
    };
    Some(Some((port(source)?, port(destination)?)))
}

/// When the flow began and ended.
#[inline(always)]
fn times(fields: Fields<'_, '_>, record: &mut FlowRecord) -> Option<()> {
    fields.time(Column::Start, &mut record.start)?;
    record.end = None;
    fields.time(Column::End, &mut record.end)?;
    if record.end.is_none()
        && let Some(text) = fields.text(Column::Duration)
    {
        let span = seconds(plain(text)?)?;
        let end = record.start.and_then(|start| start.nanoseconds().checked_add(span));
        record.end = end.map(Timestamp::from_nanoseconds);
    }
    Some(())
}

/// What few tables say.
#[inline(always)]
fn others(fields: Fields<'_, '_>, record: &mut FlowRecord) -> Option<()> {
    if let Some((start, end)) = fields.bounds(Column::Sampling) {
        record.sampling = Sampling::one_in(unsigned_in(fields.line.bytes, start, end)?);
    }
    fields.interface(Column::Input, &mut record.input)?;
    fields.interface(Column::Output, &mut record.output)?;
    if let Some(text) = fields.text(Column::Direction) {
        record.direction = Some(direction(text)?);
    }
    Some(())
}

/// A text with no space around it, that says something.
fn plain(text: &[u8]) -> Option<&[u8]> {
    match text {
        [] | [b' ', ..] | [.., b' '] => None,
        text => Some(text),
    }
}

/// A protocol by its number, or one of the names that are the same in both families.
#[inline(always)]
pub(super) fn protocol(text: &[u8]) -> Option<IpProtocol> {
    match text {
        [digit @ b'0'..=b'9'] => Some(IpProtocol(digit - b'0')),
        text => longer_protocol(text),
    }
}

#[inline(never)]
fn longer_protocol(text: &[u8]) -> Option<IpProtocol> {
    match text {
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
