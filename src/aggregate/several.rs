//! Breakdowns by several dimensions together, of packets that were gathered: what a
//! dimension says is packed into the keys of a whole batch, one dimension after the
//! other. The keys are those of [`super::keys`], which is the oracle in the tests.

use super::Plan;
use super::cell::Cell;
use super::exporters::Exporters;
use super::facts::Facts;
use super::key_table::KeyTable;
use super::keyed::KeyedTotals;
use super::layout::{Code, Layout};
use super::owners::Owners;
use super::prefix::{BATCH, high_mask};
use super::quick::Gathered;
use super::quick_cells::{Fact, owner};
use crate::model::{
    Count, Dimension, Direction, Encapsulation, Ends, IpProtocol, IpVersion, PrefixCut, PrefixLens,
    ServicePort, Side, Timestamp,
};

/// Words of a key, at most.
const WORDS: usize = 4;

/// The cells of one breakdown.
#[derive(Clone, Debug)]
pub(super) struct Several {
    /// What says what, in the order of the fields of a key.
    whats: Vec<What>,
    layout: Layout,
    /// Whether a packet has a key for each of its ends.
    in_two: bool,
    /// By family.
    table: KeyTable<[Cell; 2]>,
    /// The keys of a batch, by the end of each packet that they are of.
    keys: Box<[[[u64; WORDS]; BATCH]; 2]>,
}

/// What one dimension goes by.
#[derive(Clone, Debug)]
enum What {
    Protocol,
    Port,
    /// The first port of the same service.
    Service,
    Encapsulation,
    /// The prefix of an end, of up to 64 bits.
    Prefix(Side, PrefixLens),
    /// What the tables say of an end.
    Fact(Side, Fact),
    Direction,
    Time,
    Mac(Side),
    Vlan,
    Interface,
    /// Who exported a flow record.
    Exporter,
    Size,
    Class,
    Input,
    /// Nothing: none of the packets says what is asked.
    Nothing,
}

/// A batch, and what is known of it.
pub(super) struct Batch<'b> {
    pub(super) version: IpVersion,
    pub(super) gathered: &'b Gathered,
    pub(super) input: u32,
    pub(super) owners: Option<&'b Owners>,
    pub(super) exporters: &'b Exporters,
}

impl What {
    /// `None` for a dimension that goes the general way.
    fn new(dimension: &Dimension, plan: &Plan) -> Option<Self> {
        Some(match dimension {
            Dimension::Protocol => Self::Protocol,
            Dimension::Port => Self::Port,
            Dimension::Service => Self::Service,
            Dimension::Encapsulation => Self::Encapsulation,
            Dimension::Prefix(side, PrefixCut::Lens(lens)) if lens.are_short() => {
                Self::Prefix(*side, *lens)
            }
            Dimension::Direction if plan.resolver.is_none() => Self::Nothing,
            Dimension::Direction => Self::Direction,
            Dimension::Time => Self::Time,
            Dimension::Mac(side) => Self::Mac(*side),
            Dimension::Vlan => Self::Vlan,
            Dimension::Interface => Self::Interface,
            Dimension::Exporter => Self::Exporter,
            Dimension::PacketSize => Self::Size,
            Dimension::TrafficClass => Self::Class,
            Dimension::Input => Self::Input,
            other => {
                let (side, fact) = Fact::new(other, plan)?;
                Self::Fact(side, fact)
            }
        })
    }
}

impl Several {
    /// Cells for this breakdown of a plan; `None` where it goes the general way.
    pub(super) fn new(dimensions: &[Dimension], plan: &Plan) -> Option<Self> {
        let whats = dimensions.iter().map(|dimension| What::new(dimension, plan));
        let whats = whats.collect::<Option<_>>()?;
        let layout = Layout::new(dimensions);
        let stride = layout.stride();
        (stride <= WORDS).then(|| Self {
            whats,
            layout,
            in_two: dimensions.iter().any(Dimension::has_both_ends),
            table: KeyTable::new(stride),
            keys: Box::new([[[0; WORDS]; BATCH]; 2]),
        })
    }

    /// Says that records tell neither sizes nor traffic classes.
    pub(super) fn be_of_flows(&mut self) {
        for what in &mut self.whats {
            if matches!(what, What::Size | What::Class) {
                *what = What::Nothing;
            }
        }
    }

