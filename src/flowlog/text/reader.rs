//! The reader of flow logs that are text, whatever their format.

use super::super::{FlowReader, FlowSink, Mapping, Progress, Window};
use super::json::Json;
use super::table::Table;
use super::zeek::{self, ZeekText};

/// Reads one input of text, in the format that [`super::detect`] found.
#[derive(Clone, Debug)]
pub struct TextReader(pub(super) Kind);

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Fields apart by one character.
    Table(Box<Table>),
    /// Zeek's own form of that.
    Zeek(Box<ZeekText>),
    /// Objects.
    Json(Box<Json>),
}

impl TextReader {
    /// Which column is read as which field, as it can be given to `--map`; known
    /// once the first record was read. `None` for formats whose columns are fixed.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        match &self.0 {
            Kind::Table(table) => table.mapping(),
            Kind::Json(json) => json.mapping(),
            Kind::Zeek(_) => None,
        }
    }
}

impl FlowReader for TextReader {
    fn format(&self) -> &'static str {
        match &self.0 {
            Kind::Table(table) => table.format(),
            Kind::Json(json) => json.format(),
            Kind::Zeek(_) => zeek::FORMAT,
        }
    }

    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let mark = if window.offset == 0 { byte_order_mark(window.data) } else { 0 };
        let data = &window.data[mark..];
        let window = Window { data, offset: window.offset + mark as u64, ..window };
        let progress = match &mut self.0 {
            Kind::Table(table) => table.read(window, sink),
            Kind::Json(json) => json.read(window, sink),
            Kind::Zeek(zeek) => zeek.read(window, sink),
        };
        Progress { consumed: progress.consumed + mark, ..progress }
    }

    fn split(&self, window: Window<'_>) -> Option<Self> {
        match &self.0 {
            Kind::Table(table) if table.splits() => Some(self.clone()),
            Kind::Json(json) => Some(Self(Kind::Json(Box::new(json.split(window)?)))),
            Kind::Table(_) | Kind::Zeek(_) => None,
        }
    }
}

/// Bytes of the mark that some tools put before UTF-8.
pub(super) fn byte_order_mark(first: &[u8]) -> usize {
    if first.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}
