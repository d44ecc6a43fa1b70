//! `v6share registry` as a black box: files of all five registries go in, and
//! what comes out is held against a script that shares nothing with the program.
#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

#[path = "cli/capture.rs"]
#[allow(dead_code, reason = "the program's runner has its types from there")]
mod capture;
#[path = "cli/program.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod program;
mod support;

use program::{Ran, program, run};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::Random;
use support::statistics::{
    Form, SHAPES, Shape, StatisticsFile, assert_as_by_script, by_script, statistics, text,
};
use tempfile::TempDir;

fn registry(verb: &str, arguments: &[&str]) -> Command {
    let mut command = program();
    command.args(["registry", verb]).args(arguments);
    command
}

/// The files of a call, then its options.
fn call(verb: &str, files: &[&Path], options: &[&str]) -> Ran {
    let mut command = registry(verb, &[]);
    command.args(files).args(options);
    run(&mut command)
}

fn json(verb: &str, files: &[&Path], options: &[&str]) -> Value {
    let mut all = vec!["--format", "json"];
    all.extend(options);
    let ran = call(verb, files, &all);
    ran.ends_with(0);
    ran.json()
}

fn generated(shape: &Shape, form: Form, count: usize) -> StatisticsFile {
    statistics(shape, form, count, &mut Random::new(7))
}

fn written(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_files_of_all_five_in_both_forms_agree_with_the_script() {
    let folder = tempfile::tempdir().unwrap();
    for shape in &SHAPES {
        for form in [Form::Plain, Form::Extended] {
            let file = generated(shape, form, 1500);
            let name = format!("delegated-{}-{form:?}", shape.registry);
            let path = written(&folder, &name, &file.text);
            let report = json("state", &[&path], &["--top", "0"]);
            let source = &report["sources"][0];
            assert_eq!(source["records"], file.records.len());
            assert_eq!((&source["date"], &source["counts"]), (&"2024-01-01".into(), &true.into()));
            assert_eq!(source["extended"], form == Form::Extended);
            assert_eq!(source["lines"]["closed"], true);
            assert_eq!(source["differences"].as_array().unwrap().len(), 0);
            if let Some(script) = by_script(&path) {
                assert_as_by_script(&report, &script);
            }
        }
    }
}

#[test]
fn all_five_together_are_the_sum_and_the_order_of_the_files_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = SHAPES
        .iter()
        .map(|shape| written(&folder, shape.registry, generated(shape, Form::Extended, 800).text))
        .collect();
    let mut forward: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let groups = ["--group", "country,rir,region,subregion,itu-region,ldc,lldc,sids,eu,world"];
    let whole = call("state", &forward, &[&groups[..], &["--format", "json"]].concat());
    forward.reverse();
    let turned = call("state", &forward, &[&groups[..], &["--format", "json"]].concat());
    assert_eq!(whole.is_quiet().stdout, turned.is_quiet().stdout);
    let report = whole.json();
    for (table, rows) in report["tables"].as_object().unwrap() {
        let rows = rows.as_array().unwrap();
        for key in ["ipv6_prefixes", "ipv6_slash48", "ipv4_addresses", "asns"] {
            let of = |row: &Value| row[key].as_f64().unwrap();
            let sum: f64 = rows.iter().filter(|row| row["row"] != "world").map(of).sum();
            let world = of(rows.last().unwrap());
            assert!(table == "world" || (sum - world).abs() < 1e-6 * world, "{table} {key}");
        }
    }
    let notes = report["notes"].to_string();
    assert!(notes.contains("AFRINIC, APNIC, ARIN, LACNIC, RIPE NCC."), "{notes}");
}

#[test]
fn the_combined_file_beside_the_registries_own_counts_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let files = SHAPES.map(|shape| generated(&shape, Form::Extended, 300));
    let mut records = Vec::new();
    for (shape, file) in SHAPES.iter().zip(&files) {
        written(&folder, shape.registry, &file.text);
        records.extend(file.records.iter().map(|record| format!("{record}|e-stats")));
    }
    let separate = json("state", &[folder.path()], &[]);
    let nro = Shape { registry: "nro", ..SHAPES[0] };
    written(&folder, "nro-delegated-stats", text(&nro, &records));
    let together = json("state", &[folder.path()], &[]);
    assert_eq!(separate["tables"], together["tables"]);
    let combined = tempfile::tempdir().unwrap();
    let alone = written(&combined, "nro", text(&nro, &records));
    assert_eq!(json("state", &[&alone], &[])["tables"], separate["tables"]);
}

