//! Finds what to read: files, folders, patterns, lists, standard input.
//!
//! Nothing is opened here but lists. What cannot be found is told and the rest
//! goes on. A file that is reached by two paths is read once, for twice would
//! count its packets twice.

use super::list::FileList;
use super::notes::Notes;
use super::pattern::{Expanded, expand, is_pattern};
use super::source::{Found, Request, Source, shown};
use super::walk::{Identity, Met, walk};
use crate::error::Error;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Finds what a request means.
#[must_use]
pub fn discover(request: &Request) -> Found {
    let mut search = Search::default();
    for argument in &request.arguments {
        search.argument(argument, Patterns::Expanded);
    }
    for list in &request.lists {
        search.list(list);
    }
    search.finish()
}

/// Whether a word that is no path may be a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patterns {
    Expanded,
    /// In a list a path is a path.
    Literal,
}

/// What standard input is used for; it can be read once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stdin {
    Input,
    List,
}

#[derive(Default)]
struct Search {
    found: Found,
    files: HashSet<Identity>,
    stdin: Option<Stdin>,
    notes: Notes,
}

impl Search {
    fn argument(&mut self, argument: &OsStr, patterns: Patterns) {
        if argument == "-" {
            return self.stdin();
        }
        self.path(Path::new(argument), patterns);
    }

    fn path(&mut self, path: &Path, patterns: Patterns) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(metadata) if metadata.is_file() => {
                self.file(path.into(), Identity::from(&metadata));
            }
            // A FIFO, a terminal, /dev/fd/63: each opening reads something else.
            Ok(_) => self.source(path.into()),
            Err(error) => match path.to_str() {
                Some(pattern)
                    if patterns == Patterns::Expanded
                        && is_pattern(pattern)
                        && path.symlink_metadata().is_err() =>
                {
                    self.pattern(pattern);
                }
                _ => self.failed(path, error),
            },
        }
    }

    fn stdin(&mut self) {
        match self.stdin {
            None => {
                self.stdin = Some(Stdin::Input);
                self.found.sources.push(Source::stdin());
            }
            Some(Stdin::Input) => {
                self.notes.add("standard input is given twice and read once".into());
            }
            Some(Stdin::List) => self.failed(Path::new("-"), stdin_is_taken()),
        }
    }

    fn list(&mut self, list: &FileList) {
        if list.is_stdin() && self.stdin.replace(Stdin::List).is_some() {
            return self.failed(&list.path, stdin_is_taken());
        }
        match list.read() {
            Ok(entries) => {
                for entry in entries {
                    self.argument(&entry, Patterns::Literal);
                }
            }
            Err(error) => {
                let what = format!("the list cannot be read: {error}");
                self.failed(&list.path, io::Error::new(error.kind(), what));
            }
        }
    }

    fn folder(&mut self, path: &Path) {
        let all = walk(path);
        if all.is_empty() {
            self.notes.add(format!("{}: there are no files in this folder", shown(path)));
        }
        for met in all {
            self.met(met);
        }
    }

    fn pattern(&mut self, pattern: &str) {
        let expanded = match expand(pattern) {
            Ok(expanded) if expanded.iter().all(Expanded::is_aside) => {
                let what = "no such file, and as a pattern it matches nothing";
                let error = io::Error::new(io::ErrorKind::NotFound, what);
                return self.failed(Path::new(pattern), error);
            }
            Ok(expanded) => expanded,
            Err(error) => return self.failed(Path::new(pattern), error),
        };
        for expanded in expanded {
            match expanded {
                Expanded::Path(path) => self.path(&path, Patterns::Literal),
                Expanded::Met(met) => self.met(met),
            }
        }
    }

    fn met(&mut self, met: Met) {
        match met {
            Met::File(path, identity) => self.file(path, identity),
            Met::Special(path) => self.notes.add(format!(
                "{}: left out, for it is no regular file; name it to read it",
                shown(&path)
            )),
            Met::FolderAgain(path) => {
                self.notes
                    .add(format!("{}: a folder reached by two paths is read once", shown(&path)));
            }
            Met::Failed(path, error) => self.failed(&path, error),
        }
    }

    fn file(&mut self, path: PathBuf, identity: Identity) {
        if self.files.insert(identity) {
            self.source(path);
        } else {
            self.notes.add(format!("{}: the same file is given twice and read once", shown(&path)));
        }
    }

    fn source(&mut self, path: PathBuf) {
        self.found.sources.push(Source::at(path));
    }

    fn failed(&mut self, path: &Path, error: io::Error) {
        self.found.errors.push(Error::io(shown(path), error));
    }

    fn finish(mut self) -> Found {
        self.found.notes = self.notes.told();
        self.found
    }
}

