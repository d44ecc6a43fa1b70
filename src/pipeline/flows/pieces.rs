//! A mapped flow log, read by as many workers as come where its lines can be read
//! side by side.

use super::directions::Directions;
use super::drive::{End, done, read_map};
use crate::capture::Merge;
use crate::flowlog::{FlowReader, FlowStop, Window};
use crate::input::Map;
use crate::pipeline::input_run::{Done, InputRun};
use crate::pipeline::lane::Lane;
use crate::pipeline::mapped::{Job, Turn};
use crate::pipeline::outcome::Outcome;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes at the front of a log that its reader sees before it is asked whether
/// the rest can be split.
const FRONT: usize = 64 << 10;

/// A log whose lines are read side by side.
struct Pieces<R> {
    input: InputRun,
    map: Map,
    /// The reader of the front, of which each piece has its own.
    reader: R,
    piece: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Where the next piece begins.
    at: usize,
    claimed: usize,
    /// What was read, until all that stands before it was.
    parts: BTreeMap<usize, (Outcome, End)>,
    joined: usize,
    whole: Outcome,
    end: Option<End>,
    over: bool,
}

/// Reads a mapped log: at once where its records depend on one another, else its
/// front, and the rest is a job for all.
pub(in crate::pipeline) fn job<R: FlowReader + Send + Sync + 'static>(
    lane: &mut Lane<'_>,
    mut input: InputRun,
    map: Map,
    mut reader: R,
    piece: usize,
) -> Result<Arc<dyn Job>, Box<Done>> {
    let piece = piece.max(1);
    let (all, front) = (map.bytes().len(), line_end(map.bytes(), FRONT.min(piece)));
    let splits = !lane.flows().dedup_direction && front < all;
    let mut counter = lane.flow_counter(Directions::default());
    if splits {
        let window = Window { data: &map.bytes()[..front], offset: 0, ended: false };
        let progress = reader.read(window, &mut counter);
        input.format = Some(reader.format());
        let at = progress.consumed.min(front);
        counter.read_bytes(at as u64);
        let rest = Window { data: &map.bytes()[at..], offset: at as u64, ended: true };
        let own = progress.stop.is_none().then(|| reader.split(rest)).flatten();
        if let Some(reader) = own {
            let (whole, _) = counter.finish();
            let state = Mutex::new(State { at, whole, ..State::default() });
            return Ok(Arc::new(Pieces { input, map, reader, piece, state }));
        }
        let end = match progress.stop {
            Some(stop) => End { offset: at as u64, stop: Some(stop) },
            None => read_map(&mut reader, &map, at..all, piece, &mut counter),
        };
        counter.end_unit();
        return Err(Box::new(done(&input, &map, counter.finish().0, end)));
    }
    let end = read_map(&mut reader, &map, 0..all, piece, &mut counter);
    input.format = Some(reader.format());
    counter.end_unit();
    Err(Box::new(done(&input, &map, counter.finish().0, end)))
}

/// The end of the line that `at` lies in: behind its line feed.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let Some(before) = at.checked_sub(1) else { return 0 };
    let rest = bytes.get(before..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |found| before + found + 1)
}

impl<R> Pieces<R> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece: whole lines. The search for their end is made under the
    /// lock, so that no byte is searched twice.
    fn claim(&self) -> Option<(usize, Range<usize>)> {
        let mut state = self.lock();
        let (bytes, start) = (self.map.bytes(), state.at);
        if start >= bytes.len() || state.over {
            return None;
        }
        state.at = line_end(bytes, start.saturating_add(self.piece).min(bytes.len()));
        state.claimed += 1;
        Some((state.claimed - 1, start..state.at))
    }

    /// Joins what was read, in the order of the bytes; the input ends where a
    /// piece did before its own end, or with the last one.
    fn deposit(&self, index: usize, outcome: Outcome, end: End) -> Turn {
        let mut state = self.lock();
        state.parts.insert(index, (outcome, end));
        loop {
            let next = state.joined;
            let Some((outcome, end)) = state.parts.remove(&next) else { break };
            state.joined += 1;
            state.whole.merge(outcome);
            match &state.end {
                Some(End { stop: Some(_), .. }) => {}
                _ => state.end = Some(end),
            }
        }
        self.close(state)
    }

    /// Ends the input where all that was claimed is joined and no more will be.
    fn close(&self, mut state: MutexGuard<'_, State>) -> Turn {
        let all = state.at >= self.map.bytes().len();
        let stopped = state.end.as_ref().is_some_and(|end| end.stop.is_some());
        let waits = state.joined < state.claimed;
        if state.over || waits || !(all || stopped) {
            return Turn::Worked;
        }
        state.over = true;
        let whole = std::mem::take(&mut state.whole);
        let offset = state.at as u64;
        let end = state.end.take().unwrap_or(End { offset, stop: None });
        Turn::Done(Box::new(done(&self.input, &self.map, whole, end)))
    }
}

impl<R: FlowReader + Send + Sync> Job for Pieces<R> {
    fn turn(&self, lane: &mut Lane<'_>) -> Turn {
        if lane.control.interrupted() {
            let mut state = self.lock();
            let offset = state.at as u64;
            if state.at < self.map.bytes().len() {
                state.end.get_or_insert(End { offset, stop: None }).stop = Some(FlowStop::Sink);
            }
            return match self.close(state) {
                Turn::Worked => Turn::Idle,
                turn => turn,
            };
        }
        let Some((index, range)) = self.claim() else { return Turn::Idle };
        let window = Window {
            data: &self.map.bytes()[range.clone()],
            offset: range.start as u64,
            ended: true,
        };
        let mut counter = lane.flow_counter(Directions::default());
        let mut reader = self.reader.split(window).expect("what was split once can be again");
        let end = read_map(&mut reader, &self.map, range, self.piece, &mut counter);
        let (outcome, _) = counter.finish();
        self.deposit(index, outcome, end)
    }

    fn input(&self) -> &InputRun {
        &self.input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_behind_line_feeds() {
        let text = b"one\ntwo\nthree";
        let ends: Vec<_> = (0..=text.len()).map(|at| line_end(text, at)).collect();
        assert_eq!(ends, [0, 4, 4, 4, 4, 8, 8, 8, 8, 13, 13, 13, 13, 13]);
    }
}