#[test]
fn compressed_files_and_pipes_are_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = generated(&SHAPES[3], Form::Extended, 2000);
    let plain = written(&folder, "delegated", &file.text);
    let report = json("state", &[&plain], &[]);
    for program in ["gzip", "bzip2", "xz", "zstd", "lz4"] {
        let Ok(packed) = Command::new(program).arg("-c").arg(&plain).output() else { continue };
        let path = written(&folder, program, packed.stdout);
        let of_packed = json("state", &[&path], &[]);
        assert_eq!(of_packed["tables"], report["tables"], "{program}");
        assert_eq!(of_packed["sources"][0]["sha256"], report["sources"][0]["sha256"]);
        assert_ne!(of_packed["sources"][0]["compression"], Value::Null);
    }
    let mut command = registry("state", &["-", "--format", "json"]);
    let ran = run(command.stdin(fs::File::open(&plain).unwrap()));
    assert_eq!(ran.is_quiet().json()["tables"], report["tables"]);
}

#[test]
fn a_file_cut_in_the_middle_is_read_so_far_and_the_loss_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = generated(&SHAPES[0], Form::Extended, 500);
    let cut = written(&folder, "cut", &file.text[..file.text.len() / 2]);
    let ran = call("state", &[&cut], &["--format", "json"]);
    ran.ends_with(2);
    assert!(ran.stderr.contains("the version line of afrinic says"), "{}", ran.stderr);
    assert!(ran.stderr.contains("download it again"), "{}", ran.stderr);
    let report = ran.json();
    let read = report["sources"][0]["records"].as_u64().unwrap();
    assert!(read > 200 && read < 300);
    assert!(!report["sources"][0]["differences"].as_array().unwrap().is_empty());
    call("state", &[&cut], &["--keep-going"]).ends_with(0);
}

#[test]
fn a_bad_line_is_told_with_its_number_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = generated(&SHAPES[4], Form::Extended, 400);
    let mut lines: Vec<&str> = file.text.lines().collect();
    lines.insert(100, "ripencc|FR|ipv4|62.0.0.0|a few|20100101|allocated|x");
    let bad = written(&folder, "bad", lines.join("\n") + "\n");
    let ran = call("state", &[&bad], &["--format", "json"]);
    ran.ends_with(2);
    assert_eq!(
        ran.message(),
        format!(
            "error: {}: in line 101: the value is no count of addresses or AS numbers, or no prefix \
             length of IPv6 (the rest of it counts; download it again, or repair it)",
            bad.display()
        )
    );
    let source = &ran.json()["sources"][0];
    assert_eq!(source["records"], file.records.len());
    assert_eq!(
        (&source["lines"]["bad"], &source["bad_lines"]["bad_value"]),
        (&1.into(), &1.into())
    );
    let good = written(&folder, "good", &file.text);
    assert_eq!(ran.json()["tables"], json("state", &[&good], &[])["tables"]);
}

