//! Flow records of layout 2, each a list of elements.
//!
//! ```text
//! record:  type 2, size 2, elements 2, engine type 1, engine id 1, exporter 2,
//!          flags 1, version 1
//! element: type 2, length 2 (with these four), its fields
//! ```

use super::exporters::Origin;
use super::field::{address, long, octet, short, word};
use super::parts::Parts;
use crate::model::Sampling;

pub(super) const HEADER: usize = 12;

pub(super) const GENERIC: u16 = 1;
pub(super) const IPV4: u16 = 2;
pub(super) const IPV6: u16 = 3;
pub(super) const MISC: u16 = 4;
pub(super) const COUNTERS: u16 = 5;
pub(super) const RECEIVED_V4: u16 = 12;
pub(super) const RECEIVED_V6: u16 = 13;
pub(super) const NSEL_COMMON: u16 = 19;
pub(super) const NAT_COMMON: u16 = 25;
pub(super) const LAYER_2: u16 = 38;

pub(super) const EVENT: u8 = 1;
pub(super) const SAMPLED: u8 = 2;

/// Puts what a record of type 11 tells into `parts`, and says where it came from;
/// `None` where an element reaches beyond it or is too short for its fields.
#[inline]
pub(super) fn listed(record: &[u8], parts: &mut Parts) -> Option<Origin> {
    let (header, mut rest) = record.split_first_chunk::<HEADER>()?;
    let flags = header[10];
    *parts = Parts {
        event: flags & EVENT != 0,
        sampling: if flags & SAMPLED != 0 { Sampling::Scaled } else { Sampling::Unknown },
        ..Parts::default()
    };
    let mut origin = origin(header);
    for _ in 0..count(header) {
        let (kind, fields) = next(&mut rest)?;
        match kind {
            RECEIVED_V4 => origin.received_v4(word(fields, 0)?),
            RECEIVED_V6 => origin.received_v6(address(fields, 0)?),
            kind => add(kind, fields, parts)?,
        }
    }
    Some(origin)
}

/// How many elements a record has by its header.
#[inline(always)]
pub(super) fn count(header: &[u8; HEADER]) -> u16 {
    u16::from_le_bytes([header[4], header[5]])
}

/// The element at the front of `rest`, which it is taken from: its type and its fields.
/// `None` where it reaches beyond the record.
#[inline(always)]
pub(super) fn next<'r>(rest: &mut &'r [u8]) -> Option<(u16, &'r [u8])> {
    let &[kind, kind_high, length, length_high] = rest.first_chunk()?;
    let length = usize::from(u16::from_le_bytes([length, length_high]));
    let (element, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some((u16::from_le_bytes([kind, kind_high]), element.get(4..)?))
}

/// Where a record came from by its header.
#[inline]
pub(super) fn origin(header: &[u8; HEADER]) -> Origin {
    Origin::new(
        u16::from_le_bytes([header[8], header[9]]),
        u16::from_be_bytes([header[6], header[7]]),
        header[11],
    )
}

/// Adds what one element says; `None` where it is too short.
#[inline]
fn add(kind: u16, fields: &[u8], parts: &mut Parts) -> Option<()> {
    match kind {
        GENERIC => {
            let fields: &[u8; 45] = fields.first_chunk()?;
            parts.first = long(fields, 0)?;
            parts.last = long(fields, 8)?;
            parts.packets[0] = long(fields, 24)?;
            parts.octets[0] = long(fields, 32)?;
            parts.ports = (short(fields, 40)?, short(fields, 42)?);
            parts.protocol = octet(fields, 44)?;
        }
        IPV4 => parts.v4 = Some((word(fields, 0)?, word(fields, 4)?)),
        IPV6 => parts.v6 = Some((address(fields, 0)?, address(fields, 16)?)),
        MISC => {
            parts.interfaces = Some((word(fields, 0)?, word(fields, 4)?));
            parts.direction = Some(octet(fields, 10)?);
            // `biflowDirection` (IE 239), which early versions lack.
            parts.biflow |= octet(fields, 12).is_some_and(|direction| direction != 0);
        }
        COUNTERS => {
            parts.packets[1] = long(fields, 8)?;
            parts.octets[1] = long(fields, 16)?;
        }
        // The second counters of a firewall's event are the responder's.
        NSEL_COMMON => (parts.event, parts.biflow) = (true, true),
        NAT_COMMON => parts.event = true,
        LAYER_2 => {
            parts.ether_type = short(fields, 24)?;
            parts.ip_version = octet(fields, 26)?;
        }
        _ => {}
    }
    Some(())
}
