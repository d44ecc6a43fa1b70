//! Ground floor: the nouns of the measurement, pure data without I/O.
//!
//! Every other room imports these; this room imports none of them. The words
//! are those of the RFCs and of IPFIX (RFC 7012), so that the same noun stands
//! in the code, in the JSON report and in the documentation.

mod account;
mod anomaly;
mod asn;
mod auto_prefix;
mod byte_range;
mod choice;
mod context;
mod count;
mod country;
mod dedup_window;
mod detail_columns;
mod digest;
mod dimension;
mod direction;
mod encapsulation;
mod ends;
mod exclusion;
mod explanation;
mod exporter_tally;
mod flow;
mod flow_observation;
mod flow_options;
mod frame;
mod handed_on;
mod head;
mod head_columns;
mod host_rule;
mod ip_address;
mod ip_protocol;
mod ip_version;
mod key;
mod label;
mod layer;
mod link_type;
mod link_type_names;
mod network_table;
mod observation;
mod packet_numbers;
mod part;
mod prefix;
mod resolver;
mod service;
mod size_class;
mod spread;
mod sums;
mod suspected_copies;
mod time_bins;
mod time_window;
mod timestamp;
mod traffic_class;
mod tunnel_options;
mod word;

pub use account::Account;
pub use anomaly::{Anomalies, Anomaly, AnomalyCounts};
pub use asn::{Asn, InvalidOrigin, Origin};
pub use auto_prefix::{
    AutoOptions, AutoShare, InvalidAutoShare, LeafLens, auto_leaves, shorter_level,
};
pub use byte_range::{ByteRange, InvalidByteRange};
pub use choice::{Measure, Profile, Side, View, Views};
pub use context::{Context, LinkFacts, VlanTags};
pub use count::{Count, PerView, Tally};
pub use country::{Country, InvalidCountry};
pub use dedup_window::{DedupWindow, InvalidDedupWindow};
pub use detail_columns::{DetailColumns, Details, WantedDetails};
pub use digest::hexadecimal;
pub use dimension::{Dimension, InvalidDimension, PrefixCut, is_of_pairs, leaves_agree};
pub use direction::Direction;
pub use encapsulation::{Encapsulation, InvalidTunnelPath, TunnelLayer, TunnelPath};
pub use ends::Ends;
pub use exclusion::{EtherType, Excluded, NotIp, Undecodable};
pub use explanation::Explanation;
pub use exporter_tally::ExporterTally;
pub use flow::{
    BriefFlow, Exporter, ExporterFacts, FlowDetails, FlowDirection, FlowKeys, FlowRecord, Sampling,
};
pub use flow_observation::{FlowObservation, Variance};
pub use flow_options::{ExportPorts, FlowOptions};
pub use frame::Frame;
pub use handed_on::HandedOn;
pub use head::Head;
pub use head_columns::{Clock, HEADS, HeadColumns, HeadColumnsRef, RawHead};
pub use host_rule::{HostRule, InvalidHostRule};
pub use ip_address::IpAddress;
pub use ip_protocol::IpProtocol;
pub use ip_version::IpVersion;
pub use key::{Key, Value};
pub use label::{Label, LabelId};
pub use layer::Layer;
pub use link_type::LinkType;
pub use network_table::{NetworkTable, NetworkTableKind};
pub use observation::{Decoded, IpHeader, Observation, Verdict};
pub use packet_numbers::{InvalidPacketNumbers, PacketNumbers};
pub use part::{Cut, CutStart, Part};
pub use prefix::{InvalidPrefix, InvalidPrefixLens, Prefix, PrefixLens};
pub use resolver::{HolderId, OriginId, Resolver, Subject};
pub use service::{ServicePort, WellKnown};
pub use size_class::SizeClass;
pub use spread::{MOST_BINS, spread};
pub use sums::Sums;
pub use suspected_copies::SuspectedCopies;
pub use time_bins::{Bin, BinCache, BinWidth, InvalidBinWidth, InvalidTimeZone, TimeBins};
pub use time_window::{InvalidTimeWindow, TimeWindow};
pub use timestamp::{TimeSpan, Timestamp};
pub use traffic_class::TrafficClass;
pub use tunnel_options::{TunnelOptions, UdpTunnel};
pub use word::kept_word;
