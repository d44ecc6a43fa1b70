//! The report as one flat JSON object a line, for `jq`, `read_json_auto` and
//! the like. Each line says by `record` what it is:
//!
//! | `record` | lines | fields |
//! | --- | --- | --- |
//! | `summary` | one, the first | `schema_version`, `tool`, `tool_version`, `measure`, `profile`, `profile_definition`, `prefix_side`, `interrupted`, `time_first`, `time_last`, `inputs` |
//! | `account` | one | `records`, `wire_octets`, `ipv4`, `ipv6`, `not_ip`, `undecodable`, `excluded`, `closed` |
//! | `not_ip`, `undecodable`, `unsupported_link_type` | one a reason | `reason`, `records` |
//! | `anomaly` | one an anomaly seen | `anomaly`, `records`, `excess_octets` (null but for `length_exceeds_frame`) |
//! | `input` | one an input | `name`, `format`, `compression`, `status`, `error`, `bytes`, `records`, `ipv4`, `ipv6`, `not_ip`, `undecodable`, `time_first`, `time_last` |
//! | `totals` | one a view | `view` and figures: all traffic, with the profile's share |
//! | `profile_totals` | one a view, where the profile is not `ip-only` | the same of the profile's traffic |
//! | `row` | one a row | `by`, `view`, `key`, figures; by protocol `number`; by prefix `prefix_len_ipv4` and `prefix_len_ipv6` |
//! | `packet_sizes` | one a view chosen and family that has packets | `view`, `family`, `packets`, `min`, `max`, `mean`, `p1` to `p99` |
//!
//! The figures are `ipv4_`, `ipv6_`, `share_` and `part_`, each by `packets`,
//! `octets`, `wire_octets` and `flows`; their meaning is that of the JSON
//! report ([`super::json`]), and so is the order of the rows.

use super::flat::{COLUMNS, Figure, Line, Section, for_each_line};
use super::json::SCHEMA_VERSION;
use super::json_value::not_ip_by_ethertype;
use crate::model::{Anomaly, IpVersion, TimeSpan};
use crate::summary::{InputSummary, Summary};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes one object a line.
pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    head(summary).write(out)?;
    account(summary, out)?;
    for (anomaly, records) in summary.anomalies.seen() {
        let excess = match anomaly {
            Anomaly::LengthExceedsFrame => Figure::Count(summary.anomalies.excess_octets),
            _ => Figure::Null,
        };
        Record::new("anomaly")
            .with("anomaly", anomaly.key())
            .with("records", records)
            .with("excess_octets", excess)
            .write(out)?;
    }
    for each in &summary.inputs {
        input(each).write(out)?;
    }
    for_each_line(summary, |line| tallies(line).write(out))?;
    packet_sizes(summary, out)
}

/// The fields of one line, in order.
struct Record(Vec<(Cow<'static, str>, Figure)>);

impl Record {
    fn new(record: &'static str) -> Self {
        Self(Vec::new()).with("record", record)
    }

    fn with(mut self, name: impl Into<Cow<'static, str>>, figure: impl Into<Figure>) -> Self {
        self.0.push((name.into(), figure.into()));
        self
    }

    fn with_time(self, span: Option<TimeSpan>) -> Self {
        let text = |time| Figure::Text(format!("{time}"));
        self.with("time_first", span.map_or(Figure::Null, |span| text(span.first)))
            .with("time_last", span.map_or(Figure::Null, |span| text(span.last)))
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, figure)| (name, figure)))
    }
}

fn head(summary: &Summary) -> Record {
    let settings = &summary.settings;
    Record::new("summary")
        .with("schema_version", u64::from(SCHEMA_VERSION))
        .with("tool", env!("CARGO_PKG_NAME"))
        .with("tool_version", env!("CARGO_PKG_VERSION"))
        .with("measure", settings.measure.key())
        .with("profile", settings.profile.key())
        .with("profile_definition", settings.profile.definition())
        .with("prefix_side", settings.prefix_side.key())
        .with("interrupted", Figure::Flag(summary.interrupted))
        .with_time(summary.time)
        .with("inputs", Figure::Count(summary.inputs.len() as u128))
}

fn account(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let account = &summary.account;
    Record::new("account")
        .with("records", account.records)
        .with("wire_octets", Figure::Count(account.wire_octets))
        .with("ipv4", account.ipv4)
        .with("ipv6", account.ipv6)
        .with("not_ip", account.not_ip_total())
        .with("undecodable", account.undecodable_total())
        .with("excluded", 0)
        .with("closed", Figure::Flag(summary.closed()))
        .write(out)?;
    let mut class = |class: &'static str, reason: &str, records: u64| {
        Record::new(class).with("reason", reason).with("records", records).write(out)
    };
    for (what, records) in not_ip_by_ethertype(account) {
        class("not_ip", &what, records)?;
    }
    for (why, records) in account.undecodable_by_reason() {
        class("undecodable", why, records)?;
    }
    for (link_type, records) in account.unsupported_link_types() {
        class("unsupported_link_type", &link_type.to_string(), records)?;
    }
    Ok(())
}

