//! Breakdowns by any dimensions together: a key is packed for each packet, and
//! counted under. Several values of one packet (of its two ends) make several
//! keys, and it counts once under each.

use super::cell::Cell;
use super::facts::{EndFacts, PacketFacts};
use super::key_table::KeyTable;
use super::layout::{Code, Layout, WORDS};
use crate::model::{
    Context, Count, Country, Dimension, Direction, IpAddress, IpHeader, IpVersion, Key,
    Observation, Resolver, ServicePort, Side, Tally, Value,
};
use std::sync::Arc;

/// What a packet shows to the breakdowns of one view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a> {
    pub(super) observation: &'a Observation,
    /// The header of the view.
    pub(super) header: &'a IpHeader,
    pub(super) context: &'a Context,
    /// What the tables say of it.
    pub(super) facts: &'a PacketFacts,
}

/// Makes the keys of one breakdown.
#[derive(Clone, Debug)]
struct Keys {
    layout: Layout,
    /// Whether a dimension goes by each of the two IP addresses.
    by_address: bool,
    /// Whether one goes by each of the two Ethernet addresses.
    by_mac: bool,
    /// Whether one goes by time.
    by_time: bool,
}

/// The ends of a packet by their place: source, destination.
const ENDS: [usize; 2] = [0, 1];

impl Keys {
    fn new(dimensions: &[Dimension]) -> Self {
        let both = |dimension: &&Dimension| dimension.has_both_ends();
        let is_mac = |dimension: &Dimension| matches!(dimension, Dimension::Mac(_));
        Self {
            layout: Layout::new(dimensions),
            by_address: dimensions.iter().filter(both).any(|dimension| !is_mac(dimension)),
            by_mac: dimensions.iter().filter(both).any(is_mac),
            by_time: dimensions.contains(&Dimension::Time),
        }
    }

    /// Calls `take` for each key of a packet: for the one that it has, or for
    /// those of its two ends, once where they are the same. An end that was cut
    /// away has none, unless both were.
    #[inline(always)]
    fn each(&self, shown: &Shown<'_>, mut take: impl FnMut(&[u64])) {
        let stride = self.layout.stride();
        let mut keys = [[0; WORDS]; 2];
        if !self.by_address && !self.by_mac {
            self.layout.pack(&mut keys[0], |dimension| code(dimension, shown, 0));
            take(&keys[0][..stride]);
            return;
        }
        let is_there = |end: usize| match self.by_address {
            true => address(shown.header, end).is_some(),
            false => shown.context.link.macs.is_some(),
        };
        let first = if is_there(0) || !is_there(1) { 0 } else { 1 };
        self.layout.pack(&mut keys[0], |dimension| code(dimension, shown, first));
        take(&keys[0][..stride]);
        if first == 0 && is_there(1) {
            self.layout.pack(&mut keys[1], |dimension| code(dimension, shown, 1));
            if keys[0][..stride] != keys[1][..stride] {
                take(&keys[1][..stride]);
            }
        }
    }
}

fn address(header: &IpHeader, end: usize) -> Option<IpAddress> {
    if end == 0 { header.source } else { header.destination }
}

/// The end that a dimension goes by, where the key is that of `end`.
fn end_of(side: Side, end: usize) -> usize {
    match side {
        Side::Both => end,
        Side::Source => ENDS[0],
        Side::Destination => ENDS[1],
    }
}

/// What one dimension says of a packet.
#[inline(always)]
fn code(dimension: &Dimension, shown: &Shown<'_>, end: usize) -> Code {
    let Shown { observation, header, context, facts } = *shown;
    match dimension {
        Dimension::Protocol => Code::protocol(header.protocol),
        Dimension::Port | Dimension::Service => Code::port(ServicePort::of_header(header)),
        Dimension::Encapsulation => {
            let (outer, inner) = families(observation);
            Code::encapsulation(observation.encapsulation, outer, inner)
        }
        Dimension::EncapsulationPath => {
            let (outer, inner) = families(observation);
            Code::path(observation.path, outer, inner)
        }
        Dimension::Prefix(side, cut) => address(header, end_of(*side, end))
            .map_or_else(Code::default, |address| Code::prefix(header.version, address, *cut)),
        Dimension::Input => Code::number(context.input),
        Dimension::Interface => context.interface.map_or_else(Code::default, Code::number),
        Dimension::Mac(side) => Code::mac(context.link.macs.map(|macs| macs[end_of(*side, end)])),
        Dimension::Vlan => Code::vlan(context.link.vlan),
        Dimension::PacketSize if context.is_flow => Code::default(),
        Dimension::PacketSize => Code::size(header.octets),
        Dimension::Exporter => Code::exporter(context.exporter),
        Dimension::TrafficClass => Code::traffic_class(header.traffic_class),
        Dimension::Label(side) | Dimension::Attribute(side, _) => {
            of_end(facts, *side, end, |end| end.label)
        }
        Dimension::Asn(side) => of_end(facts, *side, end, |end| end.origin),
        Dimension::Country(side) => of_end(facts, *side, end, |end| end.country),
        Dimension::Holder(side) => of_end(facts, *side, end, |end| end.holder),
        Dimension::Direction => match facts.ends {
            [Some(source), Some(destination)] => {
                Code::direction(Direction::of(source.is_local, destination.is_local))
            }
            _ => Code::default(),
        },
        Dimension::Time => Code::time(facts.bin),
    }
}

