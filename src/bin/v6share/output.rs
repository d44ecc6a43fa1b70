//! Where the result goes: standard output, or a file that appears whole.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 16;

/// Writes a result to standard output, or to `path` by way of a temporary file
/// beside it. A reader that closes the pipe early is no error.
pub(crate) fn write(
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
    let mut out = BufWriter::with_capacity(BUFFER, out);
    content(&mut out)?;
    out.flush()
}

/// A device or a pipe is written to, not replaced.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The old file stays until the new one is whole. A link is followed, so that
/// what it points to is replaced.
fn to_file(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".v6share-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: the umask decides, not the secrecy of temporary files.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    buffered(file.as_file(), content)?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}
