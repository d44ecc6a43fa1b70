//! sFlow version 5 datagrams (sflow.org, `sflow_version_5.txt`), each with one
//! flow sample of one packet: its first octets as `sampled_header`. Every packet
//! is sampled (a rate of 1).

use super::Record;
use super::erf::Erf;
use std::cell::Cell;

/// Words before the header's octets: 7 of the datagram, 10 of the sample, 6 of its
/// record.
const WORDS: usize = 23;
/// Where the lengths of the sample and of its record are counted from.
const SAMPLE_START: usize = 9 * 4;
const RECORD_START: usize = 19 * 4;
/// 192.0.2.1, an address for documentation (RFC 5737).
const AGENT: u32 = 0xc000_0201;

/// Datagrams of one agent.
#[derive(Default)]
pub(in crate::synth) struct Sflow {
    /// Datagrams so far, each of one sample.
    sequence: Cell<u32>,
}

impl Sflow {
    /// Octets of a datagram before the frame.
    pub(super) const BEFORE_FRAME: usize = WORDS * 4;
    /// Octets of a frame that agents send.
    pub(in crate::synth) const SNAP_LEN: u32 = 128;

    /// Writes the datagram around its frame.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "frames below 66,000; uptime may wrap")]
    pub(super) fn finish(&self, record: Record, octets: &mut [u8]) -> usize {
        let number = self.sequence.get().wrapping_add(1);
        self.sequence.set(number);
        let lens = record.lens;
        let end = Self::BEFORE_FRAME + lens.captured;
        let len = end.next_multiple_of(4);
        let uptime = (record.nanoseconds / 1_000_000) as u32;
        let fields: [u32; WORDS] = [
            5,
            1,
            AGENT,
            0,
            number,
            uptime,
            1,
            // The sample: format 1, length, number, source, rate, pool, drops, input
            // and output, records.
            1,
            (len - SAMPLE_START) as u32,
            number,
            1,
            1,
            number,
            0,
            1,
            2,
            1,
            // Its record: format 1, length, Ethernet, length with the frame check
            // sequence, which was stripped, octets that follow.
            1,
            (len - RECORD_START) as u32,
            1,
            (lens.original + Erf::FCS) as u32,
            Erf::FCS as u32,
            lens.captured as u32,
        ];
        for (place, field) in octets[..Self::BEFORE_FRAME].chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&field.to_be_bytes());
        }
        octets[end..len].fill(0);
        len
    }
}
