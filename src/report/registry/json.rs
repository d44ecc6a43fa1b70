//! A report on the registries' statistics as one JSON document, version 1.
//!
//! ```json
//! {
//!   "schema_version": 1,
//!   "report": "registry-state",
//!   "tool": {"name": "v6share", "version": "..."},
//!   "date": "2023-03-23",
//!   "tables": {"countries": [{"row": "SN", "name": "Senegal", "ipv6_prefixes": 13, "...": 0}]},
//!   "notes": ["..."],
//!   "sources": [{"file": "...", "registry": "afrinic", "serial": "20230323",
//!                "date": "2023-03-23", "extended": true, "counts": true, "records": 15019,
//!                "compression": null, "bytes": 766394, "sha256": "...", "md5": "verified",
//!                "lines": {"read": 15023, "records": 15019, "versions": 1, "summaries": 3,
//!                          "comments": 0, "blank": 0, "bad": 0, "closed": true},
//!                "bad_lines": {"bad_value": 1}, "anomalies": {"no_date": 1},
//!                "differences": ["..."], "errors": ["..."]}]
//! }
//! ```
//!
//! `report` is `registry-state`, `registry-pace`, `registry-diff` or
//! `registry-usage`. Behind `tool` stand the single facts of the report: `date`
//! (the newest day of the files); of a pace `kind` (`snapshot` or `series`) and
//! `bin`; of a comparison `old_date`, `new_date` and what the ids have in common.
//!
//! `tables` holds one list of rows a table, each row with every key: of a state
//! `countries`, `registries`, `regions`, `subregions`, `itu_regions`, `ldc`,
//! `lldc`, `sids`, `eu`, `groups` or `world`, as asked for; of a pace `bins` and
//! `growth`, or `intervals`; of a comparison `rows` and `changes`; of a usage
//! `rows`, `blocks` and `unused`.
//!
//! Numbers are exact: counts of addresses are integers and may pass 2^53. A
//! count of blocks of a size (`ipv6_slash32`) is an integer where it is whole,
//! else a float. Shares and parts are fractions of 1, growth is a yearly rate
//! (0.1 is 10 %); what has no denominator, and what the files do not say, is
//! null. `row` is the code of a country, a registry's name, a group's English
//! name, `others`, `ZZ`, or `world`. `md5` is `verified`, `differs`, `unreadable`
//! or `absent`. Fields may be added; none changes its meaning without a new
//! `schema_version`.

use super::document::{Document, Table, Value};
use super::sources::SourceRow;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::json;
use std::io::{self, Write};

/// Version of the document.
const SCHEMA_VERSION: u32 = 1;

pub(super) fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &SCHEMA_VERSION)?;
        map.serialize_entry("report", self.report)?;
        let tool = json!({"name": "v6share", "version": env!("CARGO_PKG_VERSION")});
        map.serialize_entry("tool", &tool)?;
        for (key, value) in &self.facts {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("tables", &Tables(&self.tables))?;
        map.serialize_entry("notes", &self.notes)?;
        map.serialize_entry("sources", &self.sources)?;
        map.end()
    }
}

struct Tables<'a>(&'a [Table]);

impl Serialize for Tables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|table| (table.key, Rows(table))))
    }
}

struct Rows<'a>(&'a Table);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for row in &self.0.rows {
            rows.serialize_element(&Row(self.0, row))?;
        }
        rows.end()
    }
}

struct Row<'a>(&'a Table, &'a [Value]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.columns.iter().map(|column| column.key).zip(self.1))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None | Self::Share(None) | Self::Rate(None) | Self::Date(None) => {
                serializer.serialize_none()
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(count) => serializer.serialize_u128(*count),
            Self::Signed(count) => serializer.serialize_i128(*count),
            Self::Number(number) | Self::Rate(Some(number)) => serializer.serialize_f64(*number),
            Self::Share(Some(ratio)) => serializer.serialize_f64(ratio.value()),
            Self::Date(Some(date)) => serializer.collect_str(date),
        }
    }
}

impl Serialize for SourceRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let account = &self.file.account;
        let lines = json!({
            "read": account.lines, "records": account.records, "versions": account.versions,
            "summaries": account.summaries, "comments": account.comments, "blank": account.blank,
            "bad": account.bad(), "closed": account.closed(),
        });
        let faults: serde_json::Map<_, _> =
            account.faults.iter().map(|(fault, n)| (fault.key().to_owned(), json!(n))).collect();
        let odd: serde_json::Map<_, _> =
            account.anomalies.iter().map(|(what, n)| (what.key().to_owned(), json!(n))).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", &self.file.name)?;
        map.serialize_entry("registry", &self.registry)?;
        map.serialize_entry("serial", &self.serial)?;
        map.serialize_entry("date", &Value::Date(self.date))?;
        map.serialize_entry("extended", &self.extended)?;
        map.serialize_entry("counts", &self.counts)?;
        map.serialize_entry("records", &self.records)?;
        map.serialize_entry("compression", &self.file.compression)?;
        map.serialize_entry("bytes", &self.file.bytes)?;
        map.serialize_entry("sha256", &self.file.sha256)?;
        map.serialize_entry("md5", self.file.md5.key())?;
        map.serialize_entry("lines", &lines)?;
        map.serialize_entry("bad_lines", &faults)?;
        map.serialize_entry("anomalies", &odd)?;
        map.serialize_entry("differences", &self.differences)?;
        map.serialize_entry("errors", &self.file.errors)?;
        map.end()
    }
}
