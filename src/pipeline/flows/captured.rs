//! Exports that were captured on their way: the UDP payloads of a capture.

use super::counter::FlowCounter;
use crate::capture::{Chain, Sink, Stop, StreamReader};
use crate::decode::{Datagram, Decoder};
use crate::error::Position;
use crate::flowlog::{ExportSession, FlowSink, Received, detect_export};
use crate::input::{Map, Stream};
use crate::model::{Excluded, ExportPorts, Frame, Undecodable};
use std::io;
use std::ops::ControlFlow;

/// Takes the frames of a capture, and reads the exports in them. The rest of the
/// frames is no traffic here: it is counted as excluded.
pub(super) struct Captured<'c, 't> {
    pub(super) counter: &'c mut FlowCounter<'t>,
    pub(super) session: &'c mut ExportSession,
    pub(super) decoder: &'c Decoder,
    pub(super) ports: &'c ExportPorts,
    /// Frames read.
    pub(super) frames: u64,
}

/// How the reading of a capture ended.
pub(super) struct CaptureEnd {
    pub(super) offset: u64,
    pub(super) left: u64,
    pub(super) stop: Stop,
    /// What a stream said, where it failed.
    pub(super) error: Option<io::Error>,
}

impl Sink for Captured<'_, '_> {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        self.frames += 1;
        let found = self.decoder.datagram(&frame);
        // Collectors listen where they like: on a port that is not known to be one of
        // exports, the payload itself has to show that it is one.
        let may_hold = |datagram: &Datagram<'_>| {
            self.ports.holds(datagram.ports.1)
                || self.ports.more.is_empty()
                    && !datagram.is_fragment
                    && detect_export(datagram.payload).is_some()
        };
        let Some(datagram) = found.filter(may_hold) else {
            self.counter.exclude(Excluded::NoExport, 1);
            return ControlFlow::Continue(());
        };
        let at = Position::Packet(self.frames);
        if datagram.is_fragment {
            self.counter.undecodable(Undecodable::MalformedRecord, 1);
            self.counter
                .remark(at, "a fragment of a datagram to a port of exports: the rest is elsewhere");
            return ControlFlow::Continue(());
        }
        let about = Received {
            address: Some(datagram.source),
            port: Some(datagram.ports.0),
            time: frame.timestamp,
            at,
        };
        if self.session.datagram(datagram.payload, &about, self.counter)?.is_none() {
            self.counter.exclude(Excluded::NoExport, 1);
            let port = datagram.ports.1;
            self.counter.remark(at, &format!("the datagram to port {port} holds no known export"));
        }
        ControlFlow::Continue(())
    }
}

impl Captured<'_, '_> {
    /// Reads a mapped capture from `at` to its end, in stretches of `piece`.
    pub(super) fn read_map<C: Chain>(
        &mut self,
        map: &Map,
        mut chain: C,
        mut at: usize,
        piece: usize,
    ) -> CaptureEnd {
        let bytes = map.bytes();
        // What stands before the first record.
        self.counter.read_bytes(at as u64);
        loop {
            let until = at.saturating_add(piece).min(bytes.len());
            map.populate(at..until);
            let walk = chain.read(bytes, at, until, self);
            map.release(at..walk.end);
            self.counter.read_bytes((walk.end - at) as u64);
            at = walk.end;
            let mut stop = walk.stop;
            if !map.intact() || self.counter.is_interrupted() {
                stop = Stop::Sink;
            }
            if stop != Stop::Limit || at >= bytes.len() {
                let left = bytes.len().saturating_sub(at) as u64;
                return CaptureEnd { offset: at as u64, left, stop, error: None };
            }
        }
    }

    /// Reads a streamed capture whose first frame is `at` bytes into the window.
    pub(super) fn read_stream<C: Chain>(
        &mut self,
        stream: &mut StreamReader<Stream>,
        chain: C,
        at: usize,
    ) -> CaptureEnd {
        let end = stream.read_chain(chain, at, self, |captured| {
            let interrupted = captured.counter.is_interrupted();
            if interrupted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let (offset, left) = (end.offset, end.left as u64);
        CaptureEnd { offset, left, stop: end.stop, error: end.error }
    }
}
