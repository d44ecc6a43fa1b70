//! A report for people: what matters most, then the tables, then what must be
//! known to read them.

use super::document::{Document, Shown, Table, Value};
use super::figures::{counted, registry_name};
use super::sources::SourceRow;
use crate::registry::Md5Verdict;
use crate::report::table::{exact, percent};
use std::io::{self, Write};

/// Columns that notes are broken at.
const WIDTH: usize = 100;

pub(super) fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    for line in &document.headline {
        writeln!(out, "{line}")?;
    }
    let for_people =
        |table: &&Table| !table.rows.is_empty() && table.shown != Some(Shown::First(0));
    for table in document.tables.iter().filter(for_people) {
        write_table(table, out)?;
    }
    if !document.notes.is_empty() {
        writeln!(out, "\nNotes")?;
        for note in &document.notes {
            wrapped(note, out)?;
        }
    }
    writeln!(out, "\nFiles")?;
    for source in &document.sources {
        write_source(source, out)?;
    }
    Ok(())
}

/// One table a block of columns.
fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let numbered = table.rows.iter().enumerate();
    let rows: Vec<&Vec<Value>> =
        numbered.filter(|(at, _)| !table.skipped.contains(at)).map(|(_, row)| row).collect();
    // The last row of a table that is cut at its end is the sum of all.
    let (rows, left): (Vec<&Vec<Value>>, usize) = match table.shown {
        Some(Shown::First(top)) if rows.len() > top.saturating_add(1) => {
            let is_sum = table.keys == 2 && table.key == "countries";
            let sum = rows.last().filter(|_| is_sum);
            (
                rows[..top].iter().chain(sum).copied().collect(),
                rows.len() - top - usize::from(is_sum),
            )
        }
        Some(Shown::Last(top)) if rows.len() > top => {
            (rows[rows.len() - top..].to_vec(), rows.len() - top)
        }
        _ => (rows, 0),
    };
    let mut at = table.keys;
    while at < table.columns.len() {
        let block = table.columns[at].block;
        let len = table.columns[at..].iter().take_while(|column| column.block == block).count();
        let shown: Vec<usize> = (at..at + len)
            .filter(|column| !table.columns[*column].title.is_empty())
            .filter(|column| rows.iter().any(|row| !is_unknown(&row[*column])))
            .collect();
        if !shown.is_empty() {
            writeln!(out, "\n{}: {block}", table.title)?;
            let columns: Vec<usize> =
                (0..table.keys).filter(|key| says_more(*key, table)).chain(shown).collect();
            aligned(table, &columns, &rows, out)?;
            if left > 0 {
                let other = if left == 1 { "other" } else { "others" };
                writeln!(out, "  {} {other} (--top 0 for all)", exact(left as u128))?;
            }
        }
        at += len;
    }
    Ok(())
}

/// Whether a key column is more than another one, or than the same word in every
/// row.
fn says_more(key: usize, table: &Table) -> bool {
    let word = |row: &[Value], key: usize| show(&row[key]);
    let first = &table.rows[0];
    let always = table.rows.iter().all(|row| word(row, key) == word(first, key));
    let same = key > 0 && table.rows.iter().all(|row| word(row, key) == word(row, key - 1));
    !(same || always && table.rows.len() > 1 && table.keys > 2)
}

fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::None | Value::Share(None) | Value::Rate(None) | Value::Date(None))
}

fn aligned(
    table: &Table,
    columns: &[usize],
    rows: &[&Vec<Value>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|at| show(&row[*at])).collect()).collect();
    let titles: Vec<&str> = columns.iter().map(|at| table.columns[*at].title).collect();
    let is_words: Vec<bool> = columns
        .iter()
        .map(|at| rows.iter().all(|row| matches!(row[*at], Value::Text(_) | Value::None)))
        .collect();
    let width = |at: usize| {
        let cells = cells.iter().map(|row| row[at].chars().count());
        cells.chain([titles[at].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut line = |cells: &[&str]| {
        let mut text = String::from(" ");
        for ((cell, width), words) in cells.iter().zip(&widths).zip(&is_words) {
            text += " ";
            text += &if *words { format!("{cell:<width$} ") } else { format!("{cell:>width$} ") };
        }
        writeln!(out, "{}", text.trim_end())
    };
    line(&titles)?;
    for row in &cells {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        line(&cells)?;
    }
    Ok(())
}

/// A value for people.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::None | Value::Date(None) => "-".into(),
        Value::Text(text) => text.clone(),
        Value::Count(count) => exact(*count),
        Value::Signed(count) => {
            let sign = if *count < 0 { "-" } else { "" };
            format!("{sign}{}", exact(count.unsigned_abs()))
        }
        Value::Number(number) => rounded(*number),
        Value::Share(ratio) => percent(*ratio),
        Value::Rate(None) => "n/a".into(),
        Value::Rate(Some(rate)) => format!("{:.1} %", rate * 100.0),
        Value::Date(Some(date)) => date.to_string(),
    }
}

/// Two places, or two digits that are not 0.
fn rounded(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude >= 1e15 || !number.is_finite() {
        return format!("{number:e}");
    }
    let places = if magnitude == 0.0 || magnitude >= 0.1 { 2 } else { 4 };
    let text = format!("{magnitude:.places$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}.{fraction}", exact(whole.parse().unwrap_or(0)))
}

/// Days in years, with one place.
pub(super) fn years(days: i64) -> String {
    format!("{:.1}", in_years(days).abs())
}

/// Days in years of 365.25 days.
#[expect(clippy::cast_precision_loss, reason = "less than a million")]
pub(super) fn in_years(days: i64) -> f64 {
    days as f64 / 365.25
}

fn wrapped(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::from("  -");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{line}")?;
            line = String::from("   ");
        }
        line += " ";
        line += word;
    }
    writeln!(out, "{line}")
}

fn write_source(source: &SourceRow, out: &mut dyn Write) -> io::Result<()> {
    let file = &source.file;
    let day = source.date.map_or("no date".to_owned(), |date| date.to_string());
    let md5 = match file.md5 {
        Md5Verdict::Absent => String::new(),
        other => format!(", MD5 {}", other.key()),
    };
    if source.registry.is_empty() {
        let why = file.errors.first().map_or("nothing in it", String::as_str);
        return writeln!(out, "  {}: {why}", file.name);
    }
    let not = if source.counts { "" } else { ", left out" };
    writeln!(
        out,
        "  {}: {}, {day}, {}{md5}{not}",
        file.name,
        registry_name(&source.registry),
        counted(source.records, "record"),
    )?;
    writeln!(out, "    SHA-256 {}", file.sha256)?;
    let account = &file.account;
    if account.bad() > 0 {
        writeln!(out, "    {} that cannot be read", counted(account.bad(), "line"))?;
    }
    for (what, count) in &account.anomalies {
        writeln!(out, "    {}: {}", what.key(), exact((*count).into()))?;
    }
    for difference in &source.differences {
        writeln!(out, "    {difference}")?;
    }
    Ok(())
}
