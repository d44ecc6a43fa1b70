//! Radiotap: what a radio knew of an IEEE 802.11 frame (radiotap.org).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |  Version (0)  |      Pad      |    Length of all (LE)         |
//! +---------------+---------------+-------------------------------+
//! |  Present (LE): bit 0 TSFT, bit 1 Flags, ..., bit 31 another   |
//! +---------------------------------------------------------------+
//! |  Fields in the order of their bits, each aligned to its size ...
//! ```

use super::HeaderError;
use super::field::{fixed_header, le16, le32};

const VERSION: usize = 0;
const LENGTH: usize = 2;
const PRESENT: usize = 4;
const PRESENT_LEN: usize = 4;

const HAS_TSFT: u32 = 1;
const HAS_FLAGS: u32 = 1 << 1;
const ANOTHER_WORD: u32 = 1 << 31;
/// Octets and alignment of the TSFT field.
const TSFT_LEN: usize = 8;

/// The frame includes its frame check sequence.
const FCS_AT_END: u8 = 0x10;
/// The 802.11 header is padded to a multiple of four octets.
const DATA_PAD: u8 = 0x20;

fixed_header! {
    /// The part before the fields.
    struct Preamble(8);
}

/// The whole header.
#[derive(Clone, Copy, Debug)]
pub struct Radiotap<'a> {
    header: &'a [u8],
    flags: u8,
}

impl<'a> Radiotap<'a> {
    /// The header at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does,
    /// [`HeaderError::Malformed`] for another version or a length below 8.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let preamble = Preamble::new_checked(bytes)?.0;
        let len = usize::from(le16(preamble, LENGTH));
        if preamble[VERSION] != 0 || len < Preamble::LEN {
            return Err(HeaderError::Malformed);
        }
        let header = bytes.get(..len).ok_or(HeaderError::Truncated)?;
        Ok(Self { header, flags: flags(header, le32(preamble, PRESENT)) })
    }

    /// Octets of the header.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.header.len()
    }

    /// True when the frame ends with its frame check sequence.
    #[must_use]
    pub fn has_fcs(self) -> bool {
        self.flags & FCS_AT_END != 0
    }

    /// True when the 802.11 header is padded to a multiple of four octets.
    #[must_use]
    pub fn is_padded(self) -> bool {
        self.flags & DATA_PAD != 0
    }
}

/// The Flags field; no flag is set where there is none.
fn flags(header: &[u8], present: u32) -> u8 {
    if present & HAS_FLAGS == 0 {
        return 0;
    }
    let (words, _) = header[PRESENT..].as_chunks::<PRESENT_LEN>();
    let more = words.iter().take_while(|word| le32(word, 0) & ANOTHER_WORD != 0).count();
    let mut at = PRESENT + (more + 1) * PRESENT_LEN;
    if present & HAS_TSFT != 0 {
        at = at.next_multiple_of(TSFT_LEN) + TSFT_LEN;
    }
    header.get(at).copied().unwrap_or(0)
}
