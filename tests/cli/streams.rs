//! Standard input, pipes and FIFOs, plain and compressed.

use crate::capture::{COMPRESSIONS, compressed, pairs, pcapng, small};
use crate::program::{analyze, from_file, inputs, json, json_of_pipe, program, run};
use rustix::fs::{CWD, Mode, mkfifoat};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

fn none() -> [&'static str; 0] {
    []
}

/// A FIFO, and a thread that writes `bytes` into it.
fn fifo(folder: &tempfile::TempDir, bytes: Vec<u8>) -> (PathBuf, JoinHandle<()>) {
    let path = folder.path().join("fifo");
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).unwrap();
    let to = path.clone();
    let writer = thread::spawn(move || {
        OpenOptions::new().write(true).open(to).unwrap().write_all(&bytes).unwrap();
    });
    (path, writer)
}

#[test]
fn no_input_on_a_terminal_is_an_error_and_nothing_is_waited_for() {
    // The master of a new terminal is a terminal itself; nobody types.
    let terminal = File::open("/dev/ptmx").expect("Linux has /dev/ptmx");
    let ran = run(analyze(none()).stdin(terminal));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        ran.message(),
        "error: no input: give captures, or pipe one in (see v6share analyze --help)"
    );
}

#[test]
fn no_input_and_nothing_on_standard_input_is_an_empty_input() {
    for bytes in [&b""[..], b"\n"] {
        let ran = json_of_pipe(bytes, none());
        ran.ends_with(2);
        assert!(ran.message().starts_with("error: standard input: "), "{ran:?}");
        let (name, status, _) = inputs(&ran.json()).remove(0);
        assert_eq!((name.as_str(), status.as_str()), ("-", "failed"));
    }
    let ran = json(none());
    let empty = "the input is empty (check the process that should have written it)";
    assert_eq!(ran.ends_with(2).message(), format!("error: standard input: {empty}"));
    assert_eq!(ran.counts().records, 0);
}

#[test]
fn standard_input_by_all_its_names_and_ways() {
    // Below and above the size from which files are mapped.
    for (bytes, counts) in [small(7), pairs(2_000)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture");
        fs::write(&path, &bytes).unwrap();
        for (arguments, name) in
            [(vec![], "-"), (vec!["-"], "-"), (vec!["/dev/stdin"], "/dev/stdin")]
        {
            let piped = json_of_pipe(&bytes, &arguments);
            assert_eq!(piped.is_quiet().counts(), counts, "{arguments:?}");
            assert_eq!(inputs(&piped.json()), [(name.into(), "complete".into(), None)]);

            let mut redirected = analyze(&arguments);
            let redirected = run(redirected.args(["--format", "json"]).stdin(from_file(&path)));
            assert_eq!(redirected.is_quiet().counts(), counts, "{arguments:?}");
            assert_eq!(redirected.stdout, piped.stdout, "a pipe and a file are read alike");
        }
    }
}

#[test]
fn standard_input_that_was_read_in_part_is_read_from_there() {
    let (bytes, counts) = pairs(2_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("after a preface");
    fs::write(&path, [b"a preface of 22 bytes\n", &bytes[..]].concat()).unwrap();
    let mut file = File::open(&path).unwrap();
    std::io::Read::read_exact(&mut file, &mut [0; 22]).unwrap();
    let ran = run(analyze(none()).args(["--format", "json"]).stdin(file));
    assert_eq!(ran.is_quiet().counts(), counts);
}

#[test]
fn standard_input_given_twice_is_read_once() {
    let (bytes, counts) = small(3);
    let ran = json_of_pipe(&bytes, ["-", "-"]);
    assert_eq!(ran.ends_with(0).message(), "note: standard input is given twice and read once");
    assert_eq!(ran.counts(), counts);
}

#[test]
fn compression_is_undone_in_pipes_files_and_fifos_whatever_the_name() {
    let (bytes, counts) = pairs(2_000);
    for key in COMPRESSIONS {
        let stored = compressed(key, &bytes);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.pcap");
        fs::write(&path, &stored).unwrap();
        let (fifo, writer) = fifo(&folder, stored.clone());
        for ran in [json_of_pipe(&stored, none()), json([&path]), json([&fifo])] {
            assert_eq!(ran.is_quiet().counts(), counts, "{key}");
            let input = &ran.json()["inputs"][0];
            assert_eq!(
                (input["compression"].as_str(), &input["format"]),
                (Some(key), &"pcap".into())
            );
            assert_eq!(input["bytes"], bytes.len(), "{key}");
        }
        writer.join().unwrap();
    }
}

#[test]
fn a_fifo_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, counts) = pairs(3_000);
    let (path, writer) = fifo(&folder, bytes);
    let ran = json([&path]);
    writer.join().unwrap();
    assert_eq!(ran.is_quiet().counts(), counts);
}

