//! What two copies of a packet have in common, in 128 bits.

use crate::decode::link::{self, Family, Payload};
use crate::model::Frame;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes fingerprints under a secret key: whoever writes the packets cannot make
/// two that are taken for one. Two different packets have the same fingerprint
/// once in 2^128 pairs.
#[derive(Clone, Debug)]
pub(super) struct Fingerprints(SipHasher13);

impl Fingerprints {
    pub(super) fn new() -> Self {
        let random = RandomState::new();
        Self(SipHasher13::new_with_keys(random.hash_one(0), random.hash_one(1)))
    }

    /// The fingerprint of the IP packet in a frame; `None` where there is none.
    pub(super) fn of(&self, frame: &Frame<'_>) -> Option<u128> {
        let Payload::Ip { offset, family } =
            link::resolve(frame.link_type?, frame.captured).payload
        else {
            return None;
        };
        let packet = frame.captured.get(offset..)?;
        let mut hasher = self.0;
        match (family, packet.first()? >> 4) {
            (Family::V4 | Family::ByNibble, 4) => {
                let packet = up_to(packet, declared(packet, 2, 0));
                // All but the time to live and the header checksum.
                for part in [0..8, 9..10, 12..packet.len()] {
                    write(&mut hasher, packet, part);
                }
                hasher.write_usize(packet.len());
            }
            (Family::V6 | Family::ByNibble, 6) => {
                let packet = up_to(packet, declared(packet, 4, 40));
                // All but the hop limit.
                for part in [0..7, 8..packet.len()] {
                    write(&mut hasher, packet, part);
                }
                hasher.write_usize(packet.len());
            }
            _ => return None,
        }
        Some(hasher.finish128().as_u128())
    }
}

fn write(hasher: &mut SipHasher13, packet: &[u8], part: std::ops::Range<usize>) {
    let end = part.end.min(packet.len());
    hasher.write(packet.get(part.start..end).unwrap_or_default());
}

/// The length that the header declares; `None` where it is cut, or 0: left to
/// the interface, and so to the end of the frame.
fn declared(packet: &[u8], at: usize, more: usize) -> Option<usize> {
    let field: &[u8; 2] = packet.get(at..)?.first_chunk()?;
    let len = usize::from(u16::from_be_bytes(*field));
    (len > 0).then_some(len + more)
}

/// Without padding and frame check sequence.
fn up_to(packet: &[u8], len: Option<usize>) -> &[u8] {
    &packet[..len.unwrap_or(packet.len()).min(packet.len())]
}
