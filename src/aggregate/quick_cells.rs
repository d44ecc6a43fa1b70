//! The cells of breakdowns that are counted quickly.

use super::Plan;
use super::cell::Cell;
use super::facts::{EndFacts, Facts};
use super::keyed::KeyedTotals;
use super::keys::first_labels;
use super::layout::Code;
use super::owners::{Owners, is_mixed};
use super::places::Places;
use super::prefix::BATCH;
use super::quick::Gathered;
use super::several::{Batch, Several};
use crate::model::{
    Bin, BinCache, Count, Dimension, Direction, Ends, IpProtocol, IpVersion, LinkFacts,
    ServicePort, Side, TimeBins, Timestamp, WellKnown,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

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
    /// What the tables say of both ends, which prefixes have. Without tables they say
    /// nothing, and all packets are at one place.
    Both(Fact, Twice),
    /// What they say of one end: the source is 0.
    End(usize, Fact),
    Direction,
    /// The class of the octets.
    Size,
    /// The code point of the traffic class.
    Class,
    /// The input: all packets of a batch are of one.
    Input,
    /// The VLAN tags.
    Vlan(Places),
    /// An Ethernet address: that of the end, or those of both.
    Mac(Side, Places),
    /// Several together, or one that has no cells here.
    Several(Box<Several>),
    /// Nothing: none of them says what is asked.
    Nothing,
}

/// The packets that their prefixes count twice under one value, by family and place.
type Twice = [Vec<Cell>; 2];

/// The bins that were met.
#[derive(Clone, Debug, Default)]
struct Bins {
    list: Vec<Bin>,
    /// Their places by their starts.
    places: HashMap<i64, usize, RandomState>,
    /// That of the packet before, and its place: records come in runs.
    cache: BinCache,
    last: usize,
}

/// What the tables say of an end.
#[derive(Clone, Debug)]
pub(super) enum Fact {
    Label,
    /// For each label the first one with the same attribute, for two labels with the
    /// same are one row, and a packet from one to the other counts once in it.
    Attribute(Box<[u32]>),
    Origin,
    Country,
    Holder,
}

