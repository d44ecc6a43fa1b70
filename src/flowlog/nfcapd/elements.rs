//! Flow records of layout 2, each a list of elements.
//!
//! ```text
//! record:  type 2, size 2, elements 2, engine type 1, engine id 1, exporter 2,
//!          flags 1, version 1
//! element: type 2, length 2 (with these four), its fields
//! ```

use super::field::{address, long, octet, short, word};
use super::parts::Parts;
use crate::model::{Exporter, IpAddress, IpVersion, Sampling};

const HEADER: usize = 12;

const GENERIC: u16 = 1;
const IPV4: u16 = 2;
const IPV6: u16 = 3;
const MISC: u16 = 4;
const COUNTERS: u16 = 5;
const RECEIVED_V4: u16 = 12;
const RECEIVED_V6: u16 = 13;
const NSEL_COMMON: u16 = 19;
const NAT_COMMON: u16 = 25;
const LAYER_2: u16 = 38;

const EVENT: u8 = 1;
const SAMPLED: u8 = 2;

/// A record's fields, and where it came from.
pub(super) struct Listed {
    /// What it tells.
    pub(super) parts: Parts,
    /// The collector's number of its exporter.
    pub(super) exporter: u16,
    /// The address that the datagram came from, with engine type and id, for
    /// exporters that the file does not describe.
    pub(super) received: Option<Exporter>,
    /// Bit 7: from sFlow; bit 6: from packets; else the version of NetFlow.
    pub(super) version: u8,
}

/// What a record of type 11 tells; `None` where an element reaches beyond it or
/// is too short for its fields.
#[inline]
pub(super) fn listed(record: &[u8]) -> Option<Listed> {
    let elements = short(record, 4)?;
    let engine = (octet(record, 6)?, octet(record, 7)?);
    let flags = octet(record, 10)?;
    let mut parts = Parts {
        event: flags & EVENT != 0,
        sampling: if flags & SAMPLED != 0 { Sampling::Scaled } else { Sampling::Unknown },
        ..Parts::default()
    };
    let mut received = None;
    let exporter = short(record, 8)?;
    let version = octet(record, 11)?;
    let mut rest = record.get(HEADER..)?;
    for _ in 0..elements {
        let (kind, length) = (short(rest, 0)?, usize::from(short(rest, 2)?));
        if length < 4 {
            return None;
        }
        let (element, after) = rest.split_at_checked(length)?;
        rest = after;
        let fields = &element[4..];
        match kind {
            RECEIVED_V4 => {
                let ip = IpAddress::from_bits(u128::from(word(fields, 0)?) << 96);
                received = Some((IpVersion::V4, ip));
            }
            RECEIVED_V6 => {
                received = Some((IpVersion::V6, IpAddress::from_bits(address(fields, 0)?)));
            }
            _ => add(kind, fields, &mut parts)?,
        }
    }
    let domain = u32::from(engine.0) << 8 | u32::from(engine.1);
    let received = received.map(|address| Exporter { address: Some(address), domain });
    Some(Listed { parts, exporter, received, version })
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
