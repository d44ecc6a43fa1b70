//! Every folder of `fixtures/` is analyzed and compared with its
//! `expected.json`. A new folder needs no code here: inputs whose names begin
//! with `input`, and the report.
//!
//! `V6SHARE_REWRITE=1 cargo test --test golden` writes the inputs that are made
//! by code, and the reports of all folders. Read the difference before it is
//! committed: the reports are verified by other means, not by themselves.
//!
//! A folder with a `config.toml` is analyzed by the program under that
//! configuration. Where there is a `truth.json`, it is what the generator wrote.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use support::fixtures;
use support::run;
use v6share::model::{Encapsulation, IpVersion, View};
use v6share::summary::Settings;
use v6share::synth::{self, Truth};

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

/// The configuration of a folder, where there is one.
fn configuration(root: &Path, folder: &str) -> Option<PathBuf> {
    let path = Path::new("fixtures").join(folder).join("config.toml");
    root.join(&path).exists().then_some(path)
}

/// What the program reports of inputs under a configuration, with each mechanism.
fn configured(root: &Path, config: &Path, inputs: &[PathBuf]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_v6share"));
    program.args(["analyze", "--format", "json", "--by", "encapsulation", "--config"]);
    let ran = program.arg(config).args(inputs).current_dir(root).output().expect("it runs");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{}: {told}", config.display());
    String::from_utf8(ran.stdout).expect("JSON is UTF-8")
}

/// The generator's truth as `v6share synth --truth` writes it.
fn truth_text(truth: &Truth) -> String {
    let json = serde_json::to_string_pretty(&truth.to_json()).expect("all keys are text");
    json + "\n"
}

fn report(root: &Path, folder: &str) -> String {
    let inputs = inputs(root, folder);
    let json = match configuration(root, folder) {
        Some(config) => configured(root, &config, &inputs),
        None => run::json(&run::plainly(&inputs)),
    };
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
    for (name, input, bytes, truth) in fixtures::generated() {
        let folder = root.join("fixtures").join(name);
        fs::create_dir_all(&folder).expect("fixtures can be written");
        fs::write(folder.join(input), bytes).expect("fixtures can be written");
        if name == fixtures::CONFIGURED {
            let path = folder.join("truth.json");
            fs::write(path, truth_text(&truth)).expect("fixtures can be written");
        }
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
        let mut settings = Settings::default();
        if configuration(root(), name).is_some() {
            settings.tunnels = synth::tunnel_options();
        }
        let summary = run::analyze(&[path], &settings, run::Manner::PLAIN);
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

/// Packets and octets of the rows of a breakdown that are of this mechanism, and
/// of this family in the view.
fn rows_of(rows: &[Value], mechanism: &str, view: View, family: IpVersion) -> [u64; 2] {
    let [key, octets] = match view {
        View::Transport => ["outer", "octets_outer"],
        View::EndToEnd => ["inner", "octets_inner"],
    };
    let mut sums = [0; 2];
    for row in rows {
        // What is inside is not known: the only header there is counts.
        let found = row["key"][key].as_str().or_else(|| row["key"]["outer"].as_str());
        if row["key"]["encapsulation"] == mechanism && found == Some(family.key()) {
            for (sum, of) in sums.iter_mut().zip(["packets", octets]) {
                *sum += row[of].as_u64().expect("a count");
            }
        }
    }
    sums
}

/// The figures are those of the program, and of the truth that is stored.
#[test]
fn the_program_finds_every_mechanism_where_it_is_told_the_prefixes() {
    let folder = root().join("fixtures").join(fixtures::CONFIGURED);
    let generated = fixtures::generated();
    let (.., truth) = generated.iter().find(|(name, ..)| *name == fixtures::CONFIGURED).unwrap();
    let stored = fs::read_to_string(folder.join("truth.json")).expect("it is there");
    assert_eq!(stored, truth_text(truth));
    let truth: Value = serde_json::from_str(&stored).expect("it is JSON");
    // What the program says, by the test above.
    let report = fs::read_to_string(folder.join("expected.json")).expect("it is there");
    let report: Value = serde_json::from_str(&report).expect("it is JSON");

    for (name, figure) in truth["account"].as_object().expect("an object") {
        assert_eq!(report["account"][name], *figure, "{name}");
    }
    let rows = report["breakdowns"][0]["rows"].as_array().expect("an array");
    for view in View::ALL {
        for family in IpVersion::ALL {
            let totals = |of: &Value| of["totals"][view.key()][family.key()].clone();
            assert_eq!(totals(&report), totals(&truth), "{view:?} {family:?}");
            for class in Encapsulation::ALL {
                let meant = &truth["mechanisms"][class.key()][view.key()][family.key()];
                let meant = ["packets", "octets"].map(|of| meant[of].as_u64().expect("a count"));
                let found = rows_of(rows, class.key(), view, family);
                assert_eq!(found, meant, "{} {view:?} {family:?}", class.key());
            }
        }
    }
    for measure in ["packets", "octets", "wire_octets"] {
        let unknown = &report["totals"]["end_to_end"]["inner_unknown"][measure];
        assert_eq!(*unknown, truth["inner_unknown"][measure], "{measure}");
    }
}

/// Without the prefixes the same packets are there, under the names that are left.
#[test]
fn what_a_prefix_tells_is_not_found_without_it() {
    let generated = fixtures::generated();
    let (.., truth) = generated.iter().find(|(name, ..)| *name == fixtures::CONFIGURED).unwrap();
    let summary = run::plainly(&inputs(root(), fixtures::CONFIGURED));
    assert_eq!(summary.totals.transport, truth.totals.transport);
    let of = |class| -> u128 {
        let keys = summary.tunnels.iter().filter(|(key, _)| key.encapsulation == class);
        keys.map(|(_, count)| count.packets).sum()
    };
    assert!(of(Encapsulation::SixInFour) > 0 && of(Encapsulation::FourInSix) > 0);
    let found: Vec<_> = summary.tunnels.keys().map(|key| key.encapsulation.key()).collect();
    for mechanism in ["6rd", "ds-lite", "lw4o6", "map-e", "map-t", "464xlat", "siit-dc"] {
        assert!(!found.contains(&mechanism), "{mechanism}");
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
