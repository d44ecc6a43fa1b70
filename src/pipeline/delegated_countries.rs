//! Countries and holders from the registries' statistics: what the room of registries reads
//! becomes plain data for the room of networks.

use crate::model::{Country, HolderId, IpAddress, IpVersion, Timestamp};
use crate::network::delegated::{self, Delegation};
use crate::network::{AddressTable, TableBuilder, Trouble};
use crate::registry::{Collection, Date, Delegations, Kind, Reader, Selection};
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

/// Bytes that are handed to the reader at once.
const PART: usize = 64 << 10;

/// All statistics of a run, which speak together: where two files know an address,
/// the rules of the registry's room say which.
#[derive(Default)]
pub(super) struct DelegatedCountries {
    collection: Collection,
}

/// What one file says.
pub(super) struct DelegatedFile {
    pub(super) date: Option<Timestamp>,
    /// Records of IPv4 and of IPv6.
    pub(super) records: [u64; 2],
    pub(super) notes: Vec<String>,
}

impl DelegatedCountries {
    /// Reads one file.
    pub(super) fn read(
        &mut self,
        name: &str,
        input: &mut impl Read,
    ) -> Result<DelegatedFile, Trouble> {
        let mut reader = Reader::new(&mut self.collection, name);
        let mut part = vec![0; PART];
        loop {
            match input.read(&mut part) {
                Ok(0) => break,
                Ok(len) => reader.push(&part[..len]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        let full = reader.full();
        let file = reader.finish().map_err(|_| {
            Trouble::content("no delegated statistics", "get the file from the registry again")
        })?;
        if full {
            return Err(Trouble::content(
                "more records than are kept",
                "give the newest file of each registry alone",
            ));
        }
        Ok(self.of_file(file))
    }

    fn of_file(&self, file: usize) -> DelegatedFile {
        let sections = self.collection.sections.iter().filter(|section| section.file == file);
        let (mut records, mut date) = ([0; 2], None);
        for section in sections {
            for (count, kind) in records.iter_mut().zip([Kind::Ipv4, Kind::Ipv6]) {
                *count += self.collection.count(section, kind);
            }
            date = date.max(section.date);
        }
        let account = &self.collection.files[file].account;
        let mut notes = Vec::new();
        if let Some(first) = account.first_faults.first() {
            notes.push(format!(
                "{} of its lines could not be read; the first is line {}: {}",
                account.bad(),
                first.line,
                first.fault.what()
            ));
        }
        DelegatedFile { date: date.and_then(midnight), records, notes }
    }

    /// Whether there is any file.
    pub(super) fn is_empty(&self) -> bool {
        self.collection.files.is_empty()
    }

    /// The countries and holders of all that is delegated.
    pub(super) fn tables(&self) -> DelegatedTables {
        let selection = Selection::newest(&self.collection);
        let delegations = Delegations::new(&self.collection, &selection, None);
        let (mut countries, mut holders) = (TableBuilder::default(), TableBuilder::default());
        let mut numbers: HashMap<(&str, &str), u32> = HashMap::new();
        let mut names: Vec<Arc<str>> = Vec::new();
        for (kind, version) in [(Kind::Ipv4, IpVersion::V4), (Kind::Ipv6, IpVersion::V6)] {
            let spare = 128 - u32::from(version.address_bits());
            for piece in delegations.iter(kind).filter(|piece| piece.status.is_delegated()) {
                let [first, last] =
                    [piece.first, piece.last].map(|bits| IpAddress::from_bits(bits << spare));
                if let Some(country) = piece.country.and_then(|code| code.as_str().parse().ok()) {
                    let delegation = Delegation { version, first, last, country };
                    delegated::insert([delegation], &mut countries);
                }
                let Some(id) = piece.holder else { continue };
                let number = *numbers.entry((piece.registry, id)).or_insert_with(|| {
                    let number = u32::try_from(names.len()).unwrap_or(u32::MAX);
                    names.push(format!("{}/{id}", piece.registry).into());
                    number
                });
                holders.insert_range(version, first, last, HolderId(number));
            }
        }
        DelegatedTables {
            countries: countries.build(|first, _| first),
            holders: (!names.is_empty()).then(|| holders.build(|first, _| first)),
            names,
        }
    }
}

/// What the statistics say of addresses.
pub(super) struct DelegatedTables {
    pub(super) countries: AddressTable<Country>,
    /// `None` where no file names holders, as the plain form does not.
    pub(super) holders: Option<AddressTable<HolderId>>,
    /// The holders, `registry/opaque-id`: the same id of two registries is two.
    pub(super) names: Vec<Arc<str>>,
}

fn midnight(date: Date) -> Option<Timestamp> {
    Timestamp::from_wide(i128::from(date.days()) * 86_400_000_000_000)
}
