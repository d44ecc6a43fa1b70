//! Linux netfilter log (LINKTYPE_NFLOG).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Family    |  Version (0)  |          Resource ID          |
//! +---------------+---------------+-------------------------------+
//! |  Length, with these 4 octets  |             Type              |  any number of
//! +-------------------------------+-------------------------------+  times, padded
//! |  Value ...                                                    |  to 4 octets
//! ```
//!
//! Lengths and types are in the byte order of the capturing machine, which a
//! file does not tell: types are below 256, so that the first one shows it.

use super::HeaderError;
use super::field::fixed_header;
use crate::model::EtherType;

const FAMILY: usize = 0;
/// NFULA_PACKET_HDR: hardware protocol (BE), hook.
const PACKET_HEADER: u16 = 1;
/// NFULA_PAYLOAD: the packet.
const PAYLOAD: u16 = 9;
const ALIGNMENT: usize = 4;

fixed_header! {
    struct Preamble(4);
}

fixed_header! {
    struct Attribute(4);
}

/// What is said of one packet.
#[derive(Clone, Copy, Debug)]
pub struct Nflog {
    /// The AF_ number of Linux.
    pub family: u8,
    /// The hardware protocol, where it comes before the packet.
    pub protocol: Option<EtherType>,
    /// Where the packet starts; `None` when there is none.
    pub payload: Option<usize>,
}

impl Nflog {
    /// The header at the start of `bytes`, up to the packet.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`] when `bytes` end within an attribute that
    /// comes before the packet, [`HeaderError::Malformed`] when an attribute is
    /// shorter than its own header.
    pub fn new_checked(bytes: &[u8]) -> Result<Self, HeaderError> {
        let preamble = Preamble::new_checked(bytes)?.0;
        let mut nflog = Self { family: preamble[FAMILY], protocol: None, payload: None };
        let mut at = Preamble::LEN;
        let order = byte_order(bytes.get(at..).unwrap_or_default());
        while at < bytes.len() {
            let rest = &bytes[at..];
            let [len_0, len_1, type_0, type_1] = *Attribute::new_checked(rest)?.0;
            let len = usize::from(order([len_0, len_1]));
            if len < Attribute::LEN {
                return Err(HeaderError::Malformed);
            }
            match order([type_0, type_1]) {
                PAYLOAD => {
                    nflog.payload = Some(at + Attribute::LEN);
                    return Ok(nflog);
                }
                PACKET_HEADER => nflog.protocol = protocol(rest),
                _ => {}
            }
            at += len.next_multiple_of(ALIGNMENT);
        }
        // The last attribute may lack its padding, no more.
        if at - bytes.len() < ALIGNMENT { Ok(nflog) } else { Err(HeaderError::Truncated) }
    }
}

/// How to read two octets, by the type of the first attribute.
fn byte_order(attributes: &[u8]) -> fn([u8; 2]) -> u16 {
    match attributes {
        [_, _, 0, low, ..] if *low != 0 => u16::from_be_bytes,
        _ => u16::from_le_bytes,
    }
}

/// The hardware protocol of a packet header attribute.
fn protocol(attribute: &[u8]) -> Option<EtherType> {
    let field = attribute.get(Attribute::LEN..).and_then(<[u8]>::first_chunk)?;
    Some(EtherType(u16::from_be_bytes(*field)))
}
