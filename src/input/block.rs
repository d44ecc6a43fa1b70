//! Decoded bytes that are handed from one thread to another, and the half of their
//! reader that does not depend on how.

use std::io;

/// Decoded bytes.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) bytes: Box<[u8]>,
    /// How many of them are filled.
    pub(super) len: usize,
}

/// The block that is being read.
#[derive(Debug, Default)]
pub(super) struct BlockReader {
    block: Block,
    /// Bytes of the block that were read.
    at: usize,
}

impl BlockReader {
    /// Goes on with another block: the bytes of the one before, to be filled again.
    pub(super) fn go_on(&mut self, block: Block) -> Box<[u8]> {
        self.at = 0;
        std::mem::replace(&mut self.block, block).bytes
    }

    /// Whether nothing of the block is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.block.len
    }

    /// Reads from what is left of the block.
    pub(super) fn read(&mut self, out: &mut [u8]) -> usize {
        let left = &self.block.bytes[self.at..self.block.len];
        let count = left.len().min(out.len());
        out[..count].copy_from_slice(&left[..count]);
        self.at += count;
        count
    }
}

/// The error where a thread has not done what it had to: that is no end of the
/// stream.
pub(super) fn failed() -> io::Error {
    io::Error::other("the thread that decompresses has failed")
}
