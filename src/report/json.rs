//! The JSON report, version 1: the contract for scripts.
//!
//! One object. Keys are snake_case and their order is fixed; numbers are
//! integers, which may pass 2^53 and 2^64, except shares and means, which are
//! floats; a share without a denominator is null. Fields may be added; none
//! changes its meaning without a new `schema_version`. Each field of the top
//! level starts a line, and so does each input, breakdown and row.
//!
//! | field | what it is |
//! | --- | --- |
//! | `schema_version` | 1 |
//! | `tool` | `name` and `version` |
//! | `measure` | `octets`, `packets`, `wire_octets` or `flows`: the order of the rows |
//! | `profile` | `ip-only`, `all-frames`, `native-only` or `user-traffic`: the denominator of `totals.*.share` and of `part` |
//! | `totals` | for `transport` and `end_to_end`: all traffic of `ipv4` and `ipv6` (each `packets`, `octets`, `wire_octets`, `flows`), whatever the profile, and the profile's `share` of IPv6 by each measure; for `end_to_end` also `inner_unknown` (`packets`, `octets`, `wire_octets`): what of it has an inside that cannot be seen, and counts by the innermost header known. Where something was sampled also `interval`: by measure the bounds that hold the profile's share with 95 %, null where there are none. With flow records also `as_exported`: the transport view with nothing scaled |
//! | `account` | `records` = `ipv4` + `ipv6` + `not_ip` + `undecodable`, and whether that is so (`closed`); `undecodable_by_reason`; `not_ip_by_ethertype`, with `llc:0x42` and `ppp:0x8021` for frames without an EtherType; `excluded` and its reasons; `wire_octets` of all records; `unsupported_link_types` by name and number, if any |
//! | `anomalies` | records by anomaly, those seen only |
//! | `time` | `first` and `last` timestamp (RFC 3339, UTC), null where nothing has one |
//! | `inputs` | by name: `name`, `format`, `compression`, `records`, `status` (`complete`, `partial`, `failed`), `error`, `bytes` (uncompressed), then the account in short, `remarks` of a reader of flow records (`all`, and the `first` of them), `suspected_copies` (`frames`, `copies`: of the first frames, only where many are copies), `range` (only of a part of a capture: the bytes `asked` for, `from` where its first record begins, `reached` where the one behind its last one begins, `of` how many bytes), `anomalies` and `time` |
//! | `breakdowns` | those chosen, in their order, for each view chosen: `by`, `view`, `rows`, `others` (null: all rows are there), and by prefix `prefix_len` and `prefix_side` (`both`, `source`, `destination`). With automatic prefixes `auto`, and where the rows are hosts or customers `active` (see below). Those of tunnels stand across the views: they are there once, and their `view` is null |
//! | `flows` | only with flow records: `records` that are IP, and of them `unknown_sampling` (nobody tells their interval; as exported) and `ipv6_unobservable` (of exporters that cannot show IPv6) |
//! | `exporters` | only with flow records, by address and domain: `address` (null where it is not known), `domain`, `records`, `ipv4`, `ipv6`, `ipv6_observable`, `lost` (by sequence numbers), `dropped` (by the exporter's word), `sampling`: records by `unknown`, `every`, `scaled` or an `interval` (`sampled` of `population`); `more_sampling` where there are more of them |
//! | `networks` | only where there are any: the tables that say whose an address is: `name`, `kind` (`networks`, `prefix_to_as`, `mrt`, `mmdb`, `delegated`), `date`, `prefixes` of `ipv4` and `ipv6`, `sha256` |
//! | `distinct` | only where they are counted: `side` (whose addresses), then for `transport` and `end_to_end` the distinct `addresses` and `prefixes_24` of `ipv4`, and the `addresses`, `prefixes_64`, `prefixes_56` and `prefixes_48` of `ipv6` (by the family of the address): each with its `count` and the relative `standard_error` of it, which is 0 where the count is exact (up to 65,536) |
//! | `networks_differ` | only where true: results with different tables of networks were added up |
//! | `window` | only where a stretch of time is measured: `from` and `to`, null where it is open |
//! | `handed_on` | how addresses were anonymised, cut and folded, in words, where they were |
//! | `dedup` | only where copies of frames are left out: the window, as it was given |
//! | `profile_definition` | the profile in words |
//! | `profile_totals` | only where the profile is not `ip-only`: its traffic, as `totals`, and the `denominator` of its share |
//! | `profiles` | only where all profiles are wanted: for each its `definition`, and for `transport` and `end_to_end` the `ipv6` of its traffic, the `denominator` and the `share` by each measure |
//! | `anomaly_octets` | only where not 0: octets beside an anomaly (`length_exceeds_frame`: by how much headers exceed their frames) |
//! | `packet_sizes` | for each view chosen and family: `packets`, `min`, `max`, `mean` and the percentiles `p1` to `p99` of the IP octets of a packet; null where there is none |
//! | `interrupted` | true where the user ended the run |
//!
//! # Rows by family
//!
//! A row has its `key`, `ipv4`, `ipv6`, the `share` of IPv6 within the row, and
//! the `part` that both families of the row are of the profile's whole. Rows are
//! sorted by the measure, largest first, then by key.
//!
//! | `by` | `key` |
//! | --- | --- |
//! | `protocol` | `{"protocol": "tcp", "number": 6}`; `{"protocol": "unknown", "number": null}` where the protocol is cut away |
//! | `prefix` | `{"prefix": "2001:db8::/48"}`; `{"prefix": null}` for packets whose address was not captured. With the side `both` a packet is in the row of each of its ends: parts may add up to 2 |
//! | `port` | `{"protocol": "tcp", "port": 443, "service": "https"}`, without a name `{"protocol": "tcp", "port": 4242, "service": null}`; all three null for what has no ports: protocols other than TCP and UDP, later fragments, headers that are cut |
//! | `mac`, `input`, `packet-size` | `{"mac": "00:1b:21:ab:00:01"}`, `{"input": "a.pcap"}`, `{"packet_size": "64-127"}` |
//! | `vlan` | `{"vlan": 100, "inner_vlan": 7}`, null where there is no tag |
//! | `interface` | `{"interface": 0}` |
//! | `traffic-class` | `{"traffic_class": "ef", "dscp": 46}` |
//! | `label`, `label.region` | `{"label": "campus"}`, `{"label.region": "west"}`; null without a label |
//! | `asn` | `{"asn": "64496", "asn_number": 64496}`; of several origins `{"asn": "64496_64497", "asn_number": null}`; null where nobody announces the address |
//! | `country`, `holder`, `direction` | `{"country": "CH"}`; `{"holder": "afrinic/F36B9F4B"}`, null where no registry names one; `{"direction": "in"}`, `out`, `internal`, `transit` |
//! | `host` | `{"host": "192.0.2.1/32"}`; null where no rule ties the address |
//! | `exporter` | `{"exporter": "192.0.2.1", "domain": 0}` |
//! | `time` | `{"time": "2026-01-01T00:00:00Z"}`: where the bin begins, by the clock of the zone; null for what has no time |
//! | several | the fields of each, in their order: `{"protocol": "tcp", "number": 6, "vlan": 100, "inner_vlan": null}`; the port has then `port`, `port_protocol` and `port_service`, the encapsulation `outer` and `inner` |
//! | `service` | `{"service": "https"}`, where the port has no name `{"service": "tcp/4242"}`; null for what has no ports. `quic` is UDP 443 |
//!
//! Of a packet's two ports the one counts that is well known: one that has a
//! name here before one that has none, then a registered one (below 49,152)
//! before a dynamic one, then the lower one
//! ([`ServicePort::of`](crate::model::ServicePort::of)).
//!
//! A breakdown with `time` also has `bin` and `zone`. By `time` alone its rows are in
//! the order of time, one for each bin from the first to the last, those without
//! traffic too (where these are more than 65,536, they have no rows), and `bins`
//! says what the bins hold by the measure: how many there are (`count`, `empty`),
//! what half and what 95 of 100 of them hold at most (`median`, `p95`: `total`,
//! `ipv6`, and of the bins with traffic the `share`), and the bin and the hour by
//! the clock with the most traffic (`peak`, `peak_hour`: `start`, `total`, `share`).
//!
//! With automatic prefixes a row is a prefix that carries at least `auto.percent` of
//! the profile's traffic by the measure, without what the longer rows within it
//! carry; the rest is the row `{"prefix": "others"}`. Lengths are those of the leaves
//! (`auto.longest`) or multiples of four below. Where there were more keys than a table
//! may have, leaves of `auto.counted` are the longest that were told apart
//! (`auto.bounded`): no sum is less exact. `auto` also has the `error` of the rows'
//! figures, which is 0.
//!
//! By `label`, an attribute of one, `mac`, `host` or `holder` alone, `active` says how many of the
//! rows have traffic of `ipv4_only`, of `ipv6_only` and of `both` families.
//!
//! # Rows of tunnels
//!
//! They hold all IP traffic, whatever the profile, and native packets too.
//!
//! | `by` | `key` |
//! | --- | --- |
//! | `encapsulation` | `{"encapsulation": "gre", "outer": "ipv4", "inner": "ipv6"}`: the mechanism of the outermost tunnel or of a translation, or `native`; the family of the transport view, and that of the end-to-end view, null where the inside cannot be seen |
//! | `encapsulation-path` | `{"path": "ipv4/gre/ipv6", "outer": "ipv4", "inner": "ipv6"}`: the layers from the outer header to the inner one; where there is one IP header only, `native` or `translated` |
//!
//! A row has `packets`, `octets_outer` (of the outer headers), `octets_inner`
//! (of the inner headers, or of the innermost ones known), `wire_octets`,
//! `octets_overhead` (outer less inner octets; below zero where inner headers
//! claim more than the outer ones, null where the inside cannot be seen), and as
//! `part` what each of the first four is of all IP traffic. Over all rows,
//! `octets_outer` add up to the octets of the transport view and `octets_inner`
//! to those of the end-to-end view. Rows are sorted by the measure (octets:
//! `octets_outer`), largest first, then by key.

