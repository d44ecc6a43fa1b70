//! Delimited tables: one record a line, its fields apart by one character, what
//! they are said by a header or by the format.

use super::super::{Column, Columns, FlowSink, FlowStop, Mapping, Progress, Window};
use super::brief::Brief;
use super::lines::{Lines, near, shown, take_lines};
use super::quick::Quick;
use super::record::Rules;
use super::row::{Row, Value};
use super::split::{Ends, MAX_FIELDS, quoted_fields};
use super::told::Told;
use crate::error::Position;
use crate::fields::Near;
use crate::model::FlowRecord;
use std::ops::ControlFlow;

/// Where the fields of a line are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// What stands between two fields.
    pub delimiter: u8,
    /// The fields that are read, in their order in the line.
    pub fields: Vec<(usize, Column)>,
    /// How many fields a line must have.
    wanted: usize,
    /// How the usual line is read, where its columns allow it.
    quick: Option<Quick>,
    brief: Option<Brief>,
}

impl Layout {
    /// The layout of a table with these columns.
    ///
    /// # Errors
    /// A column lies beyond the fields that are told apart.
    pub(super) fn new(delimiter: u8, columns: &Columns) -> Result<Self, String> {
        let mut fields: Vec<(usize, Column)> = Column::ALL
            .into_iter()
            .filter_map(|column| Some((columns.position(column)?, column)))
            .collect();
        fields.sort_unstable();
        match fields.iter().find(|(at, _)| *at >= MAX_FIELDS) {
            Some((at, column)) => Err(format!(
                "the column for {} is number {}; only the first {MAX_FIELDS} are read",
                column.key(),
                at + 1
            )),
            None => {
                let wanted = fields.last().map_or(0, |(at, _)| at + 1);
                let (quick, brief) = (Quick::of(&fields), Brief::of(&fields));
                Ok(Self { delimiter, fields, wanted, quick, brief })
            }
        }
    }

    /// The layout in which field `at`, which no column holds, is read too.
    pub(super) fn and(mut self, at: Option<usize>) -> Self {
        self.wanted = self.wanted.max(at.map_or(0, |at| at + 1));
        self
    }

    /// How many fields a line must have.
    pub(super) fn wanted(&self) -> usize {
        self.wanted
    }

    /// Those of `names`, by what a format calls its columns.
    pub(super) fn of_names(
        delimiter: u8,
        names: &[&str],
        meaning: impl Fn(&str) -> Option<Column>,
    ) -> Result<Self, String> {
        let mut columns = Columns::default();
        for (at, name) in names.iter().enumerate() {
            if let Some(column) = meaning(name)
                && columns.position(column).is_none()
            {
                columns.set(column, at, name);
            }
        }
        Self::new(delimiter, &columns)
    }

    /// Puts the fields of a line without quotes into their columns; false where it
    /// has too few.
    #[inline]
    pub(super) fn fill_plain<'a>(
        &self,
        line: &'a [u8],
        ends: &mut Ends,
        row: &mut Row<'a>,
    ) -> bool {
        if !self.find(line, ends) {
            return false;
        }
        self.put(line, ends, row);
        true
    }

    /// Finds the fields of a line; false where it has too few.
    #[inline]
    pub(super) fn find(&self, line: &[u8], ends: &mut Ends) -> bool {
        ends.find(line, self.delimiter, self.wanted) >= self.wanted
    }

    /// How the usual line is read, where there is such a way.
    #[inline]
    pub(super) fn quick(&self) -> Option<&Quick> {
        self.quick.as_ref()
    }

    /// Puts the fields of a line, which were found, into their columns.
    #[inline]
    pub(super) fn put<'a>(&self, line: &'a [u8], ends: &Ends, row: &mut Row<'a>) {
        for (at, column) in &self.fields {
            let field = ends.field(line, *at);
            row[*column as usize] = Value::Text(trimmed(field));
        }
    }

    /// Puts the fields that a cut line has into their columns, and nothing into the
    /// others; false where the addresses are not all there.
    pub(super) fn fill_cut<'a>(&self, line: &'a [u8], ends: &mut Ends, row: &mut Row<'a>) -> bool {
        // The last field may go on.
        let whole = ends.find(line, self.delimiter, self.wanted).saturating_sub(1);
        *row = Row::default();
        for (at, column) in self.fields.iter().filter(|(at, _)| *at < whole) {
            row[*column as usize] = Value::Text(trimmed(ends.field(line, *at)));
        }
        let is_address = |column| {
            use Column::{Destination, Destination6, Source, Source6};
            matches!(column, Source | Destination | Source6 | Destination6)
        };
        self.fields.iter().all(|(at, column)| *at < whole || !is_address(*column))
    }

    fn fill_quoted<'a>(&self, line: &'a [u8], row: &mut Row<'a>) -> bool {
        let mut wanted = self.fields.iter().peekable();
        for (at, field) in quoted_fields(line, self.delimiter).enumerate() {
            while let Some((_, column)) = wanted.next_if(|(place, _)| *place == at) {
                row[*column as usize] = Value::Text(trimmed(field));
            }
        }
        wanted.peek().is_none()
    }
}

