//! The encapsulation device of OpenBSD and its kin (LINKTYPE_ENC): packets
//! that IPsec has opened or is about to close.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |              Address family (host byte order)                 |
//! +---------------------------------------------------------------+
//! |                 Security parameter index                      |
//! +---------------------------------------------------------------+
//! |                           Flags                               |
//! +---------------------------------------------------------------+
//! ```

/// Octets of the header; its first four are those of
/// [`Loopback`](super::loopback::Loopback).
pub const LEN: usize = 12;