#[test]
fn md5_files_of_both_forms_are_held_against_the_file() {
    use md5::Digest;
    let folder = tempfile::tempdir().unwrap();
    let file = generated(&SHAPES[1], Form::Plain, 50);
    let path = written(&folder, "delegated", &file.text);
    let mut hex = String::new();
    for byte in md5::Md5::digest(file.text.as_bytes()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    for (says, verdict, code) in [
        (format!("MD5 (delegated-20240101) = {hex}"), "verified", 0),
        (format!("{}  delegated\n", hex.to_uppercase()), "verified", 0),
        ("00000000000000000000000000000000  delegated\n".into(), "differs", 2),
        ("<html>404 not found</html>".into(), "unreadable", 2),
    ] {
        written(&folder, "delegated.md5", &says);
        let ran = call("state", &[&path], &["--format", "json"]);
        ran.ends_with(code);
        assert_eq!(ran.json()["sources"][0]["md5"], verdict, "{says}");
        assert_eq!(ran.stderr.is_empty(), code == 0);
        if verdict == "differs" {
            let told = format!("its MD5 digest is {hex}, and ");
            assert!(ran.message().contains(&told), "{}", ran.stderr);
        }
    }
    // The digest of a folder's file is no file of statistics by itself.
    written(&folder, "delegated.md5", &hex);
    call("state", &[folder.path()], &[]).is_quiet();
}

#[test]
fn what_is_no_file_of_statistics_is_told_by_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<!DOCTYPE html>\n<html><head><title>503</title></head></html>\n";
    let page = written(&folder, "delegated-arin-extended-latest", page);
    let ran = call("state", &[&page], &[]);
    ran.ends_with(2);
    assert!(ran.stderr.contains("it looks like an HTML page"), "{}", ran.stderr);
    assert!(ran.stderr.contains("no record was read"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
    // Beside a good file it is told, and the good one is read.
    let good = written(&folder, "good", generated(&SHAPES[0], Form::Plain, 20).text);
    let ran = call("state", &[&page, &good], &["--format", "json"]);
    ran.ends_with(2);
    assert!(ran.message().contains("download it again"), "{}", ran.stderr);
    let sources = ran.json()["sources"].as_array().unwrap().clone();
    assert_eq!(sources.len(), 2);
    let absent = folder.path().join("absent");
    let ran = call("state", &[&absent, &good], &[]);
    ran.ends_with(2);
    assert!(ran.message().ends_with("(check the path)"), "{}", ran.stderr);
}

const OLD: &str = "\
2|apnic|20230101|4|19900101|20230101|+1000
apnic|JP|ipv6|2001:100::|32|20010401|allocated|a
apnic|AU|ipv6|2001:300::|32|20020401|allocated|b
apnic|AU|ipv6|2001:400::|32|20030401|allocated|c
apnic|AU|ipv4|1.0.0.0|768|19950401|allocated|c
";
const NEW: &str = "\
2|apnic|20240101|4|19900101|20240101|+1000
apnic|FJ|ipv6|2001:300::|32|20020401|allocated|b
apnic|AU|ipv6|2001:400::|28|20030401|allocated|c
apnic|FJ|ipv6|2001:800::|32|20230601|allocated|d
apnic|AU|ipv4|1.0.0.0|768|19950401|allocated|c
";

#[test]
fn changes_between_two_days_are_those_that_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (written(&folder, "old", OLD), written(&folder, "new", NEW));
    let report = json("diff", &[&old, &new], &[]);
    let changes: Vec<_> = report["tables"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| format!("{} {} {}", c["change"].as_str().unwrap(), c["old_block"], c["new_block"]))
        .collect();
    assert_eq!(
        changes,
        [
            "returned \"2001:100::/32\" null",
            "transferred \"2001:300::/32\" \"2001:300::/32\"",
            "grown \"2001:400::/32\" \"2001:400::/28\"",
            "new null \"2001:800::/32\"",
        ]
    );
    let fiji = json("diff", &[&old, &new], &["--country", "FJ"]);
    let rows = fiji["tables"]["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["space_moved"], &rows[0]["new"]), (1, &1.into(), &1.into()));
    assert_eq!(fiji["tables"]["changes"].as_array().unwrap().len(), 2);
    let text = call("diff", &[&old, &new], &[]);
    assert!(text.is_quiet().stdout.contains("An opaque id is unique"), "{}", text.stdout);
    let csv = call("diff", &[&old, &new], &["--format", "csv", "--table", "changes"]);
    let lines: Vec<&str> = csv.is_quiet().stdout.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("type,change,old_block,new_block,"), "{}", lines[0]);
}

#[test]
fn the_pace_says_whether_it_is_of_a_snapshot_or_a_series() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (written(&folder, "old", OLD), written(&folder, "new", NEW));
    let snapshot = json("pace", &[&new], &["--bin", "quarter"]);
    assert_eq!((&snapshot["kind"], &snapshot["bin"]), (&"snapshot".into(), &"quarter".into()));
    assert!(snapshot["notes"][0].as_str().unwrap().contains("survivor bias"));
    assert!(snapshot["notes"][1].as_str().unwrap().contains("Of transfers between holders"));
    let bins = snapshot["tables"]["bins"].as_array().unwrap();
    let new_ones: u64 = bins.iter().map(|bin| bin["ipv6_new"].as_u64().unwrap()).sum();
    assert_eq!((new_ones, &bins.last().unwrap()["ipv6_until"]), (3, &3.into()));
    assert_eq!(snapshot["tables"]["growth"][0]["ipv6_first"], "2002-04-01");
    assert_eq!(snapshot["tables"]["growth"][0]["lag_days"], 2557);
    let series = json("pace", &[&new, &old], &[]);
    assert_eq!(series["kind"], "series");
    let ipv6 = &series["tables"]["intervals"][0];
    assert_eq!((&ipv6["from"], &ipv6["to"]), (&"2023-01-01".into(), &"2024-01-01".into()));
    assert_eq!((&ipv6["new"], &ipv6["returned"]), (&1.into(), &1.into()));
    assert_eq!((&ipv6["grown"], &ipv6["transferred"]), (&1.into(), &1.into()));
}

