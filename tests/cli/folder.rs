//! A folder as it is found in the wild: hundreds of captures, some broken.

use crate::capture::{Counts, compressed, file_header, ipv4, pcapng, record, small};
use crate::program::{analyze, inputs, json, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const GOOD: u16 = 900;

/// What is wrong with a broken file: its bytes, the records that can still be
/// read, and the message.
type Broken = (Vec<u8>, u64, &'static str);

/// Thirty broken files: six of each kind of trouble.
fn broken() -> Vec<Broken> {
    let two = [record(0, &ipv4(1, 60)), record(1, &ipv4(1, 60))].concat();
    let cut = |keep: usize| [&file_header()[..], &two[..keep]].concat();
    let mut huge = file_header();
    huge.extend(&two);
    huge.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 60, 0, 0, 0]);
    let mut block = pcapng([ipv4(1, 60)]);
    let last = block.len() - 4;
    block[last] = 0xee;
    let gzip = compressed("gzip", &cut(two.len()));
    let kinds: [Broken; 5] = [
        (Vec::new(), 0, "the input is empty"),
        (b"no capture\n".to_vec(), 0, "not a capture or flow log: it looks like text"),
        (cut(120), 1, "at byte 114: cut short: the record here needs 90 bytes and 30 are left"),
        (
            huge,
            2,
            "at byte 204: the record claims 4294967295 captured bytes, more than any capture holds \
             (134217728)",
        ),
        (gzip[..gzip.len() - 9].to_vec(), 0, "the gzip stream is damaged or cut short"),
    ];
    let trailer = (block, 0, "at byte 48: ");
    let mut all: Vec<Broken> = (0..5).flat_map(|_| kinds.clone()).collect();
    all.extend(vec![trailer; 5]);
    all
}

/// Writes the folder; gives the totals of the good ones and, by name, the
/// records and the message of the broken ones.
fn write(root: &Path) -> (Counts, BTreeMap<String, (u64, &'static str)>) {
    let mut sum = Counts::default();
    for seed in 0..GOOD {
        let folder = root.join(format!("{}", seed % 7));
        fs::create_dir_all(&folder).unwrap();
        let (bytes, counts) = small(seed);
        fs::write(folder.join(format!("good {seed}")), bytes).unwrap();
        sum += counts;
    }
    let mut troubles = BTreeMap::new();
    for (number, (bytes, records, message)) in broken().into_iter().enumerate() {
        let path = root.join(format!("{}", number % 7)).join(format!("broken {number}"));
        fs::write(&path, bytes).unwrap();
        troubles.insert(path.display().to_string(), (records, message));
    }
    (sum, troubles)
}

#[test]
fn good_captures_count_exactly_beside_broken_ones() {
    let folder = tempfile::tempdir().unwrap();
    let (good, troubles) = write(folder.path());
    assert_eq!(troubles.len(), 30);
    let ran = json([folder.path()]);
    ran.ends_with(2);

    let mut left: u64 = 0;
    let report = ran.json();
    let all = inputs(&report);
    assert_eq!(all.len(), usize::from(GOOD) + 30);
    for (name, status, error) in &all {
        let Some((records, message)) = troubles.get(name) else {
            assert_eq!((status.as_str(), error), ("complete", &None), "{name}");
            continue;
        };
        let input =
            report["inputs"].as_array().unwrap().iter().find(|i| i["name"] == **name).unwrap();
        let read = input["records"].as_u64().unwrap();
        // How much a decompressor gives before it fails is its own affair.
        let gzip = message.contains("gzip");
        assert!(read == *records || gzip, "{name}: {read} records");
        assert_eq!(status, if read > 0 { "partial" } else { "failed" }, "{name}");
        assert!(error.as_deref().unwrap().contains(message), "{name}: {error:?}");
        let line = format!("v6share: error: {name}: {}", error.as_deref().unwrap());
        assert_eq!(ran.stderr.lines().filter(|l| l.starts_with(&line)).count(), 1, "{name}");
        left += read;
    }
    assert_eq!(ran.stderr.lines().count(), 30, "{}", ran.stderr);

    let counts = ran.counts();
    assert_eq!(counts.records, good.records + left);
    assert_eq!(counts.v4_packets, good.v4_packets + left, "what is left of the broken is IPv4");
    assert_eq!(counts.v4_octets, good.v4_octets + 60 * left);
    assert_eq!((counts.v6_packets, counts.v6_octets), (good.v6_packets, good.v6_octets));
}

#[test]
fn keep_going_makes_it_a_success_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let strict = json([folder.path()]);
    let kept = run(analyze([folder.path()]).args(["--format", "json", "--keep-going"]));
    strict.ends_with(2);
    assert_eq!(kept.ends_with(0).stdout, strict.stdout);
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&kept.stderr), sorted(&strict.stderr), "errors are told all the same");
}

#[test]
fn the_table_says_how_many_are_broken_and_names_them() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let ran = run(analyze([folder.path()]).args(["--top", "10"]));
    ran.ends_with(2);
    let line = ran.stdout.lines().find(|line| line.starts_with("These figures are from"));
    assert!(line.unwrap().contains("930 inputs"), "{line:?}");
    assert_eq!(ran.stdout.lines().filter(|line| line.contains("/broken ")).count(), 10);
    assert!(ran.stdout.contains("and 20 more"), "{}", ran.stdout);
}
