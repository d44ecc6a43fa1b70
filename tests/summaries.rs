//! Results that last: kept, read back, added up, compared. What is added up
//! equals one run over all of it, byte for byte.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(feature = "columnar")]

use assert_cmd::Command;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use v6share::input::Source;
use v6share::model::{Dimension, Profile, Side, Views};
use v6share::pipeline::{Options, analyze};
use v6share::summary::store::{self, Reader};
use v6share::summary::{Settings, Summary};

fn program() -> Command {
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Every capture of the fixtures, and one file that is none.
fn inputs() -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("fixtures/mixed/expected.json")];
    for folder in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap() {
        let folder = folder.unwrap().path();
        for file in
            folder.is_dir().then(|| std::fs::read_dir(&folder).unwrap()).into_iter().flatten()
        {
            let file = file.unwrap().path();
            if file.file_name().unwrap().to_str().unwrap().starts_with("input") {
                found.push(file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 15, "{found:?}");
    found
}

fn settings() -> Settings {
    let by =
        |words: &str| words.split(',').map(|word| word.parse::<Dimension>().unwrap()).collect();
    Settings {
        views: Views::Both,
        all_profiles: true,
        profile: Profile::IpOnly,
        prefix_side: Side::Both,
        breakdowns: [
            "protocol",
            "prefix",
            "source-prefix=32/128,port",
            "service,packet-size",
            "encapsulation",
            "encapsulation-path,traffic-class",
            "mac,vlan",
            "input,interface",
        ]
        .map(by)
        .to_vec(),
        ..Settings::default()
    }
}

fn run(paths: &[&PathBuf]) -> Summary {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = paths
        .iter()
        .map(|path| Source { name: path.display().to_string(), ..Source::at(root.join(path)) });
    let sources: Vec<_> = sources.collect();
    let options = Options { threads: 1, ..Options::default() };
    analyze(&sources, Vec::new(), settings(), &options, &|_| ())
}

fn parquet(summary: &Summary) -> Vec<u8> {
    store::to_parquet(&summary.rows().unwrap()).unwrap()
}

fn read(bytes: Vec<u8>) -> Summary {
    let mut reader = Reader::default();
    store::read(bytes, |number, row| reader.take(number, &row)).unwrap();
    reader.finish().unwrap()
}

/// A small generator of numbers, seeded: the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn what_is_kept_is_read_back_whole() {
    let inputs = inputs();
    let whole = run(&inputs.iter().collect::<Vec<_>>());
    let bytes = parquet(&whole);
    let again = read(bytes.clone());
    assert_eq!(again, whole);
    assert_eq!(parquet(&again), bytes);
    assert!(whole.breakdowns.len() > 10 && whole.closed() && again.closed());
}

/// Whether the records of a file belong to the session of exports.
fn is_export(path: &Path) -> bool {
    let kinds = ["netflow5", "netflow9", "ipfix", "sflow"];
    path.extension().is_some_and(|kind| kinds.iter().any(|export| kind == *export))
}

#[test]
fn any_split_added_up_in_any_order_equals_one_run() {
    let inputs = inputs();
    let whole = run(&inputs.iter().collect::<Vec<_>>());
    let mut random = Random(17);
    for _ in 0..6 {
        let parts = 1 + random.below(inputs.len());
        let mut split: Vec<Vec<&PathBuf>> = vec![Vec::new(); parts];
        // What is exported by one exporter is one unit: its files stay together.
        let of_exports = random.below(parts);
        for input in &inputs {
            let part = if is_export(input) { of_exports } else { random.below(parts) };
            split[part].push(input);
        }
        let mut parts: Vec<_> = split.iter().map(|part| read(parquet(&run(part)))).collect();
        // Two at random become one, until one is left: any order, any grouping.
        while parts.len() > 1 {
            let mut one = parts.swap_remove(random.below(parts.len()));
            let other = parts.swap_remove(random.below(parts.len()));
            one.merge(other).unwrap();
            parts.push(one);
        }
        let sum = parts.pop().unwrap();
        assert_eq!(sum, whole);
        assert_eq!(parquet(&sum), parquet(&whole));
    }
}

#[test]
fn the_summary_of_nothing_changes_nothing() {
    let whole = run(&inputs().iter().collect::<Vec<_>>());
    let mut left = Summary::empty(settings());
    left.merge(whole.clone()).unwrap();
    let mut right = whole.clone();
    right.merge(Summary::empty(settings())).unwrap();
    assert_eq!((&left, &right), (&whole, &whole));
}

/// The result of each fixture, kept and read back: made once.
fn each() -> &'static [Summary] {
    static EACH: OnceLock<Vec<Summary>> = OnceLock::new();
    EACH.get_or_init(|| inputs().iter().map(|input| read(parquet(&run(&[input])))).collect())
}

