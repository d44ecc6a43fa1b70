//! Tunnels: from the outer IP header to the inner one.
//!
//! One file holds one mechanism, or several that share a header. None opens the
//! payload of its own: each says what is `Inside`, and `open` goes on from
//! there, so that nothing recurses.
//!
//! # What is believed
//! A *protocol number* says by itself that a tunnel is there: the mechanism
//! stands, whatever is inside. A *UDP port* says nothing by itself. There, one
//! of two proofs is asked for: `Proof::Header`, where the tunnel's own header
//! has so many fixed bits (reserved fields at 0, a known type, a length that is
//! right) that nothing else looks like it; else `Proof::Packet`, an IP header
//! inside with its version, its header length and a length that fits what the
//! headers before it declare. Without its proof a datagram is native.
//!
//! # When the inner header is known
//! It is known where at least its first octet was captured, all that was
//! captured of it is valid, and its lengths fit what the outer headers declare
//! (never what happens to be captured). Where the snap length cuts it before
//! its length field, the family stands and the octets are 0, as for an outer
//! header; a UDP datagram needs `Proof::Header` then.
//!
//! # When the inside is unknown
//! `inner_unknown` is set where a mechanism is believed that carries a packet
//! which cannot be seen: encrypted or compressed; cut before the first octet of
//! the inner IP header; a later fragment; not valid, with a protocol number
//! before it; deeper than the limit. It is not set where what is inside is seen
//! and is no IP packet (ARP, LCP, a keepalive, a handshake), nor where it is a
//! copy that is carried to somebody who watches (ERSPAN): such a packet is
//! counted by its outer header, with its mechanism told.
//!
//! # What is not opened
//! IP headers quoted in ICMP errors, in NHRP and in control messages of LISP are
//! no tunnels. Neither is a PIM Register here (RFC 7761, section 4.9.3): the
//! packet inside is one that a router hands to another so that it finds the
//! tree, and many are empty. GTP', LISP with keys, and fragments of CAPWAP are
//! left native.

mod ayiya;
mod by_protocol;
mod by_record;
mod capwap;
mod esp;
mod geneve;
mod gre;
mod gtp_u;
mod inner;
mod inside;
mod ip_in_ip;
mod l2tp;
mod lisp;
mod open;
mod short;
mod span;
mod teredo;
mod translation;
mod udp;
mod vxlan;
mod wireguard;

#[cfg(test)]
mod packets;

pub(super) use by_record::by_record;
pub(super) use open::{Tunnel, open};
pub use short::PlainTunnel;
pub(super) use short::plain;
