//! snoop, version 2 (RFC 1761): Ethernet, microseconds, all big-endian.

use super::Record;

/// Datalink type of Ethernet.
const ETHERNET: u32 = 4;

/// A snoop file. It has no choices.
pub(in crate::synth) struct Snoop;

impl Snoop {
    /// Octets of a record's header.
    pub(super) const RECORD_HEADER: usize = 24;

    /// Magic, version and datalink type.
    pub(super) fn header() -> Vec<u8> {
        let mut header = b"snoop\0\0\0".to_vec();
        header.extend(2_u32.to_be_bytes());
        header.extend(ETHERNET.to_be_bytes());
        header
    }

    /// Writes the record's header and padding around its frame.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked: times in 32 bits, frames below 66,000"
    )]
    pub(super) fn finish(record: Record, octets: &mut [u8]) -> usize {
        let lens = record.lens;
        let end = Self::RECORD_HEADER + lens.captured;
        let len = end.next_multiple_of(4);
        let seconds = record.nanoseconds / 1_000_000_000;
        let micro = record.nanoseconds % 1_000_000_000 / 1_000;
        let fields = [
            lens.original as u32,
            lens.captured as u32,
            len as u32,
            0,
            seconds as u32,
            micro as u32,
        ];
        for (place, field) in octets[..Self::RECORD_HEADER].chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&field.to_be_bytes());
        }
        octets[end..len].fill(0);
        len
    }
}
