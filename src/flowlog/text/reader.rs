//! The reader of flow logs that are text, whatever their format.

use super::super::{FlowReader, FlowSink, Mapping, Progress, Window};
use super::table::Table;

/// Reads one input of text, in the format that [`super::detect`] found.
#[derive(Clone, Debug)]
pub struct TextReader(pub(super) Kind);

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Table(Table),
}

impl TextReader {
    /// Which column is read as which field, as it can be given to `--map`; known
    /// once the first record was read. `None` for formats whose columns are fixed.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        match &self.0 {
            Kind::Table(table) => table.mapping(),
        }
    }
}

impl FlowReader for TextReader {
    fn format(&self) -> &'static str {
        match &self.0 {
            Kind::Table(table) => table.format(),
        }
    }

    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        match &mut self.0 {
            Kind::Table(table) => table.read(window, sink),
        }
    }

    fn split(&self, _window: Window<'_>) -> Option<Self> {
        match &self.0 {
            Kind::Table(table) => table.splits().then(|| self.clone()),
        }
    }
}
