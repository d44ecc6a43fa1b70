//! Ground floor: the nouns of the measurement, pure data without I/O.
//!
//! Every other room imports these; this room imports none of them. The words
//! are those of the RFCs and of IPFIX (RFC 7012), so that the same noun stands
//! in the code, in the JSON report and in the documentation.

mod account;
mod anomaly;
mod asn;
mod choice;
mod context;
mod count;
mod country;
mod dedup_window;
mod dimension;
mod direction;
mod encapsulation;
mod exclusion;
mod explanation;
mod flow;
mod flow_observation;
mod frame;
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
mod prefix;
mod resolver;
mod service;
mod size_class;
mod suspected_copies;
mod timestamp;
mod traffic_class;
mod tunnel_options;
mod word;

pub use account::Account;
pub use anomaly::{Anomalies, Anomaly, AnomalyCounts};
pub use asn::{Asn, InvalidOrigin, Origin};
pub use choice::{Measure, Profile, Side, View, Views};
pub use context::{Context, LinkFacts, VlanTags};
pub use count::{Count, PerView, Tally};
pub use country::{Country, InvalidCountry};
pub use dedup_window::{DedupWindow, InvalidDedupWindow};
pub use dimension::{Dimension, InvalidDimension, PrefixCut};
pub use direction::Direction;
pub use encapsulation::{Encapsulation, InvalidTunnelPath, TunnelLayer, TunnelPath};
pub use exclusion::{EtherType, Excluded, NotIp, Undecodable};
pub use explanation::Explanation;
pub use flow::{Exporter, ExporterFacts, FlowDirection, FlowRecord, Sampling};
pub use flow_observation::{FlowObservation, Variance};
pub use frame::Frame;
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
pub use prefix::{InvalidPrefix, InvalidPrefixLens, Prefix, PrefixLens};
pub use resolver::{OriginId, Resolver, Subject};
pub use service::ServicePort;
pub use size_class::SizeClass;
pub use suspected_copies::SuspectedCopies;
pub use timestamp::{TimeSpan, Timestamp};
pub use traffic_class::TrafficClass;
pub use tunnel_options::{TunnelOptions, UdpTunnel};
pub use word::kept_word;
