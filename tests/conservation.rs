//! The law of conservation, and that nothing of how a run is carried out shows
//! in its result: threads, pieces and the order of the inputs never matter, not
//! for hostile captures either, and a stream is read as a map is.

mod support;

use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use support::captures::{self, Capture};
use support::run::{self, Manner};
use support::{ByteOrder, Interface, PcapFile, PcapNgFile, Record, shapes};
use tempfile::TempDir;
use v6share::decode::decode_general;
use v6share::input::{self, Request};
use v6share::model::{
    Account, Dimension, Frame, IpVersion, LinkType, PrefixCut, PrefixLens, Side, Tally, Timestamp,
    Verdict,
};
use v6share::pipeline::{self, Control, Options};
use v6share::summary::{InputSummary, Settings, Status, Summary};

const THREADS: [usize; 4] = [1, 2, 5, 16];
/// Bytes; the last one is larger than all captures here.
const PIECES: [usize; 7] = [1, 7, 64, 100, 1_000, 4_096, 1 << 20];
/// Every kind of breakdown, so that all tables take part.
fn settings() -> Settings {
    let lens = ["24,48", "32,128", "0,0"].map(|text| text.parse().expect("prefix lengths"));
    let views = v6share::model::Views::Both;
    let by = |lens: &PrefixLens| vec![Dimension::Prefix(Side::Both, PrefixCut::Lens(*lens))];
    let breakdowns = [vec![Dimension::Protocol]].into_iter().chain(lens.iter().map(by));
    Settings { breakdowns: breakdowns.collect(), views, ..Settings::default() }
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a temporary file can be written");
    path
}

#[test]
fn each_capture_yields_what_was_put_in() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for Capture { name, bytes, records, error_at } in captures::all() {
        let path = write(&folder, "capture", &bytes);
        let summary = run::plainly(&[&path]);
        run::assert_law(&summary, &name);
        let input = &summary.inputs[0];
        let all = u64::try_from(records).expect("64 bits");
        assert_eq!(input.account.records, all, "{name}");
        let (status, end) = match error_at {
            None => (Status::Complete, bytes.len()),
            Some(at) if records > 0 => (Status::Partial, at),
            Some(at) => (Status::Failed, at),
        };
        assert_eq!(input.status, status, "{name}: {:?}", input.error);
        assert_eq!(input.bytes, u64::try_from(end).expect("64 bits"), "{name}");
        assert_eq!(input.error.is_some(), error_at.is_some(), "{name}");
        if let (Some(error), Some(at)) = (&input.error, error_at) {
            assert!(error.starts_with(&format!("at byte {at}: ")), "{name}: {error}");
        }
    }
}

#[test]
fn threads_and_pieces_never_matter() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for Capture { name, bytes, .. } in captures::all() {
        let path = write(&folder, "capture", &bytes);
        let inputs = [&path];
        let expected = run::json(&run::analyze(&inputs, &settings(), Manner::PLAIN));
        for threads in THREADS {
            for piece in PIECES {
                let manner = Manner { threads, piece };
                let summary = run::analyze(&inputs, &settings(), manner);
                assert_eq!(run::json(&summary), expected, "{name}: {manner:?}");
            }
        }
    }
}

#[test]
fn the_order_of_the_inputs_never_matters() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = captures::all();
    let named = all.iter().enumerate();
    let mut paths: Vec<_> =
        named.map(|(at, one)| write(&folder, &format!("{at:02}"), &one.bytes)).collect();
    let expected = run::json(&run::analyze(&paths, &settings(), Manner::PLAIN));
    run::assert_law(&run::plainly(&paths), "all");
    for (turn, threads) in [(1, 1), (5, 2), (11, 5), (17, 16), (23, 3)] {
        paths.rotate_left(turn);
        paths.reverse();
        let manner = Manner { threads, piece: 1_000 };
        let summary = run::analyze(&paths, &settings(), manner);
        assert_eq!(run::json(&summary), expected, "{turn} {manner:?}");
    }
    let summary = run::analyze(&[folder.path()], &settings(), Manner { threads: 4, piece: 777 });
    assert_eq!(run::json(&summary), expected, "the folder as a whole");
}