use super::breakdown::{Breakdown, Table, Wanted, breakdowns, prefix_lens, side};
use super::json_distinct::DistinctValue;
use super::json_flows::{exporters, flows};
use super::json_row::{AutomaticValue, Lens, family_row, tunnel_row};
use super::json_time::{CurveValue, NetworkValue, WindowValue};
use super::json_totals::{Profiles, profile_totals, totals};
use super::json_value::{AccountValue, AnomalyValue, InputValue, PacketSizes, TimeValue};
use super::tunnel::{TunnelBreakdown, TunnelRow};
use crate::model::{Dimension, Key, Profile, Tally};
use crate::summary::Summary;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::borrow::Cow;
use std::io::{self, Write};

/// The version of the fields above.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Who wrote the report.
#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Writes the document, row by row.
pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let settings = &summary.settings;
    let tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let mut object = Object { out, empty: true };
    object.field("schema_version", &SCHEMA_VERSION)?;
    object.field("tool", &tool)?;
    object.field("measure", settings.measure.key())?;
    object.field("profile", settings.profile.key())?;
    object.field("totals", &totals(summary))?;
    object.field("account", &AccountValue::from(summary))?;
    object.field("anomalies", &AnomalyValue(&summary.anomalies))?;
    object.field("time", &TimeValue::from(summary.time))?;
    let input = |out: &mut dyn Write, input| value(out, &InputValue::from(input));
    list(object.key("inputs")?, "    ", &summary.inputs, input)?;
    let table = |out: &mut dyn Write, table| match table {
        Table::Families(table) => families(summary, &table, out),
        Table::Tunnels(table) => tunnels(summary, &table, out),
    };
    list(object.key("breakdowns")?, "    ", breakdowns(summary, Wanted::All), table)?;
    if summary.has_flows() {
        object.field("flows", &flows(summary))?;
        list(object.key("exporters")?, "    ", exporters(summary), |out, each| value(out, &each))?;
    }
    if !summary.networks.is_empty() {
        let table = |out: &mut dyn Write, table| value(out, &NetworkValue::from(table));
        list(object.key("networks")?, "    ", &summary.networks, table)?;
    }
    if let Some(distinct) = &summary.distinct {
        object.field("distinct", &DistinctValue::of(distinct, settings.prefix_side))?;
    }
    if summary.mixed_networks {
        object.field("networks_differ", &true)?;
    }
    if !settings.window.is_open() {
        object.field("window", &WindowValue::from(settings.window))?;
    }
    if let Some(window) = settings.dedup {
        object.field("dedup", &window.to_string())?;
    }
    if !settings.handed_on.is_nothing() {
        object.field("handed_on", &settings.handed_on.to_string())?;
    }
    object.field("profile_definition", settings.profile.definition())?;
    if settings.profile != Profile::IpOnly {
        object.field("profile_totals", &profile_totals(summary))?;
    }
    if settings.all_profiles {
        object.field("profiles", &Profiles(summary))?;
    }
    let length_exceeds_frame = summary.anomalies.excess_octets;
    if length_exceeds_frame > 0 {
        object.field("anomaly_octets", &AnomalyOctets { length_exceeds_frame })?;
    }
    object.field("packet_sizes", &PacketSizes(summary))?;
    object.field("interrupted", &summary.interrupted)?;
    object.end()
}

