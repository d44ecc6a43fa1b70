//! The same traffic in every format of flow records: each reader finds what the
//! generator says that its packets were.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files fails")]

use std::ops::ControlFlow;
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
        FlowFormat::NetFlow5 => {
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
    let formats = [
        FlowFormat::Nfcapd,
        FlowFormat::NetFlow5,
        FlowFormat::Vpc,
        FlowFormat::Zeek,
        FlowFormat::Csv,
        FlowFormat::JsonLines,
    ];
    let recipe = recipe();
    let capture = write(&recipe, &mut std::io::sink()).unwrap();
    for format in formats {
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
