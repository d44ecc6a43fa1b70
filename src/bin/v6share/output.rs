//! Where the result goes: standard output, or a file that appears whole.

use crate::blocks::Blocks;
use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;
use v6share::input::{Found, Place, Source};

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 16;

/// A result that cannot be written: where to, why, and what to do.
#[derive(Debug)]
pub(crate) struct Unwritable {
    path: Option<PathBuf>,
    error: io::Error,
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}", path.display())?,
            None => f.write_str("standard output")?,
        }
        let advice = match self.error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                "make its folder first, or give another file"
            }
            io::ErrorKind::IsADirectory => "give the name of a file",
            io::ErrorKind::InvalidInput => "give another file",
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => "make room and run again, or give another file",
            _ => "give a file in a folder that this user may write to",
        };
        write!(f, ": the result cannot be written: {} ({advice})", self.error)
    }
}

impl std::error::Error for Unwritable {}

/// Finds out whether [`write()`] to `path` can begin: before hours are spent on
/// what would be lost.
pub(crate) fn check(path: Option<&Path>) -> Result<(), Unwritable> {
    match path {
        Some(path) if !is_special(path) => {
            let unwritable = |error| Unwritable { path: Some(path.to_owned()), error };
            temporary(&target(path)).map(drop).map_err(unwritable)
        }
        _ => Ok(()),
    }
}

/// Keeps the result out of the inputs: a file that it would replace is refused,
/// and the one that standard output goes to (`> here/result`, with `here` an
/// input) is left out with a note.
pub(crate) fn keep_apart(path: Option<&Path>, found: &mut Found) -> Result<(), Unwritable> {
    let Some(output) = identity_of_output(path) else { return Ok(()) };
    let is_output = |source: &Source| match &source.place {
        Place::Path(path) => fs::metadata(path).is_ok_and(|there| identity(&there) == output),
        Place::Stdin => false,
    };
    let Some(at) = found.sources.iter().position(is_output) else { return Ok(()) };
    if let Some(path) = path {
        let what = "it is an input, which the result would replace";
        let error = io::Error::new(io::ErrorKind::InvalidInput, what);
        return Err(Unwritable { path: Some(path.to_owned()), error });
    }
    let name = found.sources.remove(at).name;
    found.notes.push(format!("{name}: left out, for the result is written to it"));
    Ok(())
}

/// The regular file that the result goes to, if it is there already.
fn identity_of_output(path: Option<&Path>) -> Option<(u64, u64)> {
    let metadata = match path {
        Some(path) => fs::metadata(path),
        None => {
            let stdout = io::stdout().as_fd().try_clone_to_owned().map(fs::File::from);
            stdout.and_then(|stdout| stdout.metadata())
        }
    };
    metadata.ok().filter(fs::Metadata::is_file).map(|metadata| identity(&metadata))
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Writes a result to standard output, or to `path` by way of a temporary file
/// beside it. A reader that closes the pipe early is no error.
pub(crate) fn write(
    path: Option<&Path>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Unwritable> {
    write_to(path, content).map_err(|error| Unwritable { path: path.map(Path::to_owned), error })
}

fn write_to(
    path: Option<&Path>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let result = match path {
        None => buffered(io::stdout().lock(), content),
        Some(path) if is_special(path) => {
            buffered(fs::OpenOptions::new().write(true).open(path)?, content)
        }
        Some(path) => return to_file(path, content),
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn buffered(
    out: impl Write,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    through(BufWriter::with_capacity(BUFFER, out), content)
}

fn through(
    mut out: impl Write,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    content(&mut out)?;
    out.flush()
}

/// A device or a pipe is written to, not replaced.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The old file stays until the new one is whole.
fn to_file(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = target(path);
    let file = temporary(&target)?;
    through(Blocks::new(file.as_file()), content)?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// A link is followed, so that what it points to is replaced, or made.
fn target(path: &Path) -> PathBuf {
    let leads_nowhere = || Some(path.parent()?.join(fs::read_link(path).ok()?));
    fs::canonicalize(path).ok().or_else(leads_nowhere).unwrap_or_else(|| path.to_owned())
}

/// Whether results written to both would be one file, by whatever names.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let target = target(path);
        let folder = fs::canonicalize(folder(&target)).ok()?;
        Some(folder.join(target.file_name()?))
    };
    !is_special(one) && (one == other || place(one).is_some_and(|one| Some(one) == place(other)))
}

/// The folder that a file is in, or shall be.
fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A new file beside the target. It is made here and not by tempfile, whose
/// errors name a file that nobody asked for; its mode is that of any new file.
fn temporary(target: &Path) -> io::Result<NamedTempFile<fs::File>> {
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let create = |path: &Path| fs::OpenOptions::new().write(true).create_new(true).open(path);
    tempfile::Builder::new().prefix(TEMPORARY).make_in(folder(target), create)
}

/// How the names of temporary files begin.
const TEMPORARY: &str = ".v6share-";
/// A temporary file is written in a moment: one that is older was left behind by a run
/// that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// Removes a temporary file that a killed run left behind.
pub(crate) fn remove_left_behind(path: &Path) {
    let is_temporary = path.file_name().is_some_and(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(TEMPORARY.as_bytes())
    });
    let changed = || fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok();
    let age = is_temporary.then(changed).flatten().and_then(|changed| changed.elapsed().ok());
    if age.is_some_and(|age| age > LEFT_BEHIND) {
        // Another run may have removed it.
        let _ = fs::remove_file(path);
    }
}
