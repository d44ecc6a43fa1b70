//! The registries' own files, against a script that shares nothing with the
//! program, and against what they promise themselves.

use super::oracle::corpus;
use crate::support::statistics::{assert_as_by_script, by_script};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn files() -> Option<Vec<PathBuf>> {
    let folder = corpus()?.join("flows/rir-delegated");
    let mut found = Vec::new();
    for mirror in std::fs::read_dir(&folder).ok()? {
        for file in std::fs::read_dir(mirror.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            found.extend((path.extension().is_none()).then_some(path));
        }
    }
    found.sort();
    assert_eq!(found.len(), 5, "{found:?}");
    Some(found)
}

fn state(file: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_v6share"));
    let output = command.args(["registry", "state", "--format", "json"]).arg(file).output();
    let output = output.unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*told), (Some(0), ""), "{}", file.display());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_record_is_read_and_every_promise_kept() {
    let Some(files) = files() else { return };
    let records: Vec<u64> = files
        .iter()
        .map(|file| {
            let report = state(file);
            let source = &report["sources"][0];
            assert_eq!(source["lines"]["bad"], 0);
            assert_eq!(source["lines"]["closed"], true);
            assert_eq!(source["differences"], Value::Array(Vec::new()));
            assert_eq!(source["lines"]["read"], source["records"].as_u64().unwrap() + 4);
            if file.to_string_lossy().contains("extended") {
                assert_eq!(source["md5"], "verified");
            }
            source["records"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(records, [4024, 15_783, 85_681, 15_019, 86_237]);
}

#[test]
fn every_figure_of_every_country_is_the_scripts() {
    let Some(files) = files() else { return };
    for file in files {
        let Some(script) = by_script(&file) else { return };
        assert_as_by_script(&state(&file), &script);
    }
}
