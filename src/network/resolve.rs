//! All tables together: whose an address is.

use super::networks_file::LabelledNetworks;
use super::origins::Origins;
use super::table::AddressTable;
use crate::model::{
    Asn, Country, HolderId, IpAddress, IpVersion, Label, LabelId, Origin, OriginId, Prefix,
    Resolver, Subject,
};
use std::sync::Arc;

/// The tables of a run. Of several tables of one kind the first that knows an
/// address decides.
#[derive(Debug, Default)]
pub struct NetworkTables {
    /// The operator's own networks.
    pub labelled: Option<LabelledNetworks>,
    /// Origins, numbered for all tables in common.
    pub origins: Origins,
    /// Who announces an address.
    pub origin_tables: Vec<AddressTable<OriginId>>,
    /// In which country it is.
    pub country_tables: Vec<AddressTable<Country>>,
    /// Who holds an address by the registries' word, where their files name holders.
    pub holder_table: Option<AddressTable<HolderId>>,
    /// The holders of that table.
    pub holders: Vec<Arc<str>>,
}

impl NetworkTables {
    /// Bytes that the tables take.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.labelled.as_ref().map_or(0, |networks| networks.table.memory())
            + self.origin_tables.iter().map(AddressTable::memory).sum::<usize>()
            + self.country_tables.iter().map(AddressTable::memory).sum::<usize>()
            + self.holder_table.as_ref().map_or(0, AddressTable::memory)
            + self.holders.iter().map(|name| name.len() + size_of::<Arc<str>>()).sum::<usize>()
    }
}

impl Resolver for NetworkTables {
    fn knows(&self, subject: Subject) -> bool {
        match subject {
            Subject::Label => self.labelled.is_some(),
            Subject::Origin => !self.origin_tables.is_empty(),
            Subject::Country => !self.country_tables.is_empty(),
            Subject::Holder => self.holder_table.is_some(),
            Subject::Local => self.labels().iter().any(|label| label.local),
        }
    }

    fn label(&self, version: IpVersion, address: IpAddress) -> Option<LabelId> {
        self.labelled.as_ref()?.table.lookup(version, address)
    }

    fn origin(&self, version: IpVersion, address: IpAddress) -> Option<OriginId> {
        self.origin_tables.iter().find_map(|table| table.lookup(version, address))
    }

    fn country(&self, version: IpVersion, address: IpAddress) -> Option<Country> {
        self.country_tables.iter().find_map(|table| table.lookup(version, address))
    }

    fn holder(&self, version: IpVersion, address: IpAddress) -> Option<HolderId> {
        self.holder_table.as_ref()?.lookup(version, address)
    }

    fn is_uniform(&self, prefix: Prefix) -> bool {
        self.labelled.as_ref().is_none_or(|networks| networks.table.is_uniform(prefix))
            && self.origin_tables.iter().all(|table| table.is_uniform(prefix))
            && self.country_tables.iter().all(|table| table.is_uniform(prefix))
            && self.holder_table.as_ref().is_none_or(|table| table.is_uniform(prefix))
    }

    fn is_local(&self, version: IpVersion, address: IpAddress) -> bool {
        self.label(version, address).is_some_and(|id| self.labels()[id.index()].local)
    }

    fn labels(&self) -> &[Label] {
        self.labelled.as_ref().map_or(&[], |networks| &networks.labels)
    }

    fn origins(&self) -> &[Origin] {
        self.origins.list()
    }

    fn holders(&self) -> &[Arc<str>] {
        &self.holders
    }

    fn as_name(&self, asn: Asn) -> Option<&str> {
        self.origins.name_of(asn)
    }
}

#[cfg(test)]
mod tests {
    use super::super::networks_file;
    use super::super::origins::OriginBuilder;
    use super::*;
    use crate::model::Direction;

    fn v4(last: u8) -> IpAddress {
        IpAddress::from_v4([192, 0, 2, last])
    }

    #[test]
    fn the_longest_label_decides_what_is_local() {
        let text = "label,prefix,local\nours,192.0.2.0/24,yes\nguest,192.0.2.128/25,no\n";
        let tables = NetworkTables {
            labelled: Some(networks_file::read(text).unwrap()),
            ..Default::default()
        };
        assert!(tables.knows(Subject::Local) && tables.knows(Subject::Label));
        assert!(!tables.knows(Subject::Origin) && !tables.knows(Subject::Country));
        let direction = |a, b| tables.direction(IpVersion::V4, v4(a), v4(b));
        assert_eq!(direction(1, 2), Direction::Internal);
        assert_eq!(direction(1, 129), Direction::Out);
        assert_eq!(direction(129, 1), Direction::In);
        assert_eq!(direction(129, 130), Direction::Transit);
        // The same bits are another address in the other family.
        assert_eq!(tables.label(IpVersion::V6, v4(1)), None);
    }

    #[test]
    fn the_first_table_that_knows_decides() {
        let mut origins = Origins::default();
        let mut table = |prefix: &str, origin: &str| {
            let mut builder = OriginBuilder::new(&mut origins);
            builder.insert(prefix.parse().unwrap(), &origin.parse().unwrap());
            builder.build()
        };
        let origin_tables = vec![table("192.0.2.0/25", "1_2"), table("192.0.0.0/16", "3")];
        let tables = NetworkTables { origins, origin_tables, ..Default::default() };
        let origin = |last| {
            let id = tables.origin(IpVersion::V4, v4(last)).unwrap();
            tables.origins()[id.index()].to_string()
        };
        assert_eq!((origin(1), origin(200)), ("1_2".into(), "3".into()));
        assert_eq!(tables.origin(IpVersion::V4, IpAddress::from_v4([10, 0, 0, 1])), None);
    }
}