fn input(input: &InputSummary) -> Record {
    let text = |text: Option<&str>| text.map_or(Figure::Null, Figure::from);
    Record::new("input")
        .with("name", input.name.as_str())
        .with("format", text(input.format))
        .with("compression", text(input.compression))
        .with("status", input.status.key())
        .with("error", text(input.error.as_deref()))
        .with("bytes", input.bytes)
        .with("records", input.account.records)
        .with("ipv4", input.account.ipv4)
        .with("ipv6", input.account.ipv6)
        .with("not_ip", input.account.not_ip_total())
        .with("undecodable", input.account.undecodable_total())
        .with_time(input.time)
}

fn tallies(line: &Line) -> Record {
    let mut record = match line.section {
        Section::Total => Record::new("totals").with("view", line.view.key()),
        Section::ProfileTotal => Record::new("profile_totals").with("view", line.view.key()),
        Section::Row(by) => {
            let row = Record::new("row").with("by", by.key()).with("view", line.view.key());
            let row = match by.prefix_lens() {
                None => {
                    row.with("number", line.number.map_or(Figure::Null, |n| u64::from(n).into()))
                }
                Some(lens) => row
                    .with("prefix_len_ipv4", u64::from(lens.len(IpVersion::V4)))
                    .with("prefix_len_ipv6", u64::from(lens.len(IpVersion::V6))),
            };
            row.with("key", line.key.as_deref().map_or(Figure::Null, Figure::from))
        }
    };
    for (name, figure) in COLUMNS.into_iter().zip(line.figures()) {
        record = record.with(name, figure);
    }
    record
}

fn packet_sizes(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    for view in summary.settings.views.list() {
        for version in IpVersion::ALL {
            let Some(sizes) = summary.sizes[*view][version.index()].quantiles() else { continue };
            let mut record = Record::new("packet_sizes")
                .with("view", view.key())
                .with("family", version.key())
                .with("packets", sizes.packets)
                .with("min", sizes.min)
                .with("max", sizes.max)
                .with("mean", Figure::Float(sizes.mean));
            for (percent, octets) in sizes.percentiles {
                record = record.with(format!("p{percent}"), octets);
            }
            record.write(out)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests_support::{broken, empty, example, huge};
    use serde_json::Value;

    fn lines(summary: &Summary) -> Vec<Value> {
        let mut out = Vec::new();
        write(summary, &mut out).expect("a Vec takes all");
        let text = String::from_utf8(out).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    fn records<'a>(lines: &'a [Value], record: &str) -> Vec<&'a Value> {
        lines.iter().filter(|line| line["record"] == record).collect()
    }

    #[test]
    fn every_line_is_a_flat_object_that_says_what_it_is() {
        for summary in [empty(), example(), huge(), broken()] {
            for line in lines(&summary) {
                let object = line.as_object().expect("an object");
                assert!(object["record"].is_string());
                assert!(object.values().all(|v| !v.is_object() && !v.is_array()), "{line}");
            }
        }
    }

    #[test]
    fn rows_carry_their_key_and_their_figures() {
        let all = lines(&example());
        let rows = records(&all, "row");
        assert_eq!((&rows[0]["by"], &rows[0]["key"]), (&"protocol".into(), &"tcp".into()));
        assert_eq!(rows[0]["number"], 6);
        let prefix = rows.iter().find(|row| row["key"] == "2001:db8::/48").expect("a row");
        assert_eq!(
            (&prefix["prefix_len_ipv4"], &prefix["prefix_len_ipv6"]),
            (&24.into(), &48.into())
        );
        assert_eq!((&prefix["ipv6_packets"], &prefix["share_packets"]), (&350.into(), &1.0.into()));
        assert_eq!(prefix["part_packets"], 0.35);
        assert_eq!(rows.last().expect("rows")["key"], Value::Null);
        assert_eq!(records(&all, "totals").len(), 2);
        assert_eq!(records(&all, "packet_sizes").len(), 2);
        assert_eq!(records(&all, "profile_totals").len(), 0);
        assert_eq!(records(&all, "not_ip")[0]["reason"], "0x0806");
    }

    #[test]
    fn an_empty_summary_still_has_its_frame() {
        let all = lines(&empty());
        let names: Vec<_> = all.iter().map(|line| line["record"].as_str().expect("text")).collect();
        assert_eq!(names, ["summary", "account", "totals", "totals"]);
        assert_eq!(all[2]["share_octets"], Value::Null);
    }
}
