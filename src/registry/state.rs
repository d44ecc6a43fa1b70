//! Who holds how much, and where: the state on the day of the files.

use super::country::CountryCode;
use super::delegations::Delegations;
use super::holders::HolderId;
use super::lists::Lists;
use super::population::Population;
use super::record::{Kind, RegistryId, Status};
use super::rows::{Classifier, Grouping, RowKey};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Blocks and what is in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Records; one of which others speak for a part is one record.
    pub records: u64,
    /// Addresses or AS numbers.
    pub space: u128,
}

impl Holding {
    /// One piece more, of a record that was or was not counted before.
    pub(super) fn add(&mut self, is_new: bool, space: u128) {
        self.records += u64::from(is_new);
        self.space = self.space.saturating_add(space);
    }
}

impl std::ops::AddAssign for Holding {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.space = self.space.saturating_add(other.space);
    }
}

/// The figures of one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    by_status: [[Holding; 5]; 3],
    /// Holders, where the files have opaque ids.
    pub holders: Option<HolderCounts>,
    /// Delegated records without an opaque id: their holders are in no count.
    pub without_id: u64,
    /// How unevenly IPv4 is spread over its holders.
    pub ipv4_concentration: Option<Concentration>,
    /// How unevenly IPv6 is spread over its holders.
    pub ipv6_concentration: Option<Concentration>,
    /// Inhabitants, where they are known for every country of the row.
    pub population: Option<u64>,
}

impl Figures {
    /// Blocks of one kind and status.
    #[must_use]
    pub fn of(&self, kind: Kind, status: Status) -> Holding {
        self.by_status[kind as usize][status as usize]
    }

    /// Blocks of one kind that somebody holds.
    #[must_use]
    pub fn delegated(&self, kind: Kind) -> Holding {
        let mut sum = self.of(kind, Status::Allocated);
        sum += self.of(kind, Status::Assigned);
        sum
    }
}

/// Holders by what they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HolderCounts {
    /// IPv4 and no IPv6.
    pub ipv4_only: u64,
    /// IPv6 and no IPv4.
    pub ipv6_only: u64,
    /// Both.
    pub both: u64,
    /// AS numbers and no addresses.
    pub asn_only: u64,
}

impl HolderCounts {
    /// Those who hold addresses.
    #[must_use]
    pub fn with_addresses(&self) -> u64 {
        self.ipv4_only + self.ipv6_only + self.both
    }

    /// Those who hold IPv6.
    #[must_use]
    pub fn with_ipv6(&self) -> u64 {
        self.ipv6_only + self.both
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.with_addresses() + self.asn_only
    }
}

/// How unevenly space is spread over those who hold some of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concentration {
    /// Holders.
    pub holders: u64,
    /// The space of all of them.
    pub whole: u128,
    /// The space of the largest 1, 5 and 10 of them.
    pub top: [u128; 3],
    /// The Gini coefficient: 0 where all hold the same, towards 1 where one has
    /// nearly all.
    pub gini: f64,
}

impl Concentration {
    /// How many of the largest [`top`](Self::top) counts.
    pub const TOP: [usize; 3] = [1, 5, 10];

    fn of(mut spaces: Vec<u128>) -> Option<Self> {
        spaces.sort_unstable();
        let whole = spaces.iter().fold(0_u128, |sum, space| sum.saturating_add(*space));
        if whole == 0 {
            return None;
        }
        let top = Self::TOP.map(|count| spaces.iter().rev().take(count).sum());
        #[expect(clippy::cast_precision_loss, reason = "a coefficient of two places")]
        let gini = {
            let count = spaces.len() as f64;
            let weighted: f64 =
                (1_u64..).zip(&spaces).map(|(rank, space)| rank as f64 * *space as f64).sum();
            2.0 * weighted / (count * whole as f64) - (count + 1.0) / count
        };
        Some(Self { holders: spaces.len() as u64, whole, top, gini })
    }
}

/// Rows and the figures of each.
#[derive(Clone, Debug)]
pub struct State {
    /// What the rows are made by.
    pub grouping: Grouping,
    /// The rows that have a record, in order.
    pub rows: Vec<(RowKey, Figures)>,
    /// All of them together.
    pub world: Figures,
}

/// What is counted of every country, registry and holder; rows of any grouping
/// are made of it.
#[derive(Clone, Debug)]
pub struct Cells<'c> {
    delegations: &'c Delegations<'c>,
    cells: Vec<Cell>,
    by_status: BTreeMap<(Option<CountryCode>, RegistryId), [[Holding; 5]; 3]>,
    has_ids: bool,
}

/// What one holder has in one country of one registry.
#[derive(Clone, Copy, Debug)]
struct Cell {
    country: Option<CountryCode>,
    registry: RegistryId,
    /// `None` for all who have no id.
    holder: Option<HolderId>,
    held: [Holding; 3],
}

impl<'c> Cells<'c> {
    /// Counts every piece once.
    #[must_use]
    pub fn new(delegations: &'c Delegations<'c>) -> Self {
        let mut places: HashMap<_, usize, foldhash::fast::RandomState> = HashMap::default();
        let mut cells: Vec<Cell> = Vec::new();
        let mut sums: HashMap<_, [[Holding; 5]; 3], foldhash::fast::RandomState> =
            HashMap::default();
        let mut seen = Seen::new(delegations.collection().records.len());
        for kind in Kind::ALL {
            for piece in delegations.pieces(kind) {
                let record = delegations.record(*piece);
                let (country, registry, holder) = (record.country, record.registry, record.holder);
                let is_new = seen.first(piece.record);
                let space = (piece.last - piece.first).saturating_add(1);
                sums.entry((country, registry)).or_default()[kind as usize][record.status as usize]
                    .add(is_new, space);
                if record.status.is_delegated() {
                    let at = *places.entry((country, registry, holder)).or_insert_with(|| {
                        cells.push(Cell { country, registry, holder, held: Default::default() });
                        cells.len() - 1
                    });
                    cells[at].held[kind as usize].add(is_new, space);
                }
            }
        }
        let has_ids = cells.iter().any(|cell| cell.holder.is_some());
        Self { delegations, cells, by_status: sums.into_iter().collect(), has_ids }
    }

