//! A large buffer over the stored bytes that can be looked into before it is
//! read: what starts here, a compressed stream, padding, or nothing at all.

use std::io::{self, BufRead, Read};

/// Stored bytes read at a time: large enough that system calls do not count
/// beside decompression, small enough for a second-level cache.
pub(super) const READ_AHEAD: usize = 256 * 1024;

/// The least a buffer holds: all that is ever peeked at.
const LEAST: usize = 512;

/// A buffered reader with a view ahead.
pub(super) struct ReadAhead {
    source: Box<dyn Read + Send>,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Bytes that were read past, from the start of the input.
    taken: u64,
    /// The source said so once; a terminal is not asked a second time.
    ended: bool,
}

impl ReadAhead {
    /// Over a source of which `stored` bytes are expected, if that is known:
    /// thousands of small files need no large buffers.
    pub(super) fn new(source: impl Read + Send + 'static, stored: Option<u64>) -> Self {
        let stored = stored.map_or(READ_AHEAD, |len| usize::try_from(len).unwrap_or(READ_AHEAD));
        let size = stored.clamp(LEAST, READ_AHEAD);
        Self {
            source: Box::new(source),
            buffer: vec![0; size].into(),
            start: 0,
            end: 0,
            taken: 0,
            ended: false,
        }
    }

    /// The same, where the source starts at this place of its input.
    pub(super) fn at(self, position: u64) -> Self {
        Self { taken: position, ..self }
    }

    /// Where in the input this stands.
    pub(super) fn position(&self) -> u64 {
        self.taken
    }

    /// The next `count` bytes without reading them, fewer only at the end.
    /// Waits for them.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        debug_assert!(count <= LEAST, "nobody peeks further");
        if self.start + count > self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < count && !self.ended {
            self.fill()?;
        }
        let present = count.min(self.end - self.start);
        Ok(&self.buffer[self.start..self.start + present])
    }

    /// Reads past zero bytes, which pad archives to a block of their medium;
    /// whether anything follows them.
    pub(super) fn skip_zeros(&mut self) -> io::Result<bool> {
        loop {
            let ahead = self.fill_buf()?;
            if ahead.is_empty() {
                return Ok(false);
            }
            let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
            let other = zeros < ahead.len();
            self.consume(zeros);
            if other {
                return Ok(true);
            }
        }
    }

    /// Reads past `count` bytes.
    ///
    /// # Errors
    /// `UnexpectedEof` when there are fewer.
    pub(super) fn skip(&mut self, mut count: u64) -> io::Result<()> {
        while count > 0 {
            let present = self.fill_buf()?.len();
            if present == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let step = usize::try_from(count).map_or(present, |count| count.min(present));
            self.consume(step);
            count -= step as u64;
        }
        Ok(())
    }

    /// Adds what one read gives; there is room behind `end`.
    fn fill(&mut self) -> io::Result<()> {
        let read = self.source.read(&mut self.buffer[self.end..])?;
        self.end += read;
        self.ended = read == 0;
        Ok(())
    }
}

impl BufRead for ReadAhead {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end && !self.ended {
            (self.start, self.end) = (0, 0);
            self.fill()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.taken += count as u64;
    }
}

impl Read for ReadAhead {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end && !self.ended && out.len() >= self.buffer.len() {
            let read = self.source.read(out)?;
            self.taken += read as u64;
            self.ended = read == 0;
            return Ok(read);
        }
        let ahead = self.fill_buf()?;
        let count = ahead.len().min(out.len());
        out[..count].copy_from_slice(&ahead[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a read.
    struct Drip(Vec<u8>);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() || out.is_empty() {
                return Ok(0);
            }
            out[0] = self.0.remove(0);
            Ok(1)
        }
    }

    #[test]
    fn peeks_without_losing_a_byte() {
        let all: Vec<u8> = (0..=255).cycle().take(2000).collect();
        let mut ahead = ReadAhead::new(Drip(all.clone()), Some(1));
        let mut read = Vec::new();
        loop {
            let seen = ahead.peek(8).unwrap().to_vec();
            assert_eq!(seen, all[read.len()..all.len().min(read.len() + 8)]);
            let mut some = [0; 7];
            let count = ahead.read(&mut some).unwrap();
            if count == 0 {
                break;
            }
            read.extend_from_slice(&some[..count]);
        }
        assert_eq!(read, all);
    }

    #[test]
    fn a_large_read_goes_past_the_buffer() {
        let all = vec![7; 5000];
        let mut ahead = ReadAhead::new(io::Cursor::new(all.clone()), Some(1));
        ahead.peek(3).unwrap();
        let mut read = Vec::new();
        ahead.read_to_end(&mut read).unwrap();
        assert_eq!(read, all);
    }

    #[test]
    fn skips_zeros_and_counts() {
        let mut bytes = vec![0; 1500];
        bytes.extend_from_slice(b"abc");
        let mut ahead = ReadAhead::new(io::Cursor::new(bytes), Some(1));
        assert!(ahead.skip_zeros().unwrap());
        ahead.skip(2).unwrap();
        assert_eq!(ahead.peek(9).unwrap(), b"c");
        assert_eq!(ahead.skip(2).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(!ahead.skip_zeros().unwrap());
    }
}