impl Fact {
    /// What a dimension asks the tables, and of which end; `None` where it asks nothing.
    pub(super) fn new(dimension: &Dimension, plan: &Plan) -> Option<(Side, Self)> {
        match dimension {
            Dimension::Label(side) => Some((*side, Self::Label)),
            Dimension::Attribute(side, name) => {
                let labels = plan.resolver.as_ref().map_or(&[][..], |tables| tables.labels());
                Some((*side, Self::Attribute(first_labels(labels, name))))
            }
            Dimension::Asn(side) => Some((*side, Self::Origin)),
            Dimension::Country(side) => Some((*side, Self::Country)),
            Dimension::Holder(side) => Some((*side, Self::Holder)),
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn of(&self, facts: &EndFacts) -> usize {
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
    pub(super) fn new(dimensions: &[Dimension], plan: &Plan) -> Option<Self> {
        let by = match dimensions {
            [Dimension::Time] => By::Time(Box::default()),
            [Dimension::Port | Dimension::Service] => By::Port,
            [Dimension::Direction] if plan.resolver.is_none() => By::Nothing,
            [Dimension::Direction] => By::Direction,
            [Dimension::PacketSize] => By::Size,
            [Dimension::TrafficClass] => By::Class,
            [Dimension::Input] => By::Input,
            [Dimension::Vlan] => By::Vlan(Places::default()),
            [Dimension::Mac(side)] => By::Mac(*side, Places::default()),
            others => match by_fact(others, plan) {
                Some(by) => by,
                None => By::Several(Box::new(Several::new(others, plan)?)),
            },
        };
        Some(Self { by, cells: Default::default() })
    }

    /// The same of flow records, which say nothing of sizes and traffic classes.
    pub(super) fn of_flows(dimensions: &[Dimension], plan: &Plan) -> Option<Self> {
        let mut cells = Self::new(dimensions, plan)?;
        match &mut cells.by {
            By::Size | By::Class => cells.by = By::Nothing,
            By::Several(several) => several.be_of_flows(),
            _ => {}
        }
        Some(cells)
    }

    /// Whether they are by port: then they may be counted with the tables of every run, see
    /// [`PortCells`].
    pub(super) fn is_by_port(&self) -> bool {
        matches!(self.by, By::Port)
    }

    /// The cells that are counted so.
    #[inline(always)]
    pub(super) fn beside(
        &mut self,
        version: IpVersion,
        gathered: &Gathered,
    ) -> Option<PortCells<'_>> {
        self.is_by_port().then(|| PortCells::new(&mut self.cells[version.index()], gathered))
    }

    /// Counts the packets of a batch, of one input.
    pub(super) fn add(&mut self, batch: &Batch<'_>, facts: &mut Facts) {
        let &Batch { version, gathered, input, owners, .. } = batch;
        let cells = &mut self.cells[version.index()];
        let packets = gathered.packets();
        match &mut self.by {
            By::Time(bins) => bins.add(cells, gathered, &facts.bins),
            By::Port => {
                let mut ports = PortCells::new(cells, gathered);
                packets.iter().for_each(|ends| ports.add_next(ends));
            }
            By::Both(fact, twice) => match owners {
                Some(owners) => {
                    let mut cells = BothCells { fact, cells, twice: &mut twice[version.index()] };
                    cells.add(version, gathered, owners, facts);
                }
                None => merge(cells, 0, &gathered.cell()),
            },
            By::End(end, fact) => add_each(cells, packets, |at, _| {
                fact.of(&owner(owners, version, (gathered, at), *end, facts))
            }),
            By::Size => add_each(cells, packets, |_, ends| place(Code::size(ends.octets()))),
            By::Class => add_each(cells, packets, |at, _| {
                place(Code::traffic_class(Some(gathered.details.class[at])))
            }),
            By::Input => merge(cells, place(Code::number(input)), &gathered.cell()),
            By::Vlan(places) => add_each(cells, packets, |at, _| {
                places.of(Code::vlan(gathered.details.link[at].vlan).narrow)
            }),
            By::Mac(side, places) => {
                for (ends, link) in packets.iter().zip(&gathered.details.link) {
                    add_macs(cells, *side, places, (ends, link));
                }
            }
            By::Several(several) => several.add(batch, facts),
            By::Nothing => merge(cells, 0, &gathered.cell()),
            By::Direction => add_each(cells, packets, |at, _| {
                let is_local = |end| owner(owners, version, (gathered, at), end, facts).is_local;
                let [source, destination] = [0, 1].map(is_local);
                Direction::of(source, destination) as usize + 1
            }),
        }
    }

    /// Moves everything into `totals`, where each cell is worth what `count` says.
    pub(super) fn drain_into(
        &mut self,
        owners: Option<&Owners>,
        totals: &mut KeyedTotals,
        count: impl Fn(&Cell) -> Count,
    ) {
        if let By::Several(several) = &mut self.by {
            return several.drain_into(totals, count);
        }
        let mut all = std::mem::take(&mut self.cells);
        if let (By::Both(fact, twice), Some(owners)) = (&mut self.by, owners) {
            for (version, cells) in IpVersion::ALL.into_iter().zip(&mut all) {
                for (owner, cell) in owners.cells(version) {
                    merge(cells, fact.of(owner), &cell);
                }
                let twice = std::mem::take(&mut twice[version.index()]);
                for (cell, twice) in cells.iter_mut().zip(&twice) {
                    *cell = cell.checked_sub(&twice.count()).expect(COUNTED_BEFORE);
                }
            }
        }
        for (version, cells) in IpVersion::ALL.into_iter().zip(all) {
            for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_zero()) {
                let code = match &self.by {
                    By::Time(bins) => Code::time(bins.list.get(place).copied()),
                    By::Port => Code::port(port_at(place)),
                    By::Vlan(places) | By::Mac(_, places) => {
                        Code { wide: 0, narrow: places.code(place) }
                    }
                    _ => Code { wide: 0, narrow: place as u64 },
                };
                totals.count(code, version, &count(cell));
            }
        }
        match &mut self.by {
            By::Time(bins) => **bins = Bins::default(),
            By::Vlan(places) | By::Mac(_, places) => *places = Places::default(),
            _ => {}
        }
    }
}

/// The place of a value that is one number.
#[expect(clippy::cast_possible_truncation, reason = "its numbers have 32 bits at most")]
#[inline(always)]
fn place(code: Code) -> usize {
    code.narrow as usize
}

/// Why taking away cannot fail.
const COUNTED_BEFORE: &str = "what counted twice was counted";

/// Cells of a family by what the tables say of both ends.
struct BothCells<'c> {
    fact: &'c Fact,
    /// Packets of mixed prefixes; those of others come when all is counted.
    cells: &'c mut Vec<Cell>,
    twice: &'c mut Vec<Cell>,
}

