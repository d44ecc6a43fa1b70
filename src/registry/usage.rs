//! From what was delegated to what is announced, and to what is used.
//!
//! A delegated IPv6 block is announced where a prefix of a routing table lies in
//! it or holds it, and used where a prefix seen in traffic does. Prefixes are
//! plain data here; nobody asks where they were read.

use super::collection::Collection;
use super::delegations::Delegations;
use super::lists::Lists;
use super::record::{Kind, Record};
use super::rows::{Classifier, Grouping, RowKey};
use super::state::{Holding, Seen};
use super::sweep::Piece;
use crate::model::{IpVersion, Prefix};
use std::collections::BTreeMap;

/// IPv6 prefixes that were announced, or seen in traffic.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Each once, by its first and last address, in order.
    prefixes: Vec<(u128, u128)>,
    /// What they cover, without overlap.
    covered: Vec<(u128, u128)>,
    /// Prefixes shorter than /16: default routes, which say nothing of a block.
    pub too_short: u64,
}

/// Shorter prefixes are default routes, or parts of one (2000::/3).
const SHORTEST: u8 = 16;

impl Observed {
    /// Keeps the IPv6 ones.
    pub fn new(prefixes: impl IntoIterator<Item = Prefix>) -> Self {
        let mut observed = Self::default();
        for prefix in prefixes {
            if prefix.version() != IpVersion::V6 {
                continue;
            }
            if prefix.len() < SHORTEST {
                observed.too_short += 1;
                continue;
            }
            let first = prefix.address().bits();
            let host = u128::MAX.checked_shr(prefix.len().into()).unwrap_or(0);
            observed.prefixes.push((first, first | host));
        }
        observed.prefixes.sort_unstable();
        observed.prefixes.dedup();
        for (first, last) in &observed.prefixes {
            match observed.covered.last_mut() {
                Some((_, reach)) if first <= reach => *reach = (*reach).max(*last),
                _ => observed.covered.push((*first, *last)),
            }
        }
        observed
    }

    /// Distinct prefixes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.prefixes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }

    /// What there is of a block.
    fn of(&self, first: u128, last: u128) -> Portion {
        let from = self.covered.partition_point(|(_, end)| *end < first);
        let runs = self.covered[from..].iter().take_while(|(start, _)| *start <= last);
        let space: u128 = runs
            .map(|(start, end)| ((*end).min(last) - (*start).max(first)).saturating_add(1))
            .fold(0, u128::saturating_add);
        let start = self.prefixes.partition_point(|(start, _)| *start < first);
        let within = self.prefixes[start..].partition_point(|(start, _)| *start <= last) as u64;
        // One that holds the whole block, and begins before it.
        let around = u64::from(within == 0 && space > 0);
        Portion { prefixes: within + around, space }
    }
}

/// What was observed of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Portion {
    /// Prefixes that begin in it, or the one that holds it.
    pub prefixes: u64,
    /// Its addresses that they cover.
    pub space: u128,
}

/// One delegated block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockUse {
    /// The block.
    pub piece: Piece,
    /// What of it is announced; `None` where no table was given.
    pub announced: Option<Portion>,
    /// What of it was seen; `None` where no traffic was given.
    pub seen: Option<Portion>,
}

impl BlockUse {
    /// Whether nothing of it was observed, in the last step that is known.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        self.seen.or(self.announced).is_some_and(|portion| portion.space == 0)
    }
}

/// The sums of one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageFigures {
    /// Blocks delegated.
    pub delegated: Holding,
    /// Of these, blocks of which some is announced, whole.
    pub announced: Option<Holding>,
    /// Prefixes announced in them, and the space that these cover.
    pub announcements: Portion,
    /// Blocks of which some was seen, whole.
    pub seen: Option<Holding>,
    /// Prefixes seen in them, and the space that these cover.
    pub sightings: Portion,
    /// Blocks seen of which nothing is announced.
    pub seen_not_announced: u64,
    /// Blocks of which nothing was observed, in the last step that is known.
    pub unused: Holding,
}

/// Delegated IPv6, block by block.
#[derive(Clone, Debug)]
pub struct Usage<'c> {
    delegations: &'c Delegations<'c>,
    /// The blocks, in the order of their addresses.
    pub blocks: Vec<BlockUse>,
}

impl<'c> Usage<'c> {
    /// Holds what is delegated against what was observed.
    #[must_use]
    pub fn new(
        delegations: &'c Delegations<'c>,
        announced: Option<&Observed>,
        seen: Option<&Observed>,
    ) -> Self {
        let pieces = delegations.pieces(Kind::Ipv6).iter();
        let held = pieces.filter(|piece| delegations.record(**piece).status.is_delegated());
        let block = |piece: &Piece| BlockUse {
            piece: *piece,
            announced: announced.map(|observed| observed.of(piece.first, piece.last)),
            seen: seen.map(|observed| observed.of(piece.first, piece.last)),
        };
        Self { delegations, blocks: held.map(block).collect() }
    }

