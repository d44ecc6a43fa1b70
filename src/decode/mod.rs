//! A frame into an observation: the only place that knows the order of headers.
//!
//! The general path is the whole truth: it finds the outermost IP header behind any
//! link layer and reads it however it is cut or bent. The short path does the
//! same for the common case alone, plain Ethernet with a plain header, and declines
//! everything else; the tests hold it against the general path.

mod datagram;
mod decoder;
mod details;
mod flow;
mod general;
mod ip;
mod ipv4;
mod ipv6;
pub mod link;
mod short;
mod together;
mod trace;
mod tunnel;
mod watch;

use crate::model::LinkType;

pub use datagram::Datagram;
pub use decoder::{Decoder, decode, decode_general};
pub use details::read_details;
pub use short::Plain;
pub use together::Together;
pub use tunnel::PlainTunnel;

/// LINKTYPE_ETHERNET.
const ETHERNET: LinkType = LinkType::ETHERNET;
