//! From a link type and captured bytes to the outermost IP header, or to the
//! name of why there is none.
//!
//! One file holds one family of link layers and the order of its headers. None
//! opens the header of another: each opens one and says what is `step::Next`, and
//! `walk` goes on from there. So nothing recurses, however deep headers lie
//! in headers, and each header is read once.

mod assigned;
mod atm;
mod bsd;
mod by_link_type;
mod cable;
mod envelope;
mod ether_type;
mod ethernet;
mod frame_relay;
mod hdlc;
mod juniper;
mod linux;
mod llc;
mod mpls;
mod outcome;
mod ppp;
mod record;
mod ring;
mod step;
mod walk;
mod wireless;

#[cfg(test)]
mod layers;

pub(in crate::decode) use ether_type::family;
pub(in crate::decode) use linux::is_told_by_protocol;
pub(in crate::decode) use outcome::FirstHeader;
pub use outcome::{Family, Link, Payload};
pub(in crate::decode) use step::Next;
pub use walk::{facts, resolve};
pub(in crate::decode) use walk::{facts_of_head, resolve_carried, resolve_watched};
