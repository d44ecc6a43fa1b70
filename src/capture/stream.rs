//! A capture whose bytes come in order, once: a pipe or a compressed file.

use super::chain::{Chain, Sink, Stop};
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Bytes read before records are looked at: enough to make the move of the
/// last, incomplete record cheap, and little enough to stay in the cache.
const FILL: usize = 256 << 10;

/// A reader with a window that grows to the largest record and no further.
#[derive(Debug)]
pub struct StreamReader<R> {
    inner: R,
    /// As large as the largest window was: what is behind `end` is room.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the stream of `buffer[start]`.
    offset: u64,
    ended: bool,
    error: Option<io::Error>,
}

/// How a stream ended.
#[derive(Debug)]
pub struct StreamEnd {
    /// Offset of the first byte that belongs to no whole record.
    pub offset: u64,
    /// Bytes left over from there.
    pub left: usize,
    /// Why no further record was read.
    pub stop: Stop,
    /// What the reader said, where it failed. All bytes that came before are
    /// read.
    pub error: Option<io::Error>,
}

impl<R: Read> StreamReader<R> {
    /// A window over `inner`, empty at first.
    pub fn new(inner: R) -> Self {
        Self { inner, buffer: Vec::new(), start: 0, end: 0, offset: 0, ended: false, error: None }
    }

    /// The reader.
    pub fn inner(&self) -> &R {
        &self.inner
    }

    /// The bytes of the window.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Offset in the stream of the window's first byte.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// True when the window holds the rest of the stream.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// What the reader said, where it failed.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads until the window holds `needed` bytes, or the stream ends, or it
    /// fails (which ends it).
    pub fn fill(&mut self, needed: usize) {
        if self.data().len() >= needed {
            return;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < needed && !self.ended {
            // Twice what is there at the most: a record may say that it is long, and
            // there need not be that much.
            let room = needed.max(FILL).min(self.end.max(FILL) * 2);
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            match self.inner.read(&mut self.buffer[self.end..room]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
                Err(error) => {
                    self.error = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// Moves the window on by `bytes` of those in it.
    pub fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// Reads a chain to its end, beginning `first` bytes into the window. After
    /// each window `tick` is called; on `Break` reading stops there.
    pub fn read_chain<C: Chain, S: Sink>(
        &mut self,
        mut chain: C,
        first: usize,
        sink: &mut S,
        mut tick: impl FnMut(&mut S) -> ControlFlow<()>,
    ) -> StreamEnd {
        self.consume(first);
        let mut needed = 1;
        loop {
            self.fill(needed.max(FILL));
            let len = self.data().len();
            let walk = chain.read(self.data(), 0, len, sink);
            self.consume(walk.end);
            let stop = match walk.stop {
                Stop::Incomplete { needed: all, .. } if !self.ended => {
                    needed = usize::try_from(all).unwrap_or(usize::MAX);
                    None
                }
                Stop::Limit if !self.ended => None,
                stop => Some(stop),
            };
            let stop = stop.or_else(|| tick(sink).is_break().then_some(Stop::Sink));
            if let Some(stop) = stop {
                let error = self.take_error();
                return StreamEnd { offset: self.offset, left: self.data().len(), stop, error };
            }
        }
    }
}
