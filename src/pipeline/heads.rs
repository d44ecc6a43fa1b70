//! Counts packets of one family together, by their heads.

use super::lane::{Counter, ends};
use crate::capture::BATCH;
use crate::decode::Plain;
use crate::model::{Head, IpVersion};
use std::ops::ControlFlow;

impl<I: Fn() -> bool> Counter<'_, I> {
    /// Counts those that are plain packets, of IPv6 where `SIX`, moves the others to the
    /// front, and says how many these are.
    ///
    /// Neither this nor the like of it is inlined into the walk, and none has the other
    /// family's questions: each keeps what it needs in registers.
    #[inline(never)]
    pub(super) fn plain_heads<'d, R: Copy, const SIX: bool>(
        &mut self,
        records: &mut [R],
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        let (decoder, packets) = (self.decoder, &mut *self.packets);
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
            packets[(at - refused) % BATCH] = ends(&plain, head.original_len);
            let time = head.timestamp.nanoseconds();
            (first, last) = (first.min(time), last.max(time));
            wire_octets += u64::from(head.original_len);
        }
        if !(self.intact)() {
            return ControlFlow::Break(());
        }
        let version = if SIX { IpVersion::V6 } else { IpVersion::V4 };
        let packets = &packets[..(records.len() - refused).min(BATCH)];
        self.gathering.observe_batch(version, packets.len() as u64, wire_octets, (first, last));
        self.tables.observe_batch(version, packets);
        ControlFlow::Continue(refused)
    }

    /// The same where quick cells are counted too.
    #[inline(never)]
    pub(super) fn quick_heads<'d, R: Copy, const SIX: bool>(
        &mut self,
        records: &mut [R],
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        let mut refused = 0;
        for at in 0..records.len() {
            let record = records[at];
            let Some((head, plain)) = self.quick::<SIX>(head_of(record)) else {
                records[refused] = record;
                refused += 1;
                continue;
            };
            if !(self.intact)() {
                return ControlFlow::Break(());
            }
            self.take_quick(&plain, &head);
        }
        ControlFlow::Continue(refused)
    }

    /// A plain packet that lies within the time that is measured.
    #[inline(always)]
    fn quick<'d, const SIX: bool>(&self, head: Option<Head<'d>>) -> Option<(Head<'d>, Plain)> {
        let head = head.filter(|head| !self.lies_outside(head))?;
        Some((head, self.decoder.decode_family::<SIX>(&head)?))
    }
}
