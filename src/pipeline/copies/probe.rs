//! Looks for copies among the first frames of an input, so that who does not
//! know of them is told.

use super::window::{Seen, Sighting};
use crate::capture::{Chain, Sink};
use crate::model::{DedupWindow, Frame, SuspectedCopies};
use std::ops::ControlFlow;

/// Copies of a mirror port follow one another closely.
const WINDOW: u32 = 1000;

/// Counts the frames that were seen before.
struct Probe {
    seen: Seen,
    found: SuspectedCopies,
}

impl Sink for Probe {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        let sighting = self.seen.see(&frame);
        self.found.frames += u64::from(sighting != Sighting::Incomparable);
        self.found.copies += u64::from(sighting == Sighting::Copy);
        ControlFlow::Continue(())
    }
}

/// The copies among the frames that lie whole in the first bytes of an input;
/// `None` where they are few. The records begin at `at`.
pub(in crate::pipeline) fn probe<C: Chain>(
    chain: &C,
    first: &[u8],
    at: usize,
) -> Option<SuspectedCopies> {
    let seen = Seen::new(DedupWindow::Packets(WINDOW));
    let mut probe = Probe { seen, found: SuspectedCopies::default() };
    chain.clone().read(first, at, first.len(), &mut probe);
    Some(probe.found).filter(SuspectedCopies::are_many)
}
