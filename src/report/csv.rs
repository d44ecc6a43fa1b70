//! The report's figures as one rectangular table of comma-separated values
//! (RFC 4180, with LF line ends): a header line, then one line for each total
//! and each row.
//!
//! | column | what it is |
//! | --- | --- |
//! | `by` | `total` (all traffic, with the profile's share), `profile_total` (where the profile is not `ip-only`), `protocol` or `prefix` |
//! | `view` | `transport` or `end_to_end` |
//! | `prefix_len` | the lengths of IPv4 and IPv6 by prefix, such as `"24,48"`; else empty |
//! | `key` | the protocol (`unknown` where it is cut away) or the prefix (empty where the address was not captured) |
//! | `ipv4_*`, `ipv6_*` | packets, octets, wire octets and flows of each family |
//! | `share_*` | the share of IPv6 by each; empty without a denominator |
//! | `part_*` | what the row is of the profile's whole; empty for totals |
//!
//! The account, the inputs and the packet sizes have other columns and are not
//! here: [`super::json`] and [`super::ndjson`] have them.

use super::flat::{COLUMNS, Figure, Line, Section, for_each_line};
use crate::model::{IpVersion, PrefixLens};
use crate::summary::Summary;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes the header and the lines.
pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "by,view,prefix_len,key,{}", COLUMNS.join(","))?;
    for_each_line(summary, |line| write_line(line, out))
}

fn write_line(line: &Line, out: &mut dyn Write) -> io::Result<()> {
    let (by, lens) = match line.section {
        Section::Total => ("total", None),
        Section::ProfileTotal => ("profile_total", None),
        Section::Row(by) => (by.key(), by.prefix_lens()),
    };
    let lens = lens.map(prefix_len).unwrap_or_default();
    let key = line.key.as_deref().unwrap_or_default();
    write!(out, "{by},{},{},{}", line.view.key(), quoted(&lens), quoted(key))?;
    for figure in line.figures() {
        match figure {
            Figure::Null => write!(out, ","),
            Figure::Flag(flag) => write!(out, ",{flag}"),
            Figure::Count(count) => write!(out, ",{count}"),
            Figure::Float(value) => write!(out, ",{value}"),
            Figure::Text(text) => write!(out, ",{}", quoted(&text)),
        }?;
    }
    writeln!(out)
}

fn prefix_len(lens: PrefixLens) -> String {
    format!("{},{}", lens.len(IpVersion::V4), lens.len(IpVersion::V6))
}

/// A field in quotes where it needs them, quotes within it doubled.
fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Profile;
    use crate::report::tests_support::{broken, empty, example, huge};

    fn text(summary: &Summary) -> String {
        let mut out = Vec::new();
        write(summary, &mut out).expect("a Vec takes all");
        String::from_utf8(out).expect("text")
    }

    /// Columns of a line: commas outside quotes.
    fn columns(line: &str) -> usize {
        let mut within = false;
        let comma = |c: char| {
            within ^= c == '"';
            c == ',' && !within
        };
        line.chars().map(comma).filter(|is_comma| *is_comma).count() + 1
    }

    #[test]
    fn the_table_is_rectangular() {
        let mut other = example();
        other.settings.profile = Profile::AllFrames;
        for summary in [empty(), example(), huge(), broken(), other] {
            let text = text(&summary);
            assert!(text.ends_with('\n') && !text.contains('\r'));
            assert!(text.lines().all(|line| columns(line) == 20), "{text}");
        }
    }

    #[test]
    fn totals_come_first_and_rows_follow() {
        let text = text(&example());
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("by,view,prefix_len,key,ipv4_packets,ipv4_octets,"));
        assert!(lines[1].starts_with("total,transport,,,600,"), "{}", lines[1]);
        assert!(lines[2].starts_with("total,end_to_end,,,500,"), "{}", lines[2]);
        assert!(lines[3].starts_with("protocol,transport,,tcp,"), "{}", lines[3]);
        assert!(text.contains("\nprefix,transport,\"24,48\",2001:db8::/48,0,0,0,0,350,"), "{text}");
        assert!(text.contains("\nprefix,transport,\"24,48\",,"), "{text}");
    }

    #[test]
    fn large_sums_are_exact_and_empty_shares_are_empty() {
        assert!(text(&huge()).contains(&format!(",{},", u128::MAX / 4)));
        assert_eq!(
            text(&empty()).lines().nth(1),
            Some("total,transport,,,0,0,0,0,0,0,0,0,,,,,,,,")
        );
    }

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(quoted("24,48"), "\"24,48\"");
        assert_eq!(quoted("tcp"), "tcp");
    }
}
