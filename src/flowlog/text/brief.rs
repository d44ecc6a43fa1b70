//! The usual line of a table for a run without special questions: its keys, counters
//! and times alone. All else is left to [`super::quick`], which reads whole records and
//! is the oracle in the tests.

use super::super::Column;
use super::quick::protocol;
use super::record::Rules;
use super::split::Ends;
use crate::fields::{Near, address_in, unsigned_in};
use crate::model::{BriefFlow, FlowKeys, IpVersion, Timestamp};

/// Where the fields are that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Brief {
    source: usize,
    destination: usize,
    protocol: usize,
    packets: usize,
    octets: usize,
    start: usize,
    end: usize,
    action: Option<usize>,
    status: Option<usize>,
}

impl Brief {
    /// For a table with these columns; `None` where there is one that says more, or too
    /// few are there.
    pub(super) fn of(columns: &[(usize, Column)]) -> Option<Self> {
        use Column::{
            Action, Destination, DestinationPort, End, Octets, Packets, Protocol, Source,
            SourcePort, Start, Status,
        };
        let is_known = |column: &Column| {
            matches!(
                column,
                Source
                    | Destination
                    | SourcePort
                    | DestinationPort
                    | Protocol
                    | Packets
                    | Octets
                    | Start
                    | End
                    | Action
                    | Status
            )
        };
        let are_known = columns.iter().all(|(_, column)| is_known(column));
        // Of a column that is there twice the last counts.
        let field = |wanted: Column| {
            let last = columns.iter().rev().find(|(_, column)| *column == wanted)?;
            Some(last.0)
        };
        let brief = Self {
            source: field(Source)?,
            destination: field(Destination)?,
            protocol: field(Protocol)?,
            packets: field(Packets)?,
            octets: field(Octets)?,
            start: field(Start)?,
            end: field(End)?,
            action: field(Action),
            status: field(Status),
        };
        are_known.then_some(brief)
    }

    /// What a line says whose fields were found; `None` where it is not a usual one.
    #[inline(always)]
    pub(super) fn read(&self, line: Near<'_>, ends: &Ends, rules: Rules) -> Option<BriefFlow> {
        let fields = Fields { line, ends };
        if let Some(status) = self.status {
            (fields.text(status) == b"OK").then_some(())?;
        }
        if let Some(action) = self.action {
            (rules.include_rejected || fields.text(action) == b"ACCEPT").then_some(())?;
        }
        let (version, source) = fields.address(self.source)?;
        let (other, destination) = fields.address(self.destination)?;
        if version != other {
            return None;
        }
        let protocol = protocol(fields.text(self.protocol))?;
        Some(BriefFlow {
            keys: FlowKeys { version, protocol, source, destination },
            packets: fields.number(self.packets)?,
            octets: fields.number(self.octets)?,
            start: fields.time(self.start)?,
            end: fields.time(self.end)?,
        })
    }
}

/// A line whose fields were found.
#[derive(Clone, Copy)]
struct Fields<'w> {
    line: Near<'w>,
    ends: &'w Ends,
}

impl<'w> Fields<'w> {
    #[inline(always)]
    fn text(self, field: usize) -> &'w [u8] {
        let (start, end) = self.ends.bounds_near(self.line, field);
        self.line.bytes.get(start..end).unwrap_or_default()
    }

    /// The family of an address and its upper 64 bits; `None` where it is zero: what a
    /// record is then, its other end says. Code that is not there twice.
    #[inline(never)]
    fn address(self, field: usize) -> Option<(IpVersion, u64)> {
        let (start, end) = self.ends.bounds_near(self.line, field);
        let (family, address) = address_in(self.line.bytes, start, end)?;
        (address.bits() != 0).then_some((family, address.high()))
    }

    #[inline(always)]
    fn number(self, field: usize) -> Option<u64> {
        let (start, end) = self.ends.bounds_near(self.line, field);
        unsigned_in(self.line.bytes, start, end)
    }

    /// A time in seconds, which are not too many.
    #[inline(always)]
    fn time(self, field: usize) -> Option<Timestamp> {
        match self.number(field)? {
            seconds @ 1..9_223_372_036 => {
                Some(Timestamp::from_nanoseconds((seconds * 1_000_000_000).cast_signed()))
            }
            _ => None,
        }
    }
}
