//! Origins by number, and the tables that say who announces a prefix.

use super::table::{AddressTable, TableBuilder};
use crate::model::{Asn, Origin, OriginId, Prefix};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Distinct origins, each under one number, and the names of autonomous systems.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    list: Vec<Origin>,
    ids: HashMap<Origin, OriginId, foldhash::fast::RandomState>,
    /// Those of one autonomous system: nearly all, and a number is found faster.
    single: HashMap<Asn, OriginId, foldhash::fast::RandomState>,
    names: BTreeMap<Asn, String>,
}

impl Origins {
    /// The number of an origin.
    pub(super) fn id(&mut self, origin: &Origin) -> OriginId {
        let single = origin.as_single();
        let known = match single {
            Some(asn) => self.single.get(&asn),
            None => self.ids.get(origin),
        };
        if let Some(id) = known {
            return *id;
        }
        let id = OriginId(u32::try_from(self.list.len()).expect("fewer origins than 2^32"));
        self.list.push(origin.clone());
        match single {
            Some(asn) => self.single.insert(asn, id),
            None => self.ids.insert(origin.clone(), id),
        };
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
    table: TableBuilder<OriginId>,
}

impl<'o> OriginBuilder<'o> {
    /// An empty table whose origins are numbered by `origins`.
    pub fn new(origins: &'o mut Origins) -> Self {
        Self { origins, table: TableBuilder::default() }
    }

    /// Adds an origin of a prefix, beside those that it has already.
    pub fn insert(&mut self, prefix: Prefix, origin: &Origin) {
        let id = self.origins.id(origin);
        self.table.insert(prefix, id);
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
    pub fn build(self) -> AddressTable<OriginId> {
        let Self { origins, table } = self;
        table.build(|a, b| origins.both(a, b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IpAddress, IpVersion};

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
