//! A template made into a plan: which octets of a record go where.
//!
//! A record of fixed length is read by its loads alone: each takes eight octets
//! that lie within the record, and shifts away those that are not the field's.
//! A record with fields of variable length is walked field by field.

use super::ExportFormat;
use super::element::{Meaning, SectionKind, Slot, meaning, options_meaning};

/// The length of a field that says that each record carries its own.
pub(super) const VARIABLE: u16 = u16::MAX;

/// One field of a template as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) enterprise: u32,
    pub(super) id: u16,
    pub(super) length: u16,
    /// True for the scope of options.
    pub(super) scope: bool,
}

/// The numbers of one record, each in its slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values([u64; Slot::COUNT]);

impl Default for Values {
    fn default() -> Self {
        Self([0; Slot::COUNT])
    }
}

impl Values {
    #[inline]
    pub(super) fn of(&self, slot: Slot) -> u64 {
        self.0[slot as usize]
    }

    #[inline]
    pub(super) fn of_address6(&self, slot: Slot) -> u128 {
        let high = self.0[slot as usize];
        let low = self.0[slot as usize + 1];
        u128::from(high) << 64 | u128::from(low)
    }
}

/// Eight octets of a record, shifted into a slot.
#[derive(Clone, Copy, Debug)]
struct Load {
    at: u16,
    left: u8,
    right: u8,
    slot: u8,
}

/// One step through a record of variable length.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many octets that nobody asks for.
    Skip(u32),
    /// A number.
    Number { length: u16, slot: u8 },
    /// Eight octets into a slot, and eight into the next.
    Address6 { slot: u8 },
    /// The section.
    Section { length: u16 },
}

/// How to read the records of one template.
#[derive(Debug)]
pub(super) struct Plan {
    /// Octets of a record; of the shortest possible one where they vary.
    pub(super) length: usize,
    loads: Box<[Load]>,
    steps: Box<[Step]>,
    variable: bool,
    section_at: (usize, usize),
    /// The kind of the first section, where there is one.
    pub(super) section: Option<SectionKind>,
    has: u128,
    /// True where a field of IPv6 comes before all of IPv4.
    pub(super) ipv6_first: bool,
}

/// What one record is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Octets of the record.
    pub(super) length: usize,
    /// Where its section lies: offset and octets.
    pub(super) section: (usize, usize),
}

impl Plan {
    /// Compiles the fields of a template. Where an element comes more than once,
    /// the first counts: it is the outermost (RFC 7011 section 8).
    pub(super) fn compile(format: ExportFormat, fields: &[Field], options: bool) -> Self {
        let mut building = Building::default();
        for field in fields {
            let meaning = if options {
                options_meaning(format, field.enterprise, field.id, field.scope)
            } else {
                meaning(format, field.enterprise, field.id)
            };
            building.add(field.length, meaning);
        }
        building.finish()
    }

    /// True where the template has a field for `slot`.
    pub(super) fn has(&self, slot: Slot) -> bool {
        self.has & (1 << slot as u128) != 0
    }

    /// True where it has one for any of `slots`.
    pub(super) fn has_any(&self, slots: &[Slot]) -> bool {
        slots.iter().any(|slot| self.has(*slot))
    }

    /// What the plan holds in memory, in steps.
    pub(super) fn weight(&self) -> usize {
        16 + self.loads.len() + self.steps.len()
    }

    /// True where every record is of the same length.
    pub(super) fn fixed(&self) -> bool {
        !self.variable
    }

    /// Reads a record of fixed length; `record` is at least that long.
    #[inline]
    pub(super) fn load(&self, record: &[u8], values: &mut Values) -> Extent {
        for load in &self.loads {
            let at = usize::from(load.at);
            let Some(word) = record.get(at..).and_then(<[u8]>::first_chunk) else { break };
            let number = (u64::from_be_bytes(*word) << load.left) >> load.right;
            if let Some(slot) = values.0.get_mut(usize::from(load.slot)) {
                *slot = number;
            }
        }
        Extent { length: self.length, section: self.section_at }
    }

    /// Reads the record at the start of `bytes`; `None` where they end before it
    /// does.
    pub(super) fn walk(&self, bytes: &[u8], values: &mut Values) -> Option<Extent> {
        let mut at = 0usize;
        let mut section = (0, 0);
        for step in &self.steps {
            match *step {
                Step::Skip(length) => at += length as usize,
                Step::Number { length, slot } => {
                    let length = field_length(bytes, &mut at, length)?;
                    values.0[usize::from(slot)] = number(bytes.get(at..at + length)?);
                    at += length;
                }
                Step::Address6 { slot } => {
                    values.0[usize::from(slot)] = number(bytes.get(at..at + 8)?);
                    values.0[usize::from(slot) + 1] = number(bytes.get(at + 8..at + 16)?);
                    at += 16;
                }
                Step::Section { length } => {
                    let length = field_length(bytes, &mut at, length)?;
                    section = (at, length);
                    at += length;
                }
            }
        }
        (at <= bytes.len()).then_some(Extent { length: at, section })
    }
}