/// A field without the spaces around it, with which some tools align columns.
#[inline]
fn trimmed(field: &[u8]) -> &[u8] {
    match field {
        [b' ', ..] | [.., b' '] => field.trim_ascii(),
        _ => field,
    }
}

/// What comes before the records.
#[derive(Clone, Debug)]
enum Front {
    /// The header is still to be read; the mapping goes before its names.
    Header(Option<Box<Mapping>>),
    /// The header was read: where the same line comes again, files were joined.
    Seen(Vec<u8>),
    /// There is none.
    Without,
}

/// Reads a delimited table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    format: &'static str,
    layout: Layout,
    front: Front,
    used: Option<Mapping>,
    told: Told,
    /// A trailer was read that is no part of the table.
    over: bool,
}

/// What the lines of a window are read into, one after the other.
struct Slate<'w> {
    ends: Ends,
    /// How many fields of the line were found, where its end was found with them.
    found: Option<usize>,
    row: Row<'w>,
    record: FlowRecord,
}

/// Reads the lines of a window.
struct TableLines<'t, 'w, 's, S> {
    table: &'t mut Table,
    window: Window<'w>,
    sink: &'s mut S,
    slate: Slate<'w>,
    asked: Asked,
}

/// What the sink asks of each record.
#[derive(Clone, Copy)]
struct Asked {
    ports: bool,
    /// Whether a brief flow is all.
    brief: bool,
}

impl Asked {
    fn by(sink: &impl FlowSink) -> Self {
        let ports = sink.wants_ports();
        Self { ports, brief: !ports && sink.takes_brief() }
    }
}

impl<'w, S: FlowSink> Lines<'w> for TableLines<'_, 'w, '_, S> {
    /// The end of a line and those of its fields are found in one pass.
    #[inline]
    fn end(&mut self, bytes: &'w [u8]) -> Option<usize> {
        let layout = &self.table.layout;
        let found = self.slate.ends.find_line(bytes, layout.delimiter, layout.wanted);
        self.slate.found = found.map(|(_, fields)| fields);
        match found {
            Some((end, _)) => Some(end),
            None => memchr::memchr(b'\n', bytes),
        }
    }

    #[inline]
    fn line(&mut self, line: &'w [u8], at: u64) -> ControlFlow<FlowStop> {
        let line = (line, at, near(self.window, at));
        self.table.line(line, &mut self.slate, self.sink, self.asked)
    }
}

impl Table {
    /// A table whose first line names its columns.
    pub(super) fn with_header(
        format: &'static str,
        delimiter: u8,
        mapping: Option<Mapping>,
        rules: Rules,
    ) -> Self {
        let layout = Layout { delimiter, fields: Vec::new(), wanted: 0, quick: None, brief: None };
        Self::new(format, layout, rules, Front::Header(mapping.map(Box::new)))
    }

    /// A table whose columns are known.
    pub(super) fn with_layout(format: &'static str, layout: Layout, rules: Rules) -> Self {
        Self::new(format, layout, rules, Front::Without)
    }

    fn new(format: &'static str, layout: Layout, rules: Rules, front: Front) -> Self {
        Self { format, layout, front, used: None, told: Told::new(rules), over: false }
    }

    /// A table whose columns are known, and whose header stands in its first line.
    pub(super) fn below(format: &'static str, layout: Layout, header: &[u8], rules: Rules) -> Self {
        Self::new(format, layout, rules, Front::Seen(header.to_vec()))
    }

