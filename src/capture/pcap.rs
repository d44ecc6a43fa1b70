//! Classic pcap: a header of 24 bytes, then records of 16 bytes and data
//! (draft-ietf-opsawg-pcap). Byte order, resolution of time, link type and FCS
//! length belong to the file.
//!
//! The record parser is that of pcap-parser, called on slices; its iterator is
//! not used, because it ignores the byte order.

use super::chain::{ByteOrder, Chain, MAX_RECORD, Sink, Stop, Walk, bytes_at};
use super::sorted::{MAX_FCS, RECORD, Usual, le_u32, le_u64, read_sorted};
use crate::cache::{self, SPAN};
use crate::model::{Clock, Frame, Head, LinkType, RawHead, Timestamp};
use pcap_parser::{LegacyPcapBlock, parse_pcap_frame_be, parse_pcap_frame_modified};
use std::ops::ControlFlow;

/// Bytes of the file header.
const FILE_HEADER: usize = 24;
/// Largest captured length of a record that [`Chain::guess`] believes: the
/// largest snap length of libpcap for anything but USB and D-Bus.
const PLAUSIBLE_LEN: u32 = 262_144;
/// Records that must follow one another to make a guess. With 8, a capture of
/// captures made every second guess wrong; with 64, 3 in 100.
const GUESS_RECORDS: usize = 64;
/// Records that suffice where the file ends.
const GUESS_RECORDS_AT_END: usize = 4;
/// Record headers looked at for one guess, at most: about what a whole piece of
/// small packets has, so that a guess never costs more than reading it.
const GUESS_BUDGET: usize = 1 << 16;
/// How far apart, in seconds, two neighbouring records of a guess may lie.
const GUESS_SECONDS: u32 = 86_400;

/// A classic pcap file after its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pcap {
    layout: Layout,
    /// Nanoseconds in one unit of the fraction field: 1,000 or 1.
    fraction_ns: u32,
    link_type: LinkType,
    fcs_len: u8,
}

/// How the 16 or 24 bytes before each packet are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Little,
    Big,
    /// A. Kuznetsov's patch: interface, protocol and packet type after the
    /// usual fields, 24 bytes in all.
    Modified(ByteOrder),
    /// Files before version 2.3: captured and original length change places.
    Swapped(ByteOrder),
    /// Files of version 2.3: they change places in some, so the smaller one is
    /// the captured length.
    MaybeSwapped(ByteOrder),
}

impl Pcap {
    /// Reads the file header; gives the chain and the offset of the first record.
    ///
    /// # Errors
    /// `Incomplete` when there are fewer than 24 bytes, `Malformed` when they
    /// are no pcap header.
    pub fn open(data: &[u8]) -> Result<(Self, usize), Stop> {
        let Some(mut header) = bytes_at::<FILE_HEADER>(data, 0) else {
            return Err(Stop::Incomplete { unit: "file header", needed: FILE_HEADER as u64 });
        };
        // pcap-parser knows the modified format in little-endian order alone.
        let modified_big = header[..4] == MODIFIED_BIG;
        if modified_big {
            header[..4].copy_from_slice(&[0xa1, 0xb2, 0xc3, 0xd4]);
        }
        let Ok((_, parsed)) = pcap_parser::parse_pcap_header(&header) else {
            return Err(Stop::Malformed("the file header is no pcap header".into()));
        };
        let order = if parsed.is_bigendian() { ByteOrder::Big } else { ByteOrder::Little };
        let layout = match (parsed.version_major, parsed.version_minor) {
            _ if modified_big || parsed.is_modified_format() => Layout::Modified(order),
            (2, 0..=2) => Layout::Swapped(order),
            (2, 3) => Layout::MaybeSwapped(order),
            _ if order == ByteOrder::Big => Layout::Big,
            _ => Layout::Little,
        };
        let (link_type, fcs_len) = split_network(parsed.network.0.cast_unsigned());
        let fraction_ns = if parsed.is_nanosecond_precision() { 1 } else { 1_000 };
        Ok((Self { layout, fraction_ns, link_type, fcs_len }, FILE_HEADER))
    }

    /// The link type of the file.
    #[must_use]
    pub fn link_type(&self) -> LinkType {
        self.link_type
    }

