//! Arrow IPC, files and streams: messages one after another, each a schema, a
//! dictionary or a batch of rows. A file is a stream between its magic and a table
//! of contents at the end, which is not needed to read all of it.
//!
//! ```text
//! message: 0xffffffff (absent before 2019), length 4, description, body
//! ```

use super::batch::Rows;
use super::detect::{ARROW_MAGIC, CONTINUATION};
use super::guard::guarded;
use crate::error::Position;
use crate::flowlog::{FlowSink, FlowStop, Progress, Window};
use arrow_array::ArrayRef;
use arrow_buffer::Buffer;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{Message, RecordBatch, root_as_message};
use arrow_schema::{ArrowError, SchemaRef};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Octets of a message at most, before and after decompression.
const MAX_MESSAGE: u64 = 1 << 30;
/// The magic of a file with its padding.
const FILE_FRONT: usize = 8;
/// A word of zeros.
const WORD: usize = 4;
/// Length of a file's table of contents, and the magic again.
const FILE_TAIL: usize = 10;

/// Where the reading of messages is.
#[derive(Default)]
pub(super) struct ArrowMessages {
    /// True until the magic of a file was passed.
    front: bool,
    file: bool,
    schema: Option<SchemaRef>,
    needed: Vec<usize>,
    dictionaries: HashMap<i64, ArrayRef>,
    ended: bool,
}

/// The message at the front of some bytes.
enum Framed<'a> {
    /// It needs so many bytes in all.
    Short(u64),
    /// The end of the stream.
    End,
    /// A message, its body, and the octets of both with what is before them.
    Message(Message<'a>, &'a [u8], usize),
    /// None, in words.
    Damaged(String),
}

impl ArrowMessages {
    /// For a file, or for a stream.
    pub(super) fn new(file: bool) -> Self {
        Self { front: file, file, ..Self::default() }
    }

    /// Reads the whole messages of the window.
    pub(super) fn read<S: FlowSink>(
        &mut self,
        window: Window<'_>,
        place: &impl Fn(u64) -> Position,
        rows: &mut Rows,
        sink: &mut S,
    ) -> Progress {
        let data = self.without_contents(window);
        let mut consumed = 0;
        let stop = loop {
            let rest = data.get(consumed..).unwrap_or_default();
            if self.ended || rest.is_empty() && window.ended {
                consumed = window.data.len();
                break None;
            }
            let at = place(window.offset + consumed as u64);
            let framed = if self.front { None } else { Some(frame(rest)) };
            match framed {
                None if rest.len() >= FILE_FRONT => {
                    self.front = false;
                    consumed += FILE_FRONT;
                }
                None if !window.ended => break None,
                None => break Some(cut_short(at, FILE_FRONT as u64, rest.len())),
                // Some writers pad the magic of a file by more than it needs.
                Some(Framed::End) if self.file && self.schema.is_none() => consumed += WORD,
                Some(Framed::End) => self.ended = true,
                Some(Framed::Short(_)) if !window.ended => break None,
                Some(Framed::Short(needed)) => break Some(cut_short(at, needed, rest.len())),
                Some(Framed::Damaged(what)) => break Some(FlowStop::Malformed { at, what }),
                Some(Framed::Message(message, body, length)) => {
                    let result = self.message(message, body, at, rows, sink);
                    consumed += length;
                    if let ControlFlow::Break(stop) = result {
                        break Some(stop);
                    }
                }
            }
        };
        Progress { consumed, stop }
    }

