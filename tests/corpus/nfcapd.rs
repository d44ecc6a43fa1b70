//! nfcapd files, read by their reader alone, against what nfdump 1.7.1 sums up.

use crate::known::KNOWN_NFCAPD;
use crate::oracle::corpus;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use v6share::error::Position;
use v6share::flowlog::nfcapd::{NfcapdReader, detect};
use v6share::flowlog::{FlowReader, FlowSink, Window};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, IpVersion, NotIp, Undecodable,
};

/// How many files agree in all figures, at least.
const LEAST: usize = 95;

/// Flows, packets and octets of IPv4, IPv6 and of neither.
#[derive(Default, PartialEq, Eq, Debug)]
struct Totals {
    sums: [[u128; 3]; 3],
    excluded: BTreeMap<&'static str, u64>,
    undecodable: u64,
    remarks: Vec<String>,
}

impl FlowSink for Totals {
    fn flow(&mut self, record: &FlowRecord, _odd: Anomalies) -> ControlFlow<()> {
        let family = record.family.map_or(2, IpVersion::index);
        let sums = &mut self.sums[family];
        for (sum, more) in sums.iter_mut().zip([1, record.packets, record.octets]) {
            *sum += u128::from(more);
        }
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _frame: &Frame<'_>, _about: &FlowRecord) -> ControlFlow<()> {
        panic!("nfcapd files hold no frames");
    }

    fn not_ip(&mut self, _what: NotIp) {
        panic!("nothing in an nfcapd file tells what is not IP");
    }

    fn undecodable(&mut self, _why: Undecodable, records: u64) {
        self.undecodable += records;
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        *self.excluded.entry(why.key()).or_default() += records;
    }

    fn remark(&mut self, _at: Position, what: &str) {
        self.remarks.push(what.to_owned());
    }

    fn exporter(&mut self, _exporter: Exporter, _facts: &ExporterFacts) {}
}

fn totals(data: &[u8]) -> Totals {
    assert!(detect(data));
    let mut totals = Totals::default();
    let window = Window { data, offset: 0, ended: true };
    let progress = NfcapdReader::new().read(window, &mut totals);
    assert_eq!(progress.stop, None);
    assert_eq!(progress.consumed, data.len());
    totals
}

#[test]
fn nfcapd_files_have_the_totals_of_nfdump() {
    let Some(corpus) = corpus() else { return };
    let table = fs::read_to_string(corpus.join("flow_oracle.tsv")).unwrap();
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let at = |name: &str| names.iter().position(|n| *n == name).unwrap();
    let columns = ["flows_v4", "pkts_v4", "bytes_v4", "flows_v6", "pkts_v6", "bytes_v6"].map(at);
    let known: BTreeMap<_, _> = KNOWN_NFCAPD.iter().copied().collect();
    let (mut agree, mut unknown, mut files) = (0, Vec::new(), BTreeSet::new());
    for row in lines.filter(|row| row[at("kind")] == "nfcapd") {
        let want = columns.map(|column| row[column].parse::<u128>().unwrap());
        let totals = totals(&fs::read(corpus.join(row[0])).unwrap());
        let got = [&totals.sums[0][..], &totals.sums[1][..]].concat();
        let name = row[0].rsplit('/').next().unwrap().trim_end_matches(".nfcapd");
        files.insert(name.to_owned());
        if got == want {
            agree += 1;
        } else if !known.contains_key(name) {
            unknown.push(format!("{}: want {want:?} got {totals:?}", row[0]));
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(known.keys().all(|file| files.contains(*file)));
    assert!(agree >= LEAST, "{agree} of {} agree", files.len());
}
