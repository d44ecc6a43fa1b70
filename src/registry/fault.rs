//! Why a line is no record.

/// What is wrong with a line. It is counted, and nothing else is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Fewer fields than a record has.
    Fields,
    /// Longer than any record.
    Length,
    /// Not text.
    Encoding,
    /// A type other than asn, ipv4 and ipv6.
    Kind,
    /// The start is no address or number of its type.
    Start,
    /// The value is no count or prefix length, or 0.
    Value,
    /// The block goes beyond the last address or number.
    Beyond,
    /// The IPv6 address has bits behind the prefix length.
    HostBits,
    /// More registries or holders than can be told apart.
    TooMany,
}

impl Fault {
    /// Its name in reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Fields => "too_few_fields",
            Self::Length => "line_too_long",
            Self::Encoding => "not_text",
            Self::Kind => "unknown_type",
            Self::Start => "bad_start",
            Self::Value => "bad_value",
            Self::Beyond => "beyond_the_last_address",
            Self::HostBits => "host_bits",
            Self::TooMany => "too_many_names",
        }
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Fields => {
                "a record has the fields registry|country|type|start|value|date|status, and here \
                 some are missing"
            }
            Self::Length => "the line is longer than any record",
            Self::Encoding => "the line is not text",
            Self::Kind => "the type is not asn, ipv4 or ipv6",
            Self::Start => "the start is no address or AS number of its type",
            Self::Value => {
                "the value is no count of addresses or AS numbers, or no prefix length of IPv6"
            }
            Self::Beyond => "the block goes beyond the last address or AS number",
            Self::HostBits => "the IPv6 address has bits behind the prefix length",
            Self::TooMany => "there are more registries or holders than can be told apart",
        }
    }
}

/// A fault and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub fault: Fault,
}
