//! Files beside the captures: flow logs are read, of all else the message names
//! what it is, and nothing crashes. Exports that lie in captures are read as
//! captures.

use crate::known::{FLOW_FILES, NO_COLUMN};
use crate::oracle::{corpus, read};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use v6share::model::Side;

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

#[test]
fn flow_files_are_told_by_what_they_are() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("flows");
    let files = files(&root);
    assert!(files.len() > 400, "{}", files.len());
    let told: Vec<(String, String)> = files
        .par_iter()
        .map(|path| {
            let (summary, error) = read(path, Side::Both);
            assert!(summary.closed(), "{}", path.display());
            let relative = path.strip_prefix(&root).unwrap();
            let kind = relative.components().next().unwrap().as_os_str().to_str().unwrap();
            let what = match error {
                None => "complete".to_owned(),
                Some(error) => {
                    let rest = error.strip_prefix(&format!("{}: ", path.display())).unwrap();
                    let (what, advice) = rest.split_once(" (").unwrap_or_else(|| panic!("{error}"));
                    assert!(advice.ends_with(')'), "{error}");
                    // Where it is and which columns there are differs from file to file.
                    let column = what.split_once(": ").map_or(what, |(_, what)| what);
                    match column.starts_with(NO_COLUMN) {
                        true => NO_COLUMN.to_owned(),
                        false => what.to_owned(),
                    }
                }
            };
            (kind.to_owned(), what)
        })
        .collect();
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (kind, what) in &told {
        kinds.entry(kind).or_default().insert(what);
    }
    let expected: BTreeMap<&str, BTreeSet<&str>> = FLOW_FILES
        .iter()
        .map(|(kind, messages)| (*kind, messages.iter().copied().collect()))
        .collect();
    assert_eq!(kinds, expected, "{kinds:#?}");
}
