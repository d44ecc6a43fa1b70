//! Where the knowledge of networks came from: the provenance of a table.

use super::{TimeSpan, Timestamp};

/// What kind of table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetworkTableKind {
    /// The operator's own networks file.
    Networks,
    /// Prefix-to-AS text, of CAIDA or pyasn.
    PrefixToAs,
    /// A BGP table in MRT (RFC 6396).
    Mrt,
    /// A database in MaxMind's format.
    Mmdb,
    /// Delegated statistics of an address registry.
    Delegated,
}

impl NetworkTableKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Networks, Self::PrefixToAs, Self::Mrt, Self::Mmdb, Self::Delegated];

    /// The key in JSON and CSV.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Networks => "networks",
            Self::PrefixToAs => "prefix_to_as",
            Self::Mrt => "mrt",
            Self::Mmdb => "mmdb",
            Self::Delegated => "delegated",
        }
    }

    /// The words for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Networks => "networks file",
            Self::PrefixToAs => "prefix-to-AS table",
            Self::Mrt => "MRT table dump",
            Self::Mmdb => "mmdb database",
            Self::Delegated => "delegated statistics",
        }
    }
}

/// One table that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetworkTable {
    /// The file as the user named it.
    pub name: String,
    /// What it is.
    pub kind: NetworkTableKind,
    /// Of when it is, where it says so: to be set beside the capture's time.
    pub date: Option<Timestamp>,
    /// Prefixes that were read, IPv4 and IPv6.
    pub prefixes: [u64; 2],
    /// SHA-256 of its content without compression, in hexadecimal digits.
    pub sha256: String,
}

impl NetworkTable {
    /// Days between a table and the traffic beyond which that is told.
    pub const FAR_DAYS: i64 = 31;

    /// Whole days from the traffic to the table: negative where the table is
    /// older, 0 where it is of the same time; `None` where it says no date.
    #[must_use]
    pub fn days_from(&self, traffic: TimeSpan) -> Option<i64> {
        const DAY: i64 = 86_400_000_000_000;
        let date = self.date?;
        let nearest = date.clamp(traffic.first, traffic.last.max(traffic.first));
        Some((date.nanoseconds() / DAY).saturating_sub(nearest.nanoseconds() / DAY))
    }
}