    /// Length of the header before each packet.
    fn record_header(&self) -> usize {
        if matches!(self.layout, Layout::Modified(_)) { 24 } else { 16 }
    }

    fn order(&self) -> ByteOrder {
        match self.layout {
            Layout::Little => ByteOrder::Little,
            Layout::Big => ByteOrder::Big,
            Layout::Modified(order) | Layout::Swapped(order) | Layout::MaybeSwapped(order) => order,
        }
    }

    #[inline]
    fn timestamp(&self, seconds: u32, fraction: u32) -> Option<Timestamp> {
        let nanoseconds = u64::from(fraction) * u64::from(self.fraction_ns);
        // Seconds are 32 bits unsigned, so the sum is below 2^63.
        (nanoseconds < 1_000_000_000).then(|| {
            let sum = u64::from(seconds) * 1_000_000_000 + nanoseconds;
            Timestamp::from_nanoseconds(sum.cast_signed())
        })
    }

    /// Reads as long as the sink takes heads, and what it does not take as whole
    /// frames.
    fn read_little<S: Sink>(&self, data: &[u8], from: usize, until: usize, sink: &mut S) -> Walk {
        let mut at = from;
        while at < until.min(data.len()) {
            cache::fetch_ahead(data, at);
            if let Some(read) = self.read_head(data, at, sink) {
                let ControlFlow::Continue(next) = read else {
                    return Walk { end: at, stop: Stop::Sink };
                };
                at = next;
                continue;
            }
            let walk = self.read_one_little(data, at, sink);
            if walk.stop != Stop::Limit {
                return walk;
            }
            at = walk.end;
        }
        Walk { end: at, stop: Stop::Limit }
    }

    #[inline(never)]
    fn read_one_little<S: Sink>(&self, data: &[u8], at: usize, sink: &mut S) -> Walk {
        self.read_with(data, at, at.saturating_add(1), sink, parse_little)
    }

    /// Hands the record at `at` on by its head, or as a frame where the sink does
    /// not take that; gives where the next one begins, or `Break` where the sink
    /// wants no more. `None` where it is to be read in the plain way.
    ///
    /// In the byte order and layout of nearly every capture alone. The tests hold
    /// it against the whole frames.
    #[inline(always)]
    fn read_head<S: Sink>(
        &self,
        data: &[u8],
        at: usize,
        sink: &mut S,
    ) -> Option<ControlFlow<(), usize>> {
        if self.layout != Layout::Little || !Head::covers(self.link_type) {
            return None;
        }
        let window: &[u8; 16 + Head::LEN] = data.get(at..)?.first_chunk()?;
        let (header, bytes) = window.split_first_chunk::<16>()?;
        let field = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let captured_len = field(8);
        let next = at + 16 + captured_len as usize;
        if captured_len > MAX_RECORD || next > data.len() {
            return None;
        }
        let head = Head {
            bytes: bytes.first_chunk()?,
            front: bytes.first_chunk()?,
            tags_left_out: 0,
            link_type: self.link_type,
            interface: 0,
            captured_len,
            original_len: field(12),
            fcs_len: self.fcs_len,
            timestamp: self.timestamp(field(0), field(4))?,
        };
        if sink.head(&head) {
            return Some(ControlFlow::Continue(next));
        }
        // An empty record may be the header of another file.
        let captured = data.get(at + header.len()..next).filter(|bytes| !bytes.is_empty())?;
        Some(self.hand_on(captured, &head, sink).map_continue(|()| next))
    }

    /// Hands a record on whose head the sink did not take.
    #[inline(never)]
    fn hand_on<S: Sink>(&self, captured: &[u8], head: &Head<'_>, sink: &mut S) -> ControlFlow<()> {
        sink.frame(Frame {
            link_type: Some(self.link_type),
            timestamp: Some(head.timestamp),
            captured,
            original_len: head.original_len,
            fcs_len: head.fcs_len,
            interface: 0,
        })
    }

