//! Reading a table: its lines, its bytes, and what went wrong.

use crate::error::{Cause, Error, Position};
use crate::fields::Near;
use std::io::{self, BufRead, BufReader, Read};
use std::iter;

/// Bytes of a line, at most: an AS set of a thousand members fits.
const MAX_LINE: u64 = 64 << 10;
/// Bytes of a table that is held in memory whole, at most: four times what the
/// largest database in use takes.
const MAX_WHOLE: u64 = 4 << 30;

/// What is wrong with a table, and where.
#[derive(Debug)]
pub struct Trouble {
    position: Option<Position>,
    what: What,
}

#[derive(Debug)]
enum What {
    /// The bytes could not be had.
    Io(io::Error),
    /// The bytes are not what they should be.
    Content { what: String, advice: &'static str },
}

/// What to do about a line or a record that is wrong.
const REPAIR: &str = "nothing of the table is used; repair it or get it again";

impl Trouble {
    /// A line, counted from 1, is wrong.
    pub(super) fn at_line(line: u64, what: impl Into<String>) -> Self {
        Self { position: Some(Position::Line(line)), ..Self::content(what, REPAIR) }
    }

    /// The bytes at an offset in the content are wrong.
    pub(super) fn at_byte(offset: u64, what: impl Into<String>) -> Self {
        // Offsets are those of the content; the pipeline knows of compression.
        Self { position: Some(Position::Byte(offset)), ..Self::content(what, REPAIR) }
    }

    /// The table as a whole is wrong.
    #[must_use]
    pub fn content(what: impl Into<String>, advice: &'static str) -> Self {
        Self { position: None, what: What::Content { what: what.into(), advice } }
    }

    /// The table as a whole is damaged.
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::content(what, REPAIR)
    }

    /// The reader's own error, where it is one: a stream knows more about those.
    ///
    /// # Errors
    /// The trouble itself where the content is wrong.
    pub fn into_io(self) -> Result<io::Error, Self> {
        match self.what {
            What::Io(error) => Ok(error),
            what @ What::Content { .. } => Err(Self { what, ..self }),
        }
    }

    /// The error of an input.
    #[must_use]
    pub fn into_error(self, input: &str) -> Error {
        let cause = match self.what {
            What::Io(error) => Cause::Io(error),
            What::Content { what, advice } => Cause::Table { what, advice },
        };
        Error { input: input.to_owned(), position: self.position, cause }
    }

    /// The same trouble in an input that was compressed.
    #[must_use]
    pub fn after_decompression(mut self) -> Self {
        if let Some(Position::Byte(offset)) = self.position {
            self.position = Some(Position::DecompressedByte(offset));
        }
        self
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self { position: None, what: What::Io(error) }
    }
}

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'b> {
    /// Counted from 1.
    pub(super) number: u64,
    /// The line among the bytes that were read with it.
    pub(super) near: Near<'b>,
    len: usize,
}

impl<'b> Line<'b> {
    /// The line that `bytes` have from `start` to `end`.
    #[inline(always)]
    pub(super) fn new(number: u64, bytes: &'b [u8], start: usize, end: usize) -> Self {
        let end = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        Self { number, near: Near::new(bytes, start), len: end - start }
    }

    /// The same line behind so many others.
    pub(super) fn numbered(self, before: u64) -> Self {
        Self { number: before + self.number, ..self }
    }

    /// Where it ends in the bytes around it.
    #[inline(always)]
    pub(super) fn end(&self) -> usize {
        self.near.start() + self.len
    }

    /// Its bytes; they need not be text.
    #[inline(always)]
    pub(super) fn bytes(&self) -> &'b [u8] {
        self.near.bytes.get(self.near.start()..self.end()).unwrap_or_default()
    }

    /// The line as text, without the mark that some programs begin UTF-8 with.
    ///
    /// # Errors
    /// When it is not UTF-8, or longer than any line of a table.
    pub(super) fn text(&self) -> Result<&'b str, Trouble> {
        if self.len as u64 >= MAX_LINE {
            let what = format!("longer than {MAX_LINE} bytes: this is no table in text");
            return Err(Trouble::at_line(self.number, what));
        }
        match std::str::from_utf8(self.bytes()) {
            Ok(line) => Ok(line.trim_start_matches('\u{feff}')),
            Err(_) => Err(Trouble::at_line(self.number, "not UTF-8 text")),
        }
    }
}

/// The lines of a text. Most lie whole in the reader's buffer, and stay there.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    /// Bytes of the buffer that were taken; it keeps them until it is read out.
    used: usize,
    /// A line that does not lie whole in the buffer.
    line: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        let input = BufReader::with_capacity(64 << 10, input);
        Self { input, used: 0, line: Vec::new(), number: 0 }
    }

    /// The next line.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Trouble> {
        let start = self.used;
        let rest = self.input.buffer().get(start..).unwrap_or_default();
        let Some(len) = memchr::memchr(b'\n', rest) else { return self.gathered() };
        self.number += 1;
        self.used = start + len + 1;
        Ok(Some(Line::new(self.number, self.input.buffer(), start, start + len)))
    }

    /// A line that does not lie whole in the buffer.
    #[cold]
    fn gathered(&mut self) -> Result<Option<Line<'_>>, Trouble> {
        self.input.consume(std::mem::take(&mut self.used));
        self.line.clear();
        if self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let end = self.line.len() - usize::from(self.line.ends_with(b"\n"));
        Ok(Some(Line::new(self.number, &self.line, 0, end)))
    }
}

/// The lines of a text that lies in memory.
pub(super) fn lines_of(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let (mut start, mut number) = (0, 0);
    iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest).map_or(text.len(), |len| start + len);
        number += 1;
        let line = Line::new(number, text, start, end);
        start = end + 1;
        Some(line)
    })
}

/// All bytes of a table.
///
/// # Errors
/// When they cannot be read, or are more than 4 GiB.
pub fn whole(input: impl Read) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    input.take(MAX_WHOLE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WHOLE {
        return Err(Trouble::content(
            "larger than 4 GiB",
            "give a table: a networks file, prefix-to-AS text, an MRT table dump, an mmdb database or delegated statistics",
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_lose_their_ends() {
        let mut lines = Lines::new(&b"\xef\xbb\xbfone\r\n\ntwo"[..]);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, line.text().unwrap().to_owned()));
        }
        assert_eq!(all, [(1, "one".into()), (2, String::new()), (3, "two".into())]);
    }

    #[test]
    fn a_line_that_the_buffer_cuts_is_whole() {
        let lines: Vec<_> = (0..20_000).map(|at| "x".repeat(at % 13)).collect();
        let mut read = Lines::new(io::Cursor::new(lines.join("\n") + "\n"));
        for (number, line) in (1..).zip(&lines) {
            let read = read.next().unwrap().unwrap();
            assert_eq!((read.number, read.bytes()), (number, line.as_bytes()));
        }
        assert!(read.next().unwrap().is_none());
    }

    #[test]
    fn what_is_no_text_is_told() {
        let long = vec![b'x'; 1 << 17];
        for (bytes, why) in [(&b"\xff\n"[..], "not UTF-8"), (&long, "longer than")] {
            let mut lines = Lines::new(bytes);
            let read = lines.next().and_then(|line| line.map_or(Ok(""), |line| line.text()));
            let message = read.unwrap_err().into_error("t").to_string();
            assert!(message.starts_with("t: in line 1: ") && message.contains(why), "{message}");
        }
    }
}
