//! Views over the headers that etherparse lacks, one header a file.
//!
//! Every view has one gate, `new_checked`, that takes the bytes from the
//! header's start on; what it returns cannot fail any more. A view knows its
//! own header and nothing of the order of headers: that is the room `decode`.
//! Headers that etherparse has (Ethernet II, IEEE 802.1Q, MACsec, all above
//! the network layer) are read through etherparse and have no file here.

mod field;
mod header_error;

pub mod llc;
pub mod loopback;
pub mod sll;
pub mod sll2;

pub use header_error::HeaderError;