/// Octets that are told beside an anomaly.
#[derive(Serialize)]
struct AnomalyOctets {
    length_exceeds_frame: u128,
}

fn families(summary: &Summary, table: &Breakdown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (dimensions, bins) = (table.dimensions(), &summary.settings.bins);
    out.write_all(br#"{"by": "#)?;
    value(out, &dimensions.iter().map(Dimension::word).collect::<Vec<_>>())?;
    write!(out, r#", "view": "{}", "rows": "#, table.view().key())?;
    let write_row = |out: &mut dyn Write, (key, tally): (Cow<'_, Key>, Tally)| {
        value(out, &family_row(dimensions, &key, &tally, &table.whole, bins))
    };
    list(out, "      ", table.rows(), write_row)?;
    out.write_all(br#", "others": null"#)?;
    if let Some(lens) = prefix_lens(dimensions) {
        out.write_all(br#", "prefix_len": "#)?;
        value(out, &Lens::from(lens))?;
    }
    if let Some(automatic) = table.automatic {
        out.write_all(br#", "auto": "#)?;
        value(out, &AutomaticValue::from(automatic))?;
    }
    if let Some(side) = side(dimensions, &summary.settings) {
        write!(out, r#", "prefix_side": "{}""#, side.key())?;
    }
    if dimensions.contains(&Dimension::Time) {
        out.write_all(br#", "bin": "#)?;
        value(out, &bins.width().to_string())?;
        out.write_all(br#", "zone": "#)?;
        value(out, bins.zone())?;
    }
    if let Some(active) = table.active() {
        out.write_all(br#", "active": "#)?;
        value(out, &active)?;
    }
    if let Some(curve) = &table.curve {
        out.write_all(br#", "bins": "#)?;
        value(out, &CurveValue::of(curve, bins))?;
    }
    out.write_all(b"}")
}

fn tunnels(summary: &Summary, table: &TunnelBreakdown, out: &mut dyn Write) -> io::Result<()> {
    write!(out, r#"{{"by": ["{}"], "view": null, "rows": "#, table.by.key())?;
    let write_row = |out: &mut dyn Write, row: &TunnelRow| value(out, &tunnel_row(summary, row));
    list(out, "      ", &table.rows, write_row)?;
    out.write_all(br#", "others": null}"#)
}

/// The outermost object: a line for each field.
struct Object<'a> {
    out: &'a mut dyn Write,
    empty: bool,
}

impl Object<'_> {
    fn key(&mut self, key: &str) -> io::Result<&mut dyn Write> {
        self.out.write_all(if self.empty { b"{\n  " } else { b",\n  " })?;
        self.empty = false;
        write!(self.out, "\"{key}\": ")?;
        Ok(self.out)
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, field: &T) -> io::Result<()> {
        value(self.key(key)?, field)
    }

    fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n}\n")
    }
}

/// An array with a line for each element, indented by `indent`.
fn list<T>(
    out: &mut dyn Write,
    indent: &str,
    elements: impl IntoIterator<Item = T>,
    mut element: impl FnMut(&mut dyn Write, T) -> io::Result<()>,
) -> io::Result<()> {
    let mut before = "[";
    for each in elements {
        write!(out, "{before}\n{indent}")?;
        element(out, each)?;
        before = ",";
    }
    match before {
        "[" => out.write_all(b"[]"),
        _ => write!(out, "\n{}]", &indent[2..]),
    }
}

/// A value on the current line.
fn value<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Spaced))?;
    Ok(())
}

/// One line, with a space after each colon and comma.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
