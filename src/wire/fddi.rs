//! FDDI MAC header (ISO 9314-2).
//!
//! ```text
//! +---------------+-------------------+-------------------+
//! | Frame control |  Destination (6)  |    Source (6)     |
//! +---------------+-------------------+-------------------+
//! ```

use super::field::fixed_header;

/// The bits `FF` of `CLFF ZZZZ`.
const FORMAT_MASK: u8 = 0x30;
const LLC: u8 = 0x10;

fixed_header! {
    /// Thirteen octets.
    pub struct Fddi(13);
}

impl Fddi<'_> {
    /// True when an LLC header follows; tokens, MAC and station management
    /// frames carry none.
    #[must_use]
    pub fn is_llc(self) -> bool {
        self.0[0] & FORMAT_MASK == LLC
    }
}
