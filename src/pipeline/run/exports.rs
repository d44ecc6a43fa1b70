//! The end of a run: the inputs that hold exports, which are one session.

use super::{Run, defect, numbered};
use crate::capture::{FIRST_BYTES, StreamReader};
use crate::input::{self, Content};
use crate::pipeline::flows::{Bytes, Pending, Session};
use crate::pipeline::input_run::{Done, InputRun};
use crate::pipeline::lane::Lane;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Run<'_> {
    /// Reads the inputs that hold exports, in their order, where all others are
    /// read and nobody else does it.
    pub(super) fn read_session(&self, lane: &mut Lane<'_>) {
        let mut pending = {
            let mut state = self.lock();
            if state.settled < self.sources.len() {
                return;
            }
            std::mem::take(&mut state.pending)
        };
        pending.sort_by_key(|input| input.source);
        let mut session = Session::new(self.options.piece);
        let mut all = Vec::new();
        for input in pending {
            let source = &self.sources[input.source];
            lane.enter(numbered(input.source));
            let read = || self.read_export(lane, &mut session, input);
            all.push(catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
                defect(&InputRun::new(source.name.clone(), None), panic.as_ref())
            }));
        }
        if let Some(last) = all.last_mut() {
            session.finish(lane, last);
        }
        all.into_iter().for_each(|done| self.end(done));
    }

    fn read_export(&self, lane: &mut Lane<'_>, session: &mut Session, pending: Pending) -> Done {
        let source = &self.sources[pending.source];
        let name = source.name.clone();
        if let Some(stream) = pending.stream {
            let input = InputRun::new(name, stream.inner().compression());
            return session.read(lane, input, Bytes::Streamed(*stream));
        }
        let stop = &self.options.control.stop;
        let opened = match input::open(source, stop, &pending.consumed) {
            Ok(opened) => opened,
            Err(error) => return InputRun::failed(error),
        };
        let input = InputRun::new(name, opened.compression);
        match opened.content {
            Content::Mapped(map) => session.read(lane, input, Bytes::Mapped(map)),
            Content::Stream(stream) => {
                let mut stream = StreamReader::new(self.beside(stream, opened.len));
                stream.fill(FIRST_BYTES);
                session.read(lane, input, Bytes::Streamed(stream))
            }
        }
    }
}
