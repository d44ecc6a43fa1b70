//! The files of a folder, at any depth, in the order of their paths.
//!
//! Symbolic links are followed; each folder is entered once, so that links in a
//! circle, or many links to one folder, end. What starts with a dot is left
//! out: editors, version control and file systems keep their own there.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What makes two paths the same file: its device and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// What a walk comes upon.
pub(super) enum Met {
    /// A regular file, perhaps through a link.
    File(PathBuf, Identity),
    /// A pipe, a socket, a device: nothing that should be read unasked.
    Special(PathBuf),
    /// A link to a folder above it, or a folder that was entered by another
    /// path.
    FolderAgain(PathBuf),
    /// A folder or a link's target that cannot be read.
    Failed(PathBuf, io::Error),
}

/// Walks a folder to its end.
pub(super) fn walk(root: &Path) -> Vec<Met> {
    let mut met = Vec::new();
    let mut entered = HashSet::new();
    let mut entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) if is_hidden(&entry) => {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            }
            Ok(entry) => match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => {
                    if !entered.insert(Identity::from(&metadata)) {
                        entries.skip_current_dir();
                        met.push(Met::FolderAgain(entry.into_path()));
                    }
                }
                Ok(metadata) if metadata.is_file() => {
                    met.push(Met::File(entry.into_path(), Identity::from(&metadata)));
                }
                Ok(_) => met.push(Met::Special(entry.into_path())),
                Err(error) => met.push(failed(root, error)),
            },
            Err(error) => met.push(failed(root, error)),
        }
    }
    met.retain(|met| !matches!(met, Met::Failed(path, _) if is_dot_name(path, root)));
    met
}

fn failed(root: &Path, error: walkdir::Error) -> Met {
    let path = error.path().unwrap_or(root).to_path_buf();
    if error.loop_ancestor().is_some() {
        return Met::FolderAgain(path);
    }
    let error = error.into_io_error().unwrap_or_else(|| io::Error::other("it cannot be read"));
    Met::Failed(path, error)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// A link with a dot name that leads nowhere is no loss.
fn is_dot_name(path: &Path, root: &Path) -> bool {
    path != root && path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn described(root: &Path) -> Vec<String> {
        let relative = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        walk(root)
            .into_iter()
            .map(|met| match met {
                Met::File(path, _) => relative(&path),
                Met::Special(path) => format!("special {}", relative(&path)),
                Met::FolderAgain(path) => format!("again {}", relative(&path)),
                Met::Failed(path, error) => format!("{:?} {}", error.kind(), relative(&path)),
            })
            .collect()
    }

    #[test]
    fn takes_files_in_the_order_of_their_paths() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/c")).unwrap();
        fs::create_dir_all(root.join(".git/deep")).unwrap();
        for name in ["z", "a", "b/y", "b/c/x", "b/.hidden", ".git/deep/object", ".dot"] {
            fs::write(root.join(name), name).unwrap();
        }
        symlink("absent", root.join(".lock")).unwrap();
        assert_eq!(described(root), ["a", "b/c/x", "b/y", "z"]);
        assert_eq!(described(&root.join(".git")), ["deep/object"], "named, so not left out");
    }

    #[test]
    fn survives_links_in_circles_and_tells() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("one")).unwrap();
        fs::create_dir_all(root.join("two")).unwrap();
        fs::write(root.join("one/file"), b"").unwrap();
        symlink(root, root.join("one/up")).unwrap();
        symlink("../two", root.join("one/to_two")).unwrap();
        symlink("../one", root.join("two/to_one")).unwrap();
        symlink("absent", root.join("one/dangling")).unwrap();
        assert_eq!(
            described(root),
            [
                "NotFound one/dangling",
                "one/file",
                "again one/to_two/to_one",
                "again one/up",
                "again two"
            ]
        );
    }

    #[test]
    fn leaves_what_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s")).unwrap();
        assert_eq!(described(folder.path()), ["special s"]);
    }
}
