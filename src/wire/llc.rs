//! Logical link control (IEEE 802.2) and the subnetwork access protocol
//! (IEEE 802, clause 9; RFC 1042).
//!
//! ```text
//! +--------+--------+---------+- - - - +   +--------+--------+--------+--------+--------+
//! |  DSAP  |  SSAP  | Control | ...    |   |  Organisation (OUI)      | Protocol (PID)  |
//! +--------+--------+---------+- - - - +   +--------+--------+--------+--------+--------+
//!                     1 octet: unnumbered    follows where both SAPs are 0xaa and the
//!                     2 octets: the rest     control is 0x03, unnumbered information
//! ```

use super::field::{be16, fixed_header};

/// Unnumbered information: the control field of every datagram.
const UNNUMBERED_INFORMATION: u8 = 0x03;
/// The response bit of the SSAP.
const RESPONSE: u8 = 0x01;

fixed_header! {
    /// The LLC header up to the first octet of its control field.
    pub struct Llc(3);
}

impl Llc<'_> {
    /// The SAP that says that SNAP follows.
    pub const SNAP: u8 = 0xaa;

    /// Destination service access point: what the payload is.
    #[inline]
    #[must_use]
    pub fn dsap(self) -> u8 {
        self.0[0]
    }

    /// Source service access point without its response bit.
    #[inline]
    #[must_use]
    pub fn ssap(self) -> u8 {
        self.0[1] & !RESPONSE
    }

    /// True for a datagram; other control fields belong to a connection.
    #[inline]
    #[must_use]
    pub fn is_information(self) -> bool {
        self.0[2] == UNNUMBERED_INFORMATION
    }

    /// True when a SNAP header follows.
    #[inline]
    #[must_use]
    pub fn is_snap(self) -> bool {
        self.dsap() == Self::SNAP && self.ssap() == Self::SNAP && self.is_information()
    }
}

fixed_header! {
    /// The SNAP header that follows an LLC header.
    pub struct Snap(5);
}

impl Snap<'_> {
    /// Whose protocol numbers [`Self::pid`] belongs to.
    #[inline]
    #[must_use]
    pub fn oui(self) -> [u8; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }

    /// Protocol identifier; an EtherType for OUI 00-00-00.
    #[inline]
    #[must_use]
    pub fn pid(self) -> u16 {
        be16(self.0, 3)
    }
}
