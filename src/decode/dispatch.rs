//! Which path a frame takes.

use super::{ETHERNET, general, short};
use crate::model::{Decoded, Frame, Verdict};

/// Decodes one frame.
#[inline]
#[must_use]
pub fn decode(frame: &Frame<'_>) -> Decoded {
    if frame.link_type == Some(ETHERNET)
        && let Some(observation) = short::ethernet(frame)
    {
        return Verdict::Ip(observation).into();
    }
    general::decode(frame)
}

/// Decodes one frame by the general path alone: the oracle of [`decode`].
#[must_use]
pub fn decode_general(frame: &Frame<'_>) -> Decoded {
    general::decode(frame)
}
