//! The report as one flat JSON object a line, for `jq`, `read_json_auto` and
//! the like. Each line says by `record` what it is:
//!
//! | `record` | lines | fields |
//! | --- | --- | --- |
//! | `summary` | one, the first | `schema_version`, `tool`, `tool_version`, `measure`, `profile`, `profile_definition`, `prefix_side`, `interrupted`, `time_first`, `time_last`, `inputs` |
//! | `account` | one | `records`, `wire_octets`, `ipv4`, `ipv6`, `not_ip`, `undecodable`, `excluded`, `closed` |
//! | `not_ip`, `undecodable`, `excluded`, `unsupported_link_type` | one a reason | `reason`, `records` |
//! | `anomaly` | one an anomaly seen | `anomaly`, `records`, `excess_octets` (null but for `length_exceeds_frame`) |
//! | `input` | one an input | `name`, `format`, `compression`, `status`, `error`, `bytes`, `records`, `ipv4`, `ipv6`, `not_ip`, `undecodable`, `excluded`, `time_first`, `time_last`, `range` (as asked for), `range_from`, `range_reached` and `range_of` (of a part of a capture alone) |
//! | `totals` | one a view | `view` and figures: all traffic, with the profile's share; then `inner_unknown_packets`, `inner_unknown_octets` and `inner_unknown_wire_octets`, null in the transport view |
//! | `as_exported` | one, with flow records | the transport view with nothing scaled: `view` and figures |
//! | `interval` | one a view, where something was sampled | `view`, and `low_` and `high_` by each measure: the bounds that hold the share with 95 %, null where there are none |
//! | `flows` | one, with flow records | `records`, `unknown_sampling`, `ipv6_unobservable` |
//! | `exporter` | one an exporter and sampling, with flow records | `address`, `domain`, `records`, `ipv4`, `ipv6`, `ipv6_observable`, `lost`, `dropped` (of the exporter), `sampling`, `population`, `sampled`, `sampling_records` (of one of its samplings; null, and 0 records, where it has no records), `more_sampling` (whether it has more of them than are told) |
//! | `profile_totals` | one a view, where the profile is not `ip-only` | the same of the profile's traffic |
//! | `profile` | one a profile and view, where all are wanted | `profile`, `definition`, `view`, figures of its traffic, and its `denominator_packets` and so on |
//! | `row` | one a row by family | `by`, `view`, `key`, figures; by protocol `number`; by prefix `prefix_len_ipv4` and `prefix_len_ipv6`; by port `protocol`, `port` and `service`; by others and by several the fields of the key in the JSON report |
//! | `row` | one a row of tunnels | `by`, `view` (null), `key` (the mechanism or the path), `outer`, `inner`, `packets`, `octets_outer`, `octets_inner`, `wire_octets`, `octets_overhead`, and `part_` of the four counts |
//! | `bins` | one a view of a breakdown by time alone | `view`, `bin`, `zone`, `count`, `empty`, and `total`, `ipv6` and `share` of `median_` and `p95_`, `start`, `total` and `share` of `peak_` and `peak_hour_`, by the measure |
//! | `auto` | one a view of a breakdown with automatic prefixes | `by`, `view`, `percent`, `longest_ipv4`, `longest_ipv6`, `counted_ipv4`, `counted_ipv6`, `bounded`, `error` |
//! | `active` | one a view of a breakdown whose rows are hosts or customers | `by`, `view`, `ipv4_only`, `ipv6_only`, `both` |
//! | `distinct` | one a view, family and kind, where they are counted | `view`, `family`, `what`, `side`, `count`, `standard_error` |
//! | `packet_sizes` | one a view chosen and family that has packets | `view`, `family`, `packets`, `min`, `max`, `mean`, `p1` to `p99` |
//!
//! The figures are `ipv4_`, `ipv6_`, `share_` and `part_`, each by `packets`,
//! `octets`, `wire_octets` and `flows`; their meaning is that of the JSON
//! report ([`super::json`]), and so is the order of the rows.

use super::breakdown::{Breakdown, Table, Wanted, breakdowns, prefix_lens, words};
use super::flat::{
    COLUMNS, Figure, Line, Section, TUNNEL_COLUMNS, TallyLine, TunnelLine, for_each_line, interval,
};
use super::json::SCHEMA_VERSION;
use super::json_flows::{ExporterValue, SamplingValue, exporters, flows};
use super::json_value::not_ip_by_ethertype;
use super::key_fields::fields;
use super::time::Curve;
use super::tunnel::{TunnelMeasure, inner_unknown};
use crate::model::{Anomaly, Dimension, IpVersion, Key, Measure, TimeSpan, View};
use crate::summary::{DistinctWhat, InputSummary, Summary};
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
    for_each_line(summary, |line| match line {
        Line::Tally(line) => tallies(summary, line).write(out),
        Line::Tunnel(line) => tunnels(line).write(out),
    })?;
    flow_facts(summary, out)?;
    for table in breakdowns(summary, Wanted::Largest(0)) {
        let Table::Families(table) = table else { continue };
        about(&table, out)?;
        if let Some(curve) = &table.curve {
            bins(summary, table.view(), curve).write(out)?;
        }
    }
    distinct(summary, out)?;
    packet_sizes(summary, out)
}

