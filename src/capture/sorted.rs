//! Records that are handed on together, sorted by family.
//!
//! Of which family the next packet is cannot be foretold, and a processor that guesses
//! wrong throws away what it has begun. So the walk through a capture asks no more
//! than where a record ends and of which family its packet seems to be, without a
//! branch; then the packets of each family are read in a loop of their own.

use super::chain::{Chain, Sink, Stop, Walk};
use crate::cache::{self, SPAN};
use crate::model::{
    Clock, Frame, HEADS, Head, HeadColumns, IpVersion, LinkType, RawHead, Timestamp,
};
use std::hint::select_unpredictable;
use std::ops::ControlFlow;

/// Records that are handed on together, at most: as many as the tables count together.
pub const BATCH: usize = HEADS;
const _: () = assert!(BATCH.is_power_of_two(), "a bit tells that a batch is full");

/// As many bytes of a record as are looked at: those before a frame (the most are those
/// of an Enhanced Packet Block), two VLAN tags, and a [`Head`] without them.
pub(super) const RECORD: usize = 28 + TAGS + Head::LEN;

/// The bits of the octets of VLAN tags, 0, 4 or 8.
const TAGS: usize = 12;

/// Bytes of a record that is handed on so, at most. One that is longer takes so much
/// of a walk's time that it may as well be handed on by itself.
const LONGEST: usize = 4096;

/// Records of a walk that may be unusual before it is too many, or one for four usual
/// ones where those are more: where one in five is, there is nothing to gain.
const MANY: usize = BATCH / 4;

/// Bytes that are read one by one where many records are not usual, or not plain, before
/// it is tried again: each of them would be looked at twice.
const ALONE: usize = 1 << 16;

/// Octets of a frame check sequence behind a usual frame, at most: those of Ethernet.
pub(super) const MAX_FCS: u8 = 4;

/// The little-endian number of 64 bits at `at`.
#[inline(always)]
pub(super) fn le_u64<const N: usize>(bytes: &[u8; N], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// The little-endian number at `at`.
#[inline(always)]
pub(super) fn le_u32<const N: usize>(bytes: &[u8; N], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

/// A chain of records that are handed on so, all but a few: the usual ones.
pub(super) trait Usual: Chain {
    /// Bytes of a usual record before the frame.
    const BEFORE: usize;

    /// Length and captured length of the record at the start of `ahead`; `None` where
    /// it is not a usual one.
    fn lens(&self, ahead: &[u8; SPAN]) -> Option<(usize, usize)>;

    /// What tells the times of [`Self::raw`].
    fn clock(&self) -> Clock;

    /// The head of the Ethernet frame of a usual record as it stands there; `None` where
    /// it is to be read as a whole.
    fn raw<'d>(&self, record: &'d [u8; RECORD]) -> Option<RawHead<'d>>;

    /// The interface of a usual record within its section.
    fn interface(&self, record: &[u8; RECORD]) -> u32;

    /// The whole frame of a usual record, from its start on. All have one.
    fn frame<'d>(&self, record: &'d [u8]) -> Option<Frame<'d>>;

    /// Whether the record at `at`, which is not usual, may change how those before it are
    /// read, if they wait until it was read.
    fn may_change(&self, _data: &[u8], _at: usize) -> bool {
        false
    }

    /// Reads records one by one.
    fn read_alone<S: Sink>(&mut self, data: &[u8], from: usize, until: usize, sink: &mut S)
    -> Walk;
}

/// Reads on as [`Chain::read`] does, and hands usual records to a sink that takes
/// them sorted.
pub(super) fn read_sorted<C: Usual, S: Sink>(
    chain: &mut C,
    data: &[u8],
    (from, until): (usize, usize),
    sink: &mut S,
) -> Walk {
    let (mut at, mut alone) = (from, false);
    while at < until {
        // Most captures have all frames in one VLAN, or none.
        let (range, before) = ((at, until), tags::<C>(data, at));
        let walk = match before {
            _ if alone => chain.read_alone(data, at, until.min(at + ALONE), sink),
            0 => read_alike::<C, S, false>(chain, data, range, 0, sink),
            tags => read_alike::<C, S, true>(chain, data, range, tags, sink),
        };
        at = walk.end;
        if walk.stop != Stop::Limit {
            return walk;
        }
        // Where the tags are the same, it is something else that was not usual.
        alone = !alone && tags::<C>(data, at) == before;
    }
    Walk { end: at, stop: Stop::Limit }
}

/// Octets of VLAN tags in the frame of the record at `at`.
fn tags<U: Usual>(data: &[u8], at: usize) -> usize {
    let record = data.get(at..).and_then(|rest| rest.get(U::BEFORE..)?.first_chunk());
    record.map_or(0, Head::tags)
}

