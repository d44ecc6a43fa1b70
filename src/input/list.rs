//! Lists of inputs (`--files-from`): one path a line, or between NUL bytes, as
//! `find` and `find -print0` write them.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// A file that names inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileList {
    /// Where it is; `-` is standard input.
    pub path: PathBuf,
    /// What stands between two paths.
    pub separator: Separator,
}

/// What stands between two paths of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// The end of a line, also that of DOS.
    Newline,
    /// A NUL byte, so that a path may hold anything else.
    Nul,
}

impl FileList {
    /// Whether the list itself comes from standard input.
    pub(super) fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }

    /// Reads all paths of the list, in its order. Paths may be of any bytes.
    ///
    /// # Errors
    /// When it cannot be read, or is no list of lines.
    pub(super) fn read(&self) -> io::Result<Vec<OsString>> {
        let mut bytes = Vec::new();
        if self.is_stdin() {
            io::stdin().read_to_end(&mut bytes)?;
        } else {
            File::open(&self.path)?.read_to_end(&mut bytes)?;
        }
        entries(&bytes, self.separator)
    }
}

fn entries(bytes: &[u8], separator: Separator) -> io::Result<Vec<OsString>> {
    let entries = match separator {
        Separator::Nul => bytes.split(|byte| *byte == 0).collect::<Vec<_>>(),
        Separator::Newline if bytes.contains(&0) => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a list of lines: it holds NUL bytes, as a capture does, and a list that is separated by them",
            ));
        }
        Separator::Newline => {
            let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let line = |line| <[u8]>::strip_suffix(line, b"\r").unwrap_or(line);
            text.split(|byte| *byte == b'\n').map(line).filter(|line| !is_blank(line)).collect()
        }
    };
    let named = entries.into_iter().filter(|entry| !entry.is_empty());
    Ok(named.map(|entry| OsString::from_vec(entry.to_vec())).collect())
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], separator: Separator) -> Vec<Vec<u8>> {
        entries(bytes, separator).unwrap().into_iter().map(OsString::into_vec).collect()
    }

    #[test]
    fn lines_of_any_kind() {
        let list = b"\xef\xbb\xbfa b.pcap\r\n\n  \t\r\n\xff\xfe.pcap\n c \nlast";
        let expected: [&[u8]; 4] = [b"a b.pcap", b"\xff\xfe.pcap", b" c ", b"last"];
        assert_eq!(read(list, Separator::Newline), expected);
        assert!(read(b"", Separator::Newline).is_empty());
    }

    #[test]
    fn nul_lets_a_path_hold_anything_else() {
        let expected: [&[u8]; 3] = [b"a\nb\r", b" ", b"c"];
        assert_eq!(read(b"a\nb\r\0 \0\0c\0", Separator::Nul), expected);
    }

    #[test]
    fn a_capture_is_no_list() {
        assert!(entries(b"\xd4\xc3\xb2\xa1\x02\0", Separator::Newline).is_err());
    }

    #[test]
    fn a_list_that_is_not_there_is_an_error() {
        let list = FileList { path: "no/such/list".into(), separator: Separator::Nul };
        assert_eq!(list.read().unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
