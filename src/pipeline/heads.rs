//! Counts packets of one family together, by their heads.

use super::lane::{Counter, ends};
use crate::aggregate::Details;
use crate::decode::{Decoder, Plain, Sums};
use crate::model::{Head, HeadColumnsRef, IpVersion};
use std::ops::ControlFlow;

/// Reads those that are plain packets, of IPv6 where `SIX`, one by one, and moves the others
/// to the front; `keep` is called with each and its place among them. Gives how many
/// others there are.
#[inline(always)]
fn read<'d, R: Copy, const SIX: bool>(
    decoder: &Decoder,
    records: &mut [R],
    head_of: impl Fn(R) -> Option<Head<'d>>,
    mut keep: impl FnMut(usize, &Head<'d>, &Plain),
) -> usize {
    let mut refused = 0;
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
    }
    refused
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
        columns: HeadColumnsRef<'_>,
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        let records = (records, columns);
        let packets = &mut *self.packets;
        let read = self.together.read::<R, SIX>(self.decoder, records, head_of, packets);
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        let packets = &packets[..read.plain];
        let amounts = (read.sums.octets, read.sums.wire_octets);
        self.gathering.observe_batch(version(SIX), packets.len() as u64, &read.sums);
        self.tables.observe_batch(version(SIX), packets, amounts, read.others);
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
        let mut sums = Sums::NONE;
        let refused = read::<R, SIX>(self.decoder, records, head_of, |place, head, plain| {
            let (ports, low) = plain.ports_and_low(head);
            let details = Details { time: head.timestamp, ports, low };
            let ends = ends(plain, head.original_len);
            sums.add(head.timestamp.nanoseconds(), &ends);
            room.put(place, ends, details);
        });
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        let taken = records.len() - refused;
        self.gathering.observe_batch(version(SIX), taken as u64, &sums);
        self.tables.observe_quick_batch(version(SIX), taken);
        ControlFlow::Continue(refused)
    }
}
