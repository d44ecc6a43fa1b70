//! Records that are handed on together, sorted by family.
//!
//! Of which family the next packet is cannot be foretold, and a processor that guesses
//! wrong throws away what it has begun. So the walk through a capture asks no more
//! than where a record ends and of which family its packet seems to be, without a
//! branch; then the packets of each family are read in a loop of their own.

use super::chain::{Chain, Sink, Stop, Walk};
use crate::cache::{self, SPAN};
use crate::model::{Frame, Head, IpVersion};
use std::hint::select_unpredictable;
use std::ops::ControlFlow;

/// Records that are handed on together, at most: as many as the tables count together.
pub const BATCH: usize = 128;

/// As many bytes of a record as are looked at: those before a frame (the most are those
/// of an Enhanced Packet Block), two VLAN tags, and a [`Head`] without them.
pub(super) const RECORD: usize = 28 + TAGS + Head::LEN;

/// The bits of the octets of VLAN tags, 0, 4 or 8.
const TAGS: usize = 12;

/// Bytes of a record that is handed on so, at most. One that is longer takes so much
/// of a walk's time that it may as well be handed on by itself.
const LONGEST: usize = 4096;

/// Records of a batch that may be unusual, or not plain, before it is too many: where one
/// in five is, there is nothing to gain.
const MANY: usize = BATCH / 4;

/// Bytes that are read one by one where many records are not usual, or not plain, before
/// it is tried again: each of them would be looked at twice.
const ALONE: usize = 1 << 16;

/// Octets of a frame check sequence behind a usual frame, at most: those of Ethernet.
pub(super) const MAX_FCS: u8 = 4;

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

    /// The head of the frame of a usual record; `None` where it is to be read as a whole.
    fn head<'d>(&self, record: &'d [u8; RECORD]) -> Option<Head<'d>>;

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

/// Reads on as long as not too many records have other tags than these, or are not
/// usual or not plain.
fn read_alike<C: Usual, S: Sink, const TAGGED: bool>(
    chain: &mut C,
    data: &[u8],
    (from, until): (usize, usize),
    tags: usize,
    sink: &mut S,
) -> Walk {
    let mut records = [&[0; RECORD]; BATCH];
    let mut at = from;
    loop {
        // Those of IPv4 from the front, those of IPv6 from the back.
        let (start, mut len, mut six) = (at, 0, 0);
        let (mut others, mut stop) = (0, None);
        while len < BATCH {
            if at >= until || others > MANY {
                stop = Some(Stop::Limit);
                break;
            }
            let Some((next, is_six, record)) = usual_at::<_, TAGGED>(chain, data, at, tags) else {
                if len > 0 && chain.may_change(data, at) {
                    break;
                }
                match read_other(chain, data, at, sink) {
                    Ok(next) => at = next,
                    Err(why) => {
                        stop = Some(why);
                        break;
                    }
                }
                others += 1;
                continue;
            };
            let place = select_unpredictable(is_six != 0, BATCH - 1 - six, len - six);
            records[place % BATCH] = record;
            six += is_six;
            len += 1;
            at = next;
        }
        let (four, rest) = records.split_at_mut(len - six);
        let six = &mut rest[BATCH - len..];
        let mut refused = 0;
        for (version, records) in [(IpVersion::V4, four), (IpVersion::V6, six)] {
            let head_of = |record| head_of::<_, TAGGED>(chain, record, tags);
            match hand_on(chain, data, (version, records), head_of, sink) {
                ControlFlow::Continue(of_family) => refused += of_family,
                ControlFlow::Break(()) => return Walk { end: start, stop: Stop::Sink },
            }
        }
        if refused > MANY {
            stop = stop.or(Some(Stop::Limit));
        }
        if let Some(stop) = stop {
            return Walk { end: at, stop };
        }
    }
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
) -> Option<(usize, usize, &'d [u8; RECORD])> {
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

/// The head of the frame of a usual record, as if it had no tags; `None` where it is
/// to be read as a whole.
#[inline(always)]
fn head_of<'d, U: Usual, const TAGGED: bool>(
    chain: &U,
    record: &'d [u8; RECORD],
    tags: usize,
) -> Option<Head<'d>> {
    let mut head = chain.head(record)?;
    if head.captured_len > head.original_len {
        return None;
    }
    if TAGGED {
        let tags = u8::try_from(tags).ok()?;
        head.bytes = behind::<U, TAGGED>(record, tags.into())?;
        head.captured_len -= u32::from(tags);
        // Octets that are no packet's, so that the frame's length is what it was.
        head.fcs_len += tags;
    }
    Some(head)
}

/// Hands records of one family on, and those of which the head does not suffice as
/// whole frames; gives how many these were.
#[inline(always)]
fn hand_on<'d, U: Usual, S: Sink>(
    chain: &U,
    data: &'d [u8],
    (version, records): (IpVersion, &mut [&'d [u8; RECORD]]),
    head_of: impl Fn(&'d [u8; RECORD]) -> Option<Head<'d>>,
    sink: &mut S,
) -> ControlFlow<(), usize> {
    let ControlFlow::Continue(refused) = sink.heads(version, records, head_of) else {
        return ControlFlow::Break(());
    };
    for record in records.iter().take(refused) {
        let at = record.as_ptr().addr() - data.as_ptr().addr();
        if let Some(frame) = chain.frame(&data[at..]) {
            sink.refused(frame).map_continue(|()| 0)?;
        }
    }
    ControlFlow::Continue(refused)
}
