//! The word before the payload of a pseudowire or of an associated channel
//! (RFC 4385, sections 3 and 5; RFC 5586, section 2).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+---+-----------+-------------------------------+
//! |0 0 0 0| Flags |FRG|  Length   |        Sequence number        |  control word
//! +-------+-------+---+-----------+-------------------------------+
//! |0 0 0 1|Version|   Reserved    |         Channel type          |  associated channel
//! +-------+-------+---------------+-------------------------------+
//! ```

use super::field::{be16, fixed_header};

const CHANNEL_TYPE: usize = 2;

fixed_header! {
    /// Four octets whose first nibble says which of the two they are.
    pub struct ChannelWord(4);
}

impl ChannelWord<'_> {
    /// The first nibble of a control word.
    pub const CONTROL_NIBBLE: u8 = 0;
    /// The first nibble of an associated channel.
    pub const CHANNEL_NIBBLE: u8 = 1;
    /// Channel type of IPv4 (RFC 4385, section 6).
    pub const IPV4: u16 = 0x0021;
    /// Channel type of IPv6 (ibid.).
    pub const IPV6: u16 = 0x0057;

    /// What the associated channel carries.
    #[inline]
    #[must_use]
    pub fn channel_type(self) -> u16 {
        be16(self.0, CHANNEL_TYPE)
    }
}
