//! Which of the export formats a datagram is of, by its content.

use super::bytes::{be16, be32};
use super::netflow5;

/// The formats of flow exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportFormat {
    /// NetFlow version 5: IPv4 only, fields fixed.
    NetFlow5,
    /// NetFlow version 7 (Catalyst switches): IPv4 only, fields fixed.
    NetFlow7,
    /// NetFlow version 9 (RFC 3954).
    NetFlow9,
    /// IPFIX (RFC 7011).
    Ipfix,
    /// sFlow version 5.
    SFlow5,
}

/// Octets of the header of NetFlow v5 and v7.
const FIXED_HEADER: usize = 24;
/// Octets of a NetFlow v9 header (RFC 3954 section 5.1).
const NETFLOW9_HEADER: usize = 20;
/// Octets of an IPFIX message header (RFC 7011 section 3.1).
const IPFIX_HEADER: usize = 16;
/// Octets of the shortest sFlow v5 header: the one of an IPv4 agent.
const SFLOW_HEADER: usize = 28;
/// Flow records that fit a datagram of 64 KiB.
const MOST_RECORDS: u16 = 1364;

impl ExportFormat {
    /// The format's word in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NetFlow5 => "netflow-v5",
            Self::NetFlow7 => "netflow-v7",
            Self::NetFlow9 => "netflow-v9",
            Self::Ipfix => "ipfix",
            Self::SFlow5 => "sflow-v5",
        }
    }

    /// What one datagram is called in a message to a person.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::NetFlow5 => "NetFlow v5 datagram",
            Self::NetFlow7 => "NetFlow v7 datagram",
            Self::NetFlow9 => "NetFlow v9 datagram",
            Self::Ipfix => "IPFIX message",
            Self::SFlow5 => "sFlow v5 datagram",
        }
    }

    /// The format of a datagram that begins with `bytes`, by its version and by
    /// what must hold in its header. Datagrams that are cut behind their header
    /// are told too. `None` for everything else.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let second = be16(bytes, 2)?;
        match be16(bytes, 0)? {
            5 => plausible_count(second, bytes, Self::NetFlow5).then_some(Self::NetFlow5),
            7 => plausible_count(second, bytes, Self::NetFlow7).then_some(Self::NetFlow7),
            9 if bytes.len() >= NETFLOW9_HEADER => first_set(bytes).then_some(Self::NetFlow9),
            10 if bytes.len() >= IPFIX_HEADER => {
                (usize::from(second) >= IPFIX_HEADER).then_some(Self::Ipfix)
            }
            0 if second == 5 && bytes.len() >= SFLOW_HEADER => {
                matches!(be32(bytes, 4), Some(1 | 2)).then_some(Self::SFlow5)
            }
            _ => None,
        }
    }
}

/// A count of records that a datagram can hold; or another (there are exporters
/// that get it wrong) where the bytes are whole records.
fn plausible_count(count: u16, bytes: &[u8], format: ExportFormat) -> bool {
    let Some(records) = bytes.len().checked_sub(FIXED_HEADER) else { return false };
    let whole = records > 0 && records.is_multiple_of(netflow5::record_len(format));
    (1..=MOST_RECORDS).contains(&count) || count > 0 && whole && records < 65_536
}

/// True where what follows a NetFlow v9 header can be the start of a FlowSet, or
/// nothing follows.
fn first_set(bytes: &[u8]) -> bool {
    let Some(id) = be16(bytes, NETFLOW9_HEADER) else { return bytes.len() == NETFLOW9_HEADER };
    let length = be16(bytes, NETFLOW9_HEADER + 2).unwrap_or(0);
    (matches!(id, 0 | 1) || id >= 256) && length >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_alone_is_no_proof() {
        let mut bytes = [0u8; 40];
        bytes[1] = 5;
        assert_eq!(ExportFormat::of(&bytes), None, "no record");
        bytes[3] = 1;
        assert_eq!(ExportFormat::of(&bytes), Some(ExportFormat::NetFlow5));
        assert_eq!(ExportFormat::of(&bytes[..23]), None, "cut within the header");
        bytes[1] = 9;
        assert_eq!(ExportFormat::of(&bytes), None, "a FlowSet of length 0");
        bytes[23] = 8;
        assert_eq!(ExportFormat::of(&bytes), Some(ExportFormat::NetFlow9));
        bytes[21] = 7;
        assert_eq!(ExportFormat::of(&bytes), None, "a FlowSet identifier that is reserved");
        bytes[1] = 10;
        assert_eq!(ExportFormat::of(&bytes), None, "shorter than its header");
        bytes[3] = 16;
        assert_eq!(ExportFormat::of(&bytes), Some(ExportFormat::Ipfix));
        bytes = [0; 40];
        bytes[3] = 5;
        assert_eq!(ExportFormat::of(&bytes), None, "an agent without an address");
        bytes[7] = 2;
        assert_eq!(ExportFormat::of(&bytes), Some(ExportFormat::SFlow5));
    }
}
