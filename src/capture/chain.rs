//! A chain of records: what every capture format has in common.

use crate::model::{Frame, Head, HeadColumnsRef, IpVersion};
use std::ops::ControlFlow;

/// The largest record that is believed, in bytes. The largest snap length that
/// any capture program sets is 128 MiB (USB); what claims more is damage, and
/// believing it would let eight bytes of a pipe ask for gigabytes of memory.
pub(super) const MAX_RECORD: u32 = 128 << 20;

/// Takes the frames of a capture one after the other.
pub trait Sink {
    /// Takes one frame. After `Break` the frame counts as not read.
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()>;

    /// Takes an Ethernet frame by its start alone, where that is enough; else it
    /// comes as a whole to [`Sink::frame`] at once.
    #[inline(always)]
    fn head(&mut self, _: &Head<'_>) -> bool {
        false
    }

    /// Whether it takes Ethernet frames sorted by family, by [`Self::heads`], in any
    /// order.
    #[inline(always)]
    fn takes_sorted(&self) -> bool {
        false
    }

    /// Takes records whose frames seem to be plain packets of one family, by their
    /// heads, which `head_of` gives, and which lie in `columns` as well: at most
    /// [`BATCH`](super::BATCH) of them, of each of which [`Head::PLAIN`] bytes were
    /// captured. Those that it refuses are moved to the front, and it says how many they
    /// are; they come as wholes to [`Self::refused`]. After `Break` none of them counts as
    /// read.
    #[inline(always)]
    fn heads<'d, R: Copy>(
        &mut self,
        _: IpVersion,
        records: &mut [R],
        _: HeadColumnsRef<'_>,
        _: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        ControlFlow::Continue(records.len())
    }

    /// Takes a frame of which it refused the head.
    #[inline]
    fn refused(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        self.frame(frame)
    }
}

/// A sink that only walks.
pub(super) struct Walker;

impl Sink for Walker {
    #[inline]
    fn frame(&mut self, _: Frame<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How far a chain was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Where the next record begins: an offset into the slice.
    pub end: usize,
    /// Why it was read no further.
    pub stop: Stop,
}

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The next record begins at the limit or after it.
    Limit,
    /// The slice ends within the next record.
    Incomplete {
        /// What the record is called in this format.
        unit: &'static str,
        /// Bytes it needs from its start, as far as can be seen.
        needed: u64,
    },
    /// What stands at `end` cannot be a record.
    Malformed(String),
    /// The sink asked for it.
    Sink,
}

/// What reading the next record depends on, at a boundary between two records.
///
/// Two chains that are equal read the same bytes in the same way: that is how
/// pieces read apart from each other are proven to join.
pub trait Chain: Clone + PartialEq + Send {
    /// Whether [`Chain::guess`] can find anything.
    const GUESSABLE: bool;
    /// Whether records can change what reading the next ones depends on.
    const CHANGES: bool = false;

    /// Reads the records that begin in `data[from..until]`, whole ones only: a
    /// record may reach beyond `until`, but not beyond `data`.
    fn read<S: Sink>(&mut self, data: &[u8], from: usize, until: usize, sink: &mut S) -> Walk;

    /// Reads the one record at `at`, as [`Chain::read`] does, and gives where the
    /// next one begins: for those who read in many places by turns.
    ///
    /// # Errors
    /// Why there is none, or the sink's wish.
    #[inline(always)]
    fn step<S: Sink>(&mut self, data: &[u8], at: usize, sink: &mut S) -> Result<usize, Stop> {
        self.step_whole(data, at, sink)
    }

    /// The same by [`Chain::read`].
    #[inline(never)]
    fn step_whole<S: Sink>(&mut self, data: &[u8], at: usize, sink: &mut S) -> Result<usize, Stop> {
        let walk = self.read(data, at, at.saturating_add(1), sink);
        if walk.stop == Stop::Limit { Ok(walk.end) } else { Err(walk.stop) }
    }

    /// Goes over the records that begin in `data[from..until]`, as [`Chain::read`]
    /// does, and hands them to nobody.
    fn walk(&mut self, data: &[u8], from: usize, until: usize) -> Walk {
        self.read(data, from, until, &mut Walker)
    }

    /// A digest of what reading on depends on beside the file's header: equal where
    /// the chains are. Empty where nothing can change.
    fn state(&self) -> String {
        String::new()
    }

    /// The first offset at or after `from` where a chain of records plausibly
    /// begins. A guess: who uses it proves it later.
    fn guess(&self, data: &[u8], from: usize) -> Option<usize>;
}

/// The bytes `data[at..at + N]`, if they are there.
#[inline]
pub(super) fn bytes_at<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk().copied()
}

/// Byte order of the fields of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    /// The 32-bit field.
    #[inline]
    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    /// The 16-bit field.
    #[inline]
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    /// The signed 64-bit field.
    pub(super) fn i64(self, bytes: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        }
    }
}
