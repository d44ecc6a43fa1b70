//! The formats, and what each makes of a record.

use super::entry::Entry;
use super::ipfix::Ipfix;
use super::netflow5::NetFlow5;
use super::netflow9::NetFlow9;
use super::nfcapd::Nfcapd;
use super::text::Text;
use crate::model::IpVersion;

/// A format of flow records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowFormat {
    /// IPFIX messages, one after another (RFC 7011).
    Ipfix,
    /// NetFlow version 9 datagrams, one after another (RFC 3954).
    NetFlow9,
    /// NetFlow version 5 datagrams, which hold IPv4 alone: IPv6 is left out.
    NetFlow5,
    /// A file of nfdump, layout 2, not compressed.
    Nfcapd,
    /// AWS VPC flow logs, version 2, as text.
    Vpc,
    /// Zeek's conn.log, tab-separated.
    Zeek,
    /// Comma-separated values under a header.
    Csv,
    /// A JSON object a line.
    JsonLines,
    /// sFlow version 5 datagrams, one after another: a sample of every packet, with its
    /// first 128 octets. What is not IP is there too.
    Sflow,
}

impl FlowFormat {
    /// True where the format can say anything of this family.
    pub(super) fn carries(self, version: IpVersion) -> bool {
        !(self == Self::NetFlow5 && version == IpVersion::V6)
    }

    /// True where times count from the start of the device, in 32 bits.
    pub(super) fn has_uptime(self) -> bool {
        matches!(self, Self::NetFlow5 | Self::NetFlow9)
    }

    /// Nanoseconds of the unit in which it tells times.
    pub(super) fn tick(self) -> u64 {
        match self {
            Self::Vpc => 1_000_000_000,
            Self::Zeek => 1_000,
            _ => 1_000_000,
        }
    }

    /// True where the front of the file tells how much of it there is.
    pub(super) fn tells_its_length(self) -> bool {
        self == Self::Nfcapd
    }
}

/// A file being written in one format.
pub(super) enum Encoder {
    Ipfix(Ipfix),
    NetFlow9(NetFlow9),
    NetFlow5(NetFlow5),
    Nfcapd(Nfcapd),
    Text(Text),
}

impl Encoder {
    /// For a file whose first packet comes at `start` (nanoseconds since 1970) and
    /// which has so many `blocks`, where its format tells them at the front. `None`
    /// where the format tells of packets, not of flows.
    pub(super) fn new(format: FlowFormat, start: u64, blocks: u32) -> Option<Self> {
        Some(match format {
            FlowFormat::Ipfix => Self::Ipfix(Ipfix::new()),
            FlowFormat::NetFlow9 => Self::NetFlow9(NetFlow9::new(start)),
            FlowFormat::NetFlow5 => Self::NetFlow5(NetFlow5::new(start)),
            FlowFormat::Nfcapd => Self::Nfcapd(Nfcapd::new(start, blocks)),
            FlowFormat::Vpc | FlowFormat::Zeek | FlowFormat::Csv | FlowFormat::JsonLines => {
                Self::Text(Text::new(format))
            }
            FlowFormat::Sflow => return None,
        })
    }

    /// What stands before all records.
    pub(super) fn begin(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ipfix(_) | Self::NetFlow9(_) | Self::NetFlow5(_) => {}
            Self::Nfcapd(nfcapd) => nfcapd.begin(out),
            Self::Text(text) => text.begin(out),
        }
    }

    /// Appends a record, now or with those that go into its datagram or block.
    #[inline]
    pub(super) fn record(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        match self {
            Self::Ipfix(ipfix) => ipfix.record(entry, out),
            Self::NetFlow9(netflow) => netflow.record(entry, out),
            Self::NetFlow5(netflow) => netflow.record(entry, out),
            Self::Nfcapd(nfcapd) => nfcapd.record(entry, out),
            Self::Text(text) => text.record(entry, out),
        }
    }

    /// Appends what is still to be written.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Ipfix(ipfix) => ipfix.end(out),
            Self::NetFlow9(netflow) => netflow.end(out),
            Self::NetFlow5(netflow) => netflow.end(out),
            Self::Nfcapd(nfcapd) => nfcapd.end(out),
            Self::Text(_) => {}
        }
    }

    /// Blocks written so far, in formats that count them.
    pub(super) fn blocks(&self) -> u32 {
        match self {
            Self::Nfcapd(nfcapd) => nfcapd.blocks(),
            _ => 0,
        }
    }
}
