//! What every reader of a flow log is to the pipeline, whatever its format.

use super::FlowSink;
use crate::error::Position;

/// Bytes of an input in their order: all of it where it is mapped, else what has
/// come and was not yet consumed.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The bytes.
    pub data: &'a [u8],
    /// Where the first of them lies in the content (after decompression).
    pub offset: u64,
    /// True where nothing follows.
    pub ended: bool,
}

/// How far a reader came with a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that need not be shown again. Where it is 0, nothing stopped it and
    /// the window had not ended, the reader asks for a longer one.
    pub consumed: usize,
    /// Why the reader will read no more of this input, where it will not.
    pub stop: Option<FlowStop>,
}

/// Why a reader ended before the input did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowStop {
    /// The sink asked for it.
    Sink,
    /// The bytes are not what they must be: where, what, and what to do.
    Malformed {
        /// Where it is.
        at: Position,
        /// What is wrong, and what to do about it.
        what: String,
    },
    /// The input ends in the middle of something.
    CutShort {
        /// Where that begins.
        at: Position,
        /// What it is.
        unit: &'static str,
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that are there.
        present: u64,
    },
}

/// Reads the records of one input. Total on any bytes; its memory does not grow
/// with the input.
pub trait FlowReader {
    /// The format's word in the report.
    fn format(&self) -> &'static str;

    /// Reads whole records of `window` and hands them on.
    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress;

    /// A reader for a stretch of the lines that follow `window`'s first one which
    /// is still to be read, where stretches that begin at a line can be read side
    /// by side and added up in any order; `None` where one record depends on
    /// another. Asked once, after the reader has read what stands at the front.
    fn split(&self, _window: Window<'_>) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}
