//! The report's figures as one rectangular table of comma-separated values
//! (RFC 4180, with LF line ends): a header line, then one line for each total
//! and each row.
//!
//! | column | what it is |
//! | --- | --- |
//! | `by` | `total` (all traffic, with the profile's share), `profile_total` (where the profile is not `ip-only`), `profile` (each, where all are wanted), with flow records `as_exported` (all traffic, not scaled), where they are sampled `interval_low` and `interval_high` (the bounds that hold the share with 95 %, in `share_*`), `exporter` (each, with its records as `ipv4_flows` and `ipv6_flows`), or what the rows of a breakdown stand for: `protocol`, `source-prefix`, `"prefix,mac"` and so on |
//! | `view` | `transport` or `end_to_end`; empty for tunnels, which stand across the views |
//! | `prefix_len` | the lengths of IPv4 and IPv6 by prefix, such as `"24,48"`; else empty |
//! | `key` | the profile, the exporter's address and domain, the protocol (`unknown` where it is cut away), the prefix (empty where the address was not captured), the port as `tcp/443` or the service (empty without ports), the mechanism or the path; of other dimensions the value, of several the values with ` \| ` between them |
//! | `ipv4_*`, `ipv6_*` | packets, octets, wire octets and flows of each family; empty for tunnels |
//! | `share_*` | the share of IPv6 by each; empty without a denominator and for tunnels |
//! | `part_*` | what the row is of the profile's whole; empty for totals. Of tunnels what it is of all IP traffic (`part_octets` by the outer octets) |
//!
//! Where a breakdown by `encapsulation` or `encapsulation-path` is wanted, all
//! lines end in seven more columns, which are empty but for its rows:
//!
//! | column | what it is |
//! | --- | --- |
//! | `outer`, `inner` | `ipv4` or `ipv6`: the families of the outer and of the inner header; `inner` is empty where the inside cannot be seen |
//! | `packets`, `octets_outer`, `octets_inner`, `wire_octets` | the counts |
//! | `octets_overhead` | `octets_outer` less `octets_inner`; empty where the inside cannot be seen |
//!
//! The account, the anomalies, the inputs, the packet sizes, the distinct addresses,
//! what is told of a breakdown beside its rows, and what more is known of exporters
//! have other columns and are not here: [`super::json`] and [`super::ndjson`] have
//! them.

use super::breakdown::{prefix_lens, words};
use super::flat::{
    COLUMNS, Figure, Line, Section, TUNNEL_COLUMNS, TallyLine, TunnelLine, for_each_line, interval,
};
use super::tunnel::TunnelMeasure;
use crate::model::{Dimension, IpVersion, Measure, PrefixLens, Value, View};
use crate::summary::Summary;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes the header and the lines.
pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let mut by = summary.settings.breakdowns.iter();
    let tunnels = by.any(|by| {
        matches!(by.as_slice(), [Dimension::Encapsulation | Dimension::EncapsulationPath])
    });
    let more: &[&str] = if tunnels { &TUNNEL_COLUMNS } else { &[] };
    let columns: Vec<_> = COLUMNS.iter().chain(more).copied().collect();
    writeln!(out, "by,view,prefix_len,key,{}", columns.join(","))?;
    for_each_line(summary, |line| match line {
        Line::Tally(line) => {
            tally_line(line, out)?;
            writeln!(out, "{:,<1$}", "", more.len())
        }
        Line::Tunnel(line) => tunnel_line(line, out),
    })?;
    flow_lines(summary, more.len(), out)
}

/// The intervals of sampled shares, and the exporters: a line has what it tells in
/// the columns of the same meaning, and nothing in the others.
fn flow_lines(summary: &Summary, more: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut write = |by: &str, view: &str, key: &str, told: &dyn Fn(&str) -> Figure| {
        write!(out, "{by},{view},,{}", quoted(key))?;
        figures(COLUMNS.into_iter().map(told), out)?;
        writeln!(out, "{:,<1$}", "", more)
    };
    for view in View::ALL {
        let Some(bounds) = interval(summary, view) else { continue };
        for (by, bounds) in ["interval_low", "interval_high"].into_iter().zip(bounds) {
            let told = |column: &str| {
                let measure = column.strip_prefix("share_");
                let at = Measure::ALL.iter().position(|m| Some(m.key()) == measure);
                at.map_or(Figure::Null, |at| bounds[at].clone())
            };
            write(by, view.key(), "", &told)?;
        }
    }
    for (exporter, tally) in summary.exporters() {
        let Some(exporter) = exporter else { continue };
        let told = |column: &str| match column {
            "ipv4_flows" => tally.records[IpVersion::V4.index()].into(),
            "ipv6_flows" => tally.records[IpVersion::V6.index()].into(),
            _ => Figure::Null,
        };
        write("exporter", "", &Value::Exporter(exporter).to_string(), &told)?;
    }
    Ok(())
}

