//! Every folder of `fixtures/` is analyzed and compared with its
//! `expected.json`. A new folder needs no code here: inputs whose names begin
//! with `input`, and the report.
//!
//! `V6SHARE_REWRITE=1 cargo test --test golden` writes the inputs that are made
//! by code, and the reports of all folders. Read the difference before it is
//! committed: the reports are verified by other means, not by themselves.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;
use support::fixtures;
use support::run;

/// Set to anything to rewrite.
const SWITCH: &str = "V6SHARE_REWRITE";
/// In the place of the version of the program, which is not what is compared.
const ANY_VERSION: &str = r#""version": "*""#;

/// The package; where the switch is set, with fixtures that are written anew
/// before any test looks at them.
fn root() -> &'static Path {
    static REWRITTEN: Once = Once::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os(SWITCH).is_some() {
        REWRITTEN.call_once(|| rewrite(root));
    }
    root
}

/// The folders, sorted, by their names.
fn folders(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("fixtures")).expect("fixtures are there");
    let entries = entries.map(|entry| entry.expect("a folder can be listed"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> =
        folders.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// The inputs of a folder, sorted. Relative to the package, as cargo runs its
/// tests there, so that no path of a machine is in a report.
fn inputs(root: &Path, folder: &str) -> Vec<PathBuf> {
    let folder = Path::new("fixtures").join(folder);
    let entries = fs::read_dir(root.join(&folder)).expect("a folder can be listed");
    let names = entries.map(|entry| entry.expect("a folder can be listed").file_name());
    let mut inputs: Vec<_> = names
        .filter(|name| name.to_string_lossy().starts_with("input"))
        .map(|name| folder.join(name))
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{} has no inputs", folder.display());
    inputs
}

fn report(root: &Path, folder: &str) -> String {
    let json = run::json(&run::plainly(&inputs(root, folder)));
    let version = format!(r#""version": "{}""#, env!("CARGO_PKG_VERSION"));
    json.replace(&version, ANY_VERSION)
}

fn rewrite(root: &Path) {
    for fixture in fixtures::all() {
        let folder = root.join("fixtures").join(fixture.name);
        fs::create_dir_all(&folder).expect("fixtures can be written");
        for (name, bytes) in fixture.inputs {
            fs::write(folder.join(name), bytes).expect("fixtures can be written");
        }
    }
    for (name, input, bytes, _) in fixtures::generated() {
        let folder = root.join("fixtures").join(name);
        fs::create_dir_all(&folder).expect("fixtures can be written");
        fs::write(folder.join(input), bytes).expect("fixtures can be written");
    }
    for name in folders(root) {
        let path = root.join("fixtures").join(&name).join("expected.json");
        fs::write(path, report(root, &name)).expect("fixtures can be written");
    }
}

#[test]
fn every_fixture_gives_its_report() {
    let folders = folders(root());
    assert!(folders.len() >= 15, "{folders:?}");
    for name in folders {
        let path = root().join("fixtures").join(&name).join("expected.json");
        let expected = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error} ({SWITCH}=1 writes it)", path.display()));
        assert_eq!(report(root(), &name), expected, "{name}");
    }
}

/// Compressed inputs are left out: another version of a compressor may write
/// other bytes for the same capture.
#[test]
fn every_plain_input_is_what_the_code_makes() {
    for fixture in fixtures::all() {
        for (name, bytes) in fixture.inputs {
            let plain = name.ends_with(".pcap") || name.ends_with(".pcapng");
            let path = root().join("fixtures").join(fixture.name).join(name);
            if plain {
                let stored = fs::read(&path).expect("the input is there");
                assert!(stored == bytes, "{}: not what the code makes", path.display());
            }
        }
    }
}

#[test]
fn generated_captures_are_what_the_generator_meant() {
    for (name, input, bytes, truth) in fixtures::generated() {
        let path = root().join("fixtures").join(name).join(input);
        assert!(fs::read(&path).expect("the input is there") == bytes, "{name}: other bytes");
        let summary = run::plainly(&[path]);
        assert_eq!(summary.totals, truth.totals, "{name}");
        assert_eq!(summary.account, truth.account, "{name}");
        assert_eq!(summary.time, truth.time, "{name}");
        let mut packets = BTreeMap::new();
        let mut octets = BTreeMap::new();
        for (key, count) in &summary.tunnels {
            *packets.entry(key.encapsulation.key()).or_insert(0) += count.packets;
            *octets.entry(key.encapsulation.key()).or_insert(0) += count.inner_octets;
        }
        for (mechanism, tallies) in &truth.mechanisms {
            let end_to_end = tallies.end_to_end.both();
            let key = mechanism.key();
            assert_eq!(packets.get(key).copied(), Some(end_to_end.packets), "{name} {key}");
            assert_eq!(octets.get(key).copied(), Some(end_to_end.octets), "{name} {key}");
        }
    }
}

#[test]
fn a_compressed_capture_has_the_totals_of_the_plain_one() {
    let inputs = inputs(root(), "compressed");
    let plain = run::plainly(&["fixtures/compressed/input.pcap"]);
    let mut compressions = Vec::new();
    for input in &inputs {
        let summary = run::plainly(&[input]);
        assert_eq!(summary.totals, plain.totals, "{}", input.display());
        assert_eq!(summary.account, plain.account, "{}", input.display());
        assert_eq!(summary.anomalies, plain.anomalies, "{}", input.display());
        assert_eq!(summary.time, plain.time, "{}", input.display());
        compressions.extend(summary.inputs[0].compression);
    }
    compressions.sort_unstable();
    assert_eq!(compressions, ["bzip2", "gzip", "lz4", "xz", "zstd"]);
}

#[test]
fn the_readme_has_a_line_for_every_fixture_and_no_other() {
    let readme = fs::read_to_string(root().join("fixtures/README.md")).expect("it is there");
    let lines = readme.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut named: Vec<_> = lines.filter_map(|line| line.split("/`").next()).collect();
    named.sort_unstable();
    assert_eq!(named, folders(root()));
}

#[test]
fn fixtures_stay_small() {
    let mut all = 0;
    for folder in folders(root()) {
        for input in inputs(root(), &folder) {
            all += fs::metadata(root().join(input)).expect("it is there").len();
        }
    }
    assert!(all < 1 << 20, "{all} bytes");
}
