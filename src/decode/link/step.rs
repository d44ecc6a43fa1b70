//! One step of the walk through the link layer: what comes next, and where.

use super::Family;
use crate::model::{EtherType, LinkType, NotIp, Undecodable};
use crate::wire::HeaderError;

/// What is left of a frame after the headers that were opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'a> {
    /// The captured bytes from the next header on; always a suffix of the frame.
    pub(super) bytes: &'a [u8],
    /// Octets at the frame's end that the headers so far said are no payload.
    pub(super) trailer: u8,
}

impl<'a> Rest<'a> {
    /// The whole frame.
    pub(super) fn of(captured: &'a [u8]) -> Self {
        Self { bytes: captured, trailer: 0 }
    }

    /// What is left after `octets` more.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when there are fewer.
    #[inline]
    pub(super) fn skip(self, octets: usize) -> Result<Self, HeaderError> {
        let bytes = self.bytes.get(octets..).ok_or(HeaderError::Truncated)?;
        Ok(Self { bytes, ..self })
    }

    /// The same with `octets` more at the frame's end that are no payload.
    pub(super) fn with_trailer(self, octets: u8) -> Self {
        Self { trailer: self.trailer.saturating_add(octets), ..self }
    }

    /// Names what starts here.
    #[inline]
    pub(super) fn is(self, next: Next) -> Opened<'a> {
        Ok(Step { next, rest: self })
    }
}

/// What starts at the rest of the frame.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    /// A whole frame of this link type.
    LinkType(LinkType),
    /// An Ethernet header.
    Ethernet,
    /// The payload of this EtherType (or, below 1536, length).
    EtherType(EtherType),
    /// An LLC header (IEEE 802.2).
    Llc,
    /// An IP header: the end of the walk.
    Ip(Family),
    /// Something else: the end of the walk.
    NotIp(NotIp),
}

/// What starts where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    pub(super) next: Next,
    pub(super) rest: Rest<'a>,
}

/// The outcome of opening one header: the next one, or why none can be told.
pub(super) type Opened<'a> = Result<Step<'a>, Undecodable>;

impl From<HeaderError> for Undecodable {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Truncated => Self::TruncatedLinkHeader,
            HeaderError::Malformed => Self::MalformedLinkHeader,
        }
    }
}