#[test]
fn all_inputs_at_once_are_the_sum_of_each() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut paths = Vec::new();
    let (mut totals, mut account) = (Tally::default(), Account::default());
    for (at, one) in captures::all().iter().enumerate() {
        let path = write(&folder, &format!("{at:02}"), &one.bytes);
        let alone = run::plainly(&[&path]);
        totals += &alone.totals.transport;
        account.merge(&alone.account);
        paths.push(path);
    }
    let together = run::analyze(&paths, &settings(), Manner { threads: 5, piece: 512 });
    assert_eq!(together.totals.transport, totals);
    assert_eq!(together.account, account);
}

/// The input without what tells a stream from a map: its name, and that an
/// offset is one of the bytes after decompression.
fn without_container(summary: &Summary) -> InputSummary {
    let mut input = summary.inputs[0].clone();
    if input.compression.take().is_some()
        && let Some(error) = &mut input.error
    {
        assert!(error.contains(" after decompression: "), "{error}");
        *error = error.replace(" after decompression", "");
    }
    InputSummary { name: String::new(), ..input }
}

#[test]
fn a_stream_is_read_as_a_map_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for Capture { name, bytes, .. } in captures::all() {
        let path = write(&folder, "plain", &bytes);
        let compressed = zstd::encode_all(&bytes[..], 1).expect("memory can be compressed");
        let zst = write(&folder, "compressed", &compressed);
        let [mapped, streamed] = [run::plainly(&[&path]), run::plainly(&[&zst])];
        assert_eq!(streamed.inputs[0].compression, Some("zstd"), "{name}");
        assert_eq!(without_container(&streamed), without_container(&mapped), "{name}");
        assert_eq!(streamed.totals, mapped.totals, "{name}");
        assert_eq!(streamed.protocols, mapped.protocols, "{name}");
        assert_eq!(streamed.breakdowns, mapped.breakdowns, "{name}");
    }
}

#[test]
fn an_interrupted_run_keeps_the_law() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let capture = PcapFile::new(1).add_all(captures::traffic(20_000)).bytes();
    let path = write(&folder, "capture", &capture);
    let request = Request { arguments: vec![path.into()], lists: Vec::new() };
    let found = input::discover(&request);
    for (threads, wait) in [(1, 0), (2, 1), (5, 3), (16, 10)] {
        let control = Control::default();
        let options =
            Options { threads, piece: 300, control: control.clone(), ..Options::default() };
        let waiter = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(wait));
            control.interrupt();
        });
        let summary = pipeline::analyze(&found.sources, Vec::new(), settings(), &options, &|_| {});
        waiter.join().expect("it only waits");
        run::assert_law(&summary, "interrupted");
        let read = summary.account.records;
        let whole = summary.inputs.iter().any(|input| input.status == Status::Complete);
        assert!(if whole { read == 20_000 } else { summary.interrupted && read <= 20_000 });
    }
}

/// How a generated capture is contained.
#[derive(Clone, Debug)]
struct Container {
    pcapng: bool,
    big: bool,
    nanoseconds: bool,
    fcs_len: u8,
    snap_len: u32,
}

impl Container {
    fn write(&self, records: &[Record]) -> Vec<u8> {
        let order = if self.big { ByteOrder::Big } else { ByteOrder::Little };
        let records = records.iter().cloned();
        if self.pcapng {
            let resolution = if self.nanoseconds { 9 } else { 6 };
            let interface = Interface::new(1).resolution(resolution).fcs_len(self.fcs_len);
            let file = PcapNgFile::new(order).interface(interface.snap_len(self.snap_len));
            return file.enhanced_all(0, records).bytes();
        }
        let file = PcapFile::new(1).order(order).snap_len(self.snap_len);
        let file = file.fcs_len(u32::from(self.fcs_len));
        let file = if self.nanoseconds { file.nanoseconds() } else { file };
        file.add_all(records).bytes()
    }

