//! Frames that were captured twice: at a mirror port that shows both directions
//! of a link, at two interfaces, in a loop.
//!
//! Two frames are copies where the IP packet in them is the same octet for octet
//! as far as it was captured, but for the TTL or hop limit and the IPv4 header
//! checksum, which a router changes. What stands before the packet (VLAN tags,
//! MPLS labels, MAC addresses) and behind it (padding, FCS) does not matter.
//! Frames without an IP packet are never copies.
//!
//! To tell them takes the frames of an input in order: with `--dedup` each input
//! is read by one worker, so that the outcome depends on nothing but the input.

mod fingerprint;
mod probe;
mod sequential;
mod window;
mod without;

pub(super) use probe::probe;
pub(super) use sequential::Sequential;
pub(super) use window::Seen;
pub(super) use without::WithoutCopies;
