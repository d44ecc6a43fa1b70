//! The same traffic in every format of flow records: each reader finds what the
//! generator says that its packets were.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files fails")]

#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::ops::ControlFlow;
use support::run::{Manner, analyze, json, plainly};
use v6share::error::Position;
use v6share::flowlog::nfcapd::{self, NfcapdReader};
use v6share::flowlog::text::{self, TextOptions};
use v6share::flowlog::{
    ExportLimits, ExportReader, ExportSession, FlowReader, FlowSink, Progress, Window,
    detect_export,
};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, IpVersion, NotIp, Undecodable,
    View,
};
use v6share::summary::Settings;
use v6share::synth::{FlowFormat, Recipe, write, write_flows};

/// Flows, packets and octets of each family.
#[derive(Debug, Default, PartialEq)]
struct Sums([[u128; 3]; 2]);

impl FlowSink for Sums {
    fn flow(&mut self, record: &FlowRecord, _odd: Anomalies) -> ControlFlow<()> {
        let sums = &mut self.0[record.family.unwrap().index()];
        let scaled = [record.packets, record.octets].map(|count| record.sampling.scale(count));
        for (sum, more) in sums.iter_mut().zip([1, scaled[0], scaled[1]]) {
            *sum += more;
        }
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _frame: &Frame<'_>, _about: &FlowRecord) -> ControlFlow<()> {
        panic!("no frames were written")
    }

    fn not_ip(&mut self, what: NotIp) {
        panic!("{what}")
    }

    fn undecodable(&mut self, why: Undecodable, records: u64) {
        panic!("{records} {why:?}")
    }

    fn exclude(&mut self, why: Excluded, records: u64) {
        panic!("{records} {why:?}")
    }

    fn remark(&mut self, at: Position, what: &str) {
        panic!("{at}: {what}")
    }

    fn exporter(&mut self, _exporter: Exporter, _facts: &ExporterFacts) {}
}

fn recipe() -> Recipe {
    let mut recipe = Recipe {
        packets: 20_000,
        flows: 2_000,
        prefixes: 100,
        fragments: 0.05,
        extension_headers: 0.05,
        vlan: 0.3,
        non_ip: 0.05,
        ..Recipe::default()
    };
    recipe.tunnels.six_in_four = 0.1;
    recipe
}

/// Reads a whole file, then in steps, and expects nothing but flows.
fn read(format: FlowFormat, data: &[u8]) -> Sums {
    let window = Window { data, offset: 0, ended: true };
    let mut sums = Sums::default();
    let progress: Progress = match format {
        FlowFormat::Nfcapd => {
            assert!(nfcapd::detect(data));
            NfcapdReader::new().read(window, &mut sums)
        }
        FlowFormat::NetFlow5 | FlowFormat::NetFlow9 | FlowFormat::Ipfix => {
            let found = detect_export(data).unwrap();
            let session = ExportSession::new(ExportLimits::default());
            let mut reader = ExportReader::new(session, found, None);
            let progress = reader.read(window, &mut sums);
            reader.into_session().finish(&mut sums);
            progress
        }
        _ => text::detect(data, true, &TextOptions::default()).unwrap().read(window, &mut sums),
    };
    assert_eq!((progress.stop, progress.consumed), (None, data.len()), "{format:?}");
    sums
}

#[test]
fn every_reader_finds_what_was_written() {
    let recipe = recipe();
    let capture = write(&recipe, &mut std::io::sink()).unwrap();
    for format in ALL {
        for record_packets in [0, 5] {
            let mut file = Vec::new();
            let truth = write_flows(&recipe, format, record_packets, &mut file).unwrap();
            let found = read(format, &file);
            for version in IpVersion::ALL {
                let told = truth.totals[View::Transport][version];
                let told = [u128::from(told.flows), told.packets, told.octets];
                assert_eq!(found.0[version.index()], told, "{format:?} {version:?}");
                if format != FlowFormat::NetFlow5 || version == IpVersion::V4 {
                    let packets = capture.totals[View::Transport][version];
                    assert_eq!(told[1..], [packets.packets, packets.octets], "{format:?}");
                }
            }
        }
    }
}

