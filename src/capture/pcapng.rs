//! pcapng (draft-ietf-opsawg-pcapng): blocks, each with its length at both
//! ends; sections with a byte order and an interface table of their own.
//!
//! The packet blocks are read with plain loads, because pcap-parser collects
//! their options into a vector and has no obsolete Packet Block; section and
//! interface blocks are parsed by pcap-parser.

mod interface;

use super::chain::{ByteOrder, Chain, MAX_RECORD, Sink, Stop, Walk, bytes_at};
use super::sorted::{MAX_FCS, RECORD, Usual, le_u32, le_u64, read_sorted};
use crate::cache::{self, SPAN};
use crate::model::{Clock, Frame, Head, LinkType, RawHead, Timestamp, hexadecimal};
use interface::Interface;
use pcap_parser::pcapng::{
    parse_interfacedescriptionblock_be, parse_interfacedescriptionblock_le,
    parse_sectionheaderblock,
};
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Block types of the draft's section 11.1.
mod block_type {
    pub(super) const SECTION_HEADER: u32 = 0x0a0d_0d0a;
    pub(super) const INTERFACE: u32 = 1;
    pub(super) const OBSOLETE_PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const ENHANCED_PACKET: u32 = 6;
    /// Standardised blocks beside the packets: name resolution to the
    /// decryption secrets, and the two custom blocks.
    pub(super) const PLAUSIBLE: [u32; 6] = [4, 5, 9, 10, 0xbad, 0x4000_0bad];
}

/// Type, length at the front and length at the end.
const BLOCK_OVERHEAD: usize = 12;
/// Type, length and the five fields of an Enhanced Packet Block.
const FIXED: usize = 28;
/// Largest block that is believed: a packet of the largest size with its
/// options.
const MAX_BLOCK: u32 = MAX_RECORD + (1 << 20);
/// Interfaces of one section. More than that is damage or an attack: the table
/// is the one thing that grows with the input.
const MAX_INTERFACES: usize = 65_536;
/// Blocks that must follow one another to make a guess; see `pcap.rs`.
const GUESS_BLOCKS: usize = 64;
/// Blocks that suffice where the file ends.
const GUESS_BLOCKS_AT_END: usize = 2;
/// How far a guess looks for the next block.
const GUESS_REACH: usize = 1 << 18;
/// Block headers looked at for one guess beyond the first of each candidate.
const GUESS_BUDGET: usize = 1 << 16;

/// A pcapng file at a block boundary: the section that is in force.
#[derive(Clone, Debug)]
pub struct PcapNg {
    section: Option<Arc<Section>>,
}

/// What a Section Header Block opens.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    order: ByteOrder,
    interfaces: Vec<Interface>,
}

impl PartialEq for PcapNg {
    fn eq(&self, other: &Self) -> bool {
        match (&self.section, &other.section) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

/// A whole block: its type and its body between the two lengths.
struct Block<'a> {
    kind: u32,
    body: &'a [u8],
    whole: &'a [u8],
}

impl PcapNg {
    /// Checks that a section header begins at the start of `data`. The chain
    /// begins at offset 0: the section header is a block like the others.
    ///
    /// # Errors
    /// `Malformed` when there is none.
    pub fn open(data: &[u8]) -> Result<(Self, usize), Stop> {
        if bytes_at(data, 0).map(u32::from_le_bytes) != Some(block_type::SECTION_HEADER) {
            return Err(Stop::Malformed("the file does not begin with a section header".into()));
        }
        Ok((Self { section: None }, 0))
    }

    #[inline]
    fn order(&self) -> ByteOrder {
        self.section.as_ref().map_or(ByteOrder::Little, |section| section.order)
    }

