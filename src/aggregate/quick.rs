//! Breakdowns by one dimension of few values, of plain packets: by time, by port,
//! by what the tables of networks say of an address.
//!
//! The general way packs a key and searches a table for each packet and each
//! breakdown. Here packets are gathered, and a value is a number that is the place
//! of its cell; with breakdowns by origin, bin of time and port a packet costs a
//! tenth of the general way. What is not plain goes the general way; the keys are
//! the same, and both meet in the totals.

use super::Plan;
use super::cell::Cell;
use super::facts::{EndFacts, Facts, Fetched};
use super::keyed::KeyedTotals;
use super::keys::first_labels;
use super::layout::Code;
use super::prefix::{BATCH, Ends};
use crate::cache;
use crate::model::{
    Bin, Dimension, Direction, IpAddress, IpProtocol, IpVersion, ServicePort, Side, Timestamp,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// What a plain packet shows beside its [`Ends`].
#[derive(Clone, Copy, Debug)]
pub struct Details {
    /// When.
    pub time: Timestamp,
    /// Source and destination port, where it has any.
    pub ports: Option<(u16, u16)>,
    /// The lower 64 bits of the source and of the destination address.
    pub low: [u64; 2],
}

/// Packets of one family that were gathered.
#[derive(Clone, Debug)]
pub(super) struct Gathered {
    pub(super) ends: [Ends; BATCH],
    details: [Details; BATCH],
    /// What the tables say of both ends of each.
    facts: [[EndFacts; 2]; BATCH],
    pub(super) len: usize,
}

impl Default for Gathered {
    fn default() -> Self {
        let details = Details { time: Timestamp::from_nanoseconds(0), ports: None, low: [0; 2] };
        let facts = [[EndFacts::default(); 2]; BATCH];
        Self { ends: [Ends::NONE; BATCH], details: [details; BATCH], facts, len: 0 }
    }
}

impl Gathered {
    /// Keeps a packet; true when there is a batch of them.
    #[inline(always)]
    pub(super) fn push(&mut self, ends: Ends, details: Details) -> bool {
        let at = self.len % BATCH;
        self.ends[at] = ends;
        self.details[at] = details;
        self.len = at + 1;
        self.len == BATCH
    }

    /// Asks the tables of networks, where there are any.
    pub(super) fn ask(&mut self, version: IpVersion, facts: &mut Facts) {
        if !facts.asks() {
            return;
        }
        // All are asked for first: the processor then has many on their way at once.
        let mut fetched = [[Fetched::default(); 2]; BATCH];
        let packets = self.ends.iter().take(self.len);
        for (fetched, ends) in fetched.iter_mut().zip(packets) {
            *fetched = [ends.source, ends.destination].map(|high| facts.fetch_block(version, high));
        }
        let packets = self.ends.iter().zip(&self.details).take(self.len);
        let packets = packets.zip(fetched);
        for (of_packet, ((ends, details), fetched)) in self.facts.iter_mut().zip(packets) {
            let address = |high: u64, low: u64| {
                IpAddress::from_bits(u128::from(high) << 64 | u128::from(low))
            };
            *of_packet = [
                facts.of_block(version, address(ends.source, details.low[0]), fetched[0]),
                facts.of_block(version, address(ends.destination, details.low[1]), fetched[1]),
            ];
        }
    }
}

/// The keys of a plan, where all of them can be counted so, and the packets that
/// are still to be counted.
#[derive(Clone, Debug)]
pub(super) struct Quick {
    /// In the order of the plan.
    pub(super) cells: Vec<QuickCells>,
    /// By family.
    pub(super) packets: [Box<Gathered>; 2],
}

impl Quick {
    /// `None` where there is no key, or one that can be counted in the general way
    /// alone.
    pub(super) fn new(plan: &Plan) -> Option<Self> {
        let cells: Vec<_> =
            plan.keyed.iter().map(|by| QuickCells::new(by, plan)).collect::<Option<_>>()?;
        (!cells.is_empty()).then(|| Self { cells, packets: Default::default() })
    }
}

/// The cells of one breakdown.
#[derive(Clone, Debug)]
pub(super) struct QuickCells {
    by: By,
    /// By family, and by the code of the value in its key.
    cells: [Vec<Cell>; 2],
}

/// What it is by.
#[derive(Clone, Debug)]
enum By {
    /// The bin of time, by its place in a list.
    Time(Box<Bins>),
    /// The well-known port: those of TCP from place 1 on, then those of UDP.
    Port,
    /// What the tables say of the ends of a side.
    End(Side, Fact),
    Direction,
}

/// The bins that were met.
#[derive(Clone, Debug, Default)]
struct Bins {
    list: Vec<Bin>,
    /// Their places by their starts.
    places: HashMap<i64, usize, RandomState>,
    /// That of the packet before: records come in runs.
    last: usize,
}

/// What the tables say of an end.
#[derive(Clone, Debug)]
enum Fact {
    Label,
    /// For each label the first one with the same attribute, for two labels with the
    /// same are one row, and a packet from one to the other counts once in it.
    Attribute(Box<[u32]>),
    Origin,
    Country,
    Holder,
}

impl Fact {
    #[inline(always)]
    fn of(&self, facts: &EndFacts) -> usize {
        let number = match self {
            Self::Label => facts.label,
            Self::Attribute(first) => first.get(facts.label as usize).copied().unwrap_or(0),
            Self::Origin => facts.origin,
            Self::Country => facts.country,
            Self::Holder => facts.holder,
        };
        number as usize
    }
}

impl QuickCells {
    /// Cells for this breakdown of a plan; `None` where it goes the general way.
    fn new(dimensions: &[Dimension], plan: &Plan) -> Option<Self> {
        let by = match dimensions {
            [Dimension::Time] => By::Time(Box::default()),
            [Dimension::Port | Dimension::Service] => By::Port,
            [Dimension::Label(side)] => By::End(*side, Fact::Label),
            [Dimension::Attribute(side, name)] => {
                let labels = plan.resolver.as_ref().map_or(&[][..], |tables| tables.labels());
                By::End(*side, Fact::Attribute(first_labels(labels, name)))
            }
            [Dimension::Asn(side)] => By::End(*side, Fact::Origin),
            [Dimension::Country(side)] => By::End(*side, Fact::Country),
            [Dimension::Holder(side)] => By::End(*side, Fact::Holder),
            [Dimension::Direction] => By::Direction,
            _ => return None,
        };
        Some(Self { by, cells: Default::default() })
    }

    /// Counts the packets of a batch.
    pub(super) fn add(&mut self, version: IpVersion, packets: &Gathered, facts: &mut Facts) {
        let cells = &mut self.cells[version.index()];
        let (of_packets, len) = (&packets.facts, packets.len);
        let packets = packets.ends.iter().zip(&packets.details).take(packets.len);
        let packets = packets.zip(of_packets);
        match &mut self.by {
            By::Time(bins) => {
                for ((ends, details), _) in packets {
                    let bin = facts.bin_cache.of(&facts.bins, details.time);
                    add(cells, bins.place(bin), ends);
                }
            }
            By::Port => {
                for ((ends, details), _) in packets {
                    add(cells, port(ends.protocol, details.ports), ends);
                }
            }
            By::End(Side::Both, fact) => {
                of_packets.iter().take(len).flatten().for_each(|end| fetch(cells, fact.of(end)));
                for ((ends, _), [source, destination]) in packets {
                    let (source, destination) = (fact.of(source), fact.of(destination));
                    add(cells, source, ends);
                    if destination != source {
                        add(cells, destination, ends);
                    }
                }
            }
            By::End(side, fact) => {
                let end = usize::from(*side == Side::Destination);
                for ((ends, _), of_packet) in packets {
                    add(cells, fact.of(&of_packet[end]), ends);
                }
            }
            By::Direction => {
                for ((ends, _), [source, destination]) in packets {
                    let direction = Direction::of(source.is_local, destination.is_local);
                    add(cells, direction as usize + 1, ends);
                }
            }
        }
    }

    /// Moves everything into `totals`.
    pub(super) fn drain_into(&mut self, totals: &mut KeyedTotals) {
        let all = std::mem::take(&mut self.cells);
        for (version, cells) in IpVersion::ALL.into_iter().zip(all) {
            for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_zero()) {
                let code = match &self.by {
                    By::Time(bins) => Code::time(bins.list.get(place).copied()),
                    By::Port => Code::port(port_at(place)),
                    _ => Code { wide: 0, narrow: place as u64 },
                };
                totals.count(code, version, &cell.count());
            }
        }
        if let By::Time(bins) = &mut self.by {
            **bins = Bins::default();
        }
    }
}

