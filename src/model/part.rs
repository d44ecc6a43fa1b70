//! A part of a capture that is read in several runs: what was asked for, and
//! where its records really begin and end.

use super::ByteRange;

/// What shall be read of an input, where that is not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The bytes in which the records begin.
    pub range: ByteRange,
    /// What is known of the first of these bytes.
    pub start: CutStart,
}

/// What the start of a range is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutStart {
    /// Any byte: the first record that begins there or behind it is looked for, as
    /// where a capture is split.
    Anywhere,
    /// A record begins there.
    Record,
}

/// A part of a capture that was read. Parts join where one begins as the one
/// before it ended: at the same byte, and with the same state of the format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Where its first record begins; 0 where the file's own header belongs to it.
    pub from: u64,
    /// Where the record behind its last one begins. Equal to `from` where it is
    /// empty.
    pub reached: u64,
    /// Bytes of the whole file.
    pub of: u64,
    /// Whether the capture ends there, be it in an error: nothing behind `reached`
    /// can be a record of it.
    pub ended: bool,
    /// What was asked for.
    pub asked: ByteRange,
    /// What reading depends on at `from` and at `reached`, such as the interfaces of
    /// a pcapng section, as a digest; empty where the format has no such thing.
    pub states: [String; 2],
    /// The SHA-256 of the file's first bytes, in hexadecimal digits: 64 KiB where
    /// there are as many.
    pub head: String,
}

impl Part {
    /// Whether no record is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.from == self.reached
    }
}