/// The sum of some of them, one after the other.
fn sum(which: &[usize]) -> Summary {
    let mut sum = Summary::empty(settings());
    which.iter().for_each(|at| sum.merge(each()[*at].clone()).unwrap());
    sum
}

fn merged(a: &Summary, b: &Summary) -> Summary {
    let mut sum = a.clone();
    sum.merge(b.clone()).unwrap();
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The laws of merging, whatever is merged; the same input may be in it twice.
    #[test]
    fn merging_is_associative_and_commutative_with_an_identity(
        which in prop::array::uniform3(prop::collection::vec(0_usize..16, 0..6)),
    ) {
        let [a, b, c] = which.map(|which| sum(&which));
        let left = merged(&merged(&a, &b), &c);
        prop_assert_eq!(&left, &merged(&a, &merged(&b, &c)));
        prop_assert_eq!(&left, &merged(&c, &merged(&b, &a)));
        prop_assert_eq!(&merged(&a, &Summary::empty(settings())), &a);
        prop_assert_eq!(&merged(&Summary::empty(settings()), &a), &a);
        prop_assert!(left.closed());
        prop_assert_eq!(parquet(&left), parquet(&read(parquet(&left))));
    }
}

#[test]
fn results_with_other_tables_of_networks_are_kept_apart_unless_told() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = ["fixtures/mixed/input.pcap", "fixtures/tunnels/input.pcap"];
    let keep = |name: &str, label: &str, input: &str| {
        let table = folder.path().join(format!("{name}.csv"));
        std::fs::write(&table, format!("label,prefix\n{label},0.0.0.0/0\n")).unwrap();
        let table = table.to_str().unwrap();
        kept(folder.path(), name, &["--by", "label", "--networks", table, input])
    };
    let [a, same, b] = [("a", "x", 0), ("same", "x", 1), ("b", "y", 1)]
        .map(|(name, label, input)| keep(name, label, inputs[input]));
    let sum = folder.path().join("sum");
    let merge = |files: [&PathBuf; 2]| {
        let mut command = program();
        command.arg("merge").args(files).arg("-o").arg(&sum);
        command
    };
    // The file's name does not matter.
    merge([&a, &same]).assert().success();
    let said = stderr(&mut merge([&a, &b]));
    assert!(said.contains("b: it was made with other tables of networks"), "{said}");
    merge([&a, &b]).arg("--allow-other-networks").assert().success();
    let report = |format: &str| {
        let output = program().args(["report", "--format", format]).arg(&sum).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(report("json").contains(r#""networks_differ": true"#));
    assert!(report("table").contains("Results with different tables were added up"));
}

/// A breakdown by as many dimensions as there can be is kept, too.
#[test]
fn eight_dimensions_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let by = "protocol,port,prefix,vlan,interface,packet-size,traffic-class,input";
    let arguments = ["--by", by, "fixtures/mixed/input.pcap"];
    let path = kept(folder.path(), "eight.parquet", &arguments);
    let report = program().args(["report", "--format", "json"]).arg(&path).output().unwrap();
    let mut plain = program();
    let plain = plain.args(["analyze", "-q", "--format", "json"]).args(arguments).output().unwrap();
    assert!(report.status.success() && report.stdout == plain.stdout);
}

fn kept(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let mut command = program();
    command.args(["analyze", "-q", "--save"]).arg(&path).args(arguments);
    command.args(["--format", "csv", "-o", "/dev/null"]).assert().success();
    path
}

fn stderr(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn merging_on_the_command_line_equals_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let (mixed, tunnels) = ("fixtures/mixed/input.pcap", "fixtures/tunnels/input.pcap");
    let options = ["--by", "port,packet-size", "--view", "both", "--digest"];
    let with = |more: &[&'static str]| options.iter().chain(more).copied().collect::<Vec<_>>();
    let whole = kept(folder.path(), "whole.parquet", &with(&[tunnels, mixed]));
    let parts = [
        kept(folder.path(), "a.parquet", &with(&[mixed])),
        kept(folder.path(), "b.parquet", &with(&[tunnels])),
    ];
    let sum = folder.path().join("sum.parquet");
    program().arg("merge").args(&parts).arg("-o").arg(&sum).assert().success();
    assert_eq!(std::fs::read(&sum).unwrap(), std::fs::read(&whole).unwrap());
    let report = |path: &Path, format: &str| {
        let output = program().args(["report", "--format", format]).arg(path).output().unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let plain = |format: &str| {
        let mut command = program();
        command.args(["analyze", "-q", "--format", format]).args(with(&[mixed, tunnels]));
        command.output().unwrap().stdout
    };
    for format in ["json", "csv", "ndjson", "table"] {
        assert_eq!(report(&sum, format), plain(format), "{format}");
    }
}

#[test]
fn the_same_input_twice_and_other_choices_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mixed = "fixtures/mixed/input.pcap";
    let one = kept(folder.path(), "one.parquet", &[mixed]);
    let other = kept(folder.path(), "other.parquet", &["fixtures/tunnels/input.pcap"]);
    let measured =
        kept(folder.path(), "x.parquet", &["fixtures/tunnels/input.pcap", "--by", "port"]);
    let merge = |files: &[&PathBuf]| {
        let mut command = program();
        command.arg("merge").args(files).args(["-o", "/dev/null"]);
        command
    };
    let said = stderr(&mut merge(&[&one, &other, &one]));
    assert!(said.contains("fixtures/mixed/input.pcap: this input is in two"), "{said}");
    merge(&[&one, &one]).arg("--allow-same-input").assert().success();
    // What is said to `report` too, which has no such option.
    let said = stderr(program().arg("report").args([&one, &one]));
    assert!(said.contains("all the same with v6share merge --allow-same-input"), "{said}");
    let said = stderr(&mut merge(&[&one, &measured]));
    assert!(
        said.contains("x.parquet: it was made with other choices: the list of breakdowns"),
        "{said}"
    );
    // A capture that was kept before it was whole, and then again.
    let whole = folder.path().join("growing.pcap");
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(mixed)).unwrap();
    let kept_of = |len: usize, name: &str| {
        std::fs::write(&whole, &bytes[..len]).unwrap();
        kept(folder.path(), name, &["--keep-going", whole.to_str().unwrap()])
    };
    let grown = [kept_of(bytes.len() / 2, "half"), kept_of(bytes.len(), "grown")];
    let said = stderr(&mut merge(&[&grown[0], &grown[1]]));
    assert!(said.contains("growing.pcap: this input is in two of the results"), "{said}");
    // A copy under another name is known by its digest alone.
    let copy = folder.path().join("copy.pcap");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(mixed), &copy).unwrap();
    let digests = [
        kept(folder.path(), "d1.parquet", &[mixed, "--digest"]),
        kept(folder.path(), "d2.parquet", &[copy.to_str().unwrap(), "--digest"]),
    ];
    let said = stderr(&mut merge(&[&digests[0], &digests[1]]));
    assert!(said.contains("copy.pcap: this input is in two of the results"), "{said}");
}

