//! One record: a block of addresses or AS numbers, and what is said of it.

use super::country::CountryCode;
use super::date::Date;
use super::holders::HolderId;
use std::fmt;

/// What is delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// IPv4 addresses.
    Ipv4,
    /// IPv6 addresses.
    Ipv6,
    /// Autonomous system numbers.
    Asn,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ipv4, Self::Ipv6, Self::Asn];

    /// Its word in the exchange format.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Asn => "asn",
        }
    }

    pub(super) fn of_word(word: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| word.eq_ignore_ascii_case(kind.key().as_bytes()))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
            Self::Asn => "ASN",
        })
    }
}

/// What a registry says of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Given to a holder who may pass it on.
    Allocated,
    /// Given to a holder for its own network.
    Assigned,
    /// Kept back by the registry.
    Reserved,
    /// Free.
    Available,
    /// A word that is not of the format.
    Other,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Allocated, Self::Assigned, Self::Reserved, Self::Available, Self::Other];

    /// Whether somebody holds the block: allocated or assigned.
    #[must_use]
    pub fn is_delegated(self) -> bool {
        matches!(self, Self::Allocated | Self::Assigned)
    }

    /// Its word in the exchange format.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Allocated => "allocated",
            Self::Assigned => "assigned",
            Self::Reserved => "reserved",
            Self::Available => "available",
            Self::Other => "other",
        }
    }

    pub(super) fn of_word(word: &[u8]) -> Self {
        let known = Self::ALL.into_iter().find(|s| word.eq_ignore_ascii_case(s.key().as_bytes()));
        known.unwrap_or(Self::Other)
    }
}

/// A registry's place in the [`Collection`](super::Collection)'s list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistryId(pub(super) u8);

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The first address or number. IPv4 and AS numbers stand in the low bits.
    pub first: u128,
    /// The last address or number; never before the first.
    pub last: u128,
    /// Who holds it, where the file says it.
    pub holder: Option<HolderId>,
    /// When it was delegated, where the file says it.
    pub date: Option<Date>,
    /// Where, by the registry's word.
    pub country: Option<CountryCode>,
    /// The registry that the record names.
    pub registry: RegistryId,
    /// Addresses or AS numbers.
    pub kind: Kind,
    /// Delegated, available or reserved.
    pub status: Status,
}

impl Record {
    /// Addresses or numbers less one: the whole of IPv6 would not fit.
    #[must_use]
    pub fn span(&self) -> u128 {
        self.last - self.first
    }
}