    /// The collection that the blocks' records are in.
    #[must_use]
    pub fn collection(&self) -> &'c Collection {
        self.delegations.collection()
    }

    /// The record that a block is of.
    #[must_use]
    pub fn record(&self, block: &BlockUse) -> &'c Record {
        self.delegations.record(block.piece)
    }

    /// The sums of each row. `None` where the lists have no such scheme.
    #[must_use]
    pub fn rows(
        &self,
        grouping: &Grouping,
        lists: &Lists,
    ) -> Option<BTreeMap<RowKey, UsageFigures>> {
        let classifier = Classifier::new(grouping, lists)?;
        let collection = self.delegations.collection();
        let mut rows: BTreeMap<RowKey, UsageFigures> = BTreeMap::new();
        let mut counted = Seen::new(collection.records.len());
        for block in &self.blocks {
            let record = self.record(block);
            let key = classifier
                .row(record.country, record.registry, |id| collection.registry(id).to_owned());
            let space = (block.piece.last - block.piece.first).saturating_add(1);
            rows.entry(key).or_default().add(block, counted.first(block.piece.record), space);
        }
        Some(rows)
    }
}

impl UsageFigures {
    fn add(&mut self, block: &BlockUse, is_new: bool, space: u128) {
        self.delegated.add(is_new, space);
        if let Some(portion) = block.announced {
            let announced = self.announced.get_or_insert_default();
            if portion.space > 0 {
                announced.add(is_new, space);
            }
            self.announcements += portion;
        }
        if let Some(portion) = block.seen {
            let seen = self.seen.get_or_insert_default();
            if portion.space > 0 {
                seen.add(is_new, space);
                let silent = block.announced.is_some_and(|announced| announced.space == 0);
                self.seen_not_announced += u64::from(silent);
            }
            self.sightings += portion;
        }
        if block.is_unused() {
            self.unused.add(is_new, space);
        }
    }
}

impl std::ops::AddAssign for Portion {
    fn add_assign(&mut self, other: Self) {
        self.prefixes += other.prefixes;
        self.space = self.space.saturating_add(other.space);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, Selection};
    use super::*;

    const FILE: &str = "\
2|afrinic|20240101|4|19900101|20240101|+0000
afrinic|SN|ipv6|2001:4270::|32|20060101|allocated|a
afrinic|SN|ipv6|2c0f:100::|32|20100101|allocated|b
afrinic|SN|ipv6|2c0f:200::|32|20120101|allocated|c
afrinic|ML|ipv6|2c0f:300::|48|20120101|assigned|d
afrinic||ipv6|2c0f:400::|32||available|
";

    fn observed(prefixes: &[&str]) -> Observed {
        Observed::new(prefixes.iter().map(|text| text.parse().unwrap()))
    }

    #[test]
    fn blocks_go_from_delegated_to_announced_to_used() {
        let mut collection = Collection::default();
        let mut reader = Reader::new(&mut collection, "file");
        reader.push(FILE.as_bytes());
        reader.finish().unwrap();
        let delegations = Delegations::new(&collection, &Selection::newest(&collection), None);
        let announced = observed(&[
            "::/0",
            "192.0.2.0/24",
            "2001:4270::/33",
            "2001:4270::/48",
            "2001:4270::/48",
            "2c0f:200::/24",
        ]);
        let seen = observed(&["2001:4270:1::/48", "2001:4270:2::/48", "2c0f:300::1/128"]);
        assert_eq!((announced.len(), announced.too_short), (3, 1));
        let usage = Usage::new(&delegations, Some(&announced), Some(&seen));
        let rows = usage.rows(&Grouping::Country, &Lists::default()).unwrap();
        let of = |code: &str| rows[&RowKey::Country(code.parse().unwrap())];
        let senegal = of("SN");
        assert_eq!(senegal.delegated, Holding { records: 3, space: 3 << 96 });
        // 2c0f:200::/24 holds 2c0f:200::/32 and reaches no further block here.
        assert_eq!(senegal.announced, Some(Holding { records: 2, space: 2 << 96 }));
        assert_eq!(senegal.announcements, Portion { prefixes: 3, space: 3 << 95 });
        assert_eq!(senegal.seen, Some(Holding { records: 1, space: 1 << 96 }));
        assert_eq!(senegal.sightings, Portion { prefixes: 2, space: 2 << 80 });
        assert_eq!(senegal.unused, Holding { records: 2, space: 2 << 96 });
        let mali = of("ML");
        assert_eq!((mali.seen_not_announced, mali.sightings.space), (1, 1));
        let announced = observed(&["2001:4270::/32"]);
        let usage = Usage::new(&delegations, Some(&announced), Some(&seen));
        let mali = usage.rows(&Grouping::World, &Lists::default()).unwrap()[&RowKey::World];
        assert_eq!(mali.seen_not_announced, 1);
        let usage = Usage::new(&delegations, Some(&announced), None);
        assert_eq!(usage.blocks.iter().filter(|block| block.is_unused()).count(), 3);
    }
}
