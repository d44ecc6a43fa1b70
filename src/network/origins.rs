//! Origins by number, and the tables that say who announces a prefix.

use super::table::{AddressTable, TableBuilder};
use crate::model::{Asn, Origin, OriginId, Prefix};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Numbers of autonomous systems below which each has a place of its own. All that
/// the registries have given out lie below it; private ones may lie above.
const DIRECT: u32 = 1 << 20;

/// Distinct origins, each under one number, and the names of autonomous systems.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    list: Vec<Origin>,
    ids: HashMap<Origin, OriginId, foldhash::fast::RandomState>,
    /// Those of one autonomous system, which nearly all are: by its number one more
    /// than that of the origin, 0 for none.
    single: Vec<u32>,
    /// Those of autonomous systems with high numbers, of which there are few.
    beyond: HashMap<Asn, OriginId, foldhash::fast::RandomState>,
    names: BTreeMap<Asn, String>,
}

impl Origins {
    /// The number of an origin.
    pub(super) fn id(&mut self, origin: &Origin) -> OriginId {
        if let Some(asn) = origin.as_single() {
            return self.id_of_single(asn);
        }
        if let Some(id) = self.ids.get(origin) {
            return *id;
        }
        let id = self.push(origin.clone());
        self.ids.insert(origin.clone(), id);
        id
    }

    /// The number of a single origin.
    pub(super) fn id_of_single(&mut self, asn: Asn) -> OriginId {
        let at = asn.0 as usize;
        let known = match self.single.get(at) {
            Some(number) => number.checked_sub(1).map(OriginId),
            None => self.beyond.get(&asn).copied(),
        };
        known.unwrap_or_else(|| self.first_of_single(asn))
    }

    #[cold]
    fn first_of_single(&mut self, asn: Asn) -> OriginId {
        let id = self.push(Origin::single(asn));
        if asn.0 >= DIRECT {
            self.beyond.insert(asn, id);
            return id;
        }
        let at = asn.0 as usize;
        if at >= self.single.len() {
            self.single.resize((at + 1).next_power_of_two(), 0);
        }
        self.single[at] = id.0 + 1;
        id
    }

    fn push(&mut self, origin: Origin) -> OriginId {
        let id = OriginId(u32::try_from(self.list.len()).expect("fewer origins than 2^32"));
        self.list.push(origin);
        id
    }

    /// The number of what is announced by both.
    fn both(&mut self, a: OriginId, b: OriginId) -> OriginId {
        if a == b {
            return a;
        }
        let joined = self.list[a.index()].and(&self.list[b.index()]);
        self.id(&joined)
    }

    /// Remembers what an autonomous system is called; the first name stays.
    pub(super) fn name(&mut self, asn: Asn, name: &str) {
        if !name.is_empty() && !self.names.contains_key(&asn) {
            self.names.insert(asn, name.to_owned());
        }
    }

    /// All origins by number.
    pub(super) fn list(&self) -> &[Origin] {
        &self.list
    }

    /// What an autonomous system is called.
    pub(super) fn name_of(&self, asn: Asn) -> Option<&str> {
        self.names.get(&asn).map(String::as_str)
    }
}

/// A table of origins while it is read.
#[derive(Debug)]
pub struct OriginBuilder<'o> {
    origins: &'o mut Origins,
    /// The last prefixes of each family have in place of the number of their origin that
    /// of their autonomous system: see [`AT_ONCE`].
    table: TableBuilder<OriginId>,
    /// How many have theirs.
    settled: [usize; 2],
    waiting: usize,
    is_beside: bool,
}

/// Prefixes whose origins are looked for at once: those lie anywhere in a list of
/// millions of octets, and to look for one alone is to wait for it.
const AT_ONCE: usize = 256;

impl<'o> OriginBuilder<'o> {
    /// An empty table whose origins are numbered by `origins`.
    pub fn new(origins: &'o mut Origins) -> Self {
        Self {
            origins,
            table: TableBuilder::default(),
            settled: [0; 2],
            waiting: 0,
            is_beside: false,
        }
    }

    /// Adds an origin of a prefix, beside those that it has already.
    pub fn insert(&mut self, prefix: Prefix, origin: &Origin) {
        self.settle();
        let id = self.origins.id(origin);
        self.table.insert(prefix, id);
        self.settled = self.table.lens();
    }

    /// The same with one autonomous system.
    #[inline]
    pub fn insert_single(&mut self, prefix: Prefix, asn: Asn) {
        insert_unsettled(&mut self.table, prefix, asn);
        self.waiting += 1;
        if self.waiting == AT_ONCE {
            self.settle();
        }
    }

