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

    /// What is left after `octets` more and the EtherType that follows them.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when the rest ends before.
    pub(super) fn ether_type_after(self, octets: usize) -> Opened<'a> {
        let rest = self.skip(octets)?;
        let field: &[u8; 2] = rest.bytes.first_chunk().ok_or(HeaderError::Truncated)?;
        let ether_type = EtherType(u16::from_be_bytes(*field));
        rest.skip(field.len())?.is(Next::EtherType(ether_type))
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
pub(in crate::decode) enum Next {
    /// A whole frame of this link type.
    LinkType(LinkType),
    /// An Ethernet header.
    Ethernet,
    /// The payload of this EtherType (or, below 1536, length).
    EtherType(EtherType),
    /// An LLC header (IEEE 802.2).
    Llc,
    /// The payload of ATM with LLC multiplexing or without (RFC 2684).
    Atm,
    /// A network layer protocol identifier (ISO/IEC TR 9577).
    Nlpid,
    /// A PPPoE header.
    Pppoe,
    /// An MPLS label stack.
    Mpls,
    /// A PPP packet, in HDLC-like framing or without.
    Ppp,
    /// A PPP packet without any framing.
    PppProtocol,
    /// Cisco's HDLC framing.
    CiscoHdlc,
    /// A Frame Relay address.
    FrameRelay,
    /// An IEEE 802.11 header.
    Ieee80211(WlanForm),
    /// An IP header: the end of the walk.
    Ip(Family),
    /// Something else: the end of the walk.
    NotIp(NotIp),
}

/// How the header of an IEEE 802.11 data frame was handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) enum WlanForm {
    /// As it was sent.
    AsSent,
    /// By a driver that pads it to a multiple of four octets.
    PaddedToFour,
    /// By an access point that swaps the octets of the frame control and the
    /// sequence control fields.
    Swapped,
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
