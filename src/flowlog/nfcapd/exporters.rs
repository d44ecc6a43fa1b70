//! Who exported the records of a file, as its collector noted it.

use super::field::{address, long, short, word};
use crate::model::{Exporter, ExporterFacts, IpAddress, IpVersion, Sampling};
use std::collections::BTreeMap;

/// `sa_family` of IPv4, on every system.
const AF_INET: u16 = 2;
/// `sa_family` of IPv6 on Linux, FreeBSD and macOS.
const AF_INET6: [u16; 3] = [10, 28, 30];
/// The version that stands for sFlow.
pub(super) const SFLOW: u32 = 9999;
/// Exporters that the file does not describe are kept up to this many; those
/// beyond it have their records counted, and no line of their own.
const MAX_UNDESCRIBED: usize = 4096;

/// What is known of the exporter with one number.
#[derive(Clone, Copy, Default)]
struct Entry {
    exporter: Option<Exporter>,
    ipv6_observable: bool,
    /// What its samplers say: nothing, that every packet is taken, or less.
    every: Option<bool>,
}

/// Where a record came from, as far as it says so: in two numbers, which are compared
/// with those of the record before it.
///
/// ```text
/// told: exporter 16, engine type and id 16, version 8, every 8, kind of address 8
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    told: u64,
    /// The address that the datagram came from, for exporters that the file does
    /// not describe.
    address: u128,
}

/// The kinds of an address.
const IS_V4: u64 = 1 << 48;
const IS_V6: u64 = 2 << 48;
/// Every packet was counted, whatever the samplers say.
const EVERY: u64 = 1 << 40;

impl Default for Origin {
    fn default() -> Self {
        Self::NOWHERE
    }
}

impl Origin {
    /// No record comes from there.
    pub(super) const NOWHERE: Self = Self { told: u64::MAX, address: 0 };

    /// By the collector's number of the exporter, engine type and id, and the
    /// version: bit 7 from sFlow, bit 6 from packets, else that of NetFlow. Zero is
    /// what a record does not tell.
    #[inline]
    pub(super) fn new(number: u16, engine: u16, version: u8) -> Self {
        let told = u64::from(number) | u64::from(engine) << 16 | u64::from(version) << 32;
        Self { told, address: 0 }
    }

    /// The same from an IPv4 address.
    #[inline]
    pub(super) fn received_v4(&mut self, address: u32) {
        *self = Self { told: self.told & !IS_V6 | IS_V4, address: address.into() };
    }

    /// The same from an IPv6 address.
    #[inline]
    pub(super) fn received_v6(&mut self, address: u128) {
        *self = Self { told: self.told & !IS_V4 | IS_V6, address };
    }

    /// The same where every packet was counted.
    #[inline]
    pub(super) fn every(self, every: bool) -> Self {
        Self { told: self.told | if every { EVERY } else { 0 }, ..self }
    }

    /// The version, with its bits.
    #[inline]
    pub(super) fn version(self) -> u8 {
        self.told.to_le_bytes()[4]
    }

    /// The exporter that the record names itself.
    fn named(self) -> Option<Exporter> {
        let address = match self.told & (IS_V4 | IS_V6) {
            0 => return None,
            IS_V4 => (IpVersion::V4, IpAddress::from_bits(self.address << 96)),
            _ => (IpVersion::V6, IpAddress::from_bits(self.address)),
        };
        let [_, _, low, high, ..] = self.told.to_le_bytes();
        Some(Exporter { address: Some(address), domain: u16::from_le_bytes([low, high]).into() })
    }
}

/// The exporters of a file.
#[derive(Default)]
pub(super) struct Exporters {
    /// By the collector's number: at most 65,536.
    table: Vec<Entry>,
    undescribed: BTreeMap<Exporter, ExporterFacts>,
}

impl Exporters {
    /// Takes an exporter record (type 7) and gives its version; `None` where it
    /// is cut.
    ///
    /// ```text
    /// type 2, size 2, version 4, address 16, family 2, number 2, domain 4
    /// ```
    pub(super) fn describe(&mut self, record: &[u8]) -> Option<u32> {
        let version = word(record, 4)?;
        let (family, number) = (short(record, 24)?, short(record, 26)?);
        let address = match family {
            // An IPv4 address stands in the third of four words.
            AF_INET => {
                Some((IpVersion::V4, IpAddress::from_bits(u128::from(word(record, 16)?) << 96)))
            }
            family if AF_INET6.contains(&family) => {
                Some((IpVersion::V6, IpAddress::from_bits(address(record, 8)?)))
            }
            _ => None,
        };
        let entry = self.entry(number);
        entry.exporter = Some(Exporter { address, domain: word(record, 28)? });
        // NetFlow 1, 5 and 7 have no room for an IPv6 address.
        entry.ipv6_observable |= !matches!(version, 1 | 5 | 7);
        Some(version)
    }

    /// Takes a sampler record; `None` where it is cut.
    ///
    /// ```text
    /// type 9:  type 2, size 2, id 4, interval 4, mode 2, exporter 2
    /// type 15: type 2, size 2, exporter 2, algorithm 2, id 8, interval 4, space 4
    /// ```
    pub(super) fn sampler(&mut self, record: &[u8]) -> Option<()> {
        let (number, every) = if short(record, 0)? == 9 {
            (short(record, 14)?, word(record, 8)? == 1)
        } else {
            long(record, 8)?;
            (short(record, 4)?, word(record, 20)? == 0)
        };
        let entry = self.entry(number);
        entry.every = Some(every && entry.every != Some(false));
        Some(())
    }

    /// The exporter with the number that a record gives, or the one that it names
    /// itself, and the sampling of records that were not scaled. To be asked at each
    /// change of the origin: one exporter may change its version.
    #[inline(never)]
    pub(super) fn find(&mut self, origin: Origin) -> (Option<Exporter>, Sampling) {
        let [low, high, ..] = origin.told.to_le_bytes();
        let number = usize::from(u16::from_le_bytes([low, high]));
        let counts_every = origin.told & EVERY != 0;
        let sampling = |every| if every { Sampling::Every } else { Sampling::Unknown };
        if let Some(Entry { exporter: Some(exporter), every, .. }) = self.table.get(number) {
            return (Some(*exporter), sampling(counts_every || *every == Some(true)));
        }
        let named = origin.named();
        if let Some(exporter) = named
            && (self.undescribed.len() < MAX_UNDESCRIBED
                || self.undescribed.contains_key(&exporter))
        {
            let facts = self.undescribed.entry(exporter).or_default();
            facts.ipv6_observable |= !matches!(origin.version(), 1 | 5 | 7);
        }
        (named, sampling(counts_every))
    }

    /// All of them, in order, with what is known.
    pub(super) fn facts(&self) -> BTreeMap<Exporter, ExporterFacts> {
        let mut all = self.undescribed.clone();
        for entry in &self.table {
            if let Some(exporter) = entry.exporter {
                let facts = ExporterFacts {
                    ipv6_observable: entry.ipv6_observable,
                    ..ExporterFacts::default()
                };
                all.entry(exporter).or_default().merge(&facts);
            }
        }
        all
    }

    fn entry(&mut self, number: u16) -> &mut Entry {
        let number = usize::from(number);
        if self.table.len() <= number {
            self.table.resize(number + 1, Entry::default());
        }
        &mut self.table[number]
    }
}
