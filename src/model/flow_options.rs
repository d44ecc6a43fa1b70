//! What cannot be known from flow records, and which of them count.

use super::{IpAddress, IpVersion, Sampling};

/// The user's choices about flow records. They are part of the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowOptions {
    /// The sampling of records that do not tell theirs.
    pub sampling: Sampling,
    /// Counts also what a firewall did not let through.
    pub include_rejected: bool,
    /// Where an exporter tells of a flow at both sides of it, counts it at the
    /// side by which it came in.
    pub dedup_direction: bool,
    /// Addresses of the exporters whose records count; all where it is empty.
    pub observation_points: Vec<(IpVersion, IpAddress)>,
    /// The exports that are read out of captures; `None` counts the captures as
    /// traffic like any other.
    pub exports: Option<ExportPorts>,
}

/// UDP ports whose payloads are exports: the known ones, and more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportPorts {
    /// Ports beside [`Self::KNOWN`].
    pub more: Vec<u16>,
}

impl ExportPorts {
    /// IPFIX 4739, 4740 (IANA); sFlow 6343 (IANA); NetFlow 2055, 2056, 9995, 9996,
    /// 9025 and 4432, 4729, 9555 and 9985, which exporters and collectors use by
    /// default or in their documentation.
    pub const KNOWN: [u16; 12] =
        [2055, 2056, 4432, 4729, 4739, 4740, 6343, 9025, 9555, 9985, 9995, 9996];

    /// Whether a datagram to `port` may hold an export.
    #[must_use]
    pub fn holds(&self, port: u16) -> bool {
        Self::KNOWN.contains(&port) || self.more.contains(&port)
    }
}
