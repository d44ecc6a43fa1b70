//! Ground floor: the nouns of the measurement, pure data without I/O.
//!
//! Every other room imports these; this room imports none of them. The words
//! are those of the RFCs and of IPFIX (RFC 7012), so that the same noun stands
//! in the code, in the JSON report and in the documentation.

mod account;
mod anomaly;
mod asn;
mod choice;
mod count;
mod country;
mod dedup_window;
mod direction;
mod encapsulation;
mod exclusion;
mod explanation;
mod exporter_tally;
mod flow;
mod flow_observation;
mod flow_options;
mod frame;
mod ip_address;
mod ip_protocol;
mod ip_version;
mod label;
mod layer;
mod link_type;
mod link_type_names;
mod network_table;
mod observation;
mod packet_numbers;
mod prefix;
mod resolver;
mod service;
mod suspected_copies;
mod timestamp;
mod tunnel_options;

pub use account::Account;
pub use anomaly::{Anomalies, Anomaly, AnomalyCounts};
pub use asn::{Asn, InvalidOrigin, Origin};
pub use choice::{Dimension, Measure, PrefixSide, Profile, View, Views};
pub use count::{Count, PerView, Tally};
pub use country::{Country, InvalidCountry};
pub use dedup_window::{DedupWindow, InvalidDedupWindow};
pub use direction::Direction;
pub use encapsulation::{Encapsulation, TunnelLayer, TunnelPath};
pub use exclusion::{EtherType, Excluded, NotIp, Undecodable};
pub use explanation::Explanation;
pub use exporter_tally::ExporterTally;
pub use flow::{Exporter, ExporterFacts, FlowDirection, FlowRecord, Sampling};
pub use flow_observation::{FlowObservation, Variance};
pub use flow_options::{ExportPorts, FlowOptions};
pub use frame::Frame;
pub use ip_address::IpAddress;
pub use ip_protocol::IpProtocol;
pub use ip_version::IpVersion;
pub use label::{Label, LabelId};
pub use layer::Layer;
pub use link_type::LinkType;
pub use network_table::{NetworkTable, NetworkTableKind};
pub use observation::{Decoded, IpHeader, Observation, Verdict};
pub use packet_numbers::{InvalidPacketNumbers, PacketNumbers};
pub use prefix::{InvalidPrefix, InvalidPrefixLens, Prefix, PrefixLens};
pub use resolver::{OriginId, Resolver, Subject};
pub use service::ServicePort;
pub use suspected_copies::SuspectedCopies;
pub use timestamp::{TimeSpan, Timestamp};
pub use tunnel_options::{TunnelOptions, UdpTunnel};
