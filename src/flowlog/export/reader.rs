//! Files of bare datagrams, one after another, and IPFIX files (RFC 5655).

use super::extent::{Extent, extent};
use super::{ExportFormat, ExportSession, Received};
use crate::error::Position;
use crate::flowlog::{FlowReader, FlowSink, FlowStop, Progress, Window};
use crate::model::{IpAddress, IpVersion};
use std::ops::ControlFlow;

/// Octets of the longest header: less than that at the end of a window may be a
/// header that goes on.
const LONGEST_HEADER: usize = 40;

/// Octets of the longest UDP payload.
const LONGEST_DATAGRAM: usize = 65_535;

/// The format of the export datagrams that a file begins with; `first` are its
/// first bytes. A file of one short datagram is told too. `None` for what is no
/// file of exports.
#[must_use]
pub fn detect(first: &[u8]) -> Option<ExportFormat> {
    let format = ExportFormat::of(first)?;
    match extent(format, first, false) {
        Extent::Whole(length) => {
            let rest = &first[length..];
            let padding = rest.iter().all(|byte| *byte == 0);
            let follows =
                padding || rest.len() < LONGEST_HEADER || ExportFormat::of(rest).is_some();
            follows.then_some(format)
        }
        Extent::Needs(_) => Some(format),
        Extent::Never => None,
    }
}

/// Reads the datagrams of one file into a session. The session goes in with
/// [`ExportReader::new`] and comes out with [`ExportReader::into_session`], so that
/// the files of one export share it, in the order given.
#[derive(Debug)]
pub struct ExportReader {
    session: ExportSession,
    format: ExportFormat,
    address: Option<(IpVersion, IpAddress)>,
    compressed: bool,
}

impl ExportReader {
    /// A reader of datagrams that `address` sent, where that is known; `format` is
    /// that of the first one, by [`detect`].
    #[must_use]
    pub fn new(
        session: ExportSession,
        format: ExportFormat,
        address: Option<(IpVersion, IpAddress)>,
    ) -> Self {
        Self { session, format, address, compressed: false }
    }

    /// Says that offsets are those of what a compressed file decompresses to.
    #[must_use]
    pub fn compressed(mut self, compressed: bool) -> Self {
        self.compressed = compressed;
        self
    }

    /// The session, to go on with the next file or to be finished.
    #[must_use]
    pub fn into_session(self) -> ExportSession {
        self.session
    }

    fn at(&self, window: &Window<'_>, offset: usize) -> Position {
        Position::in_content(window.offset + offset as u64, self.compressed)
    }
}

/// What was found at a place in a file.
enum Found {
    /// A datagram of so many octets.
    Datagram(usize),
    /// One that the bytes do not hold whole: its format, and what it needs.
    Cut(ExportFormat, usize),
    /// Octets of zeros, which pad.
    Padding(usize),
    /// Too little to say.
    More,
    /// Something else.
    Nothing,
}

fn find(rest: &[u8], ended: bool) -> Found {
    let Some(format) = ExportFormat::of(rest) else {
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        let fixed = matches!(rest, [0, 5 | 7, ..]);
        return match zeros {
            // The zeros before a header may be its first octets: sFlow has three.
            zeros if zeros == rest.len() => Found::Padding(if ended { zeros } else { zeros & !3 }),
            zeros if zeros >= 4 => Found::Padding(zeros & !3),
            _ if rest.len() < LONGEST_HEADER && !ended => Found::More,
            // A count that no datagram holds is judged by the octets up to the end.
            _ if !ended && fixed && rest.len() <= LONGEST_DATAGRAM => Found::More,
            _ => Found::Nothing,
        };
    };
    match extent(format, rest, ended) {
        Extent::Whole(length) => Found::Datagram(length),
        Extent::Needs(_) if !ended => Found::More,
        Extent::Needs(needed) => Found::Cut(format, needed),
        Extent::Never => Found::Nothing,
    }
}

impl FlowReader for ExportReader {
    fn format(&self) -> &'static str {
        self.format.key()
    }

    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let mut consumed = 0;
        let stop = loop {
            let rest = &window.data[consumed..];
            let at = self.at(&window, consumed);
            let about = Received { address: self.address, port: None, time: None, at };
            if rest.is_empty() {
                break None;
            }
            match find(rest, window.ended) {
                Found::Datagram(length) => {
                    consumed += length;
                    if self.session.datagram(&rest[..length], &about, sink).is_break() {
                        break Some(FlowStop::Sink);
                    }
                }
                Found::Cut(format, needed) => {
                    consumed = window.data.len();
                    let cut = (needed as u64, rest.len() as u64);
                    if let ControlFlow::Break(()) = self.session.datagram(rest, &about, sink) {
                        break Some(FlowStop::Sink);
                    }
                    let (unit, (needed, present)) = (format.unit(), cut);
                    break Some(FlowStop::CutShort { at, unit, needed, present });
                }
                Found::Padding(0) | Found::More => break None,
                Found::Padding(length) => consumed += length,
                Found::Nothing => {
                    let what = "what follows is no NetFlow, IPFIX or sFlow datagram; export the file again";
                    break Some(FlowStop::Malformed { at, what: what.to_owned() });
                }
            }
        };
        Progress { consumed, stop }
    }
}
