//! Counts packets of one family together, by their heads.

use super::lane::Counter;
use crate::decode::read_details;
use crate::model::{Head, HeadColumnsRef, IpVersion, TimeWindow, Timestamp};
use std::ops::ControlFlow;

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
        self.gathering.observe_batch(version(SIX), packets.len() as u64, &read.sums);
        self.tables.observe_batch(version(SIX), packets, &read.sums, read.others);
        ControlFlow::Continue(read.refused)
    }

    /// The same where more is asked, which can be counted quickly.
    #[inline(never)]
    pub(super) fn quick_heads<'d, R: Copy, const SIX: bool>(
        &mut self,
        records: &mut [R],
        columns: HeadColumnsRef<'_>,
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        let version = version(SIX);
        let Some((room, wanted)) = self.tables.quick_room(version) else {
            return ControlFlow::Continue(records.len());
        };
        let (packets, details) = room.room();
        read_details::<R, SIX>((records, columns), &head_of, wanted, details);
        let (all, given) = (records.len(), (records, columns));
        let read = self.together.read::<R, SIX>(self.decoder, given, head_of, packets);
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        if self.has_window && !holds_all(self.window, read.sums.times) {
            // Where the window begins or ends each is asked for.
            return ControlFlow::Continue(all);
        }
        details.take_out(all, read.taken_out);
        self.gathering.observe_batch(version, read.plain as u64, &read.sums);
        self.tables.observe_quick_batch(version, read.plain, &read.sums, read.others);
        ControlFlow::Continue(read.refused)
    }
}

/// Whether a window holds all from the first to the last of two instants, or none.
fn holds_all(window: TimeWindow, (first, last): (i64, i64)) -> bool {
    [first, last]
        .into_iter()
        .all(|time| window.excludes(Some(Timestamp::from_nanoseconds(time))).is_none())
}