    /// The block at the start of `rest`, checked at both ends.
    #[inline]
    fn block<'a>(&self, rest: &'a [u8]) -> Result<Block<'a>, Stop> {
        let short = |needed| Stop::Incomplete { unit: "block", needed };
        let first = bytes_at(rest, 0).ok_or_else(|| short(BLOCK_OVERHEAD as u64))?;
        let mut order = self.order();
        let mut kind = order.u32(first);
        if u32::from_le_bytes(first) == block_type::SECTION_HEADER {
            kind = block_type::SECTION_HEADER;
            order = byte_order_magic(rest)?;
        } else if self.section.is_none() {
            return Err(Stop::Malformed("a block stands before any section header".into()));
        }
        let claimed = bytes_at(rest, 4).ok_or_else(|| short(BLOCK_OVERHEAD as u64))?;
        let claimed = order.u32(claimed);
        if (claimed as usize) < BLOCK_OVERHEAD || claimed > MAX_BLOCK {
            return Err(bad_length(kind, claimed));
        }
        // Some writers forget the padding in the length; it is there all the same.
        let len = claimed.next_multiple_of(4) as usize;
        let whole = rest.get(..len).ok_or_else(|| short(len as u64))?;
        let trailer = bytes_at(whole, len - 4).map(|bytes| order.u32(bytes));
        if trailer != Some(claimed) {
            return Err(different_lengths(kind, claimed, trailer));
        }
        Ok(Block { kind, body: &whole[8..len - 4], whole })
    }

    /// Takes in one block: a packet goes to the sink, a description into the
    /// section, anything else is skipped.
    #[inline]
    fn take<S: Sink>(&mut self, block: &Block<'_>, sink: &mut S) -> Result<ControlFlow<()>, Stop> {
        let frame = match block.kind {
            block_type::ENHANCED_PACKET => self.enhanced(block.body),
            block_type::SIMPLE_PACKET => self.simple(block.body),
            block_type::OBSOLETE_PACKET => self.obsolete(block.body),
            _ => return self.describe(block).map(ControlFlow::Continue),
        };
        frame.map(|frame| sink.frame(frame)).ok_or_else(|| bad_packet(block.kind))
    }

    /// Section 4.3: interface, time, captured and original length, data.
    #[inline]
    fn enhanced<'a>(&self, body: &'a [u8]) -> Option<Frame<'a>> {
        let order = self.order();
        let (fixed, rest) = body.split_first_chunk::<20>()?;
        let field = |at: usize| order.u32([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        let captured = rest.get(..field(12) as usize)?;
        Some(self.frame(field(0), Some((field(4), field(8))), captured, field(16)))
    }

    /// Hands the packet block at `at` on by its head; gives where the next block
    /// begins where the sink took it. The tests hold it against the whole frames.
    #[inline(always)]
    fn read_head<S: Sink>(&self, data: &[u8], at: usize, sink: &mut S) -> Option<usize> {
        let section = self.little()?;
        let window: &[u8; FIXED + Head::LEN] = data.get(at..)?.first_chunk()?;
        let (len, captured_len) = (le_u32(window, 4), le_u32(window, 20));
        let fits = u64::from(captured_len) + (FIXED as u64 + 4) <= u64::from(len);
        if le_u32(window, 0) != block_type::ENHANCED_PACKET
            || len > MAX_BLOCK
            || !len.is_multiple_of(4)
            || !fits
        {
            return None;
        }
        let next = at + len as usize;
        if bytes_at(data, next - 4)? != len.to_le_bytes() {
            return None;
        }
        let head = head_of(section, window, window[FIXED..].first_chunk()?)?;
        sink.head(&head).then_some(next)
    }

    /// The section, where it is in the byte order of nearly every capture.
    #[inline(always)]
    fn little(&self) -> Option<&Section> {
        self.section.as_deref().filter(|section| section.order == ByteOrder::Little)
    }

    /// The block at `at`, whatever it is.
    #[inline(never)]
    fn read_block<S: Sink>(&mut self, data: &[u8], at: usize, sink: &mut S) -> Result<usize, Stop> {
        let block = self.block(&data[at..])?;
        match self.take(&block, sink)? {
            ControlFlow::Continue(()) => Ok(at + block.whole.len()),
            ControlFlow::Break(()) => Err(Stop::Sink),
        }
    }

    /// Section 4.4: no time; the captured length follows from the snap length
    /// of the first interface.
    fn simple<'a>(&self, body: &'a [u8]) -> Option<Frame<'a>> {
        let original = self.order().u32(bytes_at(body, 0)?);
        let data = &body[4..];
        let snap_len = self.interface(0).map_or(0, |interface| interface.snap_len);
        let stored = if snap_len == 0 { original } else { original.min(snap_len) };
        // A block that is shorter than its packet was cut by another limit.
        let captured = &data[..data.len().min(stored as usize)];
        Some(self.frame(0, None, captured, original))
    }

    /// Appendix A: as the enhanced one, with 16 bits for the interface.
    fn obsolete<'a>(&self, body: &'a [u8]) -> Option<Frame<'a>> {
        let order = self.order();
        let interface = order.u16(bytes_at(body, 0)?);
        let field = |at| bytes_at(body, at).map(|bytes| order.u32(bytes));
        let captured = body.get(20..)?.get(..field(12)? as usize)?;
        let time = Some((field(4)?, field(8)?));
        Some(self.frame(u32::from(interface), time, captured, field(16)?))
    }

    #[inline]
    fn frame<'a>(
        &self,
        id: u32,
        time: Option<(u32, u32)>,
        captured: &'a [u8],
        original_len: u32,
    ) -> Frame<'a> {
        let interface = self.interface(id);
        let timestamp = match (interface, time) {
            (Some(interface), Some((high, low))) => {
                interface.timestamp(u64::from(high) << 32 | u64::from(low))
            }
            _ => None,
        };
        Frame {
            link_type: interface.map(|interface| interface.link_type),
            timestamp,
            captured,
            original_len,
            fcs_len: interface.map_or(0, |interface| interface.fcs_len),
            interface: id,
        }
    }

    #[inline]
    fn interface(&self, id: u32) -> Option<&Interface> {
        self.section.as_ref()?.interfaces.get(id as usize)
    }

    /// A block that carries no packet.
    #[cold]
    fn describe(&mut self, block: &Block<'_>) -> Result<(), Stop> {
        match block.kind {
            block_type::SECTION_HEADER => {
                let Ok((_, header)) = parse_sectionheaderblock(block.whole) else {
                    return Err(Stop::Malformed("the section header cannot be parsed".into()));
                };
                if header.major_version != 1 {
                    return Err(Stop::Malformed(format!(
                        "the section is of version {}.{}; only version 1 is known",
                        header.major_version, header.minor_version
                    )));
                }
                let order = byte_order_magic(block.whole)?;
                self.section = Some(Arc::new(Section { order, interfaces: Vec::new() }));
            }
            block_type::INTERFACE => {
                let Some(section) = &mut self.section else { return Ok(()) };
                if section.interfaces.len() >= MAX_INTERFACES {
                    return Err(Stop::Malformed(format!(
                        "the section describes more than {MAX_INTERFACES} interfaces"
                    )));
                }
                let order = section.order;
                let parsed = match order {
                    ByteOrder::Little => parse_interfacedescriptionblock_le(block.whole),
                    ByteOrder::Big => parse_interfacedescriptionblock_be(block.whole),
                };
                let Ok((_, description)) = parsed else {
                    return Err(Stop::Malformed("the interface cannot be parsed".into()));
                };
                Arc::make_mut(section).interfaces.push(Interface::new(&description, order));
            }
            _ => {}
        }
        Ok(())
    }

    /// Length of the block at `at`, if there could be one.
    #[inline]
    fn plausible(&self, data: &[u8], at: usize) -> Option<usize> {
        let mut order = self.order();
        let first = bytes_at(data, at)?;
        if u32::from_le_bytes(first) == block_type::SECTION_HEADER {
            order = byte_order_magic(&data[at..]).ok()?;
        } else if !matches!(order.u32(first), 1..=3 | block_type::ENHANCED_PACKET)
            && !block_type::PLAUSIBLE.contains(&order.u32(first))
        {
            return None;
        }
        let len = order.u32(bytes_at(data, at + 4)?);
        let ok = len as usize >= BLOCK_OVERHEAD && len <= MAX_BLOCK && len.is_multiple_of(4);
        ok.then_some(len as usize)
    }

    /// Whether a chain of plausible blocks begins at `start`.
    fn chain_from(&self, data: &[u8], start: usize, budget: &mut usize) -> bool {
        let mut at = start;
        for seen in 0..GUESS_BLOCKS {
            *budget = budget.saturating_sub(usize::from(seen > 0));
            if at >= data.len() {
                return at == data.len() && seen > 0;
            }
            let Some(len) = self.plausible(data, at) else {
                return data.len() - at < BLOCK_OVERHEAD && seen >= GUESS_BLOCKS_AT_END;
            };
            if at + len > data.len() {
                return seen >= GUESS_BLOCKS_AT_END;
            }
            if data[at + 4..at + 8] != data[at + len - 4..at + len] {
                return false;
            }
            at += len;
        }
        true
    }
}

