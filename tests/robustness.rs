//! Whatever the bytes are: no panic, the law holds, the work is bounded, and
//! the result is the same for every split.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::run::{self, Manner};
use support::{ByteOrder, Interface, PcapNgFile, Random, shapes, walk};
use tempfile::TempDir;
use v6share::capture::Stop;
use v6share::decode::{decode, decode_general};
use v6share::model::{Frame, LinkType, Timestamp};
use v6share::summary::{Settings, Status};

/// No run over a few kilobytes may take as long, on however slow a machine.
const BOUND: Duration = Duration::from_secs(30);

/// The inputs of all fixtures.
fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let list = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("fixtures are there");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    let folders = list(&root).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| list(&folder));
    let is_input = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("input"))
    };
    let inputs: Vec<_> = files
        .filter(is_input)
        .map(|path| (path.clone(), fs::read(&path).expect("fixtures can be read")))
        .collect();
    assert!(inputs.len() > 20);
    inputs
}

/// A folder for one input after the other.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Analyzes the bytes plainly and in another manner, which must give the
    /// same; the status of the input.
    fn check(&self, bytes: &[u8], other: Manner, what: &str) -> Status {
        let path = self.0.path().join("capture");
        fs::write(&path, bytes).expect("a temporary file can be written");
        let started = Instant::now();
        let plain = run::plainly(&[&path]);
        run::assert_law(&plain, what);
        let split = run::analyze(&[&path], &Settings::default(), other);
        assert_eq!(run::json(&split), run::json(&plain), "{what}: {other:?}");
        assert!(started.elapsed() < BOUND, "{what}: {:?}", started.elapsed());
        let input = &plain.inputs[0];
        let error = input.error.as_deref().unwrap_or_default();
        assert!(!error.contains("internal error"), "{what}: {error}");
        assert_eq!(input.status == Status::Complete, error.is_empty(), "{what}");
        input.status
    }
}

/// Many and few pieces by turns, now and then with several workers.
fn manner(turn: usize, bytes: &[u8]) -> Manner {
    let pieces = [400, 150, 40, 10, 3][turn % 5];
    let threads = if turn.is_multiple_of(7) { 3 } else { 1 };
    Manner { threads, piece: 1 + bytes.len() / pieces }
}

#[test]
fn every_truncation_of_every_plain_fixture_is_a_beginning_of_it() {
    for (path, bytes) in fixtures() {
        let Some(whole) = walk::slice(&bytes) else { continue };
        for cut in 0..=bytes.len() {
            let what = format!("{} cut at {cut}", path.display());
            let Some(reading) = walk::slice(&bytes[..cut]) else {
                // ERF has no magic: it shows itself by records that follow one another.
                let magic = path.extension().is_none_or(|extension| extension != "erf");
                assert!(cut < 24 || !magic && cut < 16 * 120, "{what}: not recognised");
                continue;
            };
            assert!(whole.frames.starts_with(&reading.frames), "{what}");
            match reading.stop {
                Stop::Limit => assert_eq!(reading.end, cut, "{what}"),
                Stop::Incomplete { needed, .. } => {
                    let present = u64::try_from(cut - reading.end).expect("64 bits");
                    assert!(needed > present, "{what}: {needed} needed, {present} present");
                }
                other => {
                    assert_eq!((other, reading.end), (whole.stop.clone(), whole.end), "{what}");
                }
            }
        }
    }
}

#[test]
fn every_truncation_of_a_fixture_is_read_the_same_from_a_stream() {
    for (path, bytes) in fixtures() {
        for cut in (0..=bytes.len()).step_by(1 + bytes.len() / 150) {
            let cut_off = &bytes[..cut];
            let what = format!("{} cut at {cut}", path.display());
            assert_eq!(walk::stream(cut_off, 1 + cut % 97), walk::slice(cut_off), "{what}");
        }
    }
}

#[test]
fn truncated_fixtures_keep_the_law() {
    let bench = Bench::new();
    for (path, bytes) in fixtures() {
        for cut in (0..bytes.len()).step_by(1 + bytes.len() / 250) {
            let what = format!("{} cut at {cut}", path.display());
            bench.check(&bytes[..cut], manner(cut, &bytes[..cut]), &what);
        }
    }
}

/// A compressed stream that is cut anywhere says so.
#[test]
fn truncated_streams_are_never_complete() {
    let bench = Bench::new();
    let compressed = ["bz2", "gz", "lz4", "xz", "zst"];
    let mut streams = 0;
    for (path, bytes) in fixtures() {
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if !compressed.contains(&extension.as_str()) {
            continue;
        }
        streams += 1;
        for cut in 0..bytes.len() {
            let what = format!("{} cut at {cut}", path.display());
            let status = bench.check(&bytes[..cut], Manner::PLAIN, &what);
            // A gzip file may end between two members; so may others, but the
            // capture within them cannot.
            assert_ne!(status, Status::Complete, "{what}");
        }
    }
    assert_eq!(streams, compressed.len());
}

#[test]
fn flipped_bytes_keep_the_law() {
    let bench = Bench::new();
    let mut random = Random::new(0xf11b);
    for (path, bytes) in fixtures() {
        for turn in 0..120 {
            let mut flipped = bytes.clone();
            for _ in 0..=random.below(6) {
                let at = random.below(flipped.len());
                let other = random.byte();
                flipped[at] = *random.pick(&[0, 1, 0x7f, 0x80, 0xff, other]);
            }
            let what = format!("{} flipped {turn}", path.display());
            bench.check(&flipped, manner(turn, &flipped), &what);
        }
    }
}