#[test]
fn the_words_of_the_command_line_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "file", NEW);
    let message = |options: &[&str]| {
        let ran = call("state", &[&file], options);
        ran.ends_with(2);
        ran.stderr
    };
    assert!(message(&["--group", "planet"]).contains("there are country, rir, world, region,"));
    assert!(message(&["--country", "FIJI"]).contains("two letters"));
    assert!(message(&["--format", "csv", "--table", "x"]).contains("there are countries"));
    let list = written(&folder, "list", "scheme: uemoa\nUEMOA: SN SN\n");
    let told = message(&["--groups", list.to_str().unwrap()]);
    assert!(told.contains("in line 2: SN stands twice"), "{told}");
    let list = written(&folder, "pacific", "scheme: pacific\nPacific|Pacifique: FJ WS TO\n");
    let options = ["--groups", list.to_str().unwrap(), "--group", "pacific"];
    let rows = json("state", &[&file], &options)["tables"]["groups"].clone();
    assert_eq!((&rows[0]["row"], &rows[0]["ipv6_prefixes"]), (&"Pacific".into(), &2.into()));
    let people = written(&folder, "people", "FJ,500000\n");
    let options = ["--population", people.to_str().unwrap(), "--country", "FJ"];
    let report = json("state", &[&file], &options);
    assert_eq!(report["tables"]["countries"][0]["ipv6_slash32_per_million"], 4.0);
    let none = call("state", &[&file], &["--country", "TO"]);
    none.ends_with(0);
    assert_eq!(none.message(), "note: TO: no record names it");
}

#[test]
fn a_result_is_written_whole_to_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "file", NEW);
    let to = folder.path().join("result.csv");
    let options = ["--format", "csv", "-o", to.to_str().unwrap()];
    let ran = call("state", &[&file], &options);
    assert_eq!(ran.is_quiet().stdout, "");
    let lines = fs::read_to_string(&to).unwrap();
    assert!(lines.starts_with("row,name,ipv6_prefixes,"), "{lines}");
    assert_eq!(lines.lines().count(), 4);
    let nowhere = folder.path().join("no/such/folder");
    let options = ["-o", nowhere.to_str().unwrap()];
    call("state", &[&file], &options).ends_with(2);
}

/// A file of Senegal and its neighbours, as of March 2023.
const AFRICA: &str = "\
2|afrinic|20230323|7|19900101|20230301|+0000
afrinic|SN|ipv6|2001:4270::|32|20060913|allocated|a
afrinic|SN|ipv6|2c0f:100::|32|20220601|allocated|b
afrinic|SN|ipv6|2c0f:200::|32|20230201|allocated|c
afrinic|SN|ipv4|196.1.92.0|1024|19990101|allocated|a
afrinic|SN|ipv4|196.1.100.0|512|20050101|allocated|d
afrinic|ML|ipv6|2c0f:300::|31|20100101|allocated|e
afrinic|NG|ipv4|196.2.0.0|65536|20010101|allocated|f
";

fn sheet(file: &Path, options: &[&str]) -> String {
    let all = [&["--country", "SN", "--year", "2022"], options].concat();
    call("sheet", &[file], &all).is_quiet().stdout.clone()
}

