//! A line and what stands around it.

/// A line among the bytes around it, so that what reads many bytes at once can do so at
/// the ends of a line too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near<'w> {
    /// Some bytes before the line, the line, and all bytes behind it.
    pub bytes: &'w [u8],
    /// Where the line begins in them.
    skip: usize,
}

/// Bytes before a line that are read at once with it, at most.
const BEFORE: usize = 16;

impl<'w> Near<'w> {
    /// The line that begins at `start`.
    #[inline(always)]
    pub(crate) fn new(bytes: &'w [u8], start: usize) -> Self {
        let skip = start.min(BEFORE);
        Self { bytes: bytes.get(start - skip..).unwrap_or_default(), skip }
    }

    /// Where the line begins in them.
    #[inline(always)]
    pub(crate) fn start(self) -> usize {
        self.skip
    }
}
