//! The file from front to end: its header, then block after block.

use super::header::{BLOCK_HEADER, BlockHeader, BlockKind, FileHeader, MAX_BLOCK, NoHeader};
use super::inflate::{Compression, Inflater};
use super::records::Records;
use crate::error::Position;
use crate::flowlog::{FlowReader, FlowSink, FlowStop, Progress, Window};
use crate::model::{Excluded, Undecodable};
use std::ops::ControlFlow;

/// The smallest record there is: what a count in a damaged block is held against.
const SMALLEST_RECORD: usize = 4;

/// Reads an nfcapd file of layout 1 or 2.
#[derive(Default)]
pub struct NfcapdReader {
    header: Option<FileHeader>,
    inflater: Inflater,
    records: Records,
    /// Blocks read, the appendix among them.
    blocks: u64,
    finished: bool,
    compressed: bool,
}

impl NfcapdReader {
    /// A reader at the front of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that offsets are those of what a compressed file decompresses to.
    #[must_use]
    pub fn compressed(mut self, compressed: bool) -> Self {
        self.compressed = compressed;
        self
    }

    fn at(&self, offset: u64) -> Position {
        Position::in_content(offset, self.compressed)
    }

    /// The header, read at the front; or why there is none.
    fn header(&mut self, window: Window<'_>) -> Result<(FileHeader, usize), Option<FlowStop>> {
        if let Some(header) = self.header {
            return Ok((header, 0));
        }
        let at = self.at(window.offset);
        match FileHeader::parse(window.data) {
            Ok(header) => {
                self.header = Some(header);
                self.records.from_packets = header.from_packets;
                Ok((header, header.length))
            }
            Err(NoHeader::Unsupported(what)) => Err(Some(FlowStop::Malformed { at, what })),
            Err(NoHeader::Short(_)) if !window.ended => Err(None),
            Err(NoHeader::Short(needed)) => {
                Err(Some(cut_short(at, "file header", needed, window.data.len())))
            }
        }
    }

    /// Reads the block at the front of `data`: how long it is, `None` where more
    /// is needed, or why reading ends.
    fn block<S: FlowSink>(
        &mut self,
        header: FileHeader,
        data: &[u8],
        window: (u64, bool),
        sink: &mut S,
    ) -> Result<Option<usize>, Stop> {
        let (offset, ended) = window;
        let at = self.at(offset);
        let cut = |unit, needed| {
            if ended {
                Err(Stop::Before(cut_short(at, unit, needed, data.len())))
            } else {
                Ok(None)
            }
        };
        let Some(block) = BlockHeader::parse(data, header.is_layout_1()) else {
            return cut("block header", BLOCK_HEADER);
        };
        if block.size > MAX_BLOCK {
            let what = format!(
                "a block of {} bytes, where {MAX_BLOCK} is the most: the file is damaged here; \
                 copy it again from its collector",
                block.size
            );
            return Err(Stop::Before(FlowStop::Malformed { at, what }));
        }
        let end = BLOCK_HEADER + block.size;
        let Some(content) = data.get(BLOCK_HEADER..end) else { return cut("block", end) };
        self.blocks += 1;
        match self.content(header, block, content, at, sink) {
            ControlFlow::Continue(()) => Ok(Some(end)),
            ControlFlow::Break(stop) => Err(Stop::After(end, stop)),
        }
    }

    fn content<S: FlowSink>(
        &mut self,
        header: FileHeader,
        block: BlockHeader,
        content: &[u8],
        at: Position,
        sink: &mut S,
    ) -> ControlFlow<FlowStop> {
        match block.kind {
            BlockKind::Legacy => {
                let what = "a block of nfdump 1.5, which has no extension maps: write the file \
                            anew with nfdump 1.6 (nfdump -r FILE -w NEW)";
                return ControlFlow::Break(FlowStop::Malformed { at, what: what.to_owned() });
            }
            BlockKind::Other => {
                sink.exclude(Excluded::OtherRecord, believable(block, content.len()));
                return ControlFlow::Continue(());
            }
            BlockKind::Records => {}
        }
        let compression = if block.plain { Compression::None } else { header.compression };
        match self.inflater.open(compression, content) {
            Ok(bytes) => match self.records.walk(bytes, block.records, at, sink) {
                ControlFlow::Continue(()) => ControlFlow::Continue(()),
                ControlFlow::Break(()) => ControlFlow::Break(FlowStop::Sink),
            },
            Err(what) => {
                sink.undecodable(Undecodable::MalformedRecord, believable(block, MAX_BLOCK));
                sink.remark(at, &format!("{what}; the {} records of this block", block.records));
                ControlFlow::Continue(())
            }
        }
    }

    /// Tells what is known at the end, once.
    fn finish<S: FlowSink>(&mut self, at: Position, sink: &mut S) {
        if self.finished {
            return;
        }
        self.finished = true;
        if let Some(header) = self.header
            && !header.blocks.contains(&self.blocks)
        {
            let (said, there) = (header.blocks[0], self.blocks);
            sink.remark(
                at,
                &format!(
                    "its header counts {said} blocks and {there} are there, all of which are read: \
                     the collector did not close the file, or it is cut"
                ),
            );
        }
        for (exporter, facts) in &self.records.exporters.facts() {
            sink.exporter(*exporter, facts);
        }
    }
}

/// Why a file is read no further.
enum Stop {
    /// Nothing of this block was read.
    Before(FlowStop),
    /// The block was, and this long it is.
    After(usize, FlowStop),
}

impl FlowReader for NfcapdReader {
    fn format(&self) -> &'static str {
        "nfcapd"
    }

    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let (header, mut consumed) = match self.header(window) {
            Ok(found) => found,
            Err(stop) => return Progress { consumed: 0, stop },
        };
        let stop = loop {
            let rest = window.data.get(consumed..).unwrap_or_default();
            if rest.is_empty() {
                break None;
            }
            let place = (window.offset + consumed as u64, window.ended);
            match self.block(header, rest, place, sink) {
                Ok(Some(length)) => consumed += length,
                Ok(None) => break None,
                Err(Stop::Before(stop)) => break Some(stop),
                Err(Stop::After(length, stop)) => {
                    consumed += length;
                    break Some(stop);
                }
            }
        };
        if stop.is_some() || window.ended {
            self.finish(self.at(window.offset + consumed as u64), sink);
        }
        Progress { consumed, stop }
    }
}

/// Records of a block that cannot be opened: as many as its header counts, but
/// no more than could lie in `space` octets. At least one.
fn believable(block: BlockHeader, space: usize) -> u64 {
    u64::from(block.records).clamp(1, (space / SMALLEST_RECORD).max(1) as u64)
}

fn cut_short(at: Position, unit: &'static str, needed: usize, present: usize) -> FlowStop {
    FlowStop::CutShort { at, unit, needed: needed as u64, present: present as u64 }
}