/// Records that make up for others that are refused, at most: those of one family come
/// together.
const CREDIT: usize = 16 * BATCH;

/// Records that wait until there are as many of their family as make a batch: where loops
/// end that have one length is foretold.
struct Waiting<'d> {
    /// Those of IPv4, then those of IPv6.
    records: [&'d [u8; RECORD]; 2 * BATCH],
    /// Their heads.
    columns: HeadColumns<{ 2 * BATCH }>,
    /// How many there are of each family.
    len: [usize; 2],
    /// Where the walk began that met the first of each family, or the last walk where
    /// there is none.
    since: [usize; 2],
    /// Records that were met and make up for others that are refused, four for each.
    credit: usize,
    /// More were refused than one in four.
    too_many: bool,
}

impl<'d> Waiting<'d> {
    fn new(clock: Clock, at: usize) -> Self {
        Self {
            records: [&[0; RECORD]; 2 * BATCH],
            columns: HeadColumns::new(clock),
            len: [0; 2],
            since: [at; 2],
            credit: 0,
            too_many: false,
        }
    }

    /// Hands the records of a family on, and those of which the head does not suffice as
    /// whole frames; `Break` where they are not taken.
    #[inline(always)]
    fn hand_on<S: Sink>(
        &mut self,
        version: IpVersion,
        head_of: impl Fn(&'d [u8; RECORD]) -> Option<Head<'d>>,
        frame_of: impl Fn(&'d [u8; RECORD]) -> Option<Frame<'d>>,
        sink: &mut S,
    ) -> ControlFlow<()> {
        let first = version.index() * BATCH;
        let len = std::mem::take(&mut self.len[version.index()]);
        let records = &mut self.records[first..first + len];
        let ControlFlow::Continue(refused) =
            sink.heads(version, records, self.columns.from(first), head_of)
        else {
            return ControlFlow::Break(());
        };
        for record in records.iter().take(refused) {
            if let Some(frame) = frame_of(record) {
                sink.refused(frame)?;
            }
        }
        // Of few records, many may be refused by chance.
        self.too_many |= len == BATCH && 4 * refused > self.credit;
        self.credit = self.credit.saturating_sub(4 * refused);
        ControlFlow::Continue(())
    }
}

/// Why a walk ended.
#[derive(Clone, PartialEq, Eq)]
enum Pause {
    /// There are as many records of a family as make a batch.
    Full,
    /// What comes may change how those that wait are read.
    Change,
    /// No more is read so.
    Stop(Stop),
}

/// Reads on as long as not too many records have other tags than these, or are not
/// usual or not plain.
fn read_alike<C: Usual, S: Sink, const TAGGED: bool>(
    chain: &mut C,
    data: &[u8],
    (from, until): (usize, usize),
    tags: usize,
    sink: &mut S,
) -> Walk {
    let mut waiting = Waiting::new(chain.clock(), from);
    let mut at = from;
    loop {
        for (since, len) in waiting.since.iter_mut().zip(waiting.len) {
            *since = if len == 0 { at } else { *since };
        }
        let range = (&mut at, until);
        let mut pause = walk::<C, S, TAGGED>(chain, data, range, tags, &mut waiting, sink);
        let head_of = |record| head_of::<_, TAGGED>(chain, record, tags);
        let frame_of = |record: &[u8; RECORD]| {
            chain.frame(&data[record.as_ptr().addr() - data.as_ptr().addr()..])
        };
        loop {
            for version in [IpVersion::V4, IpVersion::V6] {
                let family = version.index();
                let least = if pause == Pause::Full { BATCH } else { 1 };
                if waiting.len[family] < least {
                    continue;
                }
                if waiting.hand_on(version, head_of, frame_of, sink).is_break() {
                    let [four, six] = waiting.since;
                    return Walk { end: four.min(six), stop: Stop::Sink };
                }
                waiting.since[family] = at;
            }
            match pause {
                Pause::Full if waiting.too_many => pause = Pause::Stop(Stop::Limit),
                Pause::Full | Pause::Change => break,
                Pause::Stop(stop) => return Walk { end: at, stop },
            }
        }
    }
}

/// Walks on until there are as many records of a family as make a batch, and reads those
/// that are not usual.
#[inline(always)]
fn walk<'d, C: Usual, S: Sink, const TAGGED: bool>(
    chain: &mut C,
    data: &'d [u8],
    (at, until): (&mut usize, usize),
    tags: usize,
    waiting: &mut Waiting<'d>,
    sink: &mut S,
) -> Pause {
    // Usual records are those that begin before the end, with so much behind them.
    let near = &data[..data.len().min(until.saturating_add(SPAN - 1))];
    // By themselves, so that they lie in registers.
    let [mut four, mut six] = waiting.len;
    let (before, mut others) = (four + six, 0);
    let pause = loop {
        if (four | six) & BATCH != 0 {
            break Pause::Full;
        }
        if let Some((next, is_six, record)) = usual_at::<_, TAGGED>(chain, near, *at, tags) {
            let place = select_unpredictable(is_six != 0, BATCH + six, four) % (2 * BATCH);
            waiting.records[place] = record;
            waiting.columns.put(place, is_six, raw_of::<_, TAGGED>(chain, record, tags));
            six += usize::from(is_six);
            four += usize::from(1 - is_six);
            *at = next;
            continue;
        }
        if *at >= until || others > MANY.max((four + six - before) / 4) {
            break Pause::Stop(Stop::Limit);
        }
        if four + six > 0 && chain.may_change(data, *at) {
            break Pause::Change;
        }
        match read_other(chain, data, *at, sink) {
            Ok(next) => *at = next,
            Err(why) => break Pause::Stop(why),
        }
        others += 1;
    };
    waiting.len = [four, six];
    waiting.credit = (waiting.credit + four + six - before).min(CREDIT);
    pause
}

/// Reads a record that is not usual.
///
/// A call, so that the walk keeps to few registers.
#[inline(never)]
fn read_other<C: Usual, S: Sink>(
    chain: &mut C,
    data: &[u8],
    at: usize,
    sink: &mut S,
) -> Result<usize, Stop> {
    chain.step(data, at, sink)
}

/// The usual record at `at`: where the next one begins, the family as a number, and the
/// bytes of it that are looked at.
#[inline(always)]
fn usual_at<'d, U: Usual, const TAGGED: bool>(
    chain: &U,
    data: &'d [u8],
    at: usize,
    tags: usize,
) -> Option<(usize, u8, &'d [u8; RECORD])> {
    let ahead: &[u8; SPAN] = data.get(at..)?.first_chunk()?;
    let (len, captured_len) = chain.lens(ahead)?;
    cache::fetch_span(ahead, len);
    if len > LONGEST || captured_len < Head::PLAIN + tags {
        return None;
    }
    let record: &[u8; RECORD] = ahead.first_chunk()?;
    if TAGGED && Head::tags(record[U::BEFORE..].first_chunk()?) != tags {
        return None;
    }
    let is_six = Head::family(behind::<U, TAGGED>(record, tags)?)?;
    Some((at + len, is_six, record))
}