    /// Counts the packets of a batch.
    pub(super) fn add(&mut self, batch: &Batch<'_>, facts: &mut Facts) {
        let packets = batch.gathered.packets();
        let ends = if self.in_two { 2 } else { 1 };
        for (end, keys) in self.keys[..ends].iter_mut().enumerate() {
            keys[..packets.len()].fill([0; WORDS]);
            for (what, field) in self.whats.iter().zip(self.layout.fields()) {
                what.each(batch, end, facts, |at, code| field.put(&mut keys[at], code));
            }
        }
        let (stride, family) = (self.layout.stride(), batch.version.index());
        let [first, second] = &*self.keys;
        for (at, ends) in packets.iter().enumerate() {
            let (octets, wire_octets) = (ends.octets(), ends.wire_octets());
            self.table.entry(&first[at][..stride])[family].add(octets, wire_octets);
            if self.in_two && second[at] != first[at] {
                self.table.entry(&second[at][..stride])[family].add(octets, wire_octets);
            }
        }
    }

    /// Moves everything into `totals`, where each cell is worth what `count` says.
    pub(super) fn drain_into(&mut self, totals: &mut KeyedTotals, count: impl Fn(&Cell) -> Count) {
        for (key, cells) in self.table.iter() {
            for (version, cell) in IpVersion::ALL.into_iter().zip(cells) {
                if !cell.is_zero() {
                    totals.count_key(key, version, &count(cell));
                }
            }
        }
        self.table = KeyTable::new(self.layout.stride());
    }
}

impl What {
    /// Calls `put` with the place of each packet of a batch and what is said of it, where
    /// the key is that of this end.
    #[inline(always)]
    fn each(&self, batch: &Batch<'_>, end: usize, facts: &mut Facts, put: impl FnMut(usize, Code)) {
        let &Batch { version, gathered, input, owners, .. } = batch;
        let (packets, details) = (gathered.packets(), &gathered.details);
        let of = |side: Side| match side {
            Side::Both => end,
            Side::Source => 0,
            Side::Destination => 1,
        };
        match self {
            Self::Protocol => say(packets, put, |_, ends| Code::protocol(Some(ends.protocol()))),
            Self::Port => say(packets, put, |at, ends| Code::port(port(ends, details.ports[at]))),
            Self::Service => say(packets, put, |at, ends| {
                Code::port(port(ends, details.ports[at]).map(ServicePort::first_of_service))
            }),
            Self::Encapsulation => {
                let native = Code::encapsulation(Encapsulation::Native, version, Some(version));
                say(packets, put, |_, _| native);
            }
            Self::Prefix(side, lens) => {
                let (end, mask) = (of(*side), high_mask(lens.len(version)));
                say(packets, put, |_, ends| {
                    let high = [ends.source, ends.destination][end] & mask;
                    Code { wide: u128::from(high) << 64, narrow: version as u64 + 1 }
                });
            }
            Self::Fact(side, fact) => say(packets, put, |at, _| {
                let owner = owner(owners, version, (gathered, at), of(*side), facts);
                Code { wide: 0, narrow: fact.of(&owner) as u64 }
            }),
            Self::Direction => say(packets, put, |at, _| {
                let is_local = |end| owner(owners, version, (gathered, at), end, facts).is_local;
                let [source, destination] = [0, 1].map(is_local);
                Code::direction(Direction::of(source, destination))
            }),
            Self::Time => say(packets, put, |at, _| {
                let time = Timestamp::from_nanoseconds(details.times[at]);
                Code::time(Some(facts.bin_cache.of(&facts.bins, time)))
            }),
            Self::Mac(side) => say(packets, put, |at, _| {
                Code::mac(details.link[at].macs.map(|macs| macs[of(*side)]))
            }),
            Self::Vlan => say(packets, put, |at, _| Code::vlan(details.link[at].vlan)),
            Self::Interface => say(packets, put, |at, _| {
                details.interface[at].map_or_else(Code::default, Code::number)
            }),
            Self::Exporter => {
                say(packets, put, |at, _| Code::exporter(batch.exporters.of(details.exporter[at])));
            }
            Self::Size => say(packets, put, |_, ends| Code::size(ends.octets())),
            Self::Class => say(packets, put, |at, _| Code::traffic_class(Some(details.class[at]))),
            Self::Input => say(packets, put, |_, _| Code::number(input)),
            Self::Nothing => {}
        }
    }
}

/// Calls `put` with the place of each packet and the code that is told of it.
#[inline(always)]
fn say(
    packets: &[Ends],
    mut put: impl FnMut(usize, Code),
    mut code: impl FnMut(usize, &Ends) -> Code,
) {
    packets.iter().enumerate().for_each(|(at, ends)| put(at, code(at, ends)));
}

/// The well-known port of a packet; `None` where it has no ports of TCP or UDP.
#[inline(always)]
fn port(ends: &Ends, ports: Option<(u16, u16)>) -> Option<ServicePort> {
    let protocol = ends.protocol();
    let has_ports = matches!(protocol, IpProtocol::TCP | IpProtocol::UDP);
    ports.filter(|_| has_ports).map(|ports| ServicePort::of(protocol, ports))
}