impl BothCells<'_> {
    #[inline(always)]
    fn add(&mut self, version: IpVersion, gathered: &Gathered, owners: &Owners, facts: &mut Facts) {
        // Where one thing alone is asked, two owners never say the same.
        let is_alone = facts.asks_one() && !matches!(self.fact, Fact::Attribute(_));
        // Most packets go from one owner to another.
        let (mut odd, mut len) = ([0_u8; BATCH], 0);
        for (at, marks) in (0..).zip(&gathered.marks[..gathered.packets().len()]) {
            odd[len % BATCH] = at;
            len += usize::from(is_mixed(*marks) | (marks[0] == marks[1]) | !is_alone);
        }
        for at in odd[..len].iter().map(|at| usize::from(*at)) {
            let (ends, marks) = (&gathered.packets()[at], gathered.marks[at]);
            if is_mixed(marks) {
                self.add_mixed(version, (gathered, at), owners, facts);
            } else {
                let [source, destination] = marks.map(|mark| self.place(owners, mark));
                if source == destination && !owners.is_one_prefix(version, ends) {
                    add(self.twice, source, ends);
                }
            }
        }
    }

    fn place(&self, owners: &Owners, mark: u32) -> usize {
        owners.of(mark).map_or(0, |owner| self.fact.of(owner))
    }

    /// Adds a packet of which one end at least lies in a mixed prefix, which does not
    /// count for anybody: once for each such end, unless the other end counts for
    /// the same.
    #[inline(never)]
    fn add_mixed(
        &mut self,
        version: IpVersion,
        packet: (&Gathered, usize),
        owners: &Owners,
        facts: &mut Facts,
    ) {
        let (gathered, at) = packet;
        let (ends, marks) = (&gathered.packets()[at], gathered.marks[at]);
        let [source, destination] =
            [0, 1].map(|end| self.fact.of(&owners.of_end(version, packet, end, facts)));
        let are_mixed = marks.map(|mark| owners.of(mark).is_none());
        if are_mixed[0] && (source != destination || are_mixed[1]) {
            add(self.cells, source, ends);
        }
        if are_mixed[1] && source != destination {
            add(self.cells, destination, ends);
        }
    }
}

/// What the tables say of an end of a packet; nothing where there are none.
#[inline(always)]
pub(super) fn owner(
    owners: Option<&Owners>,
    version: IpVersion,
    packet: (&Gathered, usize),
    end: usize,
    facts: &mut Facts,
) -> EndFacts {
    owners.map_or_else(EndFacts::default, |owners| owners.of_end(version, packet, end, facts))
}

/// What it is by where that is one thing that the tables say; `None` elsewhere.
fn by_fact(dimensions: &[Dimension], plan: &Plan) -> Option<By> {
    let [one] = dimensions else { return None };
    let (side, fact) = Fact::new(one, plan)?;
    Some(match side {
        Side::Both => By::Both(fact, Twice::default()),
        Side::Source => By::End(0, fact),
        Side::Destination => By::End(1, fact),
    })
}

/// Adds each packet to the cell at the place that is said of it.
#[inline(always)]
fn add_each(
    cells: &mut Vec<Cell>,
    packets: &[Ends],
    mut place_of: impl FnMut(usize, &Ends) -> usize,
) {
    for (at, ends) in packets.iter().enumerate() {
        add(cells, place_of(at, ends), ends);
    }
}