/// Adds a packet to the cell at a place, and makes it where there is none yet.
#[inline(always)]
fn add(cells: &mut Vec<Cell>, place: usize, ends: &Ends) {
    let (octets, wire_octets) = (u64::from(ends.octets), u64::from(ends.wire_octets));
    if let Some(cell) = cells.get_mut(place) {
        cell.add(octets, wire_octets);
    } else {
        make_room(cells, place);
        cells[place].add(octets, wire_octets);
    }
}

/// Asks for the cell at a place.
#[inline(always)]
fn fetch(cells: &[Cell], place: usize) {
    if let Some(cell) = cells.get(place) {
        cache::fetch(cell);
    }
}

#[cold]
fn make_room(cells: &mut Vec<Cell>, place: usize) {
    cells.resize((place + 1).next_power_of_two(), Cell::default());
}

/// The place of the well-known port: 0 where there is none.
#[inline(always)]
fn port(protocol: IpProtocol, ports: Option<(u16, u16)>) -> usize {
    let is_udp = protocol == IpProtocol::UDP;
    match ports {
        Some(ports) if is_udp || protocol == IpProtocol::TCP => {
            let port = ServicePort::of(protocol, ports).port;
            1 + (usize::from(is_udp) << 16 | usize::from(port))
        }
        _ => 0,
    }
}

/// The port at a place.
#[expect(clippy::cast_possible_truncation, reason = "the lower 16 bits are meant")]
fn port_at(place: usize) -> Option<ServicePort> {
    let at = place.checked_sub(1)?;
    let protocol = if at >> 16 == 0 { IpProtocol::TCP } else { IpProtocol::UDP };
    Some(ServicePort { protocol, port: at as u16 })
}

impl Bins {
    /// The place of a bin.
    #[inline(always)]
    fn place(&mut self, bin: Bin) -> usize {
        if self.list.get(self.last) != Some(&bin) {
            self.last = self.search(bin);
        }
        self.last
    }

    #[inline(never)]
    fn search(&mut self, bin: Bin) -> usize {
        let next = self.list.len();
        let place = *self.places.entry(bin.start).or_insert(next);
        if place == next {
            self.list.push(bin);
        }
        place
    }
}
