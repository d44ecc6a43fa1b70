//! The reader of flow logs in columns, whatever their format.

use super::arrow::ArrowMessages;
use super::batch::Rows;
use super::detect::ColumnarFormat;
use super::parquet;
use crate::error::Position;
use crate::flowlog::text::TextOptions;
use crate::flowlog::{FlowReader, FlowSink, Mapping, Progress, Window};

/// Reads one input in columns, in the format that [`super::detect`] found.
pub struct ColumnarReader {
    format: ColumnarFormat,
    rows: Rows,
    messages: ArrowMessages,
    compressed: bool,
}

impl ColumnarReader {
    /// A reader at the front of an input of `format`. Of the options the mapping
    /// and what is rejected mean here what they mean in a text.
    #[must_use]
    pub fn new(format: ColumnarFormat, options: &TextOptions) -> Self {
        let rows = Rows::new(options.mapping.clone(), options.include_rejected);
        let messages = ArrowMessages::new(format == ColumnarFormat::ArrowFile);
        Self { format, rows, messages, compressed: false }
    }

    /// Says that offsets are those of what a compressed file decompresses to.
    #[must_use]
    pub fn compressed(mut self, compressed: bool) -> Self {
        self.compressed = compressed;
        self
    }

    /// Which column is read as which field, as it can be given to `--map`; known
    /// once the first rows were read.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        self.rows.mapping()
    }
}

impl FlowReader for ColumnarReader {
    fn format(&self) -> &'static str {
        self.format.key()
    }

    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let compressed = self.compressed;
        let place = |offset: u64| Position::in_content(offset, compressed);
        match self.format {
            ColumnarFormat::Parquet => parquet::read(window, &place, &mut self.rows, sink),
            ColumnarFormat::ArrowFile | ColumnarFormat::ArrowStream => {
                self.messages.read(window, &place, &mut self.rows, sink)
            }
        }
    }
}
