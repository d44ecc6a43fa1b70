//! All records that were read, and where they came from.

use super::account::FileAccount;
use super::holders::{HolderId, Holders};
use super::record::{Kind, Record, RegistryId};
use super::section::{Difference, Section};

/// What a `.md5` file beside a file says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Md5Verdict {
    /// There is none.
    #[default]
    Absent,
    /// The digest is the file's.
    Verified,
    /// The digest is another.
    Differs,
    /// There is one without a digest in it.
    Unreadable,
}

impl Md5Verdict {
    /// Its word in reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Verified => "verified",
            Self::Differs => "differs",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileInfo {
    /// Its name as the user gave it.
    pub name: String,
    /// How it is compressed.
    pub compression: Option<&'static str>,
    /// Bytes without compression.
    pub bytes: u64,
    /// SHA-256 of the bytes without compression, in hexadecimal digits.
    pub sha256: String,
    /// What its `.md5` file says.
    pub md5: Md5Verdict,
    /// Where its lines went.
    pub account: FileAccount,
    /// What went wrong: as it stands in messages, without the name.
    pub errors: Vec<String>,
}

/// The records of many files.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    registries: Vec<String>,
    pub(super) holders: Holders,
    /// The files, in the order of reading.
    pub files: Vec<FileInfo>,
    /// Their sections.
    pub sections: Vec<Section>,
    /// Their records.
    pub records: Vec<Record>,
}

impl Collection {
    /// A registry's name, in small letters.
    #[must_use]
    pub fn registry(&self, id: RegistryId) -> &str {
        &self.registries[usize::from(id.0)]
    }

    /// A holder's opaque id.
    #[must_use]
    pub fn holder(&self, id: HolderId) -> &str {
        self.holders.name(id)
    }

    /// The registry of that name. `None` where there are more than 255, or the
    /// name is none.
    pub(super) fn intern_registry(&mut self, name: &[u8]) -> Option<RegistryId> {
        let known = self.registries.iter().position(|known| known.as_bytes() == name);
        if let Some(at) = known.or_else(|| {
            self.registries.iter().position(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        }) {
            return u8::try_from(at).ok().map(RegistryId);
        }
        let id = u8::try_from(self.registries.len()).ok().filter(|id| *id < u8::MAX)?;
        let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?;
        self.registries.push(name.to_ascii_lowercase());
        Some(RegistryId(id))
    }

    /// What a section's version and summary lines promise, and its records do
    /// not keep.
    #[must_use]
    pub fn differences(&self, section: &Section) -> Vec<Difference> {
        let records = &self.records[section.records.clone()];
        let read = records.len() as u64;
        let stated = section.stated.filter(|stated| *stated != read);
        let whole = stated.map(|stated| Difference {
            registry: self.registry(section.registry).to_owned(),
            kind: None,
            stated,
            read,
        });
        let of_kind = section.summaries.iter().filter_map(|(registry, kind, stated)| {
            // The combined file sums up under its own name.
            let all = *registry == section.registry;
            let counted = |r: &&Record| r.kind == *kind && (all || r.registry == *registry);
            let read = records.iter().filter(counted).count() as u64;
            let registry = self.registry(*registry).to_owned();
            (read != *stated).then_some(Difference {
                registry,
                kind: Some(*kind),
                stated: *stated,
                read,
            })
        });
        whole.into_iter().chain(of_kind).collect()
    }

    /// Records of a section, by type.
    #[must_use]
    pub fn count(&self, section: &Section, kind: Kind) -> u64 {
        let records = &self.records[section.records.clone()];
        records.iter().filter(|record| record.kind == kind).count() as u64
    }
}