/// The byte order that a section header names in its third field.
#[cold]
fn byte_order_magic(block: &[u8]) -> Result<ByteOrder, Stop> {
    match bytes_at::<4>(block, 8) {
        Some([0x4d, 0x3c, 0x2b, 0x1a]) => Ok(ByteOrder::Little),
        Some([0x1a, 0x2b, 0x3c, 0x4d]) => Ok(ByteOrder::Big),
        Some(_) => Err(Stop::Malformed("the section header has no byte-order magic".into())),
        None => Err(Stop::Incomplete { unit: "section header", needed: 28 }),
    }
}

#[cold]
fn bad_length(kind: u32, claimed: u32) -> Stop {
    Stop::Malformed(format!(
        "the block of type {kind:#x} claims a length of {claimed} bytes, which is not between {BLOCK_OVERHEAD} and {MAX_BLOCK}"
    ))
}

#[cold]
fn different_lengths(kind: u32, front: u32, end: Option<u32>) -> Stop {
    let end = end.map_or_else(|| "nothing".into(), |len| len.to_string());
    Stop::Malformed(format!(
        "the block of type {kind:#x} has the length {front} at its front and {end} at its end"
    ))
}

#[cold]
fn bad_packet(kind: u32) -> Stop {
    Stop::Malformed(format!("the packet block of type {kind:#x} is too short for its packet"))
}