    #[inline(always)]
    fn read_with<S: Sink>(
        &self,
        data: &[u8],
        from: usize,
        until: usize,
        sink: &mut S,
        parse: impl for<'a> Fn(&'a [u8]) -> Option<LegacyPcapBlock<'a>>,
    ) -> Walk {
        let header = self.record_header();
        let mut at = from;
        while at < until.min(data.len()) {
            let rest = &data[at..];
            let Some(record) = parse(rest).filter(|record| record.caplen <= MAX_RECORD) else {
                return Walk { end: at, stop: self.why_not(rest) };
            };
            cache::fetch_ahead(data, at);
            let frame = self.whole(&record);
            if record.data.is_empty() && is_file_header(rest) {
                return Walk { end: at, stop: Stop::Malformed(ANOTHER_FILE.into()) };
            }
            if sink.frame(frame).is_break() {
                return Walk { end: at, stop: Stop::Sink };
            }
            at += header + record.data.len();
        }
        Walk { end: at, stop: Stop::Limit }
    }

    /// The frame of a record.
    #[inline(always)]
    fn whole<'d>(&self, record: &LegacyPcapBlock<'d>) -> Frame<'d> {
        Frame {
            link_type: Some(self.link_type),
            timestamp: self.timestamp(record.ts_sec, record.ts_usec),
            captured: record.data,
            original_len: record.origlen,
            fcs_len: self.fcs_len,
            interface: 0,
        }
    }

    /// Why no record can be read at the start of `rest`.
    #[cold]
    fn why_not(&self, rest: &[u8]) -> Stop {
        let header = self.record_header();
        if rest.len() < header {
            return Stop::Incomplete { unit: "record header", needed: header as u64 };
        }
        let [a, b] =
            [8, 12].map(|at| bytes_at(rest, at).map_or(0, |field| self.order().u32(field)));
        let captured = match self.layout {
            Layout::Swapped(_) => b,
            Layout::MaybeSwapped(_) => a.min(b),
            _ => a,
        };
        if captured > MAX_RECORD {
            return Stop::Malformed(format!(
                "the record claims {captured} captured bytes, more than any capture holds ({MAX_RECORD})"
            ));
        }
        Stop::Incomplete { unit: "record", needed: header as u64 + u64::from(captured) }
    }

    /// Seconds and length of the record at `at`, if it could be one.
    #[inline]
    fn plausible(&self, data: &[u8], at: usize) -> Option<(u32, usize)> {
        let order = self.order();
        let field = |offset| bytes_at(data, at + offset).map(|bytes| order.u32(bytes));
        let (mut captured, mut original) = (field(8)?, field(12)?);
        match self.layout {
            Layout::Swapped(_) => std::mem::swap(&mut captured, &mut original),
            Layout::MaybeSwapped(_) if captured > original => {
                std::mem::swap(&mut captured, &mut original);
            }
            _ => {}
        }
        let fraction_ok = u64::from(field(4)?) * u64::from(self.fraction_ns) < 1_000_000_000;
        let len_ok = captured <= PLAUSIBLE_LEN && captured <= original && original > 0;
        (fraction_ok && len_ok).then_some((field(0)?, self.record_header() + captured as usize))
    }

    /// Whether a chain of plausible records begins at `start`; gives the start
    /// of the last one that was looked at whole.
    fn chain_from(&self, data: &[u8], start: usize, budget: &mut usize) -> Option<usize> {
        let (mut at, mut last_start) = (start, start);
        let mut last_seconds = None;
        for seen in 0..GUESS_RECORDS {
            // The first header of each candidate is free: most fail there.
            *budget = budget.saturating_sub(usize::from(seen > 0));
            if at >= data.len() {
                return (at == data.len() && seen > 0).then_some(last_start);
            }
            let Some((seconds, len)) = self.plausible(data, at) else {
                // A capture that is still being written ends within a record.
                let at_end = data.len() - at < self.record_header();
                return (at_end && seen >= GUESS_RECORDS_AT_END).then_some(last_start);
            };
            if last_seconds.is_some_and(|last| seconds.abs_diff(last) > GUESS_SECONDS) {
                return None;
            }
            if at + len > data.len() {
                return (seen >= GUESS_RECORDS_AT_END).then_some(last_start);
            }
            last_seconds = Some(seconds);
            last_start = at;
            at += len;
        }
        Some(last_start)
    }

    /// Whether the chain through `start` takes each field of a true one for the
    /// field before it. Where packets are captured whole, both lengths are equal,
    /// and such a chain goes on from packet to packet: the fraction stands for
    /// the seconds, the first octets of the packet (of a MAC address) for the
    /// original length. Zeros at the end of a packet can lead into it, so a late
    /// record of the chain is what is asked about.
    fn is_one_field_late(&self, data: &[u8], start: usize, budget: &mut usize) -> bool {
        const FIELD: usize = 4;
        let before = start.checked_sub(FIELD).filter(|before| *before >= FILE_HEADER);
        before.is_some_and(|before| self.chain_from(data, before, budget).is_some())
    }
}