/// What only runs over flow records have.
fn flow_facts(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    for view in View::ALL {
        let Some(bounds) = interval(summary, view) else { continue };
        let mut record = Record::new("interval").with("view", view.key());
        for (word, bounds) in ["low", "high"].into_iter().zip(bounds) {
            for (measure, bound) in Measure::ALL.into_iter().zip(bounds) {
                record = record.with(format!("{word}_{}", measure.key()), bound);
            }
        }
        record.write(out)?;
    }
    if !summary.has_flows() {
        return Ok(());
    }
    let flows = flows(summary);
    Record::new("flows")
        .with("records", flows.records)
        .with("unknown_sampling", flows.unknown_sampling)
        .with("ipv6_unobservable", flows.ipv6_unobservable)
        .write(out)?;
    for exporter in exporters(summary) {
        if exporter.sampling.is_empty() {
            exporter_facts(&exporter, None).write(out)?;
        }
        for sampling in &exporter.sampling {
            exporter_facts(&exporter, Some(sampling)).write(out)?;
        }
    }
    Ok(())
}

/// One sampling of one exporter; none of one that has no records.
fn exporter_facts(exporter: &ExporterValue, sampling: Option<&SamplingValue>) -> Record {
    let number = |of: fn(&SamplingValue) -> Option<u64>| {
        sampling.and_then(of).map_or(Figure::Null, Figure::from)
    };
    let address = exporter.address.as_deref();
    Record::new("exporter")
        .with("address", address.map_or(Figure::Null, Figure::from))
        .with("domain", u64::from(exporter.domain))
        .with("records", exporter.records)
        .with("ipv4", exporter.ipv4)
        .with("ipv6", exporter.ipv6)
        .with("ipv6_observable", Figure::Flag(exporter.ipv6_observable))
        .with("lost", exporter.lost)
        .with("dropped", exporter.dropped)
        .with("sampling", sampling.map_or(Figure::Null, |one| one.sampling.into()))
        .with("population", number(|one| one.population))
        .with("sampled", number(|one| one.sampled))
        .with("sampling_records", sampling.map_or(0, |one| one.records))
        .with("more_sampling", Figure::Flag(exporter.more_sampling))
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
        .with("excluded", account.excluded_total())
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
    for (why, records) in &account.excluded {
        class("excluded", why.key(), *records)?;
    }
    for (link_type, records) in account.unsupported_link_types() {
        class("unsupported_link_type", &link_type.to_string(), records)?;
    }
    Ok(())
}

fn input(input: &InputSummary) -> Record {
    let text = |text: Option<&str>| text.map_or(Figure::Null, Figure::from);
    let record = Record::new("input")
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
        .with("excluded", input.account.excluded_total())
        .with_time(input.time);
    let Some(part) = input.part.as_deref() else { return record };
    record
        .with("range", Figure::Text(part.asked.to_string()))
        .with("range_from", part.from)
        .with("range_reached", part.reached)
        .with("range_of", part.of)
}

fn tallies(summary: &Summary, line: &TallyLine<'_>) -> Record {
    let view = line.view.key();
    let record = match line.section {
        Section::Total => Record::new("totals").with("view", view),
        Section::AsExported => Record::new("as_exported").with("view", view),
        Section::ProfileTotal => Record::new("profile_totals").with("view", view),
        Section::OneProfile(profile) => Record::new("profile")
            .with("profile", profile.key())
            .with("definition", profile.definition())
            .with("view", view),
        Section::Row(by, key) => row(by, key, line),
    };
    let columns = COLUMNS.into_iter().zip(line.figures());
    let record = columns.fold(record, |record, (name, figure)| record.with(name, figure));
    match line.section {
        Section::Total => with_inner_unknown(record, summary, line.view),
        Section::OneProfile(_) => Measure::ALL.into_iter().fold(record, |record, measure| {
            let name = format!("denominator_{}", measure.key());
            record.with(name, line.denominator(measure))
        }),
        Section::ProfileTotal | Section::AsExported | Section::Row(..) => record,
    }
}

