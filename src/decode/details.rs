//! What packets of one family show beside what every run counts, of many at once.

use super::short::{ETHERNET_HEADER, IPV4_HEADER, IPV6_HEADER, low_halves};
use super::{ip, link};
use crate::model::{DetailColumns, HEADS, Head, HeadColumnsRef, IpProtocol, WantedDetails};
use crate::vectors::wide;

/// Reads what is wanted of the records whose heads are those that `head_of` gives, and
/// lie in `columns` as well: what [`Plain::details`](super::Plain::details)
/// says of those that are plain packets. No more than [`HEADS`] records are looked at.
#[inline(always)]
pub fn read_details<'d, R: Copy, const SIX: bool>(
    (records, columns): (&[R], HeadColumnsRef<'_>),
    head_of: impl Fn(R) -> Option<Head<'d>>,
    wanted: WantedDetails,
    details: &mut DetailColumns,
) {
    let records = &records[..records.len().min(HEADS)];
    if wanted.times {
        read_times(columns, &mut details.times);
    }
    if wanted.class {
        read_classes(columns, SIX, &mut details.class);
    }
    if wanted.interface {
        for (interface, record) in details.interface.iter_mut().zip(records) {
            *interface = head_of(*record).map(|head| head.interface);
        }
    }
    if wanted.link {
        for (link, record) in details.link.iter_mut().zip(records) {
            if let Some(head) = head_of(*record) {
                *link = link::facts_of_head(&head, ETHERNET_HEADER);
            }
        }
    }
    if SIX && (wanted.ports || wanted.low) {
        // What stands behind the upper half of the destination lies in no column.
        for (at, record) in records.iter().enumerate() {
            if let Some(head) = head_of(*record) {
                (details.ports[at], details.low[at]) = of_ipv6(&head);
            }
        }
    } else if wanted.ports {
        for (at, ports) in details.ports[..records.len()].iter_mut().enumerate() {
            *ports = of_ipv4(columns, at);
        }
    }
}

wide! {
    /// Reads all times.
    fn read_times(columns: HeadColumnsRef<'_>, times: &mut [i64; HEADS]) {
        for (at, time) in times.iter_mut().enumerate() {
            *time = columns.time(at).0;
        }
    }

    /// Reads the octets of Type of Service, or of Traffic Class where `six`.
    fn read_classes(columns: HeadColumnsRef<'_>, six: bool, classes: &mut [u8; HEADS]) {
        let shift = if six { 52 } else { 48 };
        for (class, start) in classes.iter_mut().zip(columns.start) {
            *class = (u64::from_be(*start) >> shift & 0xff) as u8;
        }
    }
}

/// The ports of the packet of IPv4 at a place: they stand behind the destination address.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "fields are cut out of wider numbers")]
fn of_ipv4(columns: HeadColumnsRef<'_>, at: usize) -> Option<(u16, u16)> {
    let [start, source, destination] =
        [columns.start[at], columns.source[at], columns.destination[at]].map(u64::from_be);
    let octets = start >> 32 & 0xffff;
    let behind = (destination as u32).to_be_bytes();
    let declared = octets.saturating_sub(u64::from(IPV4_HEADER));
    ip::ports(IpProtocol((source >> 48) as u8), &behind, declared)
}

/// The ports of a packet of IPv6, and the lower halves of its addresses.
#[inline(always)]
fn of_ipv6(head: &Head<'_>) -> (Option<(u16, u16)>, [u64; 2]) {
    const END: usize = IPV6_HEADER as usize + 4;
    let Some(packet) = head.bytes[usize::from(ETHERNET_HEADER)..].first_chunk::<END>() else {
        return (None, [0; 2]);
    };
    let payload = u16::from_be_bytes([packet[4], packet[5]]);
    let are_captured = head.captured_len as usize >= usize::from(ETHERNET_HEADER) + END;
    let declared = if are_captured { u64::from(payload) } else { 0 };
    (ip::ports(IpProtocol(packet[6]), &packet[40..], declared), low_halves(packet))
}
