//! Families, octets, protocols and times of every capture.

use crate::known::{KNOWN, LEAST};
use crate::oracle::{Comparison, Row, captures, corpus, read, unless_equal};
use rayon::prelude::*;
use std::collections::BTreeMap;
use v6share::model::{IpVersion, Side};
use v6share::summary::{Status, Summary};

/// How far the reference itself is to be believed.
fn is_exact(row: &Row) -> bool {
    row.text("trust") == "exact"
}

/// (packets of IPv4, IPv6, all; wire octets of IPv4, IPv6, all).
type Family = [[u128; 3]; 2];

fn family(summary: &Summary, row: &Row) -> Option<String> {
    let (totals, account) = (&summary.totals.transport, &summary.account);
    let got: Family = [
        [totals.v4.packets, totals.v6.packets, account.records.into()],
        [totals.v4.wire_octets, totals.v6.wire_octets, account.wire_octets],
    ];
    let want: Family = [["v4_pkts", "v6_pkts", "packets"], ["v4_bytes", "v6_bytes", "bytes"]]
        .map(|names| names.map(|name| row.number(name).into()));
    unless_equal(&got, &want)
}

/// Compared where the reference knows every length.
fn octets(summary: &Summary, row: &Row) -> Option<Option<String>> {
    let known =
        ["v4_nolen", "v6_nolen", "cap_gt_len_pkts"].iter().all(|name| row.number(name) == 0)
            && row.number("v6_plen0") == row.number("v6_jumbo_pkts");
    let totals = &summary.totals.transport;
    let got = [totals.v4.octets, totals.v6.octets];
    let v6 = row.number("v6_iplen") + row.number("v6_jumbo_bytes");
    let want = [row.number("v4_iplen").into(), v6.into()];
    known.then(|| unless_equal(&got, &want))
}

/// Packets by protocol, from `6:12:840;17:1:60`; negative numbers, and `NA`,
/// stand for what has none.
fn histogram(text: &str) -> BTreeMap<u8, u128> {
    let mut packets = BTreeMap::new();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        let mut fields = part.split(':');
        let (protocol, count) = (fields.next().unwrap(), fields.next().unwrap());
        if let Ok(protocol) = protocol.parse() {
            *packets.entry(protocol).or_default() += count.parse::<u128>().unwrap();
        }
    }
    packets
}

fn protocols(summary: &Summary, row: &Row) -> Option<String> {
    let got = |version: IpVersion| {
        let mut packets = BTreeMap::new();
        for (protocol, tally) in &summary.protocols.transport {
            if let (Some(protocol), count @ 1..) = (protocol, tally[version].packets) {
                packets.insert(protocol.0, count);
            }
        }
        packets
    };
    let want = ["v4_proto_hist", "v6_proto_hist"].map(|name| histogram(row.text(name)));
    unless_equal(&IpVersion::ALL.map(got), &want)
}

/// First and last time, in nanoseconds; compared where the reference has one.
fn time(summary: &Summary, row: &Row) -> Option<Option<String>> {
    let nanoseconds = |text: &str| {
        let (seconds, fraction) = text.split_once('.')?;
        format!("{seconds}{fraction:0<9}").parse::<i64>().ok()
    };
    let want = ["t_min", "t_max"].map(|name| nanoseconds(row.text(name)));
    let got = [summary.time.map(|time| time.first), summary.time.map(|time| time.last)]
        .map(|time| time.map(v6share::model::Timestamp::nanoseconds));
    want[0].is_some().then(|| unless_equal(&got, &want))
}

#[test]
fn every_figure_of_every_capture() {
    let Some(corpus) = corpus() else { return };
    let rows = captures(&corpus);
    assert!(rows.len() > 900, "the corpus is smaller than it was: {}", rows.len());
    let comparison = Comparison::of(&rows, |row| {
        let (summary, error) = read(&corpus.join(row.file()), Side::Both);
        let closed = summary.closed() && summary.inputs[0].account == summary.account;
        let status = summary.inputs[0].status;
        assert_eq!(error.is_none(), status == Status::Complete, "{}: {error:?}", row.file());
        let mut outcome = vec![("account", (!closed).then(|| format!("{:?}", summary.account)))];
        if is_exact(row) {
            outcome.push(("family", family(&summary, row)));
            outcome.push(("protocols", protocols(&summary, row)));
            outcome.extend(octets(&summary, row).map(|difference| ("octets", difference)));
            outcome.extend(time(&summary, row).map(|difference| ("time", difference)));
        }
        match row.text("trust") {
            "check" => outcome.push(("family of malformed", family(&summary, row))),
            "rare-linktype" => outcome.push(("family of rare", family(&summary, row))),
            _ => {}
        }
        outcome
    });
    comparison.holds(KNOWN, LEAST);
}

#[test]
fn what_the_reference_cannot_read_ends_with_an_error_or_an_account() {
    let Some(corpus) = corpus() else { return };
    let rows = captures(&corpus);
    let unreadable: Vec<_> = rows.iter().filter(|row| row.text("trust") == "unreadable").collect();
    assert!(!unreadable.is_empty());
    unreadable.par_iter().for_each(|row| {
        let (summary, error) = read(&corpus.join(row.file()), Side::Both);
        assert!(summary.closed(), "{}", row.file());
        let records = summary.account.records;
        assert!(error.is_some() || records > 0, "{}: read as nothing, without a word", row.file());
    });
}