/// Adds a packet to the cells of its Ethernet addresses: of both ends it has two, or one
/// where they are the same.
#[inline(always)]
fn add_macs(
    cells: &mut Vec<Cell>,
    side: Side,
    places: &mut Places,
    (ends, link): (&Ends, &LinkFacts),
) {
    let mut place = |end: usize| places.of(Code::mac(link.macs.map(|macs| macs[end])).narrow);
    match side {
        Side::Source => add(cells, place(0), ends),
        Side::Destination => add(cells, place(1), ends),
        Side::Both => {
            let [source, destination] = [place(0), place(1)];
            add(cells, source, ends);
            if destination != source {
                add(cells, destination, ends);
            }
        }
    }
}

/// Adds a packet to the cell at a place, and makes it where there is none yet.
#[inline(always)]
fn add(cells: &mut Vec<Cell>, place: usize, ends: &Ends) {
    let (octets, wire_octets) = (ends.octets(), ends.wire_octets());
    if let Some(cell) = cells.get_mut(place) {
        cell.add(octets, wire_octets);
    } else {
        make_room(cells, place);
        cells[place].add(octets, wire_octets);
    }
}

/// Adds what several packets have to the cell at a place.
fn merge(cells: &mut Vec<Cell>, place: usize, of_packets: &Cell) {
    if of_packets.is_zero() {
        return;
    }
    if place >= cells.len() {
        make_room(cells, place);
    }
    cells[place].merge(of_packets);
}

#[cold]
fn make_room(cells: &mut Vec<Cell>, place: usize) {
    cells.resize((place + 1).next_power_of_two(), Cell::default());
}

/// The cells of one family by well-known port, and where those of a batch are. They
/// are told before any is counted: most packets are of few ports, and each waits until
/// the count of the one before is written, which leaves time for other work.
pub(super) struct PortCells<'c> {
    cells: &'c mut [Cell],
    places: [u32; BATCH],
    next: usize,
}

impl<'c> PortCells<'c> {
    #[inline(always)]
    fn new(cells: &'c mut Vec<Cell>, gathered: &Gathered) -> Self {
        let (mut places, mut last) = ([0; BATCH], 0);
        let well_known = WellKnown::default();
        let packets = gathered.packets().iter().zip(&gathered.details.ports);
        for (place, (ends, ports)) in places.iter_mut().zip(packets) {
            let is_udp = ends.protocol() == IpProtocol::UDP;
            let has_port = (is_udp | (ends.protocol() == IpProtocol::TCP)) & ports.is_some();
            let port = well_known.of(is_udp, ports.unwrap_or_default());
            let at = 1 + (u32::from(is_udp) << 16 | u32::from(port));
            *place = at & u32::from(has_port).wrapping_neg();
            last = last.max(*place);
        }
        if last as usize >= cells.len() {
            make_room(cells, last as usize);
        }
        Self { cells, places, next: 0 }
    }

    /// Counts the next packet of the batch.
    #[inline(always)]
    pub(super) fn add_next(&mut self, ends: &Ends) {
        let place = self.places[self.next % BATCH];
        self.next += 1;
        if let Some(cell) = self.cells.get_mut(place as usize) {
            cell.add(ends.octets(), ends.wire_octets());
        }
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
    /// Adds the packets of a batch to their cells.
    #[inline(always)]
    fn add(&mut self, cells: &mut Vec<Cell>, gathered: &Gathered, bins: &TimeBins) {
        let [first, last] =
            [gathered.sums.times.0, gathered.sums.times.1].map(Timestamp::from_nanoseconds);
        if !self.cache.holds(first) {
            self.search(bins, first);
        }
        let packets = gathered.packets();
        // Nearly all batches lie in one bin.
        if self.cache.holds(last) {
            merge(cells, self.last, &gathered.cell());
            return;
        }
        let mut run = Cell::default();
        for (ends, time) in packets.iter().zip(gathered.details.times) {
            let time = Timestamp::from_nanoseconds(time);
            if !self.cache.holds(time) {
                merge(cells, self.last, &std::mem::take(&mut run));
                self.search(bins, time);
            }
            run.add(ends.octets(), ends.wire_octets());
        }
        merge(cells, self.last, &run);
    }

    /// Goes to the bin of another instant.
    #[inline(never)]
    fn search(&mut self, bins: &TimeBins, time: Timestamp) {
        let bin = self.cache.of(bins, time);
        let next = self.list.len();
        let place = *self.places.entry(bin.start).or_insert(next);
        if place == next {
            self.list.push(bin);
        }
        self.last = place;
    }
}