/// The length of a field: its own, or that which stands before its value in one
/// octet or in three (RFC 7011 section 7).
#[inline]
fn field_length(bytes: &[u8], at: &mut usize, length: u16) -> Option<usize> {
    if length != VARIABLE {
        return Some(length.into());
    }
    let short = *bytes.get(*at)?;
    *at += 1;
    if short < u8::MAX {
        return Some(short.into());
    }
    let long = super::bytes::be16(bytes, *at)?;
    *at += 2;
    Some(long.into())
}

/// The number in a field: the last eight octets, where it has more.
#[inline]
fn number(field: &[u8]) -> u64 {
    let mut word = [0; 8];
    let taken = &field[field.len().saturating_sub(8)..];
    word[8 - taken.len()..].copy_from_slice(taken);
    u64::from_be_bytes(word)
}

/// A plan that is being made.
#[derive(Default)]
struct Building {
    at: usize,
    wanted: Vec<(usize, usize, u8)>,
    steps: Vec<Step>,
    variable: bool,
    section: Option<(SectionKind, usize, usize)>,
    has: u128,
    ipv6_first: Option<bool>,
}

impl Building {
    fn add(&mut self, length: u16, meaning: Meaning) {
        self.step(length, meaning);
        let octets = if length == VARIABLE { 1 } else { usize::from(length) };
        match meaning {
            Meaning::Number(slot) if length > 0 && self.first(slot) => {
                let used = octets.min(8);
                self.wanted.push((self.at + octets - used, used, slot as u8));
            }
            Meaning::Address4(slot) if length == 4 && self.first(slot) => {
                self.ipv6_first.get_or_insert(false);
                self.wanted.push((self.at, 4, slot as u8));
            }
            Meaning::Address6(slot) if length == 16 && self.first(slot) => {
                self.ipv6_first.get_or_insert(true);
                self.wanted.push((self.at, 8, slot as u8));
                self.wanted.push((self.at + 8, 8, slot as u8 + 1));
            }
            Meaning::Section(kind) if self.section.is_none() && length > 0 => {
                self.section = Some((kind, self.at, octets));
            }
            _ => {}
        }
        self.at += octets;
    }

    /// Adds the step for a field, as long as nothing was taken for its slot.
    fn step(&mut self, length: u16, meaning: Meaning) {
        let taken = |slot: Slot| self.has & (1 << slot as u128) != 0;
        let step = match meaning {
            Meaning::Number(slot) if length > 0 && !taken(slot) => {
                Step::Number { length, slot: slot as u8 }
            }
            Meaning::Address4(slot) if length == 4 && !taken(slot) => {
                Step::Number { length, slot: slot as u8 }
            }
            Meaning::Address6(slot) if length == 16 && !taken(slot) => {
                Step::Address6 { slot: slot as u8 }
            }
            Meaning::Section(_) if self.section.is_none() && length > 0 => Step::Section { length },
            _ if length == VARIABLE => Step::Number { length, slot: Slot::Skipped as u8 },
            _ => Step::Skip(length.into()),
        };
        self.variable |= length == VARIABLE;
        match (self.steps.last_mut(), step) {
            (Some(Step::Skip(before)), Step::Skip(more)) => *before = before.saturating_add(more),
            _ => self.steps.push(step),
        }
    }

    fn first(&mut self, slot: Slot) -> bool {
        let bit = 1 << slot as u128;
        let first = self.has & bit == 0;
        self.has |= bit;
        first
    }

    fn finish(self) -> Plan {
        let length = self.at;
        // A record of fewer than eight octets, or one that is longer than an offset
        // can say, is walked.
        let walked = self.variable || length < 8 || length > usize::from(u16::MAX);
        let load = |&(at, octets, slot): &(usize, usize, u8)| {
            let from = at.min(length.saturating_sub(8));
            let bits = |octets: usize| u8::try_from(octets * 8).unwrap_or(0);
            let from = (u16::try_from(from).unwrap_or(0), at - from);
            Load { at: from.0, left: bits(from.1), right: bits(8 - octets), slot }
        };
        let loads = if walked { Vec::new() } else { self.wanted.iter().map(load).collect() };
        Plan {
            length,
            loads: loads.into(),
            steps: if walked { self.steps.into() } else { Box::default() },
            variable: walked,
            section_at: self.section.map_or((0, 0), |(_, at, octets)| (at, octets)),
            section: self.section.map(|(kind, ..)| kind),
            has: self.has,
            ipv6_first: self.ipv6_first.unwrap_or(false),
        }
    }
}
