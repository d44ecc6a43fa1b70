//! A frame into an observation: the only place that knows the order of headers.
//!
//! [`general`] is the whole truth: it finds the outermost IP header behind any
//! link layer and reads it however it is cut or bent. [`short`] does the same
//! for the common case alone, plain Ethernet with a plain header, and declines
//! everything else; the tests hold it against the general path.

mod general;
mod ip;
mod ipv4;
mod ipv6;
pub mod link;
mod short;

use crate::model::{Decoded, Frame, LinkType};

/// LINKTYPE_ETHERNET.
const ETHERNET: LinkType = LinkType(1);

/// Decodes one frame.
#[inline]
#[must_use]
pub fn decode(frame: &Frame<'_>) -> Decoded {
    if frame.link_type == Some(ETHERNET)
        && let Some(observation) = short::ethernet(frame)
    {
        return crate::model::Verdict::Ip(observation).into();
    }
    general::decode(frame)
}

/// Decodes one frame by the general path alone: the oracle of [`decode`].
#[must_use]
pub fn decode_general(frame: &Frame<'_>) -> Decoded {
    general::decode(frame)
}