/// Every bit of the headers of a small capture of each format.
#[test]
fn every_flipped_bit_of_small_fixtures_keeps_the_law() {
    let bench = Bench::new();
    let small = ["big-endian-nanosecond/input.pcap", "damaged/input.pcapng"];
    let all = fixtures();
    for name in small {
        let (_, bytes) = all.iter().find(|(path, _)| path.ends_with(name)).expect("it is there");
        for bit in 0..bytes.len().min(130) * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            bench.check(&flipped, manner(bit, &flipped), &format!("{name}, bit {bit}"));
        }
    }
}

/// The first bytes of each format that is recognised by a magic, and of ERF,
/// which has none: a time of 2026 and a plausible type.
fn magics() -> Vec<Vec<u8>> {
    let mut magics: Vec<Vec<u8>> = Vec::new();
    for magic in [0xa1b2_c3d4_u32, 0xa1b2_3c4d, 0xa1b2_cd34] {
        for version in [2_u16, 3, 4] {
            let little = [&magic.to_le_bytes()[..], &[2, 0], &version.to_le_bytes()];
            let big = [&magic.to_be_bytes()[..], &[0, 2], &version.to_be_bytes()];
            magics.extend([little.concat(), big.concat()]);
        }
    }
    let section = [0x0a, 0x0d, 0x0d, 0x0a];
    magics.push([&section[..], &[28, 0, 0, 0], &[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0]].concat());
    magics.push([&section[..], &[0, 0, 0, 28], &[0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0]].concat());
    magics.push(section.to_vec());
    magics.push(b"snoop\0\0\0\0\0\0\x02\0\0\0\x04".to_vec());
    magics.push(vec![0, 0, 0, 0, 0x80, 0xb9, 0x55, 0x69, 2, 4, 0, 24, 0, 0, 0, 60]);
    magics
}

#[test]
fn random_bytes_behind_every_magic_keep_the_law() {
    let bench = Bench::new();
    let mut random = Random::new(0x4a11);
    for magic in magics() {
        for turn in 0..60 {
            let len = random.below(3_000);
            let mut rest = random.bytes(len);
            // Small numbers are lengths that can be: make some of them.
            for byte in &mut rest {
                if random.below(2) == 0 {
                    *byte = *random.pick(&[0, 0, 0, 0, 1, 2, 6, 20, 60]);
                }
            }
            let what = format!("{magic:02x?} {turn}");
            let bytes = [&magic[..], &rest].concat();
            bench.check(&bytes, manner(turn, &bytes), &what);
        }
    }
}

#[test]
fn random_bytes_without_any_magic_are_no_capture() {
    let bench = Bench::new();
    let mut random = Random::new(0x0b5c);
    for turn in 0..100 {
        let len = random.below(2_000);
        let bytes = [b"#", &random.bytes(len)[..]].concat();
        let status = bench.check(&bytes, manner(turn, &bytes), &format!("noise {turn}"));
        assert_eq!(status, Status::Failed, "noise {turn}");
    }
}

/// A table of interfaces that grows before each packet is not copied for each.
#[test]
fn as_many_interfaces_as_packets_take_no_longer() {
    let (_, packet) = &shapes::ethernet()[0];
    let grow =
        |file: PcapNgFile, at: u32| file.interface(Interface::new(1)).enhanced(at, packet.record());
    let file = (0..60_000).fold(PcapNgFile::new(ByteOrder::Little), grow);
    let bytes = file.bytes();
    let started = Instant::now();
    let status = Bench::new().check(&bytes, manner(0, &bytes), "60,000 interfaces");
    assert_eq!(status, Status::Complete);
    // With a copy for each it takes 17 seconds where it takes less than one.
    assert!(started.elapsed() < BOUND / 3, "{:?}", started.elapsed());
}

/// Decodes a frame on both paths; that they come back is what is tested.
fn decode_both(link_type: u16, captured: &[u8], original: u32, fcs_len: u8) {
    let frame = Frame {
        link_type: Some(LinkType(link_type)),
        timestamp: Some(Timestamp::from_nanoseconds(0)),
        captured,
        original_len: original,
        fcs_len,
        interface: 0,
    };
    assert_eq!(decode(&frame), decode_general(&frame), "{frame:?}");
}

/// All assigned link types and some beyond.
const LINK_TYPES: std::ops::Range<u16> = 0..310;

#[test]
fn every_truncation_of_every_frame_on_every_link_type_is_decoded() {
    for (_, packet) in shapes::all() {
        let bytes = packet.bytes();
        let original = u32::try_from(bytes.len()).expect("32 bits");
        for link_type in LINK_TYPES {
            for cut in 0..=bytes.len() {
                decode_both(link_type, &bytes[..cut], original, 0);
            }
        }
    }
}

#[test]
fn random_frames_on_every_link_type_are_decoded() {
    let mut random = Random::new(0x11_4c);
    for link_type in LINK_TYPES {
        for _ in 0..2_000 {
            let len = random.below(150);
            let mut bytes = random.bytes(len);
            for byte in &mut bytes {
                if random.below(3) == 0 {
                    *byte = *random.pick(&[0, 0, 1, 3, 8, 0x45, 0x60, 0x81, 0x86, 0xdd, 0xff]);
                }
            }
            let original = *random.pick(&[0, 1, 40, 60, 150, 9_000, u32::MAX]);
            decode_both(link_type, &bytes, original, *random.pick(&[0, 4, 255]));
        }
    }
}