#[test]
fn the_sheet_stands_alone_and_says_the_figures_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "delegated", AFRICA);
    let people = written(&folder, "people", "# World Population Prospects\nSN,18000000\n");
    let people = ["--population", people.to_str().unwrap()];
    for format in ["html", "markdown"] {
        let english = sheet(&file, &[&people[..], &["--format", format]].concat());
        let french = sheet(&file, &["--format", format, "--language", "fr"]);
        for (text, words) in [
            (&english, ["2\u{a0}IPv6 delegations", "a year before: 1\u{a0}IPv6 delegation"]),
            (&french, ["2\u{a0}délégations IPv6", "un an plus tôt\u{a0}: 1\u{a0}délégation IPv6"]),
        ] {
            assert!(words.iter().all(|word| text.contains(word)), "{words:?}\n{text}");
            assert_eq!(text.matches("<svg").count(), 3);
            // Nothing is fetched: no source, no link, no style or script from elsewhere.
            for word in ["src=", "href=", "url(http", "@import", "<script", "<link", "<img"] {
                assert!(!text.contains(word), "{word}");
            }
        }
        assert!(english.contains("per million people") && english.contains("World Population"));
        assert!(english.contains("1st\u{a0}of\u{a0}3"), "{english}");
        assert!(french.contains("1er\u{a0}sur\u{a0}3"), "{french}");
        assert!(french.contains("66,7\u{a0}%") && french.contains("13\u{a0}septembre\u{a0}2006"));
        assert!(french.contains("+1 (+100,0\u{a0}%)"), "{french}");
        assert!(french.contains("biais de survie") && english.contains("survivor bias"));
        assert!(french.contains("fichiers non fournis"));
        assert!(!french.contains(" :") && !french.contains(" ;") && !french.contains("« "));
        assert!(!french.contains("d'") && !french.contains("l'"));
        assert!(english.contains("SHA-256 ") && english.contains("delegated"));
    }
    assert!(sheet(&file, &["--language", "fr"]).contains("<html lang=\"fr\">"));
}

#[test]
fn the_sheet_of_files_of_both_years_tells_the_true_change() {
    let folder = tempfile::tempdir().unwrap();
    let older = AFRICA.replace("20230323", "20220110").replace("|2c0f:100::|", "|2c0f:900::|");
    let older = older.replace("|20220601|", "|20150601|").replace("|c\n", "|c\n# later\n");
    let older: String =
        older.lines().filter(|line| !line.contains("|c")).fold(String::new(), |t, l| t + l + "\n");
    written(&folder, "2022", older.replace("|7|", "|6|"));
    written(&folder, "2023", AFRICA);
    let text = sheet(folder.path(), &["--format", "markdown"]);
    assert!(text.contains("IPv6 blocks: 1 new, 1 returned, 0 transferred, 0 grown"), "{text}");
    assert!(!text.contains("survivor bias"), "{text}");
    let ran = call("sheet", &[folder.path()], &["--country", "FR", "--year", "2022"]);
    ran.ends_with(2);
    assert!(ran.message().contains("FR: no record names it until the end of 2022"));
}

#[test]
fn the_sheet_says_where_the_files_are_of_days_far_apart() {
    let folder = tempfile::tempdir().unwrap();
    written(&folder, "africa", AFRICA);
    let asia = |day: &str| {
        format!(
            "2|apnic|{day}|1|19900101|{day}|+0000\napnic|AU|ipv6|2400::|32|20040701|assigned|x\n"
        )
    };
    written(&folder, "asia", asia("20230401"));
    let near = sheet(folder.path(), &[]);
    assert!(!near.contains("days far apart"), "{near}");
    written(&folder, "asia", asia("20240601"));
    let far = sheet(folder.path(), &[]);
    assert_eq!(
        far.matches("days far apart, from 23\u{a0}March\u{a0}2023 to 1\u{a0}June").count(),
        1
    );
    let french = sheet(folder.path(), &["--language", "fr"]);
    assert!(
        french.contains("du 23\u{a0}mars\u{a0}2023 au 1er\u{a0}juin\u{a0}2024\u{a0}:"),
        "{french}"
    );
}