fn tally_line(line: &TallyLine, out: &mut dyn Write) -> io::Result<()> {
    let (by, lens) = match line.section {
        Section::Total => ("total".into(), None),
        Section::ProfileTotal => ("profile_total".into(), None),
        Section::OneProfile(_) => ("profile".into(), None),
        Section::AsExported => ("as_exported".into(), None),
        Section::Row(by, _) => (words(by), prefix_lens(by)),
    };
    let lens = lens.map(prefix_len).unwrap_or_default();
    let key = line.key().unwrap_or_default();
    write!(out, "{},{},{},{}", quoted(&by), line.view.key(), quoted(&lens), quoted(&key))?;
    figures(line.figures(), out)
}

/// The columns of families and shares stay empty, those of the parts do not.
fn tunnel_line(line: &TunnelLine, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{},,,{}", line.by.key(), quoted(&line.key()))?;
    let parts = [TunnelMeasure::Packets, TunnelMeasure::OuterOctets, TunnelMeasure::WireOctets];
    let parts = parts.into_iter().map(|measure| line.part(measure)).chain([Figure::Null]);
    let before = COLUMNS.iter().take_while(|column| !column.starts_with("part_"));
    figures(before.map(|_| Figure::Null).chain(parts).chain(line.figures()), out)?;
    writeln!(out)
}

fn figures(figures: impl Iterator<Item = Figure>, out: &mut dyn Write) -> io::Result<()> {
    for figure in figures {
        match figure {
            Figure::Null => write!(out, ","),
            Figure::Flag(flag) => write!(out, ",{flag}"),
            Figure::Count(count) => write!(out, ",{count}"),
            Figure::Difference(difference) => write!(out, ",{difference}"),
            Figure::Float(value) => write!(out, ",{value}"),
            Figure::Text(text) => write!(out, ",{}", quoted(&text)),
        }?;
    }
    Ok(())
}

fn prefix_len(lens: PrefixLens) -> String {
    format!("{},{}", lens.len(IpVersion::V4), lens.len(IpVersion::V6))
}

/// A field in quotes where it needs them, quotes within it doubled.
pub(super) fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Profile, Views};
    use crate::report::tests_support::{broken, choose, empty, example, huge, tunnelled};

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
        let mut tunnels = tunnelled();
        tunnels.settings.all_profiles = true;
        tunnels.settings.views = Views::Both;
        for by in [Dimension::Encapsulation, Dimension::EncapsulationPath] {
            let prefix = tunnels.settings.breakdowns.last().expect("by prefix").clone();
            choose(&mut tunnels, &[&[Dimension::Port], &[by], &prefix]);
            let text = text(&tunnels);
            assert!(text.lines().all(|line| columns(line) == 27), "{text}");
        }
    }

    #[test]
    fn tunnels_have_columns_of_their_own_where_they_are_wanted() {
        let mut summary = tunnelled();
        assert!(!text(&summary).contains("octets_outer"));
        choose(&mut summary, &[&[Dimension::Encapsulation], &[Dimension::Service]]);
        let text = text(&summary);
        let line = |start: &str| text.lines().find(|line| line.starts_with(start)).expect("there");
        assert!(line("by,").ends_with(
            ",part_flows,outer,inner,packets,octets_outer,octets_inner,wire_octets,octets_overhead"
        ));
        assert_eq!(
            line("encapsulation,,,gre,"),
            "encapsulation,,,gre,,,,,,,,,,,,,0.02,0.019230769230769232,0.01925925925925926,,\
             ipv4,ipv6,20,20000,19380,20800,620"
        );
        assert!(line("encapsulation,,,esp,").ends_with(",,ipv4,,20,20000,20000,20800,"));
        assert!(line("service,transport,,domain,25,").ends_with(",,,,,,,,"));
        assert!(line("total,").ends_with(",,,,,,,,"));
    }

    #[test]
    fn each_profile_is_a_line_a_view() {
        let mut summary = tunnelled();
        summary.settings.all_profiles = true;
        let text = text(&summary);
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with("profile,")).collect();
        assert_eq!(lines.len(), 8);
        assert_eq!(
            lines[2],
            "profile,transport,,all-frames,600,600000,624000,0,400,440000,456000,0,\
             0.3952569169960474,,0.41454545454545455,,,,,"
        );
        assert!(lines[5].starts_with("profile,end_to_end,,native-only,480,480000,499200,0,380,"));
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