/// What the tables say of one end, by a number that is 0 for nothing.
fn of_end(facts: &PacketFacts, side: Side, end: usize, what: impl Fn(&EndFacts) -> u32) -> Code {
    let narrow = facts.ends[end_of(side, end)].as_ref().map_or(0, what);
    Code { wide: 0, narrow: narrow.into() }
}

/// The families of the two views; the inner one is `None` where it cannot be
/// context.
fn families(observation: &Observation) -> (IpVersion, Option<IpVersion>) {
    let inner = (!observation.inner_unknown).then(|| observation.end_to_end());
    (observation.outer.version, inner)
}

/// The cells of one breakdown, by key and family.
#[derive(Clone, Debug)]
pub(super) struct KeyedCells {
    keys: Keys,
    cells: KeyTable<[Cell; 2]>,
}

impl KeyedCells {
    pub(super) fn new(dimensions: &[Dimension]) -> Self {
        let keys = Keys::new(dimensions);
        let cells = KeyTable::new(keys.layout.stride());
        Self { keys, cells }
    }

    /// Counts one packet under the family `counted`.
    pub(super) fn add(&mut self, shown: &Shown<'_>, counted: IpVersion) {
        let (octets, wire_octets) = (shown.header.octets, shown.observation.wire_octets);
        let cells = &mut self.cells;
        self.keys.each(shown, |key| {
            cells.entry(key)[counted.index()].add(octets, wire_octets);
        });
    }

    /// Moves everything into `totals`.
    pub(super) fn drain_into(&mut self, totals: &mut KeyedTotals) {
        self.cells.drain(|key, cells| {
            let tally = totals.tallies.entry(key);
            for version in IpVersion::ALL {
                tally[version] += &cells[version.index()].count();
            }
        });
    }
}

/// The tallies of one breakdown of a whole run, by packed key.
#[derive(Clone, Debug)]
pub struct KeyedTotals {
    keys: Keys,
    tallies: KeyTable<Tally>,
}

/// What the numbers in the keys of a run stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The inputs, by their number.
    pub inputs: &'a [Arc<str>],
    /// Who said whose the addresses are.
    pub resolver: Option<&'a dyn Resolver>,
}

impl KeyedTotals {
    pub(super) fn new(dimensions: &[Dimension]) -> Self {
        let keys = Keys::new(dimensions);
        let tallies = KeyTable::new(keys.layout.stride());
        Self { keys, tallies }
    }

    /// Whether a flow counts in each bin of time that it spans.
    pub(super) fn is_by_time(&self) -> bool {
        self.keys.by_time
    }

    /// Counts one flow record, whose amounts may be of any width.
    pub(super) fn observe(&mut self, shown: &Shown<'_>, counted: IpVersion, count: &Count) {
        let tallies = &mut self.tallies;
        self.keys.each(shown, |key| tallies.entry(key)[counted] += count);
    }

    pub(super) fn merge(&mut self, other: Self) {
        if self.tallies.len() == 0 {
            *self = other;
            return;
        }
        for (key, tally) in other.tallies.iter() {
            *self.tallies.entry(key) += tally;
        }
    }

    pub(super) fn retract(&mut self, wrong: &Self) {
        for (key, tally) in wrong.tallies.iter() {
            self.tallies.entry(key).retract(tally);
        }
    }

    /// The rows, in no order; none is zero. A key may stand in several of them:
    /// ports of the same service, inputs of the same name.
    pub fn rows<'a>(&'a self, names: &'a Names<'a>) -> impl Iterator<Item = (Key, &'a Tally)> + 'a {
        let named = move |dimension: &Dimension, code: Code| names.value(dimension, code);
        let rows = self.tallies.iter().filter(|(_, tally)| !tally.is_zero());
        rows.map(move |(key, tally)| (self.keys.layout.unpack(key, &named), tally))
    }
}

impl Names<'_> {
    fn value(&self, dimension: &Dimension, code: Code) -> Value {
        let number = code.as_number().and_then(|number| usize::try_from(number).ok());
        self.by_number(dimension, number).unwrap_or(Value::Unknown)
    }

    fn by_number(&self, dimension: &Dimension, number: Option<usize>) -> Option<Value> {
        let number = number?;
        match dimension {
            Dimension::Input => Some(Value::Text(Arc::clone(self.inputs.get(number)?))),
            Dimension::Label(_) => Some(Value::text(&self.resolver?.labels().get(number)?.name)),
            Dimension::Attribute(_, name) => {
                let label = self.resolver?.labels().get(number)?;
                Some(Value::text(label.attributes.get(&**name)?))
            }
            Dimension::Asn(_) => Some(Value::Origin(self.resolver?.origins().get(number)?.clone())),
            Dimension::Holder(_) => {
                Some(Value::Text(Arc::clone(self.resolver?.holders().get(number)?)))
            }
            Dimension::Country(_) => {
                let [.., high, low] = (number + 1).to_be_bytes();
                Country::new([high, low]).map(Value::Country)
            }
            _ => None,
        }
    }
}
