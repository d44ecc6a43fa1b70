//! CAPWAP: the header of the data channel (RFC 5415, sections 4.1 to 4.3).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-------+---------+---------+---------+-+-+-+-+-+-+-----+
//! |Version| Type  |  HLEN   |   RID   |  WBID   |T|F|L|W|M|K|  0  |
//! +-------+-------+---------+---------+---------+-+-+-+-+-+-+-----+
//! |          Fragment ID          |     Fragment offset     |  0  |
//! +-------------------------------+-------------------------+-----+
//! | Radio MAC address (M), wireless information (W) ...
//! ```
//!
//! HLEN counts words of four octets. Type 1 is DTLS: its header has four octets,
//! and a DTLS record follows.

use super::field::{be16, be32, fixed_header};

const DTLS: u32 = 0x0100_0000;

const WORD: usize = 4;
const LENGTH_SHIFT: u8 = 3;
const BINDING_MASK: u8 = 0x3e;
const NATIVE_FRAME: u8 = 0x01;
const FRAGMENT: u8 = 0x80;
const KEEPALIVE: u8 = 0x08;
const RESERVED: u8 = 0x07;
const LAST_RESERVED: u16 = 0x0007;
/// The binding of IEEE 802.11 (RFC 5416).
const IEEE80211: u8 = 1;

/// What follows the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapwapPayload {
    /// Ethernet.
    Ieee8023,
    /// IEEE 802.11.
    Ieee80211,
    /// The frame of another radio.
    OtherRadio,
    /// A fragment.
    Fragment,
    /// Nothing: the channel is kept alive.
    KeepAlive,
}

fixed_header! {
    /// The header without what is optional.
    pub struct Capwap(8);
}

impl Capwap<'_> {
    /// True for version 0 in the clear, reserved bits 0 and a length that holds
    /// the header itself.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.0[0] == 0
            && self.header_len() >= Self::LEN
            && self.0[3] & RESERVED == 0
            && be16(self.0, 6) & LAST_RESERVED == 0
    }

    /// True when what a fragment alone needs is 0.
    #[must_use]
    pub fn is_exact(self) -> bool {
        be32(self.0, 4) == 0
    }

    /// Octets with all that is optional.
    #[must_use]
    pub fn header_len(self) -> usize {
        usize::from(self.0[1] >> LENGTH_SHIFT) * WORD
    }

    /// What follows.
    #[must_use]
    pub fn payload(self) -> CapwapPayload {
        let [.., binding, flags, _, _, _, _] = *self.0;
        if flags & KEEPALIVE != 0 {
            CapwapPayload::KeepAlive
        } else if flags & FRAGMENT != 0 {
            CapwapPayload::Fragment
        } else if binding & NATIVE_FRAME == 0 {
            CapwapPayload::Ieee8023
        } else if (binding & BINDING_MASK) >> 1 == IEEE80211 {
            CapwapPayload::Ieee80211
        } else {
            CapwapPayload::OtherRadio
        }
    }
}

/// Application data of DTLS.
const APPLICATION_DATA: u8 = 23;
/// The major number of every version of DTLS.
const DTLS_MAJOR: u8 = 0xfe;
const DTLS_LENGTH: usize = 15;

fixed_header! {
    /// The header of CAPWAP over DTLS, and that of the record (RFC 6347,
    /// section 4.1): type, version, epoch, sequence number, length.
    pub struct CapwapDtls(17);
}

impl CapwapDtls<'_> {
    /// True for a record of application data.
    #[must_use]
    pub fn is_data(self) -> bool {
        be32(self.0, 0) == DTLS && self.0[4] == APPLICATION_DATA && self.0[5] == DTLS_MAJOR
    }

    /// Octets of the record behind its header.
    #[must_use]
    pub fn record_len(self) -> u16 {
        be16(self.0, DTLS_LENGTH)
    }
}
