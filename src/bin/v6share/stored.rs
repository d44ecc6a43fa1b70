//! Stored summaries on disk: reading them, and finding them in folders.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use v6share::summary::Summary;
use v6share::summary::store::{self, Reader};

/// The first bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

/// Reads a file, or standard input for `-`.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "make it readable for this user",
            io::ErrorKind::IsADirectory => "give the files in it",
            _ => "check the disk and run again",
        };
        format!("{}: {error} ({advice})", path.display())
    })
}

/// Whether the bytes are those of a stored summary, rather than of a JSON report.
pub(crate) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(PARQUET)
}

/// The summary that the bytes of `path` are.
pub(crate) fn summary(path: &Path, bytes: Vec<u8>) -> Result<Summary, String> {
    let mut reader = Reader::default();
    store::read(bytes, |number, row| reader.take(number, &row))
        .and_then(|()| reader.finish())
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The files that are meant: each file as it is, and of a folder the Parquet
/// files in it, by name.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error: io::Error| format!("{}: {error}", path.display());
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file.extension().is_some_and(|extension| extension == "parquet") {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            return Err(format!("{}: no .parquet file is in this folder", path.display()));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}
