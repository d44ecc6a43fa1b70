//! A page of words, tables and charts, before it is Markdown or HTML.

use super::language::Language;
use super::{html, markdown};
use std::io::{self, Write};

/// The format of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetFormat {
    /// Markdown (CommonMark, with tables), the charts as SVG in it.
    Markdown,
    /// HTML that needs nothing else.
    Html,
}

/// The whole sheet.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) lead: Vec<String>,
    pub(super) sections: Vec<Section>,
}

/// A part under a heading.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) blocks: Vec<Block>,
}

/// What stands under a heading.
#[derive(Clone, Debug)]
pub(super) enum Block {
    Paragraph(String),
    List(Vec<String>),
    /// The first column is of words, the others of figures.
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// Charts side by side where there is room.
    Charts(Vec<Chart>),
    /// Names and digests, in small type; each entry is words, then a digest.
    Sources(Vec<(String, String)>),
}

/// A drawing and what it shows.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub(super) svg: String,
    pub(super) caption: String,
}

impl Page {
    /// Writes it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, format: SheetFormat, out: &mut dyn Write) -> io::Result<()> {
        match format {
            SheetFormat::Markdown => markdown::write(self, out),
            SheetFormat::Html => html::write(self, out),
        }
    }
}
