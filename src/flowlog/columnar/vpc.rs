//! AWS VPC flow logs: their names in Parquet, with hyphens or underscores.

use crate::flowlog::{Column, Mapping};

/// Names that no other flow log has.
const MARKS: [&str; 4] = ["log_status", "interface_id", "account_id", "vpc_id"];

/// Fields of a VPC flow log and their columns. The addresses of the packet go
/// before those of the interface, which stand in where there are no others.
const FIELDS: [(&str, Column); 14] = [
    ("pkt_srcaddr", Column::Source6),
    ("pkt_dstaddr", Column::Destination6),
    ("srcaddr", Column::Source),
    ("dstaddr", Column::Destination),
    ("protocol", Column::Protocol),
    ("packets", Column::Packets),
    ("bytes", Column::Octets),
    ("start", Column::Start),
    ("end", Column::End),
    ("srcport", Column::SourcePort),
    ("dstport", Column::DestinationPort),
    ("flow_direction", Column::Direction),
    ("action", Column::Action),
    ("log_status", Column::Status),
];

/// The mapping of a VPC flow log with these column names; `None` for other tables.
pub(super) fn mapping(names: &[&str]) -> Option<Mapping> {
    let plain: Vec<String> =
        names.iter().map(|name| name.to_ascii_lowercase().replace('-', "_")).collect();
    let has = |wanted: &str| plain.iter().any(|name| name == wanted);
    if !MARKS.iter().any(|mark| has(mark)) || !(has("srcaddr") || has("pkt_srcaddr")) {
        return None;
    }
    let mut mapping = Mapping::default();
    for (field, column) in FIELDS {
        if let Some(at) = plain.iter().position(|name| name == field) {
            mapping.set(column, names[at]);
        }
    }
    Some(mapping)
}
