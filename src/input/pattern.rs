//! Expands patterns that no shell expanded: quoted ones, or those of a
//! configuration.
//!
//! `*`, `?` and `[...]` match within one name, `**` any number of folders.
//! What starts with a dot is matched by a dot only. Patterns with `**` are
//! matched against a [`walk`], because the glob crate's own follows links in a
//! circle until the kernel stops it, 40 deep in each.

use super::walk::{Met, walk};
use glob::{MatchOptions, Pattern};
use std::io;
use std::path::{Path, PathBuf};

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Whether a word could be a pattern.
pub(super) fn is_pattern(argument: &str) -> bool {
    argument.contains(['*', '?', '['])
}

/// What a pattern expands to, in the order of the paths.
pub(super) enum Expanded {
    /// Files and folders; a folder is to be walked.
    Path(PathBuf),
    /// Met under a `**`, already walked.
    Met(Met),
}

impl Expanded {
    /// Whether this is no match, but something met on the way.
    pub(super) fn is_aside(&self) -> bool {
        matches!(self, Self::Met(Met::FolderAgain(_) | Met::Special(_)))
    }
}

/// Expands a pattern.
///
/// # Errors
/// `InvalidInput` when it is no valid pattern. What cannot be read on the way
/// is among the expanded.
pub(super) fn expand(pattern: &str) -> io::Result<Vec<Expanded>> {
    let Some((head, tail)) = split(pattern) else {
        return Ok(one_level(pattern)?.into_iter().map(path_or_failure).collect());
    };
    let tail = Pattern::new(tail).map_err(|error| invalid(&error))?;
    let roots = match head {
        "" => vec![Ok(PathBuf::from("."))],
        head if is_pattern(head) => one_level(head)?,
        head => vec![Ok(PathBuf::from(head))],
    };
    let mut expanded = Vec::new();
    for root in roots {
        match root {
            Ok(root) if root.is_dir() => {
                let shown = if head.is_empty() { Path::new("") } else { &root };
                expanded.extend(below(&root, shown, &tail));
            }
            Ok(_) => {}
            Err(failure) => expanded.push(Expanded::Met(failure)),
        }
    }
    Ok(expanded)
}

/// Before and from the first `**` that is a name of its own.
fn split(pattern: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for name in pattern.split('/') {
        if name == "**" {
            let head = if at == 1 { "/" } else { pattern[..at].trim_end_matches('/') };
            return Some((head, pattern[at..].trim_end_matches('/')));
        }
        at += name.len() + 1;
    }
    None
}

fn one_level(pattern: &str) -> io::Result<Vec<Result<PathBuf, Met>>> {
    let found = glob::glob_with(pattern, OPTIONS).map_err(|error| invalid(&error))?;
    Ok(found
        .map(|path| {
            path.map_err(|error| {
                let path = error.path().to_path_buf();
                Met::Failed(path, error.into())
            })
        })
        .collect())
}

fn path_or_failure(path: Result<PathBuf, Met>) -> Expanded {
    match path {
        Ok(path) => Expanded::Path(path),
        Err(failure) => Expanded::Met(failure),
    }
}

fn invalid(error: &glob::PatternError) -> io::Error {
    let what = format!("no such file, and no pattern either: {}", error.msg);
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// The files below a folder that match, themselves or by a folder on the way.
fn below<'a>(
    root: &'a Path,
    shown: &'a Path,
    tail: &'a Pattern,
) -> impl Iterator<Item = Expanded> + 'a {
    let matches = move |path: &Path| {
        path.ancestors()
            .take_while(|part| !part.as_os_str().is_empty())
            .any(|part| tail.matches_path_with(part, OPTIONS))
    };
    let relative = move |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
    walk(root).into_iter().filter_map(move |met| {
        let met = match met {
            Met::File(path, identity) => {
                let relative = relative(&path);
                if !matches(&relative) {
                    return None;
                }
                Met::File(shown.join(relative), identity)
            }
            Met::Special(_) => return None,
            other => other,
        };
        Some(Expanded::Met(met))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn expanded(root: &Path, pattern: &str) -> Vec<String> {
        let pattern = format!("{}/{pattern}", root.display());
        let relative = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        expand(&pattern)
            .unwrap()
            .into_iter()
            .map(|expanded| match expanded {
                Expanded::Path(path) | Expanded::Met(Met::File(path, _)) => relative(&path),
                Expanded::Met(Met::FolderAgain(path)) => format!("again {}", relative(&path)),
                Expanded::Met(Met::Special(path) | Met::Failed(path, _)) => {
                    format!("trouble {}", relative(&path))
                }
            })
            .collect()
    }

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("2024/may")).unwrap();
        fs::create_dir_all(folder.path().join("2025")).unwrap();
        for name in ["2024/may/b.pcap", "2024/a.pcap", "2025/c.pcap", "2025/c.txt", ".d.pcap"] {
            fs::write(folder.path().join(name), b"").unwrap();
        }
        folder
    }

    #[test]
    fn within_one_folder() {
        let tree = tree();
        assert_eq!(expanded(tree.path(), "*/*.pcap"), ["2024/a.pcap", "2025/c.pcap"]);
        assert_eq!(expanded(tree.path(), "202[45]"), ["2024", "2025"]);
        assert_eq!(expanded(tree.path(), "2025/c.???"), ["2025/c.txt"]);
        assert!(expanded(tree.path(), "*.pcap").is_empty());
    }

    #[test]
    fn across_folders() {
        let tree = tree();
        let all = ["2024/a.pcap", "2024/may/b.pcap", "2025/c.pcap"];
        assert_eq!(expanded(tree.path(), "**/*.pcap"), all);
        assert_eq!(expanded(tree.path(), "202*/**/?.pcap"), all);
        assert_eq!(expanded(tree.path(), "**/may"), ["2024/may/b.pcap"], "a folder is walked");
        assert_eq!(expanded(tree.path(), "**/may/"), ["2024/may/b.pcap"]);
        assert_eq!(expanded(tree.path(), "2025/**"), ["2025/c.pcap", "2025/c.txt"]);
        assert!(expanded(tree.path(), "absent/**").is_empty());
    }

    #[test]
    fn links_in_circles_end() {
        let tree = tree();
        for name in ["x", "y", "z"] {
            symlink("..", tree.path().join("2025").join(name)).unwrap();
        }
        let found = expanded(tree.path(), "**/c.pcap");
        assert_eq!(found, ["2025/c.pcap", "again 2025/x", "again 2025/y", "again 2025/z"]);
    }

    #[test]
    fn what_is_met_on_the_way_is_no_match() {
        let tree = tree();
        symlink("..", tree.path().join("2025/x")).unwrap();
        let found = expand(&format!("{}/**/absent", tree.path().display())).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(Expanded::is_aside));
    }

    #[test]
    fn splits_before_the_first_double_star() {
        assert_eq!(split("a/*/**/b/**/c"), Some(("a/*", "**/b/**/c")));
        assert_eq!(split("**/b"), Some(("", "**/b")));
        assert_eq!(split("/**/b/"), Some(("/", "**/b")));
        assert_eq!(split("a**/b"), None);
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        let error = expand("a[").map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