/// The bytes of the head of a frame without its VLAN tags: its addresses are not theirs,
/// but all that comes behind is where it would be without tags.
#[inline(always)]
fn behind<U: Usual, const TAGGED: bool>(
    record: &[u8; RECORD],
    tags: usize,
) -> Option<&[u8; Head::LEN]> {
    // A bound that the compiler sees.
    let tags = if TAGGED { tags & TAGS } else { 0 };
    record[U::BEFORE + tags..].first_chunk()
}

/// The head of the frame of a usual record as it stands there, but for its tags.
#[inline(always)]
fn raw_of<'d, U: Usual, const TAGGED: bool>(
    chain: &U,
    record: &'d [u8; RECORD],
    tags: usize,
) -> Option<RawHead<'d>> {
    let mut head = chain.raw(record)?;
    if TAGGED {
        head.bytes = behind::<U, TAGGED>(record, tags)?;
        head.overhead += u8::try_from(tags).ok()?;
    }
    Some(head)
}

/// The head of the frame of a usual record, as if it had no tags; `None` where it is
/// to be read as a whole.
#[inline(always)]
fn head_of<'d, U: Usual, const TAGGED: bool>(
    chain: &U,
    record: &'d [u8; RECORD],
    tags: usize,
) -> Option<Head<'d>> {
    let raw = raw_of::<_, TAGGED>(chain, record, tags)?;
    let (nanoseconds, is_time) = chain.clock().nanoseconds(raw.time);
    let (captured_len, original_len) = raw.lens();
    if !is_time || captured_len > original_len {
        return None;
    }
    let tags = if TAGGED { u8::try_from(tags).ok()? } else { 0 };
    Some(Head {
        bytes: raw.bytes,
        front: record[U::BEFORE..].first_chunk()?,
        tags_left_out: tags,
        link_type: LinkType::ETHERNET,
        interface: chain.interface(record),
        captured_len: captured_len - u32::from(tags),
        original_len,
        // Octets that are no packet's, so that the frame's length is what it was.
        fcs_len: raw.overhead,
        timestamp: Timestamp::from_nanoseconds(nanoseconds),
    })
}