    /// The figures of each row. `None` where the lists have no such scheme.
    #[must_use]
    pub fn state(
        &self,
        grouping: &Grouping,
        lists: &Lists,
        population: Option<&Population>,
    ) -> Option<State> {
        let classifier = Classifier::new(grouping, lists)?;
        let mut rows = self.rows(classifier);
        let world = self.rows(Classifier::World).remove(&RowKey::World).unwrap_or_default();
        if let Some(population) = population {
            for (key, figures) in &mut rows {
                figures.population = inhabitants(key, grouping, lists, population);
            }
        }
        Some(State { grouping: grouping.clone(), rows: rows.into_iter().collect(), world })
    }

    fn rows(&self, classifier: Classifier<'_>) -> BTreeMap<RowKey, Figures> {
        let collection = self.delegations.collection();
        let name = |id| collection.registry(id).to_owned();
        let mut rows: BTreeMap<RowKey, Figures> = BTreeMap::new();
        for ((country, registry), holdings) in &self.by_status {
            let figures = rows.entry(classifier.row(*country, *registry, name)).or_default();
            for (sums, more) in figures.by_status.iter_mut().zip(holdings) {
                for (sum, more) in sums.iter_mut().zip(more) {
                    *sum += *more;
                }
            }
        }
        let numbers: BTreeMap<RowKey, usize> =
            rows.keys().enumerate().map(|(at, key)| (key.clone(), at)).collect();
        // A row is found once for each country of a registry, not for each holder.
        let row_of = |(country, registry): &(Option<CountryCode>, RegistryId)| {
            numbers[&classifier.row(*country, *registry, name)]
        };
        let places: HashMap<_, usize, foldhash::fast::RandomState> =
            self.by_status.keys().map(|key| (*key, row_of(key))).collect();
        let mut figures: Vec<&mut Figures> = rows.values_mut().collect();
        let mut holders: Vec<(usize, HolderId, [u128; 3])> = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let row = places[&(cell.country, cell.registry)];
            match cell.holder {
                Some(holder) => holders.push((row, holder, cell.held.map(|held| held.space))),
                None => {
                    figures[row].without_id +=
                        cell.held.iter().map(|held| held.records).sum::<u64>();
                }
            }
        }
        if self.has_ids {
            count_holders(holders, &mut figures);
        }
        rows
    }
}

/// Counts each holder once a row, though it may have blocks in several of its
/// countries.
fn count_holders(mut holders: Vec<(usize, HolderId, [u128; 3])>, rows: &mut [&mut Figures]) {
    holders.sort_unstable_by_key(|(row, holder, _)| (*row, *holder));
    for of_row in holders.chunk_by(|a, b| a.0 == b.0) {
        let mut counts = HolderCounts::default();
        let (mut ipv4s, mut ipv6s) = (Vec::new(), Vec::new());
        for of_holder in of_row.chunk_by(|a, b| a.1 == b.1) {
            let sum = |kind: Kind| -> u128 {
                of_holder.iter().fold(0, |sum, (_, _, s)| sum.saturating_add(s[kind as usize]))
            };
            let (ipv4, ipv6) = (sum(Kind::Ipv4), sum(Kind::Ipv6));
            *match (ipv4 > 0, ipv6 > 0) {
                (true, false) => &mut counts.ipv4_only,
                (false, true) => &mut counts.ipv6_only,
                (true, true) => &mut counts.both,
                (false, false) => &mut counts.asn_only,
            } += 1;
            ipv4s.extend((ipv4 > 0).then_some(ipv4));
            ipv6s.extend((ipv6 > 0).then_some(ipv6));
        }
        let figures = &mut rows[of_row[0].0];
        figures.holders = Some(counts);
        figures.ipv4_concentration = Concentration::of(ipv4s);
        figures.ipv6_concentration = Concentration::of(ipv6s);
    }
}

/// The inhabitants of a row's countries: of all of a group's, also those that no
/// record names. `None` where one of them is not known.
fn inhabitants(
    key: &RowKey,
    grouping: &Grouping,
    lists: &Lists,
    population: &Population,
) -> Option<u64> {
    match (key, grouping) {
        (RowKey::Country(country), _) => population.of(*country),
        (RowKey::Group(at, _), Grouping::Scheme(scheme)) => {
            let group = lists.scheme(scheme)?.groups.get(*at)?;
            // Territories and withdrawn codes are often counted with a State.
            let known: Vec<u64> =
                group.countries.iter().filter_map(|c| population.of(*c)).collect();
            (known.len() * 10 >= group.countries.len() * 7).then(|| known.iter().sum())
        }
        (RowKey::World, _) => Some(population.iter().map(|(_, inhabitants)| inhabitants).sum()),
        _ => None,
    }
}

/// Which records were counted already.
pub(super) struct Seen(Vec<u64>);

impl Seen {
    pub(super) fn new(records: usize) -> Self {
        Self(vec![0; records / 64 + 1])
    }

    /// Whether it is the first time.
    pub(super) fn first(&mut self, record: u32) -> bool {
        let (word, bit) = (&mut self.0[record as usize / 64], 1 << (record % 64));
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod state_tests;
