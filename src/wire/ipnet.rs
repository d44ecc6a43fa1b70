//! The ipnet device of Solaris (LINKTYPE_IPNET).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |    Version    | Address family|           Hook type           |
//! +---------------+---------------+-------------------------------+
//! |  Length, interface and group indexes, zones: 20 octets        |
//! +---------------------------------------------------------------+
//! ```

use super::field::fixed_header;

const FAMILY: usize = 1;

fixed_header! {
    /// Twenty-four octets.
    pub struct Ipnet(24);
}

impl Ipnet<'_> {
    /// AF_INET of Solaris.
    pub const AF_INET: u8 = 2;
    /// AF_INET6 of Solaris.
    pub const AF_INET6: u8 = 26;

    /// The AF_ number.
    #[must_use]
    pub fn family(self) -> u8 {
        self.0[FAMILY]
    }
}
