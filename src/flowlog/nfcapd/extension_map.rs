//! Flow records of layout 1 and the maps of their optional fields.
//!
//! ```text
//! type 1:  type 2, size 2, flags 1, exporter 1, map 2, msec first 2, last 2,
//!          first 4, last 4, forwarding 1, TCP flags 1, protocol 1, tos 1,
//!          source port 2, destination port 2
//! type 10: the same with flags 2, map 2, and at the end exporter 2, reserved 2
//! then:    addresses (8 or 32), packets (4 or 8), octets (4 or 8), and the
//!          extensions of the map in its order
//! map:     type 2, size 2, id 2, length of all 2, the ids 2 each, 0
//! ```

use super::field::{address, long, octet, short, word};
use super::parts::Parts;
use crate::model::Sampling;

/// Octets of each extension by its number (nfdump 1.6.25); 0 for the required
/// ones, which stand before the map's, and for numbers that are reserved.
const LENGTHS: [u8; 50] = [
    0, 0, 0, 0, 4, 8, 4, 8, 4, 4, 16, 4, 16, 4, 4, 8, 4, 8, 4, 8, 16, 16, 40, 4, 16, 4, 8, 8, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 20, 4, 8, 32, 24, 24, 72, 0, 24, 12, 0, 8, 0,
];
const INTERFACES_2: usize = 4;
const INTERFACES_4: usize = 5;
const MULTIPLE: usize = 8;
const OUT_PACKETS_4: usize = 14;
const OUT_PACKETS_8: usize = 15;
const OUT_OCTETS_4: usize = 16;
const OUT_OCTETS_8: usize = 17;
const NSEL_COMMON: usize = 37;
const NEL_COMMON: usize = 46;

const IPV6_ADDRESSES: u16 = 1;
const PACKETS_64: u16 = 2;
const OCTETS_64: u16 = 4;
const EVENT: u16 = 64;
const SAMPLED: u16 = 128;

/// No such extension in a map.
const ABSENT: u16 = u16::MAX;

/// Where the optional fields of a record lie behind its required ones.
struct ExtensionMap {
    at: [u16; LENGTHS.len()],
}

/// The maps of a file by their numbers.
#[derive(Default)]
pub(super) struct ExtensionMaps {
    maps: Vec<Option<Box<ExtensionMap>>>,
}

impl ExtensionMaps {
    /// Takes a map record; false where it is cut. What stands behind an extension
    /// of unknown length cannot be found, and is left out.
    pub(super) fn learn(&mut self, record: &[u8]) -> bool {
        let Some(id) = short(record, 4) else { return false };
        // The initial number, which some files keep, stands for the first slot.
        let id = if id == u16::MAX { 0 } else { usize::from(id) };
        let mut map = ExtensionMap { at: [ABSENT; LENGTHS.len()] };
        let mut next = 0_u16;
        for index in 0.. {
            let number = match short(record, 8 + 2 * index) {
                None | Some(0) => break,
                Some(number) => usize::from(number),
            };
            let Some(length) = LENGTHS.get(number) else { break };
            map.at[number] = next;
            next = next.saturating_add(u16::from(*length));
        }
        if self.maps.len() <= id {
            self.maps.resize_with(id + 1, || None);
        }
        self.maps[id] = Some(Box::new(map));
        true
    }

    /// Puts what a flow record of type 1 or 10 tells into `parts`, and gives the
    /// number of its exporter; `None` where it is too short for what its flags
    /// promise.
    #[inline]
    pub(super) fn parts(&self, record: &[u8], wide: bool, parts: &mut Parts) -> Option<u16> {
        let (flags, exporter, required) = if wide {
            (short(record, 4)?, short(record, 28)?, 32)
        } else {
            (u16::from(octet(record, 4)?), u16::from(octet(record, 5)?), 28)
        };
        *parts = Parts {
            first: time(word(record, 12)?, short(record, 8)?),
            last: time(word(record, 16)?, short(record, 10)?),
            protocol: octet(record, 22)?,
            ports: (short(record, 24)?, short(record, 26)?),
            event: flags & EVENT != 0,
            sampling: if flags & SAMPLED != 0 { Sampling::Scaled } else { Sampling::Unknown },
            ..Parts::default()
        };
        let mut at = required;
        if flags & IPV6_ADDRESSES != 0 {
            parts.v6 = Some((address(record, at)?, address(record, at + 16)?));
            at += 32;
        } else {
            parts.v4 = Some((word(record, at)?, word(record, at + 4)?));
            at += 8;
        }
        for (counter, bit) in [(&mut parts.packets, PACKETS_64), (&mut parts.octets, OCTETS_64)] {
            if flags & bit != 0 {
                counter[0] = long(record, at)?;
                at += 8;
            } else {
                counter[0] = word(record, at)?.into();
                at += 4;
            }
        }
        let map = short(record, 6)?;
        // A record without a map still tells what is required.
        if let Some(Some(map)) = self.maps.get(usize::from(map)) {
            map.add(record.get(at..)?, parts)?;
        }
        Some(exporter)
    }
}

fn time(seconds: u32, milliseconds: u16) -> u64 {
    u64::from(seconds) * 1000 + u64::from(milliseconds)
}

impl ExtensionMap {
    fn at(&self, extension: usize) -> Option<usize> {
        let at = self.at[extension];
        (at != ABSENT).then_some(at.into())
    }

    /// Adds what the optional fields say; `None` where one is cut.
    fn add(&self, optional: &[u8], parts: &mut Parts) -> Option<()> {
        if let Some(at) = self.at(INTERFACES_2) {
            parts.interfaces = Some((short(optional, at)?.into(), short(optional, at + 2)?.into()));
        } else if let Some(at) = self.at(INTERFACES_4) {
            parts.interfaces = Some((word(optional, at)?, word(optional, at + 4)?));
        }
        if let Some(at) = self.at(MULTIPLE) {
            parts.direction = Some(octet(optional, at + 1)?);
        }
        for (counter, four, eight) in [
            (&mut parts.packets, OUT_PACKETS_4, OUT_PACKETS_8),
            (&mut parts.octets, OUT_OCTETS_4, OUT_OCTETS_8),
        ] {
            if let Some(at) = self.at(four) {
                counter[1] = word(optional, at)?.into();
            } else if let Some(at) = self.at(eight) {
                counter[1] = long(optional, at)?;
            }
        }
        // The second counters of a firewall's event are the responder's.
        parts.biflow = self.at(NSEL_COMMON).is_some();
        parts.event |= parts.biflow || self.at(NEL_COMMON).is_some();
        Some(())
    }
}