    /// The format's word in the report.
    pub(super) fn format(&self) -> &'static str {
        self.format
    }

    /// The columns that are read, once the header was.
    pub(super) fn mapping(&self) -> Option<&Mapping> {
        self.used.as_ref()
    }

    /// True once the columns are known, so that any stretch of the lines can be
    /// read on its own.
    pub(super) fn splits(&self) -> bool {
        !matches!(self.front, Front::Header(_)) && !self.over
    }

    /// Reads the whole lines of a window.
    pub(super) fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let (record, asked) = (Quick::record(self.told.rules), Asked::by(sink));
        let slate = Slate { ends: Ends::new(), found: None, row: Row::default(), record };
        take_lines(window, TableLines { table: self, window, sink, slate, asked })
    }

    /// Takes a line whose fields were looked for.
    #[inline]
    fn line<'w, S: FlowSink>(
        &mut self,
        (line, at, near): (&'w [u8], u64, Near<'w>),
        slate: &mut Slate<'w>,
        sink: &mut S,
        asked: Asked,
    ) -> ControlFlow<FlowStop> {
        if self.is_aside(line) {
            return ControlFlow::Continue(());
        }
        if let Front::Header(mapping) = &self.front {
            let mapping = mapping.clone();
            return self.header(line, mapping.as_deref(), at);
        }
        // A quote is rare, and then the fields cannot be told by delimiters alone.
        let layout = &self.layout;
        let Slate { ends, found, row, record } = slate;
        let is_quoted = layout.delimiter != b' ' && memchr::memchr(b'"', line).is_some();
        let is_whole = if is_quoted {
            layout.fill_quoted(line, row)
        } else if found.map_or_else(|| layout.find(line, ends), |found| found >= layout.wanted) {
            let rules = self.told.rules;
            if let Some(brief) = layout.brief.as_ref().filter(|_| asked.brief)
                && let Some(flow) = brief.read(near, ends, rules)
                && let Some(goes_on) = sink.brief(&flow, None, rules.sampling)
            {
                return goes_on.map_break(|()| FlowStop::Sink);
            }
            let wanted = (rules, asked.ports);
            if layout.quick().and_then(|q| q.read(near, ends, wanted, record)).is_some() {
                return self.told.flow(sink, record);
            }
            layout.put(line, ends, row);
            true
        } else {
            false
        };
        if !is_whole {
            let wanted = self.layout.wanted();
            self.told
                .bad
                .tell(sink, at, || format!("`{}` has fewer than {wanted} fields", shown(line)));
            return ControlFlow::Continue(());
        }
        self.told.row(sink, row, at)
    }

    /// True for lines that are no record: empty ones, comments, the header come
    /// again, and what follows a trailer.
    #[inline]
    fn is_aside(&mut self, line: &[u8]) -> bool {
        match line.first() {
            None => true,
            _ if self.over => true,
            Some(b'#') => !matches!(self.front, Front::Header(_)) || !self.names_columns(line),
            // The lines that nfdump prints below its table.
            Some(b'S') if line == b"Summary" => {
                self.over = true;
                true
            }
            Some(first) => {
                matches!(&self.front, Front::Seen(header) if header.first() == Some(first) && header == line)
            }
        }
    }

    /// True where a comment is the header.
    fn names_columns(&self, line: &[u8]) -> bool {
        let header = String::from_utf8_lossy(line);
        let names = names(&header, self.layout.delimiter);
        Columns::find(&names, None).is_ok()
    }

    fn header(&mut self, line: &[u8], mapping: Option<&Mapping>, at: u64) -> ControlFlow<FlowStop> {
        let header = String::from_utf8_lossy(line);
        let names = names(&header, self.layout.delimiter);
        let found = Columns::find(&names, mapping).map_err(|missing| missing.to_string());
        let layout = found.and_then(|columns| {
            let layout = Layout::new(self.layout.delimiter, &columns)?;
            Ok((layout, columns))
        });
        match layout {
            Ok((layout, columns)) => {
                self.layout = layout;
                self.used = Some(columns.used().clone());
                self.front = Front::Seen(line.to_vec());
                ControlFlow::Continue(())
            }
            Err(what) => ControlFlow::Break(FlowStop::Malformed { at: Position::Byte(at), what }),
        }
    }
}

/// The names in a header: without quotes, spaces around them, and the `#` that
/// some tools put before the first.
pub(super) fn names(header: &str, delimiter: u8) -> Vec<&str> {
    let header = header.trim_start_matches('\u{feff}').trim_start_matches('#');
    let mut within = false;
    header
        .split(move |c: char| {
            within ^= c == '"';
            c == char::from(delimiter) && !within
        })
        .map(|name| name.trim().trim_matches('"').trim())
        .collect()
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod table_tests;
