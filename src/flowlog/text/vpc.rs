//! VPC flow logs of AWS, versions 2 to 8: text with or without its header, and
//! the events of CloudWatch around it.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html>
//!
//! The addresses of the packet (`pkt-srcaddr`, `pkt-dstaddr`) go before those of
//! the interface. `NODATA` and `SKIPDATA` are gaps and no zeros; what was
//! rejected is no traffic. What layer the bytes are of the service does not say.

use super::super::{Column, FlowSink, FlowStop};
use super::json::{Place, Slots, Tree};
use super::lines::shown;
use super::row::{Row, Value};
use super::split::Ends;
use super::table::{Layout, names};
use super::time::timestamp;
use super::told::Told;
use crate::fields::{address, unsigned};
use std::ops::ControlFlow;

/// The name of the format in the report.
pub(super) const FORMAT: &str = "aws_vpc";

/// The column that holds what AWS calls `name`; files that went through a table
/// have `_` for `-`.
pub(super) fn meaning(name: &str) -> Option<Column> {
    Some(match name {
        "srcaddr" => Column::Source,
        "dstaddr" => Column::Destination,
        "pkt-srcaddr" | "pkt_srcaddr" => Column::Source6,
        "pkt-dstaddr" | "pkt_dstaddr" => Column::Destination6,
        "srcport" => Column::SourcePort,
        "dstport" => Column::DestinationPort,
        "protocol" => Column::Protocol,
        "packets" => Column::Packets,
        "bytes" => Column::Octets,
        "start" => Column::Start,
        "end" => Column::End,
        "action" => Column::Action,
        "log-status" | "log_status" => Column::Status,
        "flow-direction" | "flow_direction" => Column::Direction,
        _ => return None,
    })
}

/// True for a header or the keys of an object that only these logs have.
pub(super) fn are_names(names: &[&str]) -> bool {
    const OWN: [&str; 10] = [
        "account-id",
        "account_id",
        "interface-id",
        "interface_id",
        "log-status",
        "log_status",
        "vpc-id",
        "vpc_id",
        "pkt-srcaddr",
        "pkt_srcaddr",
    ];
    let address = |name: &&str| matches!(meaning(name), Some(Column::Source | Column::Source6));
    let counter = |name: &&str| matches!(meaning(name), Some(Column::Octets | Column::Packets));
    names.iter().any(|name| OWN.contains(name))
        && names.iter().any(address)
        && names.iter().any(counter)
}

/// The layout that a header gives.
pub(super) fn header(line: &[u8]) -> Option<Layout> {
    let header = std::str::from_utf8(line).ok()?;
    let delimiter = [b' ', b',', b'\t'].into_iter().find(|d| are_names(&names(header, *d)))?;
    Layout::of_names(delimiter, &names(header, delimiter), meaning).ok()
}

/// The default format (version 2), and what follows it in the order of the
/// documentation where all fields of version 5 were asked for.
const DEFAULT: [&str; 29] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
];

/// Fields of version 2.
const VERSION_2: usize = 14;

/// The layout of a line without a header, where it is one of the default format.
/// CloudWatch puts a time before the line when it exports it.
pub(super) fn default_layout(line: &[u8]) -> Option<Layout> {
    let fields: Vec<&[u8]> = line.split(|b| *b == b' ').collect();
    let exported =
        fields.first().is_some_and(|first| first.contains(&b'T') && timestamp(first).is_some());
    let fields = &fields[usize::from(exported)..];
    if fields.len() < VERSION_2 || !is_default(fields) {
        return None;
    }
    let is_5 = fields.len() >= DEFAULT.len()
        && matches!(fields[18], b"IPv4" | b"IPv6")
        && fields[19..21].iter().all(|field| *field == b"-" || address(field).is_some());
    let known = &DEFAULT[..if is_5 { DEFAULT.len() } else { VERSION_2 }];
    let before: &[&str] = if exported { &["time"] } else { &[] };
    let names: Vec<&str> = before.iter().chain(known).copied().collect();
    Layout::of_names(b' ', &names, meaning).ok()
}

/// True where each field is what it must be.
fn is_default(fields: &[&[u8]]) -> bool {
    let numeric = |field: &[u8]| field == b"-" || unsigned(field).is_some();
    unsigned(fields[0]).is_some_and(|version| (2..100).contains(&version))
        && fields[3..5].iter().all(|field| *field == b"-" || address(field).is_some())
        && fields[5..12].iter().all(|field| numeric(field))
        && matches!(fields[12], b"ACCEPT" | b"REJECT" | b"-")
        && matches!(fields[13], b"OK" | b"NODATA" | b"SKIPDATA")
}

/// Lists that hold events: of a subscription, and of the commands that get them.
pub(super) const ENVELOPES: [&str; 2] = ["logEvents", "events"];

const MESSAGE: usize = 0;

/// Reads the lines that events carry as their messages.
#[derive(Clone, Debug)]
pub(super) struct Messages {
    layout: Layout,
}

impl Messages {
    /// For an input whose first message is `line`.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        default_layout(line).map(|layout| Self { layout })
    }

    /// The keys of an event.
    pub(super) fn tree() -> Tree {
        Tree::of(&[("message", Place::Extra(MESSAGE)), ("@message", Place::Extra(MESSAGE))])
    }

    /// Hands on the line that an event carries.
    pub(super) fn record<S: FlowSink>(
        &self,
        slots: &Slots<'_>,
        at: u64,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let mut row = Row::default();
        let line = match slots.extra[MESSAGE] {
            Value::Text(line) => line,
            _ => b"",
        };
        if !self.layout.fill_plain(line, &mut Ends::new(), &mut row) {
            let wanted = self.layout.wanted();
            told.bad.tell(sink, at, || {
                format!("the message `{}` has fewer than {wanted} fields", shown(line))
            });
            return ControlFlow::Continue(());
        }
        told.row(sink, &row, at)
    }
}

#[cfg(test)]
#[path = "vpc_tests.rs"]
mod vpc_tests;