#[test]
fn what_is_no_summary_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let good = kept(folder.path(), "good.parquet", &["fixtures/mixed/input.pcap"]);
    let bytes = std::fs::read(&good).unwrap();
    let out = folder.path().join("out.parquet");
    std::fs::write(&out, "what was there before").unwrap();
    let bad = folder.path().join("bad.parquet");
    let cases: [(&[u8], &str); 4] = [
        (b"", "not a summary"),
        (b"PAR1 and then nothing of the kind PAR1", "not a summary"),
        (&bytes[..bytes.len() / 2], "not a summary"),
        (b"{\"schema_version\": 1}", "not a summary"),
    ];
    for (content, expected) in cases {
        std::fs::write(&bad, content).unwrap();
        let mut command = program();
        let said = stderr(command.arg("merge").args([&good, &bad]).arg("-o").arg(&out));
        assert!(said.contains("bad.parquet") && said.contains(expected), "{said}");
        assert_eq!(std::fs::read(&out).unwrap(), b"what was there before");
    }
    let said = stderr(program().arg("report").arg(folder.path().join("nowhere.parquet")));
    assert!(said.contains("nowhere.parquet: No such file"), "{said}");
}

#[test]
fn a_flipped_byte_of_a_summary_is_told_or_changes_nothing() {
    let whole = run(&[&PathBuf::from("fixtures/mixed/input.pcap")]);
    let bytes = parquet(&whole);
    let mut random = Random(5);
    for _ in 0..300 {
        let mut flipped = bytes.clone();
        let at = random.below(flipped.len());
        flipped[at] ^= 1 << random.below(8);
        let read = std::panic::catch_unwind(|| {
            let mut reader = Reader::default();
            let read = store::read(flipped, |number, row| reader.take(number, &row));
            read.and_then(|()| reader.finish())
        });
        match read {
            Ok(Ok(summary)) => assert!(summary == whole, "byte {at}"),
            Ok(Err(_)) => {}
            Err(_) => panic!("reading panicked over byte {at}"),
        }
    }
}

