//! Which format of text the first bytes of an input are: by what they say, never
//! by a name.

use super::super::{Columns, Mapping};
use super::detect_json;
use super::options::TextOptions;
use super::reader::{Kind, TextReader, byte_order_mark};
use super::record::Rules;
use super::table::{Layout, Table, names};
use super::vpc;
use super::zeek::ZeekText;
use crate::model::Sampling;

/// Lines at the front that may be comments or empty before the header.
const FRONT_LINES: usize = 32;

/// A reader for an input that begins with `first` (which is all of it where
/// `ended`); `None` where it is no flow log that is text. A few KiB are enough.
#[must_use]
pub fn detect(first: &[u8], ended: bool, options: &TextOptions) -> Option<TextReader> {
    if !is_text(first) {
        return None;
    }
    let first = &first[byte_order_mark(first)..];
    if let Some(b'{' | b'[') = first.trim_ascii_start().first() {
        let json = detect_json::detect(first, options)?;
        return Some(TextReader(Kind::Json(Box::new(json))));
    }
    let rules = |sampling| Rules { sampling, include_rejected: options.include_rejected };
    let front = front(first, ended);
    if is_zeek(&front) {
        let zeek = ZeekText::new(rules(Sampling::Every));
        return Some(TextReader(Kind::Zeek(Box::new(zeek))));
    }
    let table = vpc_table(&front, rules(Sampling::Every))
        .or_else(|| table(&front, options.mapping.as_ref(), rules(Sampling::Unknown)));
    table.map(|table| TextReader(Kind::Table(Box::new(table))))
}

/// True for a log of Zeek that is its conn.log, by its header or, where tools cut
/// the header's marks off, by the names in it.
fn is_zeek(front: &[&[u8]]) -> bool {
    let fields = |line: &&[u8]| {
        let line = line.trim_ascii_end();
        memchr::memmem::find(line, b"orig_ip_bytes").is_some()
            || memchr::memmem::find(line, b"orig_pkts").is_some()
    };
    let marked = front.iter().any(|line| line.starts_with(b"#fields") && fields(line));
    marked || front.first().is_some_and(|line| line.starts_with(b"ts\t") && fields(line))
}

/// A VPC flow log of AWS, with its header or in its default format.
fn vpc_table(front: &[&[u8]], rules: Rules) -> Option<Table> {
    let line = front.first()?.trim_ascii_end();
    if let Some(layout) = vpc::header(line) {
        return Some(Table::below(vpc::FORMAT, layout, line, rules));
    }
    let layout = vpc::default_layout(line)?;
    Some(Table::with_layout(vpc::FORMAT, layout, rules))
}

/// True where nothing stands in it that no log would write: binary formats have
/// zeros and other control bytes at their front.
fn is_text(first: &[u8]) -> bool {
    let control = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r') || *b == 0x7f;
    !first.is_empty() && !first.iter().any(control)
}

/// The first lines, of which the last is whole, or all that there is.
fn front(first: &[u8], ended: bool) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = first.split(|b| *b == b'\n').take(FRONT_LINES).collect();
    if lines.len() < FRONT_LINES && !ended && lines.len() > 1 {
        lines.pop();
    }
    lines.retain(|line| !line.trim_ascii().is_empty());
    lines
}

/// A table with a header, or with columns that the mapping gives by number.
fn table(front: &[&[u8]], mapping: Option<&Mapping>, rules: Rules) -> Option<Table> {
    let numbered = mapping.and_then(numbered);
    if let Some(columns) = numbered {
        let line = front.iter().find(|line| line.first() != Some(&b'#'))?;
        let delimiter =
            DELIMITERS.into_iter().max_by_key(|d| memchr::memchr_iter(*d, line).count())?;
        let layout = Layout::new(delimiter, &columns).ok()?;
        return Some(Table::with_layout(word(delimiter), layout, rules));
    }
    let header =
        front.iter().find(|line| line.first() != Some(&b'#') || fitting(line, None).is_some())?;
    let delimiter = fitting(header, mapping).or_else(|| resembling(header, mapping.is_some()))?;
    Some(Table::with_header(word(delimiter), delimiter, mapping.cloned(), rules))
}

/// What may stand between fields, the likeliest first.
const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', b' '];

/// The delimiter by which a header has all columns that are needed.
fn fitting(header: &[u8], mapping: Option<&Mapping>) -> Option<u8> {
    let header = std::str::from_utf8(header).ok()?;
    DELIMITERS.into_iter().find(|d| Columns::find(&names(header, *d), mapping).is_ok())
}

/// The delimiter by which a header is one of a flow log that lacks something, so
/// that the reader can say what. With a mapping, any table is meant.
fn resembling(header: &[u8], mapped: bool) -> Option<u8> {
    let header = std::str::from_utf8(header).ok()?;
    let by_name = DELIMITERS.into_iter().find(|d| Columns::resembles(&names(header, *d)));
    let by_count = || {
        let most = DELIMITERS.into_iter().max_by_key(|d| names(header, *d).len())?;
        (mapped && names(header, most).len() > 1).then_some(most)
    };
    by_name.or_else(by_count)
}

/// The columns of a mapping whose names are all numbers: those of the fields,
/// counted from 1, of a table without a header.
fn numbered(mapping: &Mapping) -> Option<Columns> {
    let mut columns = Columns::default();
    for (column, name) in mapping.pairs() {
        let number: usize = name.parse().ok().filter(|number| *number > 0)?;
        columns.set(column, number - 1, name);
    }
    Some(columns)
}

/// The format's word in the report.
fn word(delimiter: u8) -> &'static str {
    match delimiter {
        b',' | b';' => "csv",
        b'\t' => "tsv",
        _ => "text_table",
    }
}