    /// Adds prefixes with one autonomous system each, which another thread may have
    /// read: then two threads may make the table.
    pub(super) fn append(&mut self, singles: Singles) {
        self.is_beside = true;
        self.table.append(singles.0);
        self.settle();
    }

    /// Puts the numbers of origins in the place of those of autonomous systems.
    #[inline(never)]
    fn settle(&mut self) {
        let Self { origins, table, .. } = self;
        table.values_from(self.settled).for_each(|id| *id = origins.id_of_single(Asn(id.0)));
        (self.settled, self.waiting) = (table.lens(), 0);
    }

    /// Remembers what an autonomous system is called.
    pub fn name(&mut self, asn: Asn, name: &str) {
        self.origins.name(asn, name);
    }

    /// The prefixes that were added, each as often as it was.
    pub fn prefixes(&self) -> impl Iterator<Item = Prefix> + '_ {
        self.table.prefixes()
    }

    /// The table.
    #[must_use]
    pub fn build(mut self) -> AddressTable<OriginId> {
        self.settle();
        let Self { origins, table, is_beside, .. } = self;
        let both = |a, b| origins.both(a, b);
        if is_beside { table.build_beside(both) } else { table.build(both) }
    }
}

/// Prefixes with one autonomous system each, gathered apart from the origins.
#[derive(Debug, Default)]
pub(super) struct Singles(TableBuilder<OriginId>);

impl Singles {
    /// Adds a prefix.
    #[inline]
    pub(super) fn insert(&mut self, prefix: Prefix, asn: Asn) {
        insert_unsettled(&mut self.0, prefix, asn);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.lens().iter().sum()
    }
}

/// Adds a prefix that has in place of the number of its origin that of its autonomous
/// system, until [`OriginBuilder::settle`] is called.
#[inline]
fn insert_unsettled(table: &mut TableBuilder<OriginId>, prefix: Prefix, asn: Asn) {
    table.insert(prefix, OriginId(asn.0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IpAddress, IpVersion};

    #[test]
    fn each_origin_has_one_number() {
        let mut origins = Origins::default();
        let all =
            [5, 0, 70_000, DIRECT - 1, DIRECT, u32::MAX, 6].map(|asn| Origin::single(Asn(asn)));
        let ids = all.each_ref().map(|origin| origins.id(origin));
        assert_eq!(ids.map(OriginId::index), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(all.each_ref().map(|origin| origins.id(origin)), ids);
        assert_eq!(origins.list(), all);
    }

    /// Whether they were looked for alone or with others.
    #[test]
    fn each_prefix_has_its_own_origin() {
        let mut origins = Origins::default();
        let mut builder = OriginBuilder::new(&mut origins);
        let prefix = |at: u32| {
            let (version, address, len) = if at.is_multiple_of(3) {
                (IpVersion::V6, IpAddress::from_bits(u128::from(at) << 80), 48)
            } else {
                (IpVersion::V4, IpAddress::from_bits(u128::from(at) << 104), 24)
            };
            Prefix::new(version, address, len)
        };
        let asn = |at: u32| Asn(at * 7 % 1000 + at % 2 * DIRECT);
        for at in 0..5000 {
            if at % 1000 < 3 {
                builder.insert(prefix(at), &Origin::single(asn(at)));
            } else {
                builder.insert_single(prefix(at), asn(at));
            }
        }
        let table = builder.build();
        assert_eq!(table.prefixes(), [3333, 1667]);
        for at in 0..5000 {
            let prefix = prefix(at);
            let id = table.lookup(prefix.version(), prefix.address()).unwrap();
            assert_eq!(origins.list()[id.index()], Origin::single(asn(at)), "{at}");
        }
    }

    #[test]
    fn all_origins_of_a_prefix_are_kept() {
        let mut origins = Origins::default();
        let mut builder = OriginBuilder::new(&mut origins);
        for (prefix, origin) in [
            ("192.0.2.0/24", "2"),
            ("192.0.2.0/24", "1"),
            ("192.0.2.0/24", "{7,8}"),
            ("192.0.2.0/25", "2"),
        ] {
            builder.insert(prefix.parse().unwrap(), &origin.parse().unwrap());
        }
        let table = builder.build();
        let says = |last: u8| {
            let address = IpAddress::from_v4([192, 0, 2, last]);
            let id = table.lookup(IpVersion::V4, address).unwrap();
            origins.list()[id.index()].to_string()
        };
        assert_eq!((says(1), says(129)), ("2".into(), "1_2_{7,8}".into()));
        assert_eq!(table.prefixes(), [2, 0]);
    }
}
