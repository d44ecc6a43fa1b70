//! A result that is handed on: the same shares, mechanisms included, and no
//! address of the input in any output.

use crate::program::{Ran, analyze, program, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use tempfile::TempDir;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// 3,000 records, most of them in tunnels or translated, and a key.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mix = "6in4=0.1,6to4=0.1,isatap=0.1,teredo=0.1,4in6=0.05,gre=0.05,nat64=0.1";
    let capture = path(&folder, "tunnels.pcap");
    let arguments = ["synth", "-o", &capture, "-n", "3000", "--flows", "300", "--prefixes", "60"];
    run(program().args(arguments).args(["--tunnels", mix, "--sizes", "600"])).ends_with(0);
    fs::write(path(&folder, "key"), KEY).unwrap();
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn report(folder: &TempDir, more: &[&str]) -> Value {
    let by = [
        "--by",
        "protocol",
        "--by",
        "prefix",
        "--by",
        "encapsulation",
        "--by",
        "encapsulation-path",
    ];
    let capture = path(folder, "tunnels.pcap");
    let ran: Ran =
        run(analyze([&capture, "--format", "json", "--view", "both"]).args(by).args(more));
    ran.is_quiet().json()
}

/// The report without its breakdowns by prefix, and the rows of these without
/// their keys, in order.
fn split(mut report: Value) -> (Value, Vec<String>) {
    let all = report["breakdowns"].as_array_mut().unwrap();
    let by_prefix = |table: &Value| table["by"][0] == "prefix";
    let mut rows = Vec::new();
    for table in all.iter_mut().filter(|table| by_prefix(table)) {
        for row in table["rows"].as_array_mut().unwrap() {
            row["key"].take();
            rows.push(row.to_string());
        }
    }
    all.retain(|table| !by_prefix(table));
    report.as_object_mut().unwrap().remove("handed_on");
    rows.sort();
    (report, rows)
}

/// All that may be an address in a text.
fn words(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
    text.split(|c| !is_part(c)).map(|word| word.trim_end_matches([':', '.'])).collect()
}

/// The addresses of the capture, from both views.
fn addresses(folder: &TempDir) -> BTreeSet<String> {
    let plain = report(folder, &["--prefix-len", "32,128"]);
    let tables = plain["breakdowns"].as_array().unwrap();
    let rows = tables.iter().filter(|table| table["by"][0] == "prefix");
    let rows = rows.flat_map(|table| table["rows"].as_array().unwrap());
    let keys = rows.filter_map(|row| row["key"]["prefix"].as_str());
    keys.map(|key| key.split_once('/').unwrap().0.to_owned()).collect()
}

#[test]
fn anonymised_shares_are_those_of_the_true_addresses() {
    let folder = folder();
    let key = path(&folder, "key");
    for lens in ["32,128", "24,48", "16,32"] {
        let plain = split(report(&folder, &["--prefix-len", lens]));
        let shared = split(report(&folder, &["--prefix-len", lens, "--anonymize", &key]));
        assert_eq!(plain.0, shared.0, "{lens}");
        assert_eq!(plain.1, shared.1, "{lens}");
    }
}

#[test]
fn truncated_shares_are_those_of_the_true_addresses() {
    let folder = folder();
    let (plain, _) = split(report(&folder, &["--prefix-len", "24,48"]));
    let (shared, _) = split(report(&folder, &["--prefix-len", "32,128", "--truncate", "24,48"]));
    assert_eq!(plain, shared);
    let (both, _) =
        split(report(&folder, &["--truncate", "24,48", "--anonymize", &path(&folder, "key")]));
    assert_eq!(plain, both);
}

#[test]
fn no_address_of_the_input_is_in_any_output() {
    let folder = folder();
    let (capture, key) = (path(&folder, "tunnels.pcap"), path(&folder, "key"));
    let addresses = addresses(&folder);
    assert!(addresses.len() > 300, "{}", addresses.len());
    for format in ["table", "json", "ndjson", "csv"] {
        let output = |more: &[&str]| {
            let by = ["--format", format, "--view", "both", "--top", "0", "--prefix-len", "32,128"];
            let wide = ["--by", "protocol,prefix", "--by", "prefix", "--by", "source-prefix"];
            run(analyze([&capture]).args(by).args(wide).args(more)).ends_with(0).stdout.clone()
        };
        let found = |text: &str| {
            let words = words(text);
            addresses.iter().filter(|address| words.contains(address.as_str())).count()
        };
        // The search finds them where they are.
        assert_eq!(found(&output(&[])), addresses.len(), "{format}");
        assert_eq!(found(&output(&["--anonymize", &key])), 0, "{format}");
        assert_eq!(found(&output(&["--anonymize", &key, "--truncate", "24,48"])), 0, "{format}");
        assert_eq!(found(&output(&["--truncate", "20,44"])), 0, "{format}");
    }
    // What is kept and handed on as a file or a stream has no more than the reports.
    let kept = |more: &[&str]| {
        let by = ["--view", "both", "--prefix-len", "32,128", "--by", "prefix", "--by", "port"];
        let rows = run(analyze([&capture, "--emit", "ndjson"]).args(by).args(more));
        let words = words(&rows.ends_with(0).stdout);
        addresses.iter().filter(|address| words.contains(address.as_str())).count()
    };
    assert_eq!(kept(&[]), addresses.len());
    for sharing in [&["--anonymize", &key][..], &["--truncate", "20,44"]] {
        assert_eq!(kept(sharing), 0, "{sharing:?}");
    }
}

#[test]
fn small_cells_are_folded_and_nothing_is_lost() {
    let folder = folder();
    let sum = |report: &Value| -> u64 {
        let rows = report["breakdowns"][0]["rows"].as_array().unwrap();
        rows.iter()
            .flat_map(|row| [&row["ipv4"]["packets"], &row["ipv6"]["packets"]])
            .map(|packets| packets.as_u64().unwrap())
            .sum()
    };
    let plain = report(&folder, &[]);
    let folded = report(&folder, &["--min-cell", "1000"]);
    assert_eq!(sum(&plain), sum(&folded));
    let keys = |report: &Value| -> Vec<String> {
        let rows = report["breakdowns"][0]["rows"].as_array().unwrap();
        rows.iter().map(|row| row["key"]["protocol"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(keys(&folded), ["others"]);
    assert_eq!(folded["totals"], plain["totals"]);
    let by = |report: &Value| -> Vec<String> {
        let tables = report["breakdowns"].as_array().unwrap();
        tables.iter().map(|table| format!("{} {}", table["by"], table["view"])).collect()
    };
    assert_eq!(by(&folded), by(&plain));
    let hosts = report(&folder, &["--min-cell", "2", "--prefix-len", "32,128"]);
    let rows = hosts["breakdowns"][1]["rows"].as_array().unwrap();
    // Each host is one address.
    assert_eq!((rows.len(), &rows[0]["key"]["prefix"]), (1, &Value::from("others")));
}

#[test]
fn a_kept_result_is_that_which_is_shown() {
    let folder = folder();
    let (capture, key, kept) =
        (path(&folder, "tunnels.pcap"), path(&folder, "key"), path(&folder, "kept"));
    let sharing = ["--anonymize", &key, "--truncate", "20,44", "--min-cell", "30"];
    let by = ["--by", "prefix", "--by", "protocol", "--by", "port", "--format", "json"];
    let shown = run(analyze([&capture]).args(by).args(sharing).args(["--save", &kept]));
    let again = run(program().args(["report", &kept, "--format", "json"]));
    assert_eq!(shown.is_quiet().stdout, again.is_quiet().stdout);
    assert!(shown.stdout.contains(r#"{"prefix": "others"}"#), "{}", shown.stdout);
}

#[test]
fn what_was_done_is_told_and_kept_apart() {
    let folder = folder();
    let (capture, key) = (path(&folder, "tunnels.pcap"), path(&folder, "key"));
    let sharing = ["--anonymize", &key, "--truncate", "24,48", "--min-cell", "3"];
    let told = "addresses anonymised (key 630dcd2966c43366), cut to /24 and /48; \
                rows on fewer than 3 addresses folded";
    assert_eq!(report(&folder, &sharing)["handed_on"], told);
    assert_eq!(report(&folder, &[])["handed_on"], Value::Null);
    let table = run(analyze([&capture]).args(sharing));
    let flat = table.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(&format!("To be handed on: {told}.")), "{}", table.stdout);
    // One result an input: known again under the same key alone.
    let kept = path(&folder, "kept");
    let each = |more: &[&str]| {
        let ran = run(analyze([&capture, "--save-each", &kept]).args(more));
        ran.ends_with(0).stderr.contains("not read again")
    };
    assert!(!each(&sharing));
    assert!(each(&sharing));
    assert!(!each(&sharing[..2]));
    // What was changed in different ways is not added up.
    let [plain, shared] = ["plain", "shared"].map(|name| path(&folder, name));
    run(&mut analyze([&capture, "--save", &plain])).ends_with(0);
    run(analyze([&capture, "--save", &shared]).args(&sharing[..2])).ends_with(0);
    let merged = run(program().args([
        "merge",
        "--allow-same-input",
        &plain,
        &shared,
        "-o",
        &path(&folder, "sum"),
    ]));
    assert_ne!(merged.code, Some(0));
    assert!(merged.stderr.contains("addresses were made unknown"), "{}", merged.stderr);
}

#[test]
fn a_bad_key_is_told() {
    let folder = folder();
    let (capture, bad) = (path(&folder, "tunnels.pcap"), path(&folder, "bad"));
    for (content, why) in [("short", "expected 32 random bytes"), (&KEY.repeat(2), "expected 32")] {
        fs::write(&bad, content).unwrap();
        let ran = run(&mut analyze([&capture, "--anonymize", &bad]));
        assert!(ran.ends_with(2).stderr.contains(why), "{}", ran.stderr);
    }
    let ran = run(&mut analyze([&capture, "--anonymize", &path(&folder, "absent")]));
    assert!(ran.ends_with(2).stderr.contains("absent: "), "{}", ran.stderr);
    let ran = run(&mut analyze([&capture, "--truncate", "33,48"]));
    assert!(ran.stderr.contains("--truncate"), "{}", ran.stderr);
}