/// The start of a row. The key is one field, and beside it there are those that
/// it does not tell by itself.
fn row(by: &[Dimension], key: &Key, line: &TallyLine<'_>) -> Record {
    let record = Record::new("row").with("by", Figure::Text(words(by)));
    let record = record.with("view", line.view.key());
    let beside = fields(by, key, line.bins).into_iter().filter(|(name, _)| match by {
        [Dimension::Protocol] => name != "protocol",
        [Dimension::Prefix(..) | Dimension::Service] => false,
        _ => true,
    });
    let record = beside.fold(record, |record, (name, figure)| record.with(name, figure));
    let record = match prefix_lens(by) {
        Some(lens) => record
            .with("prefix_len_ipv4", u64::from(lens.len(IpVersion::V4)))
            .with("prefix_len_ipv6", u64::from(lens.len(IpVersion::V6))),
        None => record,
    };
    record.with("key", line.key().map_or(Figure::Null, Figure::Text))
}

fn with_inner_unknown(record: Record, summary: &Summary, view: View) -> Record {
    let unknown = (view == View::EndToEnd).then(|| inner_unknown(summary));
    [
        ("inner_unknown_packets", TunnelMeasure::Packets),
        ("inner_unknown_octets", TunnelMeasure::InnerOctets),
        ("inner_unknown_wire_octets", TunnelMeasure::WireOctets),
    ]
    .into_iter()
    .fold(record, |record, (name, measure)| {
        record.with(name, unknown.map_or(Figure::Null, |count| Figure::Count(measure.get(&count))))
    })
}

fn tunnels(line: &TunnelLine) -> Record {
    let record = Record::new("row")
        .with("by", line.by.key())
        .with("view", Figure::Null)
        .with("key", Figure::Text(line.key()));
    let columns = TUNNEL_COLUMNS.into_iter().zip(line.figures());
    let record = columns.fold(record, |record, (name, figure)| record.with(name, figure));
    [
        ("part_packets", TunnelMeasure::Packets),
        ("part_octets_outer", TunnelMeasure::OuterOctets),
        ("part_octets_inner", TunnelMeasure::InnerOctets),
        ("part_wire_octets", TunnelMeasure::WireOctets),
    ]
    .into_iter()
    .fold(record, |record, (name, measure)| record.with(name, line.part(measure)))
}

/// How a breakdown's automatic prefixes were found, and which of its rows have
/// traffic of both families.
fn about(table: &Breakdown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let of_table = |record: &'static str| {
        let by = Figure::Text(words(table.dimensions()));
        Record::new(record).with("by", by).with("view", table.view().key())
    };
    if let Some(automatic) = table.automatic {
        let record = of_table("auto").with("percent", Figure::Float(automatic.share.percent()));
        let lens = [("longest", automatic.asked), ("counted", automatic.counted)];
        let lens = lens.into_iter().flat_map(|(name, lens)| {
            IpVersion::ALL.map(|v| (format!("{name}_{}", v.key()), u64::from(lens.len(v))))
        });
        lens.fold(record, |record, (name, len)| record.with(name, len))
            .with("bounded", Figure::Flag(automatic.is_bounded()))
            .with("error", 0)
            .write(out)?;
    }
    if let Some(active) = table.active() {
        of_table("active")
            .with("ipv4_only", active.ipv4_only)
            .with("ipv6_only", active.ipv6_only)
            .with("both", active.both)
            .write(out)?;
    }
    Ok(())
}

fn distinct(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let Some(distinct) = &summary.distinct else { return Ok(()) };
    for (view, what) in View::ALL.into_iter().flat_map(|v| DistinctWhat::ALL.map(|w| (v, w))) {
        let set = distinct[view].get(what);
        Record::new("distinct")
            .with("view", view.key())
            .with("family", what.version().key())
            .with("what", what.key())
            .with("side", summary.settings.prefix_side.key())
            .with("count", set.count())
            .with("standard_error", Figure::Float(set.standard_error()))
            .write(out)?;
    }
    Ok(())
}

/// What the bins of a breakdown by time alone hold.
fn bins(summary: &Summary, view: View, curve: &Curve) -> Record {
    let bins = &summary.settings.bins;
    let mut record = Record::new("bins")
        .with("view", view.key())
        .with("bin", Figure::Text(bins.width().to_string()))
        .with("zone", bins.zone())
        .with("count", curve.bins as u64)
        .with("empty", curve.empty as u64);
    for (name, level) in [("median", curve.median), ("p95", curve.p95)] {
        record = record
            .with(format!("{name}_total"), Figure::Count(level.total))
            .with(format!("{name}_ipv6"), Figure::Count(level.ipv6))
            .with(format!("{name}_share"), level.share);
    }
    for (name, busiest) in [("peak", Some(curve.peak)), ("peak_hour", curve.peak_hour)] {
        let start = busiest.map(|busiest| Figure::Text(bins.shown(busiest.start)));
        let total = busiest.map(|busiest| Figure::Count(busiest.total));
        record = record
            .with(format!("{name}_start"), start.unwrap_or(Figure::Null))
            .with(format!("{name}_total"), total.unwrap_or(Figure::Null))
            .with(format!("{name}_share"), busiest.and_then(|busiest| busiest.share));
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
#[path = "ndjson_tests.rs"]
mod tests;
