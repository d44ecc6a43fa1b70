//! A counter that leaves copies out.

use super::super::lane::Counter;
use super::window::{Seen, Sighting};
use crate::capture::Sink;
use crate::model::{Anomaly, Excluded, Frame};
use std::ops::ControlFlow;

/// Hands every frame on but the copies, which are excluded.
pub(in crate::pipeline) struct WithoutCopies<'s, 't, I> {
    pub(in crate::pipeline) seen: &'s mut Seen,
    pub(in crate::pipeline) counter: Counter<'t, I>,
}

impl<I: Fn() -> bool> Sink for WithoutCopies<'_, '_, I> {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        let sighting = self.seen.see(&frame);
        if !self.counter.is_intact() {
            return ControlFlow::Break(());
        }
        if self.seen.is_cut() {
            self.counter.gathering.odd(Anomaly::DedupWindowCut);
        }
        if sighting == Sighting::Copy {
            self.counter.gathering.exclude(Excluded::Duplicate);
            return ControlFlow::Continue(());
        }
        self.counter.frame(frame)
    }
}
