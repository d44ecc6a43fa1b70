//! Counts packets of one family together, by their heads.

use super::lane::{Counter, ends};
use crate::aggregate::Details;
use crate::capture::BATCH;
use crate::decode::{Decoder, Plain};
use crate::model::{Head, IpVersion};
use std::ops::ControlFlow;

/// What was read of some records.
struct Read {
    /// How many are no plain packets: they were moved to the front.
    refused: usize,
    /// The first and the last instant of the others, in nanoseconds.
    times: (i64, i64),
    /// The sum of their lengths.
    wire_octets: u64,
}

/// Reads those that are plain packets, of IPv6 where `SIX`; `keep` is called with each
/// and its place among them.
#[inline(always)]
fn read<'d, R: Copy, const SIX: bool>(
    decoder: &Decoder,
    records: &mut [R],
    head_of: impl Fn(R) -> Option<Head<'d>>,
    mut keep: impl FnMut(usize, &Head<'d>, &Plain),
) -> Read {
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    let (mut refused, mut wire_octets) = (0, 0);
    for at in 0..records.len() {
        let record = records[at];
        let read =
            head_of(record).and_then(|head| Some((head, decoder.decode_family::<SIX>(&head)?)));
        let Some((head, plain)) = read else {
            records[refused] = record;
            refused += 1;
            continue;
        };
        keep(at - refused, &head, &plain);
        let time = head.timestamp.nanoseconds();
        (first, last) = (first.min(time), last.max(time));
        wire_octets += u64::from(head.original_len);
    }
    Read { refused, times: (first, last), wire_octets }
}

/// The family of a loop.
const fn version(six: bool) -> IpVersion {
    if six { IpVersion::V6 } else { IpVersion::V4 }
}

impl<I: Fn() -> bool> Counter<'_, I> {
    /// Counts those that are plain packets, and says how many are not.
    ///
    /// Neither this nor the like of it is inlined into the walk, and none has the other
    /// family's questions: each keeps what it needs in registers.
    #[inline(never)]
    pub(super) fn plain_heads<'d, R: Copy, const SIX: bool>(
        &mut self,
        records: &mut [R],
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        let packets = &mut *self.packets;
        let read = read::<R, SIX>(self.decoder, records, head_of, |place, head, plain| {
            packets[place % BATCH] = ends(plain, head.original_len);
        });
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        let taken = (records.len() - read.refused).min(BATCH);
        self.gathering.observe_batch(version(SIX), taken as u64, read.wire_octets, read.times);
        self.tables.observe_batch(version(SIX), &self.packets[..taken]);
        ControlFlow::Continue(read.refused)
    }

    /// The same where quick cells are counted too.
    #[inline(never)]
    pub(super) fn quick_heads<'d, R: Copy, const SIX: bool>(
        &mut self,
        records: &mut [R],
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        let (has_window, window) = (self.has_window, self.window);
        let lies_within =
            |head: &Head<'_>| !has_window || window.excludes(Some(head.timestamp)).is_none();
        let head_of = |record| head_of(record).filter(lies_within);
        let Some(room) = self.tables.quick_room(version(SIX), records.len()) else {
            return ControlFlow::Continue(records.len());
        };
        let read = read::<R, SIX>(self.decoder, records, head_of, |place, head, plain| {
            let (ports, low) = plain.ports_and_low(head);
            let details = Details { time: head.timestamp, ports, low };
            room.put(place, ends(plain, head.original_len), details);
        });
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        let taken = records.len() - read.refused;
        self.gathering.observe_batch(version(SIX), taken as u64, read.wire_octets, read.times);
        self.tables.observe_quick_batch(version(SIX), taken);
        ControlFlow::Continue(read.refused)
    }
}