#[test]
fn every_format_is_known_in_a_pipe_as_in_a_file() {
    let (bytes, counts) = small(4);
    let frames = [crate::capture::ipv4(1, 60), crate::capture::ipv6(1, 80)];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    for (format, bytes) in [("pcap", bytes), ("pcapng", pcapng(&frames))] {
        fs::write(&path, &bytes).unwrap();
        let (piped, file) = (json_of_pipe(&bytes, none()), json([&path]));
        assert_eq!(piped.is_quiet().json()["inputs"][0]["format"], format);
        assert_eq!(piped.counts(), file.is_quiet().counts());
        if format == "pcap" {
            assert_eq!(piped.counts(), counts);
        }
    }
}

/// A capture of so many packets of 96 octets, as the program makes it.
fn synthetic(packets: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    let mut synth = program();
    synth.args(["synth", "--packets", packets, "--snap-len", "96", "-o"]).arg(&path);
    run(&mut synth).ends_with(0);
    fs::read(&path).unwrap()
}

/// Asserts that a file of these bytes ends with `code`, and reads the same with any
/// number of threads, to the last word of its message.
fn reads_the_same(bytes: &[u8], code: i32, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    fs::write(&path, bytes).unwrap();
    let told = |threads: &str| {
        let ran = json([path.as_os_str(), "--threads".as_ref(), threads.as_ref()]);
        ran.ends_with(code);
        (ran.stdout, ran.stderr)
    };
    let one = told("1");
    for threads in ["2", "4"] {
        let more = told(threads);
        assert!(more == one, "{what}, {threads} threads: {more:?}\n{one:?}");
    }
}

/// With a worker left over the compression is undone in a thread of its own, of
/// which nothing may show: not in what is counted, nor in what is told of damage.
#[test]
fn a_compressed_capture_reads_the_same_with_any_number_of_threads() {
    let plain = synthetic("50000");
    for key in COMPRESSIONS {
        let whole = compressed(key, &plain);
        assert!(whole.len() > 1 << 20, "{key}: large enough for a thread");
        let mut flipped = whole.clone();
        flipped[whole.len() / 2..][..64].fill(0xa5);
        reads_the_same(&whole, 0, key);
        reads_the_same(&flipped, 2, key);
        reads_the_same(&whole[..whole.len() - 1000], 2, key);
        reads_the_same(&whole[..whole.len() / 3], 2, key);
    }
}

/// With workers left over the members of a file are decoded side by side, of which
/// nothing may show either; a member in the middle that is damaged is told alike.
#[test]
fn a_capture_in_many_members_reads_the_same_with_any_number_of_threads() {
    let plain = synthetic("60000");
    for (key, member) in [("gzip", 65_280), ("gzip", 2 << 20), ("bzip2", 1 << 20)] {
        let members: Vec<_> = plain.chunks(member).map(|part| compressed(key, part)).collect();
        let whole = members.concat();
        let before: usize = members[..members.len() / 2].iter().map(Vec::len).sum();
        let mut damaged = whole.clone();
        damaged[before + members[members.len() / 2].len() / 2] ^= 0x5a;
        let garbage = [&whole[..before], &b"not a member"[..], &whole[before..]].concat();
        reads_the_same(&whole, 0, key);
        reads_the_same(&damaged, 2, key);
        reads_the_same(&garbage, 2, key);
    }
}
