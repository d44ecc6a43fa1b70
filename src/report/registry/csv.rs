//! One table as CSV (RFC 4180, with LF): a heading, then one row a line.
//!
//! The columns are those of the JSON document. What is not known is empty, a
//! share is a fraction of 1, a date is RFC 3339.

use super::document::{Table, Value};
use std::io::{self, Write};

pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    writer.write_record(table.columns.iter().map(|column| column.key))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(field))?;
    }
    writer.flush()
}

fn field(value: &Value) -> String {
    match value {
        Value::None | Value::Share(None) | Value::Rate(None) | Value::Date(None) => String::new(),
        Value::Text(text) => text.clone(),
        Value::Count(count) => count.to_string(),
        Value::Signed(count) => count.to_string(),
        Value::Number(number) | Value::Rate(Some(number)) => number.to_string(),
        Value::Share(Some(ratio)) => ratio.value().to_string(),
        Value::Date(Some(date)) => date.to_string(),
    }
}
