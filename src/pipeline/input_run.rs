//! What the run knows of one input while it is read, and what becomes of it.

use super::outcome::Outcome;
use crate::capture::Stop;
use crate::error::{Cause, Error, Position};
use crate::input::Compression;
use crate::model::{Part, SuspectedCopies, TimeSpan};
use crate::summary::{InputSummary, Status};

/// An input that was opened.
#[derive(Clone, Debug)]
pub(super) struct InputRun {
    /// Its place among the inputs of the run.
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) format: Option<&'static str>,
    pub(super) compression: Option<Compression>,
    /// Copies among its first frames, where there are many.
    pub(super) copies: Option<SuspectedCopies>,
    /// What is known beforehand of the part of it that is read, where that is not all.
    pub(super) part: Option<Box<Part>>,
}

/// The last word on an input.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) summary: InputSummary,
    pub(super) error: Option<Error>,
}

impl Done {
    /// Adds what turned up at the end of a session.
    pub(super) fn add(&mut self, rest: Outcome) {
        let summary = &mut self.summary;
        summary.account.merge(&rest.account);
        summary.anomalies.merge(&rest.anomalies);
        summary.time = TimeSpan::join(summary.time, rest.time);
        match (&mut summary.flows, rest.flows) {
            (Some(flows), Some(rest)) => flows.merge(*rest),
            (flows, rest) => *flows = flows.take().or(rest),
        }
    }

    /// Says of a part of an input, read to its `bytes`, what was reached: whether the
    /// capture ended there, and in which state of its format.
    pub(super) fn end_part(&mut self, input: &InputRun, ended: bool, state: String) {
        let Some(mut part) = input.part.clone() else { return };
        part.reached = self.summary.bytes;
        part.ended = ended;
        part.states[1] = state;
        self.summary.bytes = part.reached.saturating_sub(part.from);
        self.summary.part = Some(part);
    }
}

impl InputRun {
    /// An input of which nothing is known yet but its name and compression.
    pub(super) fn new(name: String, compression: Option<Compression>) -> Self {
        Self { number: 0, name, format: None, compression, copies: None, part: None }
    }

    /// Ends the input: with `cause` at `offset` where it was not read to its
    /// end. `bytes` is how far it was read.
    pub(super) fn done(&self, outcome: Outcome, bytes: u64, cause: Option<(u64, Cause)>) -> Done {
        let error = cause.map(|(offset, cause)| {
            let somewhere = !matches!(
                cause,
                Cause::Empty
                    | Cause::Unrecognised { .. }
                    | Cause::NoPackets
                    | Cause::Shrunk { .. }
                    | Cause::Range { .. }
                    | Cause::Defect(_)
            );
            let position =
                somewhere.then_some(Position::in_content(offset, self.compression.is_some()));
            Error { input: self.name.clone(), position, cause }
        });
        self.end(outcome, bytes, error)
    }

    /// Ends the input with an error that is already made.
    pub(super) fn end(&self, outcome: Outcome, bytes: u64, error: Option<Error>) -> Done {
        let status = match &error {
            None => Status::Complete,
            Some(_) if outcome.account.records > 0 => Status::Partial,
            Some(_) => Status::Failed,
        };
        let summary = InputSummary {
            name: self.name.clone(),
            format: self.format,
            compression: self.compression.map(Compression::key),
            status,
            error: error.as_ref().map(Error::what),
            bytes,
            account: outcome.account,
            anomalies: outcome.anomalies,
            time: outcome.time,
            suspected_copies: self.copies,
            flows: outcome.flows,
            digest: None,
            part: None,
        };
        Done { summary, error }
    }

    /// An input of which nothing could be read.
    pub(super) fn failed(error: Error) -> Done {
        let run = Self::new(error.input.clone(), None);
        run.end(Outcome::default(), 0, Some(error))
    }
}

/// The cause of an input that stopped before its end; `left` bytes were left
/// over.
pub(super) fn cause_of(stop: Stop, left: u64) -> Option<Cause> {
    match stop {
        Stop::Limit => None,
        Stop::Incomplete { unit, needed } => Some(Cause::CutShort { unit, needed, present: left }),
        Stop::Malformed(what) => Some(Cause::Malformed(what)),
        Stop::Sink => Some(Cause::Interrupted),
    }
}
