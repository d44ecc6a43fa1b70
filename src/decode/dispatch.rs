//! Which path a frame takes.

use super::{ETHERNET, general, short};
use crate::model::{Decoded, Frame, Observation, Verdict};

/// Decodes one frame.
#[must_use]
pub fn decode(frame: &Frame<'_>) -> Decoded {
    match decode_plain(frame) {
        Some(observation) => Verdict::Ip(observation).into(),
        None => general::decode(frame),
    }
}

/// Decodes a plain frame by the short path; `None` for [`decode_general`].
///
/// Inlined into the loop that reads the records, so that the observation is
/// never written to memory.
#[inline(always)]
#[must_use]
pub fn decode_plain(frame: &Frame<'_>) -> Option<Observation> {
    if frame.link_type == Some(ETHERNET) { short::ethernet(frame) } else { None }
}

/// Decodes one frame by the general path alone: the oracle of [`decode`].
#[must_use]
pub fn decode_general(frame: &Frame<'_>) -> Decoded {
    general::decode(frame)
}