/// What is said where one capture follows another.
const ANOTHER_FILE: &str =
    "the header of another pcap file stands here: give captures one by one, not put end to end";

/// Whether a file header stands where a record should be. Read as a record it is
/// an empty one of a certain microsecond of December 2055 (or of 2083 in the other
/// order), so no real record is taken for one.
#[cold]
fn is_file_header(rest: &[u8]) -> bool {
    // No more than a record's 16 bytes are looked at: a stream may end its
    // window behind them, and must say the same as a map.
    let mut header = [0; FILE_HEADER];
    let Some(seen) = rest.first_chunk::<16>() else { return false };
    header[..16].copy_from_slice(seen);
    pcap_parser::parse_pcap_header(&header).is_ok_and(|(_, header)| {
        (header.version_major, header.version_minor, header.sigfigs) == (2, 4, 0)
    })
}

/// Records in the byte order and layout of nearly every capture.
impl Usual for Pcap {
    const BEFORE: usize = 16;

    #[inline(always)]
    fn lens(&self, ahead: &[u8; SPAN]) -> Option<(usize, usize)> {
        let captured_len = le_u32(ahead, 8) as usize;
        Some((Self::BEFORE + captured_len, captured_len))
    }

    fn clock(&self) -> Clock {
        Clock::Split(self.fraction_ns)
    }

    #[inline(always)]
    fn raw<'d>(&self, record: &'d [u8; RECORD]) -> Option<RawHead<'d>> {
        Some(RawHead {
            bytes: record[Self::BEFORE..].first_chunk()?,
            time: le_u64(record, 0),
            lens: le_u64(record, 8),
            overhead: self.fcs_len,
        })
    }

    fn interface(&self, _record: &[u8; RECORD]) -> u32 {
        0
    }

    fn frame<'d>(&self, record: &'d [u8]) -> Option<Frame<'d>> {
        parse_little(record).map(|record| self.whole(&record))
    }

    fn read_alone<S: Sink>(
        &mut self,
        data: &[u8],
        from: usize,
        until: usize,
        sink: &mut S,
    ) -> Walk {
        self.read_little(data, from, until, sink)
    }
}

const MODIFIED_BIG: [u8; 4] = [0xa1, 0xb2, 0xcd, 0x34];

/// Link type and FCS octets out of the last field of the file header: the FCS
/// length, in units of 16 bits, stands in the upper four bits where bit 26 says
/// that it is known.
fn split_network(field: u32) -> (LinkType, u8) {
    let [upper, _, high, low] = field.to_be_bytes();
    let fcs_len = if upper & 0x04 != 0 { (upper >> 4) * 2 } else { 0 };
    (LinkType(u16::from_be_bytes([high, low])), fcs_len)
}

/// A record with the lengths as the other layout has them.
fn reordered(mut record: LegacyPcapBlock<'_>) -> LegacyPcapBlock<'_> {
    std::mem::swap(&mut record.caplen, &mut record.origlen);
    record
}

/// A record of a file that may have its lengths swapped, by plain loads:
/// pcap-parser takes the first length for the captured one.
fn parse_swapped(rest: &[u8], order: ByteOrder, always: bool) -> Option<LegacyPcapBlock<'_>> {
    let [ts_sec, ts_usec, a, b] = [0, 4, 8, 12].map(|at| bytes_at(rest, at).map(|f| order.u32(f)));
    let (ts_sec, ts_usec, caplen, origlen) = (ts_sec?, ts_usec?, a?, b?);
    let record = LegacyPcapBlock { ts_sec, ts_usec, caplen, origlen, data: &[] };
    let mut record = if always || caplen > origlen { reordered(record) } else { record };
    record.data = rest.get(16..)?.get(..record.caplen as usize)?;
    Some(record)
}

