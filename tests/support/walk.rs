//! The readers of captures alone, without decoding: what frames they hand on.

use std::io::{self, Read};
use std::ops::ControlFlow;
use v6share::capture::{self, Capture, Chain, FIRST_BYTES, Sink, Stop, StreamReader};
use v6share::model::{Frame, Head};

/// What is compared of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub link_type: Option<u16>,
    /// Nanoseconds since the epoch.
    pub time: Option<i64>,
    pub captured: Vec<u8>,
    pub original: u32,
    pub fcs_len: u8,
    pub interface: u32,
}

/// How reading went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub format: &'static str,
    pub frames: Vec<Seen>,
    /// Where the next record would begin.
    pub end: usize,
    pub stop: Stop,
}

/// Keeps all frames, up to a limit after which it asks to stop.
#[derive(Debug)]
pub struct Keep {
    pub frames: Vec<Seen>,
    pub limit: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self { frames: Vec::new(), limit: usize::MAX }
    }
}

impl Sink for Keep {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        if self.frames.len() == self.limit {
            return ControlFlow::Break(());
        }
        self.frames.push(Seen {
            link_type: frame.link_type.map(|link_type| link_type.0),
            time: frame.timestamp.map(v6share::model::Timestamp::nanoseconds),
            captured: frame.captured.to_vec(),
            original: frame.original_len,
            fcs_len: frame.fcs_len,
            interface: frame.interface,
        });
        ControlFlow::Continue(())
    }
}

/// Takes by its head what it can, as whole frames the rest.
#[derive(Debug, Default)]
pub struct Heads {
    pub keep: Keep,
    /// Frames that came as heads.
    pub taken: usize,
    /// Frames offered as heads.
    pub offered: usize,
}

impl Sink for Heads {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        self.keep.frame(frame)
    }

    /// Every other one that is captured within the head.
    fn head(&mut self, head: &Head<'_>) -> bool {
        self.offered += 1;
        let Some(captured) = head.bytes.get(..head.captured_len as usize) else { return false };
        if self.offered.is_multiple_of(2) {
            return false;
        }
        self.taken += 1;
        self.keep.frames.push(Seen {
            link_type: Some(1),
            time: Some(head.timestamp.nanoseconds()),
            captured: captured.to_vec(),
            original: head.original_len,
            fcs_len: head.fcs_len,
            interface: 0,
        });
        true
    }
}

/// Reads a slice from its first to its last record; `None` when it is no
/// capture, or not one beyond its header.
pub fn slice(bytes: &[u8]) -> Option<Reading> {
    let first = &bytes[..bytes.len().min(FIRST_BYTES)];
    let (capture, at) = capture::detect(first, first.len() == bytes.len()).ok()??;
    let format = capture.format();
    let mut keep = Keep::default();
    let walk = match capture {
        Capture::Pcap(mut chain) => chain.read(bytes, at, bytes.len(), &mut keep),
        Capture::PcapNg(mut chain) => chain.read(bytes, at, bytes.len(), &mut keep),
        Capture::Erf(mut chain) => chain.read(bytes, at, bytes.len(), &mut keep),
        Capture::Snoop(mut chain) => chain.read(bytes, at, bytes.len(), &mut keep),
    };
    Some(Reading { format, frames: keep.frames, end: walk.end, stop: walk.stop })
}

/// Reads the same from a stream that gives a few bytes at a time.
pub fn stream(bytes: &[u8], chunk: usize) -> Option<Reading> {
    let mut reader = StreamReader::new(Trickle { rest: bytes, chunk });
    reader.fill(FIRST_BYTES);
    let (capture, at) = capture::detect(reader.data(), reader.ended()).ok()??;
    let format = capture.format();
    let mut keep = Keep::default();
    let go_on = |_: &mut Keep| ControlFlow::Continue(());
    let end = match capture {
        Capture::Pcap(chain) => reader.read_chain(chain, at, &mut keep, go_on),
        Capture::PcapNg(chain) => reader.read_chain(chain, at, &mut keep, go_on),
        Capture::Erf(chain) => reader.read_chain(chain, at, &mut keep, go_on),
        Capture::Snoop(chain) => reader.read_chain(chain, at, &mut keep, go_on),
    };
    let offset = usize::try_from(end.offset).expect("it is an offset into a slice");
    assert_eq!(end.left, bytes.len() - offset);
    assert!(end.error.is_none());
    Some(Reading { format, frames: keep.frames, end: offset, stop: end.stop })
}

/// Gives at most `chunk` bytes at a time.
pub struct Trickle<'a> {
    pub rest: &'a [u8],
    pub chunk: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = self.chunk.min(self.rest.len()).min(into.len());
        let (now, later) = self.rest.split_at(len);
        into[..len].copy_from_slice(now);
        self.rest = later;
        Ok(len)
    }
}
