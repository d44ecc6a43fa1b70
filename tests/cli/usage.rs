//! What the program says of itself, and of arguments that it cannot take.

use crate::capture::small;
use crate::program::{Ran, analyze, json, program, run};
use std::fs;

fn said(arguments: &[&str]) -> Ran {
    run(program().args(arguments))
}

/// Asserts that data went to standard output and nothing else happened.
#[track_caller]
fn on_stdout(arguments: &[&str]) -> String {
    let ran = said(arguments);
    ran.is_quiet();
    assert!(ran.stdout.ends_with('\n'));
    ran.stdout
}

/// Asserts a usage error: on standard error alone, with exit code 2.
#[track_caller]
fn refused(arguments: &[&str]) -> String {
    let ran = said(arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    assert!(ran.stderr.starts_with("error: "), "{arguments:?}: {}", ran.stderr);
    ran.stderr
}

#[test]
fn the_version() {
    let short = format!("v6share {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(on_stdout(&["-V"]), short);
    let long = format!(
        "{short}captures: pcap, pcapng, ERF, snoop\nflow logs: NetFlow v5/v7/v9, IPFIX, sFlow v5, \
         nfcapd, AWS, Azure, GCP, Zeek, EVE, CSV, JSON lines\ncompression: gzip, zstd, xz, bzip2, \
         lz4\n"
    );
    assert_eq!(on_stdout(&["--version"]), long);
}

#[test]
fn the_help_names_every_verb_and_the_exit_codes() {
    for arguments in [&["--help"][..], &["-h"], &["help"]] {
        let help = on_stdout(arguments);
        for word in ["Usage: v6share <COMMAND>", "analyze", "synth", "Exit codes:", "--keep-going"]
        {
            assert!(help.contains(word), "{arguments:?} lacks {word}:\n{help}");
        }
    }
    let nothing = said(&[]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(2), ""));
    assert_eq!(nothing.stderr, on_stdout(&["-h"]));
}

#[test]
fn the_help_of_analyze_explains_every_option_and_its_values() {
    let help = on_stdout(&["analyze", "--help"]);
    assert_eq!(help, on_stdout(&["help", "analyze"]));
    let options = [
        "--files-from <LIST>",
        "-0, --null",
        "--view <VIEW>",
        "--measure <MEASURE>",
        "--profile <PROFILE>",
        "--prefix-len <V4,V6>",
        "--prefix-side <PREFIX_SIDE>",
        "--top <N>",
        "--format <FORMAT>",
        "-o, --output <FILE>",
        "-j, --threads <N>",
        "--keep-going",
        "--color <COLOR>",
        "-q, --quiet",
        "-v, --verbose",
        "[INPUT]...",
        "standard input",
    ];
    let values = [
        "transport",
        "end-to-end",
        "octets",
        "packets",
        "wire-octets",
        "ip-only",
        "all-frames",
        "native-only",
        "user-traffic",
        "source",
        "destination",
        "both",
        "table",
        "json",
        "ndjson",
        "csv",
        "auto",
        "always",
        "never",
        "pcapng",
        "zstd",
    ];
    for word in options.into_iter().chain(values) {
        assert!(help.contains(word), "{word} is missing");
    }
    assert!(!help.contains("piece-size"), "for tests alone");
    assert!(help.lines().all(|line| line.chars().count() <= 100));
    let short = on_stdout(&["analyze", "-h"]);
    assert!(short.lines().count() < help.lines().count());
    for option in options {
        assert!(short.contains(option), "{option} is missing");
    }
}

#[test]
fn the_help_of_synth_names_its_mixtures() {
    let help = on_stdout(&["synth", "--help"]);
    for word in
        ["--output <FILE>", "--truth <FILE>", "--seed <N>", "6in4", "gtp-u", "imix", "--snap-len"]
    {
        assert!(help.contains(word), "{word} is missing");
    }
}

#[test]
fn what_cannot_be_taken_is_told_with_what_can() {
    let cases: [(&[&str], &str); 13] = [
        (&["analyze", "--format", "xml"], "[possible values: table, json, ndjson, csv]"),
        (&["analyze", "--view", "outer"], "[possible values: transport, end-to-end, both]"),
        (
            &["analyze", "--measure", "bits"],
            "[possible values: octets, packets, wire-octets, flows]",
        ),
        (
            &["analyze", "--profile", "every"],
            "[possible values: ip-only, all-frames, native-only, user-traffic, all]",
        ),
        (&["analyze", "--prefix-side", "left"], "[possible values: both, source, destination]"),
        (&["analyze", "--color", "red"], "[possible values: auto, always, never]"),
        (&["analyze", "-j", "many"], "invalid value 'many' for '--threads <N>'"),
        (&["analyze", "--top", "all"], "invalid value 'all' for '--top <N>'"),
        (&["analyze", "--frob"], "unexpected argument '--frob' found"),
        (&["analyze", "-q", "-v"], "'--quiet' cannot be used with '--verbose'"),
        (&["analyze", "-0", "x"], "--files-from <LIST>"),
        (&["analyze", "-o"], "a value is required for '--output <FILE>'"),
        (&["analize"], "a similar subcommand exists: 'analyze'"),
    ];
    for (arguments, expected) in cases {
        let message = refused(arguments);
        assert!(message.contains(expected), "{arguments:?}: {message}");
        assert!(message.contains("--help"), "{arguments:?}: {message}");
    }
}

#[test]
fn prefix_lengths_that_cannot_be_are_told_with_an_example() {
    for text in ["33,48", "24,129", "24", "", "24,48,64", "a,b", "-1,48", "24;48", "300,48"] {
        let message = refused(&["analyze", &format!("--prefix-len={text}"), "x"]);
        let expected =
            "expected two lengths as V4,V6, such as 24,48 (V4 at most 32, V6 at most 128)";
        assert!(text.is_empty() || message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn a_file_in_place_of_a_verb_gets_the_advice_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pcap");
    fs::write(&path, small(1).0).unwrap();
    let path = path.to_str().unwrap();
    let message = refused(&[path]);
    assert!(message.contains(&format!("tip: to measure it: v6share analyze {path}")), "{message}");
    assert!(!refused(&["no-such-file"]).contains("to measure it"));
}

#[test]
fn a_recipe_that_cannot_be_followed_is_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.pcap");
    let out = path.to_str().unwrap();
    let cases: [(&[&str], &str); 6] = [
        (&["--vlan", "2"], "`vlan` is 2: a part lies between 0 and 1"),
        (&["--protocols", "tcp=0.5"], "the parts of the protocols add up to 0.5, which must be 1"),
        (&["--flows", "0"], "`flows` is 0, but there are packets to write"),
        (&["--link", "raw", "--vlan", "0.1"], "`vlan` needs link type Ethernet"),
        (&["--zipf", "NaN"], "`zipf` is NaN: the exponent lies between 0 and 10"),
        (&["--tunnels", "gre=0.7,6in4=0.7"], "add up to 1.4: at most 1 is there to share"),
    ];
    for (recipe, expected) in cases {
        let ran = said(&[&["synth", "-o", out, "-n", "10"], recipe].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert!(
            ran.message().starts_with("error: ") && ran.message().ends_with(expected),
            "{ran:?}"
        );
        assert!(!ran.message().contains("the result cannot be written"), "{ran:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    for (recipe, expected) in [
        (["--tunnels", "gre"], "expected NAME=PART, such as tcp=0.8, and not gre"),
        (["--tunnels", "ipsec=0.1"], "no tunnel ipsec: see --help"),
        (["--protocols", "dccp=1"], "no protocol dccp: there are tcp, udp, icmp and other"),
        (["--sizes", "huge"], "expected imix, full, or a number of octets up to 65535"),
    ] {
        assert!(refused(&[&["synth", "-o", out], &recipe[..]].concat()).contains(expected));
    }
}

#[test]
fn quiet_leaves_errors_and_verbose_adds_one_note() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pcap");
    let (bytes, counts) = small(4);
    fs::write(&path, &bytes).unwrap();
    let plain = json([&path]);
    let loud = run(analyze([&path]).args(["--format", "json", "-v"]));
    assert_eq!(loud.stdout, plain.is_quiet().stdout, "what is said changes no data");
    let start = format!("note: 1 input, {} records, {} bytes in ", counts.records, bytes.len());
    assert!(loud.ends_with(0).message().starts_with(&start), "{loud:?}");
    assert!(loud.message().ends_with(" MB/s"), "{loud:?}");

    let quiet = run(analyze([folder.path().join("absent").as_path(), &path]).arg("--quiet"));
    assert!(quiet.ends_with(2).message().starts_with("error: "), "{quiet:?}");
}
