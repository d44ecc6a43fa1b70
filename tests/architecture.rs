//! The rules of the house, held by its own code: who may import whom, that
//! every file says what it is, how long files may be, and where unsafe may be.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own sources fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file, at most.
const MAX_LINES: usize = 600;
/// Lines of a function, at most.
const MAX_FUNCTION_LINES: usize = 60;
/// The homes of unsafe code: one small module per need.
const UNSAFE_HOMES: [&str; 3] = ["src/input/map", "src/cache", "src/vectors"];

/// For each room, the rooms it may import beside `model` and `error`.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("model", &[] as &[&str]),
        ("error", &[]),
        ("input", &[]),
        ("cache", &[]),
        ("capture", &["cache"]),
        ("fields", &[]),
        ("vectors", &[]),
        ("flowlog", &["cache", "fields", "wire"]),
        ("wire", &[]),
        ("decode", &["vectors", "wire"]),
        ("network", &["fields"]),
        ("anonymize", &[]),
        ("aggregate", &["cache", "vectors"]),
        ("summary", &["aggregate", "cache"]),
        ("compare", &[]),
        ("registry", &[]),
        ("report", &["summary", "compare", "registry"]),
        ("synth", &[]),
        (
            "pipeline",
            &[
                "cache",
                "input",
                "capture",
                "flowlog",
                "wire",
                "decode",
                "network",
                "anonymize",
                "aggregate",
                "summary",
                "registry",
                "report",
                "synth",
            ],
        ),
    ])
}

/// Crates that belong to the program alone.
const PROGRAM_CRATES: [&str; 6] = ["clap", "ctrlc", "indicatif", "anstream", "tempfile", "toml"];

/// A format that is both configuration and data: the room that reads it as data.
const READ_AS_DATA: [(&str, &str); 1] = [("toml", "network")];

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            // What the fuzz package builds is not ours.
            if path.is_dir() && !path.ends_with("fuzz/target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// The files that are compiled for tests alone: `NAME_tests.rs`, modules
/// declared under `#[cfg(test)]`, and what lies below them.
fn test_only(path: &Path) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    path.ancestors().take_while(|part| *part != root).any(|part| {
        let name = part.file_stem().unwrap().to_str().unwrap();
        if name.ends_with("_tests") {
            return true;
        }
        let folder = part.parent().unwrap();
        let parents = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
        parents.iter().filter_map(|parent| fs::read_to_string(parent).ok()).any(|text| {
            ["", "pub(crate) ", "pub(super) "]
                .iter()
                .any(|visible| text.contains(&format!("#[cfg(test)]\n{visible}mod {name};")))
        })
    })
}

fn shown(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()
}

/// The room a library file belongs to.
fn room(path: &Path) -> Option<String> {
    let shown = shown(path);
    let inside = shown.strip_prefix("src/")?;
    if inside.starts_with("bin/") || inside == "lib.rs" {
        return None;
    }
    Some(inside.split('/').next()?.trim_end_matches(".rs").to_owned())
}

/// The code before the unit tests, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The rooms named in paths that begin with `crate::`, grouped imports too.
fn imported(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let rest = after.trim_start();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.insert(first_word(&item));
                        item.clear();
                        continue;
                    }
                    _ => {}
                }
                item.push(c);
            }
            rooms.insert(first_word(&item));
        } else {
            rooms.insert(first_word(rest));
        }
    }
    rooms.remove("");
    rooms
}

fn first_word(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn grouped_and_plain_imports_are_seen() {
    let code =
        "use crate::{model::{A, B}, wire, decode::link}; use crate::summary::X; crate::error::E";
    let rooms: Vec<_> = imported(code).into_iter().collect();
    assert_eq!(rooms, ["decode", "error", "model", "summary", "wire"]);
}

#[test]
fn rooms_import_only_what_they_may() {
    let allowed = allowed();
    let mut breaches = Vec::new();
    for path in sources("src") {
        let Some(room) = room(&path).filter(|_| !test_only(&path)) else { continue };
        let may = allowed.get(room.as_str());
        let may = may.unwrap_or_else(|| panic!("{}: a room without a rule", shown(&path)));
        for other in imported(&code(&path)) {
            let always = other == "model" || other == "error" && room != "model" || other == room;
            if !always && !may.contains(&other.as_str()) {
                breaches.push(format!("{} imports {other}", shown(&path)));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn the_program_sees_the_public_api_alone_and_the_library_no_terminal() {
    for path in sources("src") {
        let program = shown(&path).starts_with("src/bin/");
        let code = code(&path);
        if program {
            let own = [
                "batch",
                "cli",
                "compare",
                "merge",
                "present",
                "save",
                "show",
                "stored",
                "analyze",
                "blocks",
                "by",
                "exit",
                "explain",
                "flow_args",
                "message",
                "networks",
                "output",
                "progress",
                "range",
                "registry",
                "sharing",
                "synth",
                "tunnel_config",
            ];
            for module in imported(&code) {
                assert!(own.contains(&module.as_str()), "{} imports crate::{module}", shown(&path));
            }
            continue;
        }
        for word in PROGRAM_CRATES {
            let data = room(&path).is_some_and(|room| READ_AS_DATA.contains(&(word, &room)));
            let used = code.contains(&format!("{word}::")) && !test_only(&path) && !data;
            assert!(!used, "{} uses {word}, which is the program's", shown(&path));
        }
        for word in ["println!", "eprintln!", "print!(", "eprint!(", "process::exit", "env::var"] {
            assert!(!code.contains(word), "{} uses {word}", shown(&path));
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for path in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not begin with //!", shown(&path));
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines", shown(&path));
    }
}

#[test]
fn functions_fit_on_a_page() {
    for path in sources("src").into_iter().filter(|path| !test_only(path)) {
        let text = fs::read_to_string(&path).unwrap();
        let mut open: Option<(usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent: String = line.chars().take_while(|c| *c == ' ').collect();
            let trimmed = line.trim_start();
            let is_fn = trimmed.starts_with("fn ")
                || trimmed.starts_with("pub") && trimmed.contains(" fn ")
                || trimmed.starts_with("const fn ")
                || trimmed.starts_with("extern ") && trimmed.contains(" fn ");
            if open.is_none() && is_fn && !trimmed.ends_with(';') && !trimmed.ends_with('}') {
                open = Some((number, indent));
            } else if let Some((start, outer)) = &open
                && line.starts_with(&format!("{outer}}}"))
            {
                let lines = number - start + 1;
                let place = format!("{}:{}", shown(&path), start + 1);
                assert!(lines <= MAX_FUNCTION_LINES, "{place} has a function of {lines} lines");
                open = None;
            }
        }
    }
}

#[test]
fn mod_files_declare_and_nothing_more() {
    for path in sources("src") {
        if path.file_name().unwrap() != "mod.rs" || test_only(&path) {
            continue;
        }
        for line in code(&path).lines() {
            assert!(!line.contains("fn "), "{} has logic: {line}", shown(&path));
        }
    }
}

#[test]
fn unsafe_has_one_home() {
    for path in sources("src") {
        let home = UNSAFE_HOMES.iter().any(|home| shown(&path).starts_with(home));
        let code = fs::read_to_string(&path).unwrap();
        let used = code.lines().any(|line| {
            let line = line.split("//").next().unwrap();
            line.contains("unsafe {") || line.contains("unsafe fn") || line.contains("unsafe impl")
        });
        assert!(!used || home, "{} uses unsafe", shown(&path));
    }
}