#[test]
fn usage_goes_from_delegated_to_announced_to_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "delegated", AFRICA);
    let table =
        written(&folder, "table", "2001:4270::\t32\t8346\n2c0f:100::\t33\t37196\n::\t0\t1\n");
    let list = written(&folder, "list", "2001:4270:0:1::5\n2c0f:300:1::/48\n");
    let options = ["--announced", table.to_str().unwrap(), "--seen", list.to_str().unwrap()];
    let report = json("usage", &[&file], &options);
    let rows = report["tables"]["rows"].as_array().unwrap();
    let senegal = &rows[1];
    assert_eq!(senegal["row"], "SN");
    assert_eq!((&senegal["delegated"], &senegal["announced"]), (&3.into(), &2.into()));
    assert_eq!((&senegal["seen"], &senegal["announced_covered_slash32"]), (&1.into(), &1.5.into()));
    assert_eq!((&rows[0]["row"], &rows[0]["seen_not_announced"]), (&"ML".into(), &1.into()));
    let unused: Vec<_> = report["tables"]["unused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["block"].as_str().unwrap())
        .collect();
    assert_eq!(unused, ["2c0f:100::/32", "2c0f:200::/32"]);
    let text = call("usage", &[&file], &[&options[..], &["--country", "SN"]].concat());
    assert!(text.is_quiet().stdout.starts_with("Senegal: 3 IPv6 blocks delegated (3 /32); announced: 2 blocks (2 /32, 66.67 % of the space); seen in traffic: 1 block"), "{}", text.stdout);
    call("usage", &[&file], &[]).ends_with(2);
    let ran = call("usage", &[&file], &["--announced", list.to_str().unwrap()]);
    ran.ends_with(2);
    assert!(ran.message().contains("no routing table"), "{}", ran.stderr);
}

#[test]
fn usage_takes_captures_and_reports_of_analyze() {
    let folder = tempfile::tempdir().unwrap();
    // The addresses of the fixture are those of documentation (2001:db8::/32).
    let text = "2|apnic|20240101|2|19900101|20240101|+0000\n\
                apnic|AU|ipv6|2001:db8::|32|20040701|assigned|x\n\
                apnic|AU|ipv6|2001:dba::|32|20040701|assigned|y\n";
    let file = written(&folder, "delegated", text);
    let capture: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mixed/input.pcap");
    let of_capture = json("usage", &[&file], &["--seen", capture.to_str().unwrap()]);
    let row = &of_capture["tables"]["rows"][0];
    assert_eq!(
        (&row["delegated"], &row["seen"], &row["announced"]),
        (&2.into(), &1.into(), &Value::Null)
    );
    assert_eq!(row["seen_prefixes"], row["seen_covered_slash48"]);
    assert!(row["seen_prefixes"].as_u64().unwrap() > 1);
    let mut by_holder = program();
    by_holder.args(["analyze", "--by", "holder", "--format", "json", "--registry"]);
    let by_holder = run(by_holder.arg(&file).arg(&capture));
    by_holder.ends_with(0);
    let rows = &by_holder.json()["breakdowns"][0]["rows"];
    let held = rows.as_array().unwrap().iter().find(|row| row["key"]["holder"] == "apnic/x");
    assert!(held.unwrap()["ipv6"]["packets"].as_u64().unwrap() > 0, "{rows}");
    let plain = written(&folder, "plain", text.replace("|x\n", "\n").replace("|y\n", "\n"));
    let mut none = program();
    none.args(["analyze", "--by", "holder", "--registry"]).arg(&plain).arg(&capture);
    let none = run(&mut none);
    none.ends_with(2);
    assert!(none.message().contains("a registry's extended file"), "{}", none.stderr);
    let report = folder.path().join("report.json");
    let mut analyze = program();
    analyze.args(["analyze", "--format", "json", "-o"]).arg(&report).arg(&capture);
    run(&mut analyze).is_quiet();
    let of_report = json("usage", &[&file], &["--seen", report.to_str().unwrap()]);
    assert_eq!(of_report["tables"], of_capture["tables"]);
    let list = written(&folder, "list", "# seen\n2001:db8::1\n2001:db8:1::/48\n");
    let of_list = json("usage", &[&file], &["--seen", list.to_str().unwrap()]);
    for (plain, expected) in [(&report, &of_report), (&list, &of_list), (&capture, &of_capture)] {
        let Ok(packed) = Command::new("gzip").arg("-c").arg(plain).output() else { continue };
        let packed = written(&folder, "packed", packed.stdout);
        let found = json("usage", &[&file], &["--seen", packed.to_str().unwrap()]);
        assert_eq!(found["tables"], expected["tables"], "{}", plain.display());
    }
}