#[test]
fn a_result_from_before_there_were_eight_keys_is_read_and_added_up() {
    let folder = tempfile::tempdir().unwrap();
    // Written by the program before it had more than four columns of keys, from the
    // fixture `mixed`, with --digest.
    let old = Path::new("tests/kept/four_keys.parquet");
    let by = ["--by", "protocol", "--by", "prefix", "--by", "service,packet-size"];
    let by = [&by[..], &["--view", "both", "--format", "json", "-q"]].concat();
    let stdout = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    let (mixed, tunnels) = ("fixtures/mixed/input.pcap", "fixtures/tunnels/input.pcap");
    let report = |path: &Path| stdout(program().args(["report", "--format", "json"]).arg(path));
    let run = |inputs: &[&str]| stdout(program().arg("analyze").args(&by).args(inputs));
    assert!(report(old) == run(&[mixed]));
    let new = kept(folder.path(), "new", &[&by[..6], &["--view", "both", tunnels]].concat());
    let sum = folder.path().join("sum");
    program().arg("merge").args([old, &new]).arg("-o").arg(&sum).assert().success();
    assert!(report(&sum) == run(&[mixed, tunnels]));
}

#[test]
fn damage_over_which_the_decoder_panics_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = kept(folder.path(), "kept", &["fixtures/mixed/input.pcap"]);
    let bytes = std::fs::read(&path).unwrap();
    // It panics over some of what may stand in the metadata at the end.
    let panics = |damaged: &Vec<u8>| {
        let read = store::read(damaged.clone(), |_, _| Ok(()));
        read.is_err_and(|error| error.to_string().contains("not a summary: it is damaged"))
    };
    let damaged = (1..4_000).flat_map(|at| [0x01, 0x7f, 0xff].map(|value| (at, value)));
    let damaged = damaged.map(|(at, value)| {
        let mut damaged = bytes.clone();
        damaged[bytes.len() - at] = value;
        damaged
    });
    let damaged: Vec<_> = damaged.filter(panics).take(3).collect();
    assert!(!damaged.is_empty(), "nothing panics any more: take the hook out of the program");
    for damaged in damaged {
        std::fs::write(&path, damaged).unwrap();
        let said = stderr(program().arg("report").arg(&path));
        assert!(said.lines().count() == 1 && said.contains("kept: not a summary"), "{said}");
    }
}

#[test]
fn the_rows_are_streamed_in_three_forms() {
    let emit = |form: &str| {
        let mut command = program();
        let command = command.args(["analyze", "-q", "--emit", form, "fixtures/mixed/input.pcap"]);
        let output = command.output().unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let lines = String::from_utf8(emit("ndjson")).unwrap();
    let octets: i64 = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|row| row["section"] == "total" && row["view"] == "transport")
        .map(|row| row["octets"].as_i64().unwrap())
        .sum();
    assert_eq!(octets, 126_132);
    assert_eq!(read(emit("parquet")).totals.transport.both().octets, 126_132);
    let arrow = emit("arrow");
    let stream = arrow_ipc::reader::StreamReader::try_new(&arrow[..], None).unwrap();
    let rows: usize = stream.map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, lines.lines().count());
}

#[test]
fn comparing_tells_the_difference_in_percentage_points() {
    let folder = tempfile::tempdir().unwrap();
    let old = kept(folder.path(), "old.parquet", &["fixtures/tunnels/input.pcap"]);
    let new = folder.path().join("new.json");
    let mut command = program();
    command.args(["analyze", "-q", "--format", "json", "fixtures/mixed/input.pcap", "-o"]);
    command.arg(&new).assert().success();
    let compare = |format: &str| {
        let mut command = program();
        command.args(["compare", "--format", format]).arg(&old).arg(&new);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let table = compare("table");
    assert!(
        table.starts_with(
            "The share of IPv6 went from 21.08 % to 46.50 %: +25.42 percentage points."
        ),
        "{table}"
    );
    let json: serde_json::Value = serde_json::from_str(&compare("json")).unwrap();
    let points = json["totals"]["transport"]["octets"]["points"].as_f64().unwrap();
    assert!((points - 25.42).abs() < 0.01, "{points}");
    // By protocol every packet is in one row: what the rows contribute is the whole.
    let rows = json["breakdowns"][0]["rows"].as_array().unwrap();
    let sum: f64 = rows.iter().filter_map(|row| row["contribution"].as_f64()).sum();
    assert!((sum - points).abs() < 1e-9, "{sum}");
    assert_eq!(rows[0]["key"], "tcp");
    assert!(compare("csv").lines().nth(1).unwrap().starts_with("total,transport,,,"));
}

#[test]
fn other_engines_read_it_and_their_sums_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/summary_engines.py");
    // Where the packages are said to be, they must be.
    let given = std::env::var_os("V6SHARE_PYTHON");
    let mut python = std::process::Command::new(given.as_deref().unwrap_or("python3".as_ref()));
    python.arg(script).arg(assert_cmd::cargo::cargo_bin("v6share")).arg(folder.path());
    match python.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let without = given.is_none() && output.status.code() == Some(77);
            assert!(output.status.success() || without, "{said}{output:?}");
            eprintln!("{said}");
        }
        Err(error) if given.is_some() => panic!("{given:?}: {error}"),
        Err(error) => eprintln!("not run, for there is no python3: {error}"),
    }
}
