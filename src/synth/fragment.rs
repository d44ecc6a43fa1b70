//! Datagrams in two fragments, which follow one another within their flow.

use super::compose::{Draws, Part};
use super::flow::{Flow, Later};
use super::layout::{FragmentField, Layout, TransportLayout};
use super::payload::{Payloads, Slice};
use super::rng::Rng;
use super::sizes::SizeTable;

/// More fragments: the flag of IPv4, above the offset.
const V4_MORE: u16 = 0x2000;

/// More fragments: the flag of IPv6, below the offset.
const V6_MORE: u16 = 1;

/// The next fragment of the flow: the first of a new datagram, or the second of
/// the one that was begun.
pub(super) fn next(
    layout: &Layout,
    transport: &TransportLayout,
    flow: &mut Flow,
    draws: Draws,
    sizes: &SizeTable,
    rng: &mut Rng,
) -> Part {
    let before = transport.at - layout.ip;
    if let Some(later) = flow.later.take() {
        return Part {
            head: transport.at,
            payload: later.slice(),
            rest: Slice::default(),
            offset: later.offset,
        };
    }
    // Both sizes are drawn at once: the datagram's length and checksum stand in
    // the first fragment.
    let header = layout.head - transport.at;
    let first = sizes.draw(draws.size).max(layout.minimum()) - before;
    let payload = Payloads::slice(draws.payload, (first & !7) - header);
    let draws = Draws::new(rng.bits());
    let second = sizes.draw(draws.size).saturating_sub(before).max(8) & !(transport.grain - 1);
    let rest = Payloads::slice(draws.payload, second);
    flow.later = Some(Later::new(rest, first & !7));
    flow.identification = flow.identification.wrapping_add(1);
    Part { head: layout.head, payload, rest, offset: 0 }
}

/// Writes offset, flag and identification of the part.
pub(super) fn write(field: FragmentField, part: &Part, identification: u32, frame: &mut [u8]) {
    let identification = identification.to_be_bytes();
    // The offset is a multiple of 8: IPv4 counts in units, IPv6 has 3 more bits.
    let (v4, v6) =
        if part.offset == 0 { (V4_MORE, V6_MORE) } else { (part.offset / 8, part.offset) };
    match field {
        FragmentField::V4(at) => {
            frame[at + 4..at + 6].copy_from_slice(&identification[2..]);
            frame[at + 6..at + 8].copy_from_slice(&v4.to_be_bytes());
        }
        FragmentField::V6(at) => {
            frame[at + 2..at + 4].copy_from_slice(&v6.to_be_bytes());
            frame[at + 4..at + 8].copy_from_slice(&identification);
        }
    }
}
