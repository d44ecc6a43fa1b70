//! Tunnels: from the outer IP header to the inner one.

mod open;

pub(super) use open::{Tunnel, open};