    /// What must come out, one record after the other.
    fn truth(&self, records: &[Record]) -> (Account, Tally) {
        let (mut account, mut totals) = (Account::default(), Tally::default());
        for record in records {
            let snap_len = usize::try_from(self.snap_len).expect("32 bits fit");
            let frame = Frame {
                link_type: Some(LinkType(1)),
                timestamp: Some(Timestamp::from_nanoseconds(1)),
                captured: &record.captured[..record.captured.len().min(snap_len)],
                original_len: record.original,
                fcs_len: self.fcs_len,
                interface: 0,
            };
            account.records += 1;
            account.wire_octets += u128::from(record.original);
            count(&frame, &mut account, &mut totals);
        }
        (account, totals)
    }
}

fn count(frame: &Frame<'_>, account: &mut Account, totals: &mut Tally) {
    match decode_general(frame).verdict {
        Verdict::Ip(seen) => {
            let version: IpVersion = seen.outer.version;
            account.ip(version);
            totals[version].packets += 1;
            totals[version].octets += u128::from(seen.outer.octets);
            totals[version].wire_octets += u128::from(frame.original_len);
        }
        Verdict::NotIp(what) => account.not_ip(what),
        Verdict::Undecodable(why) => account.undecodable(why),
    }
}

fn any_container() -> impl Strategy<Value = Container> {
    let fcs_len = prop_oneof![Just(0_u8), Just(4)];
    let snap_len = prop_oneof![Just(262_144_u32), 1..120_u32];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (flags, fcs_len, snap_len).prop_map(|((pcapng, big, nanoseconds), fcs_len, snap_len)| {
        Container { pcapng, big, nanoseconds, fcs_len, snap_len }
    })
}

fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let shapes = shapes::ethernet();
    let one = (0..shapes.len(), 0..2_000_000_000_u64, -3..200_i64);
    proptest::collection::vec(one, 0..120).prop_map(move |all| {
        let record = |(shape, time, more): (usize, u64, i64)| {
            let packet: &support::Packet = &shapes[shape].1;
            let record = packet.record().at(time);
            // Mostly the frame's own length, sometimes less or more.
            let original = i64::from(record.original) + if more > 20 { 0 } else { more };
            record.original(u32::try_from(original).expect("the shapes are longer than 3 octets"))
        };
        all.into_iter().map(record).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_capture_in_any_manner(
        container in any_container(),
        records in any_records(),
        threads in 1..9_usize,
        piece in 1..3_000_usize,
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = write(&folder, "capture", &container.write(&records));
        let plain = run::plainly(&[&path]);
        run::assert_law(&plain, "generated");
        let (account, totals) = container.truth(&records);
        prop_assert_eq!(&plain.account, &account);
        prop_assert_eq!(&plain.totals.transport, &totals);
        let other = run::analyze(&[&path], &Settings::default(), Manner { threads, piece });
        prop_assert_eq!(run::json(&other), run::json(&plain));
    }
}

#[test]
fn an_input_that_is_missing_is_told_beside_the_rest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write(&folder, "there", &PcapFile::new(1).add_all(captures::traffic(3)).bytes());
    let missing = Path::new("/nonexistent/capture.pcap").to_path_buf();
    let empty = write(&folder, "empty", &[]);
    let text = write(&folder, "text", b"no capture at all, but words of some length");
    let summary = run::plainly(&[missing, path, empty, text]);
    run::assert_law(&summary, "missing");
    let count = |status| summary.inputs.iter().filter(|input| input.status == status).count();
    assert_eq!((count(Status::Complete), count(Status::Failed)), (1, 3));
    assert_eq!(summary.account.records, 3);
}