/// The line of the JSON report with the shares of the transport view.
fn shares(report: &str) -> String {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let share = &report["totals"]["transport"]["share"];
    format!("{} {}", share["packets"], share["octets"])
}

#[test]
fn the_same_traffic_has_the_same_share_as_a_capture_and_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = recipe();
    let path = folder.path().join("capture");
    let mut file = Vec::new();
    write(&recipe, &mut file).unwrap();
    fs::write(&path, file).unwrap();
    let capture = plainly(&[&path]);
    let share = shares(&json(&capture));
    let packets = |summary: &v6share::summary::Summary, version| {
        let cell = summary.totals[View::Transport][version];
        (cell.packets, cell.octets)
    };
    for (number, format) in ALL.into_iter().chain([FlowFormat::Sflow]).enumerate() {
        let path = folder.path().join(format!("flows-{number}"));
        let mut file = Vec::new();
        let truth = write_flows(&recipe, format, 6, &mut file).unwrap();
        fs::write(&path, file).unwrap();
        let found = plainly(&[&path]);
        assert!(found.closed(), "{format:?}");
        assert_eq!(found.account.records, truth.account.records, "{format:?}");
        assert_eq!(found.account.excluded_total(), 0, "{format:?}");
        assert_eq!(packets(&found, IpVersion::V4), packets(&capture, IpVersion::V4), "{format:?}");
        let report = json(&found);
        if format == FlowFormat::NetFlow5 {
            assert_eq!(packets(&found, IpVersion::V6), (0, 0));
        } else {
            let six = packets(&capture, IpVersion::V6);
            assert_eq!(packets(&found, IpVersion::V6), six, "{format:?}");
            assert_eq!(shares(&report), share, "{format:?}");
        }
        // However the work is split.
        let split = analyze(&[&path], &Settings::default(), Manner { threads: 3, piece: 5_000 });
        assert_eq!(json(&split), report, "{format:?}");
    }
}

const ALL: [FlowFormat; 8] = [
    FlowFormat::Ipfix,
    FlowFormat::NetFlow9,
    FlowFormat::NetFlow5,
    FlowFormat::Nfcapd,
    FlowFormat::Vpc,
    FlowFormat::Zeek,
    FlowFormat::Csv,
    FlowFormat::JsonLines,
];

/// The records of a CSV file as a Parquet file.
#[cfg(feature = "columnar")]
fn in_columns(csv: &str) -> Vec<u8> {
    use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
    use std::sync::Arc;
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let columns = names.iter().enumerate().map(|(at, name)| {
        let column: Vec<&str> = rows.iter().map(|row| row[at]).collect();
        let array: ArrayRef = if matches!(*name, "src" | "dst") {
            Arc::new(StringArray::from(column))
        } else {
            Arc::new(column.iter().map(|number| number.parse().ok()).collect::<UInt64Array>())
        };
        (*name, array)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut file = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file
}

#[cfg(feature = "columnar")]
#[test]
fn columns_give_the_report_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let (text, columns) = (folder.path().join("text"), folder.path().join("columns"));
    let mut file = Vec::new();
    write_flows(&recipe(), FlowFormat::Csv, 6, &mut file).unwrap();
    fs::write(&text, &file).unwrap();
    fs::write(&columns, in_columns(&String::from_utf8(file).unwrap())).unwrap();
    let (text, columns) = (plainly(&[&text]), plainly(&[&columns]));
    assert_eq!(columns.inputs[0].format, Some("parquet"));
    assert_eq!(columns.account, text.account);
    assert_eq!(columns.totals, text.totals);
    assert_eq!(columns.protocols, text.protocols);
    assert_eq!(columns.time, text.time);
}
