//! A flow: what its packets share, and what it has sent so far.

use super::address::Ends;
use super::kind::Kind;
use super::payload::Slice;

/// What changes with every packet. Kept small: this is the memory that drawing
/// flows at random runs through.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    /// Where its headers begin among the templates.
    pub(super) template: u32,
    /// The index of its layout.
    pub(super) layout: u16,
    /// The second fragment of the datagram whose first one was sent.
    pub(super) later: Option<Later>,
    /// The counter in its transport header.
    pub(super) sequence: u32,
    /// Identification of its last datagram in fragments.
    pub(super) identification: u32,
    /// What it has sent.
    pub(super) sent: Sent,
}

/// What a flow has sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    /// Frames.
    pub(super) packets: u64,
    /// Octets of the outer IP packets.
    pub(super) octets: u64,
    /// Original lengths of the frames.
    pub(super) wire_octets: u64,
}

/// A fragment that is still to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Later {
    start: u16,
    len: u16,
    /// Octets of the datagram before it.
    pub(super) offset: u16,
}

impl Later {
    /// # Panics
    /// Never: starts and lengths of fragments fit 16 bits (see `check`).
    #[expect(clippy::cast_possible_truncation, reason = "fragments are shorter than 32,001")]
    pub(super) fn new(slice: Slice, offset: usize) -> Self {
        debug_assert!(slice.start <= 0xffff && slice.len <= 0xffff && offset <= 0xffff);
        Self { start: slice.start as u16, len: slice.len as u16, offset: offset as u16 }
    }

    /// Its payload.
    pub(super) fn slice(self) -> Slice {
        Slice { start: usize::from(self.start), len: usize::from(self.len) }
    }
}

/// What a flow is: needed when the truth is told, not when packets are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    /// The ends of the outer header; `None` where there is no IP.
    pub(super) outer: Option<Ends>,
    /// The ends of the inner header in a tunnel.
    pub(super) inner: Option<Ends>,
}
