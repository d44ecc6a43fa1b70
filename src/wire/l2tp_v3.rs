//! L2TP version 3 over UDP (RFC 3931, section 4.1.2.1). Over IP the session ID
//! comes first; where it is 0, the message is of the control connection.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+---------------------+-------+-------------------------------+
//! |T|      Reserved       |  Ver  |           Reserved            |  UDP alone
//! +-+---------------------+-------+-------------------------------+
//! |                          Session ID                           |
//! +---------------------------------------------------------------+
//! | Cookie (0, 4 or 8 octets), sublayer (0 or 4), payload ...
//! ```
//!
//! The lengths of cookie and sublayer are agreed on when the session is set up:
//! no header says them.

use super::field::{be32, fixed_header};

/// T and all that is reserved 0, version 3.
const DATA: u32 = 0x0003_0000;

fixed_header! {
    /// What UDP needs before the session.
    pub struct L2tpV3Udp(4);
}

impl L2tpV3Udp<'_> {
    /// True for a data message of version 3.
    #[must_use]
    pub fn is_data(self) -> bool {
        be32(self.0, 0) == DATA
    }
}

fixed_header! {
    /// The session.
    pub struct L2tpV3Session(4);
}

impl L2tpV3Session<'_> {
    /// True for a message of the control connection.
    #[must_use]
    pub fn is_control(self) -> bool {
        be32(self.0, 0) == 0
    }
}