/// A record in the byte order and layout of nearly every capture, by plain loads:
/// pcap-parser puts its numbers together octet by octet, which costs a quarter of
/// a run. The tests hold the one against the other.
#[inline(always)]
fn parse_little(rest: &[u8]) -> Option<LegacyPcapBlock<'_>> {
    let (header, data) = rest.split_first_chunk::<16>()?;
    let field = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let caplen = field(8);
    Some(LegacyPcapBlock {
        ts_sec: field(0),
        ts_usec: field(4),
        caplen,
        origlen: field(12),
        data: data.get(..caplen as usize)?,
    })
}

/// A record of the modified format in big-endian order, by plain loads.
fn parse_modified_be(rest: &[u8]) -> Option<LegacyPcapBlock<'_>> {
    let field = |at| bytes_at(rest, at).map(u32::from_be_bytes);
    let caplen = field(8)?;
    Some(LegacyPcapBlock {
        ts_sec: field(0)?,
        ts_usec: field(4)?,
        caplen,
        origlen: field(12)?,
        data: rest.get(24..)?.get(..caplen as usize)?,
    })
}

impl Chain for Pcap {
    const GUESSABLE: bool = true;

    fn read<S: Sink>(&mut self, data: &[u8], from: usize, until: usize, sink: &mut S) -> Walk {
        match self.layout {
            Layout::Little
                if sink.takes_sorted()
                    && self.link_type == LinkType::ETHERNET
                    && self.fcs_len <= MAX_FCS
                    && until.saturating_sub(from) > SPAN =>
            {
                read_sorted(self, data, (from, until.min(data.len())), sink)
            }
            Layout::Little => self.read_little(data, from, until, sink),
            Layout::Big => self.read_with(data, from, until, sink, |rest| {
                parse_pcap_frame_be(rest).ok().map(|(_, record)| record)
            }),
            Layout::Modified(ByteOrder::Little) => {
                self.read_with(data, from, until, sink, |rest| {
                    parse_pcap_frame_modified(rest).ok().map(|(_, record)| record)
                })
            }
            Layout::Modified(ByteOrder::Big) => {
                self.read_with(data, from, until, sink, parse_modified_be)
            }
            Layout::Swapped(order) => {
                self.read_with(data, from, until, sink, |rest| parse_swapped(rest, order, true))
            }
            Layout::MaybeSwapped(order) => {
                self.read_with(data, from, until, sink, |rest| parse_swapped(rest, order, false))
            }
        }
    }

    #[inline(always)]
    fn step<S: Sink>(&mut self, data: &[u8], at: usize, sink: &mut S) -> Result<usize, Stop> {
        match self.read_head(data, at, sink) {
            Some(ControlFlow::Continue(next)) => Ok(next),
            Some(ControlFlow::Break(())) => Err(Stop::Sink),
            None => self.step_whole(data, at, sink),
        }
    }

    fn guess(&self, data: &[u8], from: usize) -> Option<usize> {
        let mut budget = GUESS_BUDGET;
        let last = data.len().min(from.saturating_add(PLAUSIBLE_LEN as usize + FILE_HEADER));
        for start in from..=last {
            if budget == 0 {
                return None;
            }
            if let Some(late) = self.chain_from(data, start, &mut budget)
                && !self.is_one_field_late(data, late, &mut budget)
            {
                return Some(start);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pcap_parser::parse_pcap_frame;
    use proptest::prelude::*;

    proptest! {
        /// The plain loads say what the parser says, of any bytes.
        #[test]
        fn a_record_is_read_as_the_parser_reads_it(
            mut bytes in prop::collection::vec(any::<u8>(), 0..80),
            caplen in 0_u32..80,
        ) {
            if let Some(field) = bytes.get_mut(8..12) {
                field.copy_from_slice(&caplen.to_le_bytes());
            }
            let fields = |record: LegacyPcapBlock<'_>| {
                let data = record.data.to_vec();
                (record.ts_sec, record.ts_usec, record.caplen, record.origlen, data)
            };
            let plain = parse_little(&bytes).map(fields);
            let parsed = parse_pcap_frame(&bytes).ok().map(|(_, record)| fields(record));
            prop_assert_eq!(plain, parsed);
        }
    }
}
