//! A summary as rows that last: written, read back, and added up by others.
//!
//! # The layout, version 1
//!
//! One table, in Parquet or Arrow IPC (feature `columnar`) or as NDJSON. Every
//! row belongs to a `section`; counts are signed 64-bit integers, so that any
//! engine can filter and sum them. What a section does not use is null.
//!
//! | column | what it is |
//! | --- | --- |
//! | `section` | see below |
//! | `view` | `transport` or `end_to_end` |
//! | `dimensions` | what a breakdown is by, as `--by` takes it: `protocol`, `prefix=24/48`, `asn,time` |
//! | `key1` to `key8` | the row's key, one column a dimension; NDJSON has `key5` and those behind it only in rows that use them, and files of v6share before 0.1.0 have four |
//! | `input` | the input's number, from 0, in the order of the report |
//! | `family` | `ipv4` or `ipv6`: what the row counts as |
//! | `records` | records, of an input's account |
//! | `packets`, `octets`, `wire_octets`, `flows` | the counts |
//! | `octets_inner` | of tunnels: octets by the inner headers (`octets` are those by the outer ones) |
//! | `text` | a value that is no count |
//!
//! | `section` | its rows |
//! | --- | --- |
//! | `meta` | `key1` is `layout` (`1`), `tool` (the version that wrote it), `settings` (JSON: the choices that decide what was counted), `network` (JSON: a table that says whose an address is), `mixed_networks` (`true` where results with different tables were added up) or `interrupted`; `text` is its value |
//! | `input` | one an input: `text` is JSON with name, format, compression, status, error, bytes, digest, first and last time, and `part` where it is one of a capture: the range `asked` for, `from` where its first record begins (0 with the file's header), `reached` where the one behind its last one begins, `of` how many bytes, whether the capture `ended` there, `states` of the format at both ends and the SHA-256 of the file's `head`, by which parts are proven to join |
//! | `account` | of each input: `key1` is `records`, `ipv4`, `ipv6`, `not_ip`, `undecodable` or `excluded`, `key2` the kind or the reason |
//! | `anomaly` | of each input: `key1` is the anomaly; `length_exceeds_frame` has the octets in excess in `octets` |
//! | `total` | all traffic by view and family |
//! | `profile_total`, `control` | the traffic of the profile; control traffic, where all profiles are wanted |
//! | `protocol` | by protocol, in both views: `key1`, null where it is cut away |
//! | `breakdown` | the breakdowns of the settings, in full: `dimensions` is what they are by, `key1` to `key8` the values (null for what is not known). With the addresses of both ends a packet may be in two rows; automatic prefixes are kept as the prefixes they are made of, and where any dimension goes by both ends, as the values of one end and behind them those of the other, where they differ: such a breakdown has up to four dimensions |
//! | `tunnel` | `key1` the mechanism, `key2` the path, `key3` and `key4` the outer and the inner family (null where the inside cannot be seen); `family` is what counts end to end |
//! | `distinct` | only where they are counted: distinct addresses and prefixes by view and family: `key1` is `addresses`, `prefixes_24`, `prefixes_64` and so on, `records` how many there are (do not add them up), `text` the set itself: `values` and each of them in hexadecimal digits of its own bits, or `registers` and a character for each of the 65,536 registers of a sketch, `0` for 0 and on in ASCII |
//! | `size` | packets by size: `key1` is the octets of a packet |
//! | `as_exported`, `flow_scaled` | flow records as exported, and what they stand for (which is in the other sections too) |
//! | `variance` | of what was sampled, by view and family: `text` is that of the packets and that of the octets |
//!
//! The metadata of a Parquet file hold `v6share.summary.layout`, and two digests by
//! which a file that was damaged or changed is told: `v6share.summary.sha256`
//! (`LENGTH:SHA-256` of the bytes before the metadata) and
//! `v6share.summary.rows.sha256` (of the rows as NDJSON).
//!
//! Rows of several summaries can be added up by section, view, dimensions, keys and
//! family, where their `settings` are the same and no input is in two of them;
//! `v6share merge` checks both.

mod decode;
mod distinct;
mod encode;
mod error;
mod flows;
mod inputs;
mod networks;
#[cfg(feature = "columnar")]
mod parquet;
mod row;
mod settings;
#[cfg(feature = "columnar")]
mod table;
mod values;
#[cfg(not(feature = "columnar"))]
mod without;
mod words;

pub use decode::Reader;
pub use encode::check;
pub use error::StoreError;
#[cfg(feature = "columnar")]
pub use parquet::{about, is_reading, read, to_arrow, to_parquet, to_parquet_about};
pub use row::{Row, Section};
#[cfg(not(feature = "columnar"))]
pub use without::{about, is_reading, read, to_arrow, to_parquet, to_parquet_about};
