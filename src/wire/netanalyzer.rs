//! The header of Hilscher's netANALYZER (LINKTYPE_NETANALYZER).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---+-------+-+-+-------------------------------+
//! |    Errors     |Por|Version|T|E|       Frame length (LE)       |
//! +---------------+---+-------+-+-+-------------------------------+
//! ```

use super::field::fixed_header;

const KIND: usize = 1;
const EVENT: u8 = 0x01;

fixed_header! {
    /// Four octets.
    pub struct NetAnalyzer(4);
}

impl NetAnalyzer<'_> {
    /// True for an event on an input of the card, in the guise of a frame.
    #[must_use]
    pub fn is_event(self) -> bool {
        self.0[KIND] & EVENT != 0
    }
}
