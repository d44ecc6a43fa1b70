//! A run of members that is decoded by itself: from a place where a member seems
//! to begin to the first end of a member behind its limit.
//!
//! It tells where it ended, so that the next run can be believed or not. What it says
//! is wrong with a member is for who comes to it in order: there may be no member.

use super::block::Block;
use super::members::{Boundary, Engine, Members};
use std::io;
use std::ops::ControlFlow;

/// A run that is being decoded.
pub(super) struct MemberRun<E> {
    start: u64,
    limit: u64,
    members: Members<E>,
}

/// What is decoded at a time.
pub(super) struct Decoded {
    pub(super) block: Block,
    /// Up to where the stored bytes are decoded with this block.
    pub(super) stored: u64,
}

/// Where a run ended, as a place of the stored bytes, or why.
#[derive(Debug)]
pub(super) enum End {
    /// A member ended, and the next one would begin here.
    Member(u64),
    /// The last member ended, and the file here.
    File(u64),
    /// A member cannot be decoded, or not be read, further than to the last block.
    Broken(io::Error),
}

impl<E: Engine> MemberRun<E> {
    /// Of members of which nothing was read.
    pub(super) fn new(members: Members<E>, limit: u64) -> Self {
        Self { start: members.position(), limit, members }
    }

    /// Where it begins.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Decodes until the block is full or the run ends.
    pub(super) fn fill(&mut self, mut bytes: Box<[u8]>) -> (Decoded, Option<End>) {
        let (mut len, mut end) = (0, None);
        while len < bytes.len() && end.is_none() {
            match self.step(&mut bytes[len..]) {
                Ok(ControlFlow::Continue(decoded)) => len += decoded,
                Ok(ControlFlow::Break(why)) => end = Some(why),
                Err(error) => end = Some(End::Broken(error)),
            }
        }
        (Decoded { block: Block { bytes, len }, stored: self.members.position() }, end)
    }

    fn step(&mut self, out: &mut [u8]) -> io::Result<ControlFlow<End, usize>> {
        match self.members.boundary()? {
            Boundary::Within => {}
            Boundary::End(at) => return Ok(ControlFlow::Break(End::File(at))),
            Boundary::Member(at) if at >= self.limit => {
                return Ok(ControlFlow::Break(End::Member(at)));
            }
            Boundary::Member(_) => self.members.start()?,
        }
        self.members.step(out).map(ControlFlow::Continue)
    }
}
