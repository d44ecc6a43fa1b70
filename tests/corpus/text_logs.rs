//! Flow logs that are text against the totals that others counted in them.

use crate::oracle::corpus;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::ops::ControlFlow;
use v6share::error::Position;
use v6share::flowlog::text::{TextOptions, detect};
use v6share::flowlog::{FlowReader as _, FlowSink, Window};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, NotIp, Undecodable,
};

#[derive(Default)]
struct Totals {
    flows: [u64; 2],
    packets: [u64; 2],
    octets: [u64; 2],
    wire_octets: [u64; 2],
    others: u64,
    excluded: BTreeMap<&'static str, u64>,
    undecodable: u64,
    remarks: Vec<String>,
}

impl FlowSink for Totals {
    fn flow(&mut self, record: &FlowRecord, _: Anomalies) -> ControlFlow<()> {
        let Some(family) = record.family else {
            self.others += 1;
            return ControlFlow::Continue(());
        };
        self.flows[family.index()] += 1;
        self.packets[family.index()] += record.packets;
        self.octets[family.index()] += record.octets;
        self.wire_octets[family.index()] += record.wire_octets;
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _: &Frame<'_>, _: &FlowRecord) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn not_ip(&mut self, _: NotIp) {
        self.others += 1;
    }

    fn undecodable(&mut self, _: Undecodable, records: u64) {
        self.undecodable += records;
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        *self.excluded.entry(why.key()).or_default() += records;
    }

    fn remark(&mut self, at: Position, what: &str) {
        self.remarks.push(format!("{at}: {what}"));
    }

    fn exporter(&mut self, _: Exporter, _: &ExporterFacts) {}
}

/// What became of a file: the format and its totals, or nothing where it is not
/// recognised.
fn read(content: &[u8], include_rejected: bool) -> Option<(&'static str, Totals, bool)> {
    let options = TextOptions { mapping: None, include_rejected };
    let first = &content[..content.len().min(64 << 10)];
    let mut reader = detect(first, first.len() == content.len(), &options)?;
    let mut totals = Totals::default();
    let window = Window { data: content, offset: 0, ended: true };
    let progress = reader.read(window, &mut totals);
    if let Some(stop) = &progress.stop {
        totals.remarks.push(format!("{stop:?}"));
    }
    Some((reader.format(), totals, progress.stop.is_none()))
}

fn content(path: &std::path::Path) -> Vec<u8> {
    let raw = fs::read(path).unwrap();
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return raw;
    }
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(&raw[..]).read_to_end(&mut plain).unwrap();
    plain
}

/// The rows of some kinds, without those that the oracle itself could not count.
fn rows(corpus: &std::path::Path, kinds: &[&str]) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(corpus.join("flow_oracle.tsv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| {
            let fields = line.split('\t').map(str::to_owned);
            header.iter().map(|name| (*name).to_owned()).zip(fields).collect()
        })
        .filter(|row: &BTreeMap<String, String>| kinds.contains(&row["kind"].as_str()))
        .collect()
}

fn pair(row: &BTreeMap<String, String>, name: &str) -> [u64; 2] {
    ["v4", "v6"].map(|family| row[&format!("{name}_{family}")].parse().unwrap())
}

/// Where the totals are not those of the file, and why.
const KNOWN: [(&str, &str); 4] = [
    ("conn_log/samples/conn_log.raw", "one record over several lines, which the totals leave out"),
    ("logging.field-name-map/conn.log", "renamed fields, which the totals leave out"),
    ("logging.field-name-map2/conn.log", "renamed fields, which the totals leave out"),
    ("logging.scope_sep/conn.log", "renamed fields, which the totals leave out"),
];

#[test]
fn text_logs_agree_with_their_totals() {
    let Some(corpus) = corpus() else { return };
    let kinds = ["zeek-conn", "eve", "vpc-aws", "azure", "gcp-vpc", "pmacct-json"];
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows(&corpus, &kinds) {
        let (kind, file) = (row["kind"].as_str(), row["file"].as_str());
        if row.get("note").is_some_and(|note| note.starts_with("SKIP")) {
            continue;
        }
        // The totals of these clouds hold what was denied too.
        let include_rejected = matches!(kind, "vpc-aws" | "azure");
        let bytes = content(&corpus.join(file));
        let Some((format, seen, complete)) = read(&bytes, include_rejected) else {
            if pair(&row, "flows") != [0, 0] {
                wrong.push(format!("{file}: not recognised"));
            }
            continue;
        };
        *counted.entry(format!("{kind} {format}")).or_default() += 1;
        let layer_2 = kind == "eve";
        let octets = if layer_2 { seen.wire_octets } else { seen.octets };
        let got = [seen.flows, seen.packets, octets];
        let expected = ["flows", "pkts", "bytes"].map(|name| pair(&row, name));
        let known = KNOWN.iter().any(|(end, _)| file.ends_with(end));
        if known && got != expected && seen.flows[0] > 0 {
            continue;
        }
        if got != expected || !complete {
            let (excluded, remarks) = (&seen.excluded, &seen.remarks);
            wrong.push(format!(
                "{file}: {got:?} for {expected:?}; {excluded:?} {} {remarks:?}",
                seen.undecodable
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}\n{counted:#?}", wrong.len());
    assert!(counted.values().sum::<u64>() > 130, "{counted:#?}");
}

#[test]
fn nothing_else_of_the_corpus_is_taken_for_a_text_log() {
    let Some(corpus) = corpus() else { return };
    let mut claimed = Vec::new();
    for folder in ["captures", "flows/nfcapd", "flows/mmdb", "flows/rir-delegated", "flows/pfx2as"]
    {
        for path in crate::flows::files(&corpus.join(folder)) {
            let content = fs::read(&path).unwrap();
            let first = &content[..content.len().min(64 << 10)];
            if detect(first, first.len() == content.len(), &TextOptions::default()).is_some() {
                claimed.push(path);
            }
        }
    }
    assert!(claimed.is_empty(), "{claimed:#?}");
}