fn stdin_is_taken() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "standard input is read already and cannot be both an input and a list, or two lists",
    )
}

#[cfg(test)]
mod tests {
    use super::super::list::Separator;
    use super::super::source::Place;
    use super::*;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn tree() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("d")).unwrap();
        for name in ["a", "b[1]", "d/x", "d/y"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn find(tree: &TempDir, arguments: &[&str]) -> Found {
        let full = |name: &&str| match *name {
            "-" | "" => OsString::from(name),
            name => tree.path().join(name).into_os_string(),
        };
        discover(&Request { arguments: arguments.iter().map(full).collect(), lists: Vec::new() })
    }

    fn names(tree: &TempDir, found: &Found) -> Vec<String> {
        let root = format!("{}/", tree.path().display());
        found.sources.iter().map(|source| source.name.replace(&root, "")).collect()
    }

    #[test]
    fn finds_files_folders_and_patterns_in_the_order_given() {
        let tree = tree();
        let found = find(&tree, &["d", "-", "[a]", "b[1]"]);
        assert_eq!(names(&tree, &found), ["d/x", "d/y", "-", "a", "b[1]"]);
        assert_eq!(found.sources[2].place, Place::Stdin);
        assert!(found.errors.is_empty() && found.notes.is_empty());
    }

    #[test]
    fn reads_what_is_given_twice_once_and_says_so() {
        let tree = tree();
        symlink("a", tree.path().join("link")).unwrap();
        let found = find(&tree, &["a", "link", "-", "-", "*", "d/../d/x"]);
        assert_eq!(names(&tree, &found), ["a", "-", "b[1]", "d/x", "d/y"]);
        assert_eq!(found.notes.len(), 5, "{:?}", found.notes);
        assert!(found.notes[0].contains("link: the same file"), "{:?}", found.notes);
    }

    #[test]
    fn one_missing_path_stops_nothing() {
        let tree = tree();
        symlink("absent", tree.path().join("dangling[*]")).unwrap();
        let found = find(&tree, &["absent", "a", "no*such", "a/x", "b[", "", "dangling[*]", "d"]);
        assert_eq!(names(&tree, &found), ["a", "d/x", "d/y"]);
        assert_eq!(found.errors.len(), 6);
        assert_eq!(find(&tree, &["**/no*such"]).errors.len(), 1);
        let messages: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
        assert!(messages[1].contains("matches nothing"), "{messages:?}");
        assert!(messages[3].contains("no pattern either"), "{messages:?}");
        assert!(messages[4].starts_with("\"\": "), "{messages:?}");
    }

    #[test]
    fn an_empty_folder_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("e")).unwrap();
        let found = find(&folder, &["e"]);
        assert!(found.sources.is_empty() && found.errors.is_empty());
        assert!(found.notes[0].contains("no files"), "{:?}", found.notes);
    }

    #[test]
    fn pipes_are_read_as_often_as_they_are_given() {
        let folder = tempfile::tempdir().unwrap();
        super::super::samples::fifo(&folder);
        assert_eq!(find(&folder, &["fifo", "fifo"]).sources.len(), 2);
        let found = find(&folder, &["."]);
        assert!(found.sources.is_empty());
        assert!(found.notes[0].contains("no regular file"), "{:?}", found.notes);
    }

    #[test]
    fn lists_name_paths_and_not_patterns() {
        let tree = tree();
        let odd = OsString::from_vec(b"\xff\n.pcap".to_vec());
        fs::write(tree.path().join(&odd), b"").unwrap();
        let mut bytes = Vec::new();
        for name in [OsStr::new("d"), OsStr::new("*"), &odd] {
            bytes.extend_from_slice(tree.path().join(name).as_os_str().as_encoded_bytes());
            bytes.push(0);
        }
        let list = tree.path().join("list");
        fs::write(&list, bytes).unwrap();
        let lists = vec![
            FileList { path: list, separator: Separator::Nul },
            FileList { path: tree.path().join("absent"), separator: Separator::Nul },
        ];
        let found = discover(&Request { arguments: vec!["-".into()], lists });
        assert_eq!(names(&tree, &found), ["-", "d/x", "d/y", "\u{fffd}\n.pcap"]);
        assert_eq!(found.errors.len(), 2);
        assert!(found.errors[1].to_string().contains("the list cannot be read"));
    }

    #[test]
    fn standard_input_is_an_input_or_a_list() {
        let list = FileList { path: "-".into(), separator: Separator::Newline };
        let found = discover(&Request { arguments: vec!["-".into()], lists: vec![list] });
        assert_eq!(found.sources.len(), 1);
        assert!(found.errors[0].to_string().contains("cannot be both"), "{:?}", found.errors);
    }
}
