//! ERF, the records of Endace DAG cards: no header before them, Ethernet alone.

use super::Record;

/// Record type of Ethernet.
const ETHERNET: u8 = 2;
/// A frame of any length.
const VARYING_LENGTH: u8 = 0x04;
/// Octets of the record header, and of offset and padding before an Ethernet frame.
const HEADER: usize = 16;
const BEFORE_ETHERNET: usize = 2;

/// An ERF file. It has no choices.
pub(in crate::synth) struct Erf;

impl Erf {
    /// Octets of a record before its frame.
    pub(super) const BEFORE_FRAME: usize = HEADER + BEFORE_ETHERNET;
    /// The frame check sequence, which the wire length counts.
    pub(in crate::synth) const FCS: usize = 4;

    /// Writes the record's header and padding around its frame.
    ///
    /// A fraction of a second is rounded up to a whole number of 2^-32 s, so that
    /// a reader, who rounds down, finds the nanosecond again.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "checked: frames fit 16 bits, times 32")]
    pub(super) fn finish(record: Record, octets: &mut [u8]) -> usize {
        let fraction = ((record.nanoseconds % 1_000_000_000) << 32).div_ceil(1_000_000_000) as u32;
        let seconds = (record.nanoseconds / 1_000_000_000) as u32;
        let end = Self::BEFORE_FRAME + record.lens.captured;
        let len = end.next_multiple_of(8);
        let header = &mut octets[..Self::BEFORE_FRAME];
        header.fill(0);
        header[..4].copy_from_slice(&fraction.to_le_bytes());
        header[4..8].copy_from_slice(&seconds.to_le_bytes());
        header[8..10].copy_from_slice(&[ETHERNET, VARYING_LENGTH]);
        header[10..12].copy_from_slice(&(len as u16).to_be_bytes());
        let wire = (record.lens.original + Self::FCS) as u16;
        header[14..16].copy_from_slice(&wire.to_be_bytes());
        octets[end..len].fill(0);
        len
    }
}