/// Enhanced Packet Blocks of a section in the byte order of nearly every capture.
impl Usual for PcapNg {
    const BEFORE: usize = FIXED;

    #[inline(always)]
    fn lens(&self, ahead: &[u8; SPAN]) -> Option<(usize, usize)> {
        self.little()?;
        let (len, captured_len) = (le_u32(ahead, 4), le_u32(ahead, 20));
        let (len, captured_len) = (len as usize, captured_len as usize);
        let fits = captured_len + FIXED + 4 <= len && len.is_multiple_of(4);
        if le_u32(ahead, 0) != block_type::ENHANCED_PACKET || !fits || len > SPAN {
            return None;
        }
        (le_u32(ahead, len - 4) as usize == len).then_some((len, captured_len))
    }

    fn clock(&self) -> Clock {
        Clock::Nanoseconds
    }

    #[inline(always)]
    fn raw<'d>(&self, record: &'d [u8; RECORD]) -> Option<RawHead<'d>> {
        let head = head_of(self.little()?, record, record[FIXED..].first_chunk()?)?;
        if head.link_type != LinkType::ETHERNET || head.fcs_len > MAX_FCS {
            return None;
        }
        Some(RawHead {
            bytes: head.bytes,
            time: head.timestamp.nanoseconds().cast_unsigned(),
            lens: le_u64(record, 20),
            overhead: head.fcs_len,
        })
    }

    #[inline(always)]
    fn interface(&self, record: &[u8; RECORD]) -> u32 {
        le_u32(record, 8)
    }

    fn frame<'d>(&self, record: &'d [u8]) -> Option<Frame<'d>> {
        self.enhanced(self.block(record).ok()?.body)
    }

    /// A section has interfaces of its own, and a packet may come before the block that
    /// describes its interface: it has none.
    fn may_change(&self, data: &[u8], at: usize) -> bool {
        let kind = bytes_at(data, at).map(|bytes| self.order().u32(bytes));
        matches!(kind, Some(block_type::SECTION_HEADER | block_type::INTERFACE))
    }

    fn read_alone<S: Sink>(
        &mut self,
        data: &[u8],
        from: usize,
        until: usize,
        sink: &mut S,
    ) -> Walk {
        let mut at = from;
        while at < until.min(data.len()) {
            cache::fetch_ahead(data, at);
            match self.step(data, at, sink) {
                Ok(next) => at = next,
                Err(stop) => return Walk { end: at, stop },
            }
        }
        Walk { end: at, stop: Stop::Limit }
    }
}

