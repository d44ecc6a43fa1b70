//! What the link layer says about its payload.

use crate::model::{Anomalies, EtherType, NotIp, Undecodable};

/// What the link layer says about its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where the outermost IP header is, or why there is none.
    pub payload: Payload,
    /// Octets at the end of the frame that the link layer itself says are no
    /// payload: the frame check sequence that radiotap flags tell, the ICV of
    /// MACsec. Padding that only the IP header's length reveals is not in it.
    pub trailer: u8,
    /// What was odd on the way.
    pub anomalies: Anomalies,
}

/// The payload of the link layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// An IP header is said to start here.
    Ip {
        /// Octets of the captured bytes before it; equal to their number when
        /// the frame is cut exactly there.
        offset: usize,
        /// The family that the link layer names.
        family: Family,
    },
    /// The payload is something else.
    NotIp(NotIp),
    /// The payload cannot be told.
    Undecodable(Undecodable),
}

/// The IP version by the link layer's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
    /// The link layer does not say: the version nibble decides (LINKTYPE_RAW,
    /// MPLS without an explicit null label).
    ByNibble,
}

/// With which header the payload of a tunnel begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) enum FirstHeader {
    /// An Ethernet header.
    Ethernet,
    /// The payload of this EtherType.
    EtherType(EtherType),
    /// An MPLS label stack.
    Mpls,
    /// PPP, in HDLC-like framing or without.
    Ppp,
    /// An IEEE 802.11 header.
    Ieee80211,
    /// An IEEE 802.11 header with the octets of its control fields swapped.
    SwappedIeee80211,
}
