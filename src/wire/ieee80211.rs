//! IEEE 802.11 MAC headers (IEEE 802.11-2020, 9.2.4 and 9.3.2).
//!
//! ```text
//! +---------+----------+-----------+-----------+-----------+----------+
//! | Control | Duration | Address 1 | Address 2 | Address 3 | Sequence |
//! |    2    |    2     |     6     |     6     |     6     |    2     |
//! +---------+----------+-----------+-----------+-----------+----------+
//! + - - - - - - -+ - - - - - - + - - - - - - -+---------
//! |  Address 4   | QoS control |  HT control  | Body ...
//! |      6       |      2      |      4       |
//! + - - - - - - -+ - - - - - - + - - - - - - -+---------
//!  to and from DS   QoS data     QoS and +HTC
//! ```
//!
//! Management and control frames have shorter headers; of them only the frame
//! control field is read. All numbers are little-endian.

use super::HeaderError;
use super::field::{fixed_header, le16};

const VERSION_MASK: u8 = 0x03;
const TYPE_MASK: u8 = 0x0c;
const NO_BODY: u8 = 0x40;
const QOS: u8 = 0x80;

const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const PROTECTED: u8 = 0x40;
const PLUS_HTC: u8 = 0x80;

/// Octets up to the sequence control field.
const SHORT_LEN: usize = 24;
const SEQUENCE: usize = 22;
const FRAGMENT_MASK: u16 = 0x000f;
const ADDRESS_4_LEN: usize = 6;
const QOS_LEN: usize = 2;
const HT_LEN: usize = 4;

const AMSDU: u16 = 0x0080;
const MESH: u16 = 0x0100;

/// The four types of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameType {
    /// Beacons, association, authentication and the like.
    Management,
    /// Acknowledgements, requests to send and the like.
    Control,
    /// Data, or a data frame that has none.
    Data,
    /// Of other physical layers.
    Extension,
}

/// The frame control field, with which every frame starts.
#[derive(Clone, Copy, Debug)]
pub struct FrameControl([u8; 2]);

impl FrameControl {
    /// The field at the start of `bytes`.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the field does.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        bytes.first_chunk().copied().map(Self).ok_or(HeaderError::Truncated)
    }

    /// The field whose two octets have changed places, as some access points
    /// hand it to their controllers.
    #[must_use]
    pub fn swapped(self) -> Self {
        let [first, second] = self.0;
        Self([second, first])
    }

    /// The protocol version; only 0 has the headers described here.
    #[must_use]
    pub fn version(self) -> u8 {
        self.0[0] & VERSION_MASK
    }

    /// The type.
    #[must_use]
    pub fn frame_type(self) -> FrameType {
        match self.0[0] & TYPE_MASK {
            0x00 => FrameType::Management,
            0x04 => FrameType::Control,
            0x08 => FrameType::Data,
            _ => FrameType::Extension,
        }
    }

    /// True for the data frames that carry no data (Null, QoS Null, CF-Ack).
    #[must_use]
    pub fn is_null(self) -> bool {
        self.0[0] & NO_BODY != 0
    }

    /// True when the body is encrypted.
    #[must_use]
    pub fn is_protected(self) -> bool {
        self.0[1] & PROTECTED != 0
    }

    /// True when another station than the first sender's may be named.
    fn has_address_4(self) -> bool {
        self.0[1] & (TO_DS | FROM_DS) == TO_DS | FROM_DS
    }

    /// True when the frame comes out of a distribution system.
    fn is_from_ds(self) -> bool {
        self.0[1] & FROM_DS != 0
    }

    fn is_qos(self) -> bool {
        self.0[0] & QOS != 0
    }

    /// The same bit asks for strict ordering where there is no QoS control.
    fn has_ht_control(self) -> bool {
        self.is_qos() && self.0[1] & PLUS_HTC != 0
    }
}

/// The header of a data frame.
#[derive(Clone, Copy, Debug)]
pub struct DataHeader {
    control: FrameControl,
    sequence: u16,
    /// 0 where there is no QoS control field.
    qos: u16,
    len: usize,
}

impl DataHeader {
    /// The header at the start of `bytes`, which must be a data frame's; its
    /// frame control field is given as it should be.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end before the header does.
    pub fn new_checked(control: FrameControl, bytes: &[u8]) -> Result<Self, HeaderError> {
        let short: &[u8; SHORT_LEN] = bytes.first_chunk().ok_or(HeaderError::Truncated)?;
        let mut len = SHORT_LEN;
        let mut qos = 0;
        if control.has_address_4() {
            len += ADDRESS_4_LEN;
        }
        if control.is_qos() {
            let field = bytes.get(len..).and_then(<[u8]>::first_chunk);
            qos = u16::from_le_bytes(*field.ok_or(HeaderError::Truncated)?);
            len += QOS_LEN;
        }
        if control.has_ht_control() {
            len += HT_LEN;
        }
        if bytes.len() < len {
            return Err(HeaderError::Truncated);
        }
        Ok(Self { control, sequence: le16(short, SEQUENCE), qos, len })
    }

    /// The same where the octets of the sequence control field have changed
    /// places, as those of the frame control field have.
    #[must_use]
    pub fn with_swapped_sequence(self) -> Self {
        Self { sequence: self.sequence.swap_bytes(), ..self }
    }

    /// Octets of the header, without what a driver may have padded it with.
    #[must_use]
    pub fn header_len(self) -> usize {
        self.len
    }

    /// True for a fragment that is not the first.
    #[must_use]
    pub fn is_later_fragment(self) -> bool {
        self.sequence & FRAGMENT_MASK != 0
    }

    /// True when the body is a sequence of subframes (A-MSDU).
    #[must_use]
    pub fn is_aggregate(self) -> bool {
        self.qos & AMSDU != 0
    }

    /// True when the body may start with a mesh control field: the bit means
    /// something else in a frame of an infrastructure network.
    #[must_use]
    pub fn may_be_mesh(self) -> bool {
        self.qos & MESH != 0 && self.control.is_from_ds()
    }
}

const ADDRESS_EXTENSION: u8 = 0x03;

fixed_header! {
    /// The mesh control field without its addresses (9.2.4.7.3): flags, time to
    /// live and a sequence number.
    pub struct MeshControl(6);
}

impl MeshControl<'_> {
    /// Octets with the extended addresses; `None` when the flags have a value
    /// that the standard reserves.
    #[must_use]
    pub fn header_len(self) -> Option<usize> {
        match self.0[0] {
            flags @ 0..ADDRESS_EXTENSION => Some(Self::LEN + usize::from(flags) * ADDRESS_4_LEN),
            _ => None,
        }
    }
}

/// Octets of the header of an A-MSDU's subframe: two addresses and a length
/// (9.3.2.2.2); LLC follows.
pub const SUBFRAME_LEN: usize = 14;
