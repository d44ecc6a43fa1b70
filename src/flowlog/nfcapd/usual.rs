//! Flow records of layout 2 as nearly all are, for those who ask for no more than
//! keys, counters and times, or for a few fields more.
//!
//! A run takes a fifth less than by way of [`super::parts`], which are cleared, filled
//! and read once more for each record. What is declined here goes that way.

use super::elements::{
    COUNTERS, EVENT, GENERIC, HEADER, IPV4, IPV6, LAYER_2, MISC, NAT_COMMON, NSEL_COMMON,
    RECEIVED_V4, RECEIVED_V6, SAMPLED, count, next, origin,
};
use super::exporters::Origin;
use super::field::{address, long, octet, short, word};
use super::parts::{MOST, milliseconds};
use crate::model::{BriefFlow, FlowDetails, FlowKeys, IpProtocol, IpVersion};

/// What a usual record tells.
pub(super) struct Usual {
    pub(super) flow: BriefFlow,
    /// What it tells beside that, where it was asked for.
    pub(super) details: FlowDetails,
    /// True where its exporter scaled it.
    pub(super) is_scaled: bool,
    pub(super) origin: Origin,
}

/// Reads a record of type 11 with one pair of addresses that are not zero, counters
/// of one direction and sound times; `None` for others, and for some of those. `DETAILED`
/// asks for its details.
#[inline(always)]
pub(super) fn usual<const DETAILED: bool>(record: &[u8]) -> Option<Usual> {
    let (header, mut rest) = record.split_first_chunk::<HEADER>()?;
    let flags = header[10];
    if flags & EVENT != 0 {
        return None;
    }
    let mut origin = origin(header);
    let (mut generic, mut version) = (None, None);
    let (mut ends, mut low, mut input) = ([0; 2], [0; 2], None);
    for _ in 0..count(header) {
        let (kind, fields) = next(&mut rest)?;
        match kind {
            GENERIC => generic = Some(fields.first_chunk::<45>()?),
            IPV4 if version.is_none() => {
                version = Some(IpVersion::V4);
                ends = [word(fields, 0)?, word(fields, 4)?].map(|end| u64::from(end) << 32);
            }
            IPV6 if version.is_none() => {
                let fields: &[u8; 32] = fields.first_chunk()?;
                version = Some(IpVersion::V6);
                // The upper halves first. Mapped addresses have none.
                ends = [long(fields, 0)?, long(fields, 16)?];
                low = if DETAILED { [long(fields, 8)?, long(fields, 24)?] } else { low };
            }
            MISC if fields.len() > 10 && fields.get(12).is_none_or(|way| *way == 0) => {
                input = if DETAILED { Some(word(fields, 0)?) } else { None };
            }
            LAYER_2 if fields.len() > 26 => {}
            RECEIVED_V4 => origin.received_v4(word(fields, 0)?),
            RECEIVED_V6 => origin.received_v6(address(fields, 0)?),
            IPV4 | IPV6 | MISC | LAYER_2 | COUNTERS | NSEL_COMMON | NAT_COMMON => return None,
            _ => {}
        }
    }
    let (version, generic) = (version?, generic?);
    if ends[0] == 0 || ends[1] == 0 {
        return None;
    }
    let (first, last) = (long(generic, 0)?, long(generic, 8)?);
    if first == 0 || last < first {
        return None;
    }
    let (packets, octets) = (long(generic, 24)?, long(generic, 32)?);
    if packets == 0 || packets | octets > MOST {
        return None;
    }
    let [source, destination] = ends;
    let protocol = IpProtocol(octet(generic, 44)?);
    let flow = BriefFlow {
        keys: FlowKeys { version, protocol, source, destination },
        packets,
        octets,
        start: milliseconds(first)?,
        end: milliseconds(last)?,
    };
    let ports = if DETAILED { ports(generic, protocol) } else { None };
    let details = FlowDetails { ports, input, low };
    Some(Usual { flow, details, is_scaled: flags & SAMPLED != 0, origin })
}

/// The ports of the flow of a generic element, where its protocol has any.
#[inline(always)]
fn ports(generic: &[u8; 45], protocol: IpProtocol) -> Option<(u16, u16)> {
    protocol.has_ports().then_some((short(generic, 40)?, short(generic, 42)?))
}