/// The head of the frame of an Enhanced Packet Block in little-endian order; `None`
/// where it is to be read as a whole.
#[inline(always)]
fn head_of<'d, const N: usize>(
    section: &Section,
    block: &[u8; N],
    bytes: &'d [u8; Head::LEN],
) -> Option<Head<'d>> {
    let number = le_u32(block, 8);
    let interface = section.interfaces.get(number as usize)?;
    if interface.head_ns == 0 {
        return None;
    }
    let units = u64::from(le_u32(block, 12)) << 32 | u64::from(le_u32(block, 16));
    let nanoseconds = i64::try_from(units.checked_mul(interface.head_ns)?).ok()?;
    Some(Head {
        bytes,
        front: bytes.first_chunk()?,
        tags_left_out: 0,
        link_type: interface.link_type,
        interface: number,
        captured_len: le_u32(block, 20),
        original_len: le_u32(block, 24),
        fcs_len: interface.fcs_len,
        timestamp: Timestamp::from_nanoseconds(nanoseconds),
    })
}

impl Chain for PcapNg {
    const GUESSABLE: bool = true;
    const CHANGES: bool = true;

    fn state(&self) -> String {
        let Some(section) = &self.section else { return String::new() };
        let mut hash = Sha256::new();
        hash.update([u8::from(section.order == ByteOrder::Big)]);
        section.interfaces.iter().for_each(|interface| hash.update(interface.describe()));
        hexadecimal(&hash.finalize())
    }

    fn read<S: Sink>(&mut self, data: &[u8], from: usize, until: usize, sink: &mut S) -> Walk {
        if sink.takes_sorted() && until.saturating_sub(from) > SPAN {
            return read_sorted(self, data, (from, until.min(data.len())), sink);
        }
        self.read_alone(data, from, until, sink)
    }

    #[inline(always)]
    fn step<S: Sink>(&mut self, data: &[u8], at: usize, sink: &mut S) -> Result<usize, Stop> {
        match self.read_head(data, at, sink) {
            Some(next) => Ok(next),
            None => self.read_block(data, at, sink),
        }
    }

    fn guess(&self, data: &[u8], from: usize) -> Option<usize> {
        let mut budget = GUESS_BUDGET;
        // Blocks begin at multiples of 4 in the file, so in the map too.
        let first = from.next_multiple_of(4);
        let last = data.len().min(from.saturating_add(GUESS_REACH));
        (first..=last)
            .step_by(4)
            .map_while(|start| {
                (budget > 0).then(|| (start, self.chain_from(data, start, &mut budget)))
            })
            .find_map(|(start, plausible)| plausible.then_some(start))
    }
}
