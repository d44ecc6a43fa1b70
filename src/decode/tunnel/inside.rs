//! What a tunnel's header says of its payload.

use super::super::link::{Family, FirstHeader};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};

/// A tunnel's header that was opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened<'a> {
    /// The mechanism.
    pub(super) mechanism: Encapsulation,
    /// Its layer in the path, where it has one of its own.
    pub(super) layer: Option<TunnelLayer>,
    /// What proves it on a UDP port.
    pub(super) proof: Proof,
    /// What follows.
    pub(super) inside: Inside<'a>,
}

/// What proves that a datagram on a tunnel's port is of the tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The tunnel's header itself.
    Header,
    /// A valid IP header inside, its length field included.
    Packet,
}

impl Proof {
    /// The header's own form, where it is `exact`.
    pub(super) fn of_header(exact: bool) -> Self {
        if exact { Self::Header } else { Self::Packet }
    }
}

/// What a tunnel's header says that it carries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inside<'a> {
    /// An IP packet.
    Ip(Family, Span<'a>),
    /// A link layer's frame, from this header on.
    Link(FirstHeader, Span<'a>),
    /// A packet that is encrypted or compressed.
    Opaque,
    /// No packet of the tunnel's user: a message, or a copy.
    Nothing,
    /// Nobody can say: the header is cut or not valid.
    Unknown,
}
