//! Copies among the first frames of an input.

/// How many of the first IP frames of an input are copies of one seen shortly
/// before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SuspectedCopies {
    /// IP frames looked at.
    pub frames: u64,
    /// Those that are copies.
    pub copies: u64,
}

impl SuspectedCopies {
    /// Whether there are so many that the user should know: 10 in 100, and three
    /// at least. Retransmissions without a change (repeated announcements,
    /// acknowledgements, empty datagrams of IPv6) are copies too, and rarely more
    /// than 5 in 100.
    #[must_use]
    pub fn are_many(&self) -> bool {
        self.copies >= 3 && self.copies * 10 >= self.frames
    }
}