    /// The window without the table of contents at the end of a file.
    fn without_contents<'w>(&self, window: Window<'w>) -> &'w [u8] {
        let data = window.data;
        if !self.file || !window.ended {
            return data;
        }
        let Some((front, tail)) = data.split_last_chunk::<FILE_TAIL>() else { return data };
        let (length, magic) = tail.split_at(4);
        let length = length.iter().rev().fold(0_usize, |sum, octet| sum << 8 | usize::from(*octet));
        match front.len().checked_sub(length) {
            Some(end) if magic == ARROW_MAGIC => &front[..end],
            _ => data,
        }
    }

    fn message<S: FlowSink>(
        &mut self,
        message: Message<'_>,
        body: &[u8],
        at: Position,
        rows: &mut Rows,
        sink: &mut S,
    ) -> ControlFlow<FlowStop> {
        let malformed = |what: String| ControlFlow::Break(FlowStop::Malformed { at, what });
        if let Some(schema) = message.header_as_schema() {
            let schema = match step(|| arrow_ipc::convert::try_fb_to_schema(schema)) {
                Ok(schema) => Arc::new(schema),
                Err(what) => return malformed(what),
            };
            let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            match rows.find(&names) {
                Ok(needed) => self.needed = needed,
                Err(what) => return malformed(what),
            }
            self.schema = Some(schema);
            return ControlFlow::Continue(());
        }
        let Some(schema) = self.schema.clone() else {
            return malformed("rows before their description: write the file anew".to_owned());
        };
        let version = message.version();
        if let Some(dictionary) = message.header_as_dictionary_batch() {
            if let Some(what) = dictionary.data().and_then(|batch| expands(batch, body)) {
                return malformed(what);
            }
            let body = Buffer::from(body);
            let known = &mut self.dictionaries;
            return match step(|| read_dictionary(&body, dictionary, &schema, known, &version)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(what) => malformed(what),
            };
        }
        let Some(batch) = message.header_as_record_batch() else {
            return ControlFlow::Continue(());
        };
        if let Some(what) = expands(batch, body) {
            return malformed(what);
        }
        let (body, needed) = (Buffer::from(body), Some(&self.needed[..]));
        let known = &self.dictionaries;
        match step(|| read_record_batch(&body, batch, schema, known, needed, &version)) {
            Ok(batch) => rows.batch(&batch, at, sink),
            Err(what) => malformed(what),
        }
    }
}

/// Runs a step of the decoder.
fn step<T>(step: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, String> {
    guarded("Arrow IPC", step)
}

fn cut_short(at: Position, needed: u64, present: usize) -> FlowStop {
    FlowStop::CutShort { at, unit: "Arrow message", needed, present: present as u64 }
}

/// The message at the front of `data`.
fn frame(data: &[u8]) -> Framed<'_> {
    let word = |at: usize| {
        data.get(at..).and_then(|rest| rest.first_chunk()).map(|word| u32::from_le_bytes(*word))
    };
    let Some(first) = word(0) else { return Framed::Short(4) };
    let (prefix, length) = if first.to_le_bytes() == CONTINUATION {
        match word(4) {
            Some(length) => (8, length),
            None => return Framed::Short(8),
        }
    } else {
        (4, first)
    };
    if length == 0 {
        return Framed::End;
    }
    let start = u64::from(length) + prefix;
    if start > MAX_MESSAGE {
        return Framed::Damaged(too_long(start));
    }
    let (Ok(from), Ok(to)) = (usize::try_from(prefix), usize::try_from(start)) else {
        return Framed::Damaged(too_long(start));
    };
    let Some(description) = data.get(from..to) else { return Framed::Short(start) };
    let message = match guarded("Arrow IPC", || root_as_message(description)) {
        Ok(message) => message,
        Err(what) => return Framed::Damaged(what),
    };
    let end = u64::try_from(message.bodyLength()).ok().and_then(|body| body.checked_add(start));
    match end.filter(|end| *end <= MAX_MESSAGE).and_then(|end| usize::try_from(end).ok()) {
        None => Framed::Damaged(too_long(end.unwrap_or(u64::MAX))),
        Some(end) => match data.get(to..end) {
            Some(body) => Framed::Message(message, body, end),
            None => Framed::Short(end as u64),
        },
    }
}

fn too_long(length: u64) -> String {
    format!(
        "an Arrow message of {length} bytes, where {MAX_MESSAGE} is the most: write smaller batches, \
         or copy the file again"
    )
}

/// Why a compressed batch is not opened: it says that it becomes larger than any
/// batch may be. Each buffer says so in its first eight octets; -1 is plain.
fn expands(batch: RecordBatch<'_>, body: &[u8]) -> Option<String> {
    batch.compression()?;
    let mut sum = 0_u64;
    for buffer in batch.buffers()? {
        let length = usize::try_from(buffer.offset())
            .ok()
            .and_then(|offset| body.get(offset..)?.first_chunk())
            .map(|length| i64::from_le_bytes(*length));
        if let Some(length) = length.and_then(|length| u64::try_from(length).ok()) {
            sum = sum.saturating_add(length);
        }
    }
    (sum > MAX_MESSAGE).then(|| too_long(sum))
}
