//! Prefixes that are announced, from routing tables, and prefixes that were seen
//! in traffic, from reports, lists, captures and flow logs.

use super::run::{Options, analyze};
use crate::error::{Cause, Error};
use crate::input::{self, Content, Source};
use crate::model::{
    Dimension, NetworkTableKind, Prefix, PrefixCut, PrefixLens, Side, Value, View, Views,
};
use crate::network::{OriginBuilder, Origins, Trouble, kind, mrt, prefix_to_as, whole};
use crate::summary::{Breakdown, Settings, Status, Summary};
use std::io::Read;
use std::net::IpAddr;
use std::sync::Arc;

/// Prefixes that traffic is cut to: /48 is the usual size of a site.
const CUT: (u8, u8) = (24, 48);

/// The prefixes of a routing table: an MRT table dump or a prefix-to-AS list.
///
/// # Errors
/// When it cannot be read, or is neither.
pub fn read_announced(source: &Source) -> Result<Vec<Prefix>, Error> {
    let bytes = bytes_of(source)?;
    let mut origins = Origins::default();
    let mut table = OriginBuilder::new(&mut origins);
    let failed = |trouble: Trouble| trouble.into_error(&source.name);
    match kind::by_first_bytes(&bytes[..bytes.len().min(kind::DECISIVE)]) {
        Some(NetworkTableKind::Mrt) => {
            mrt::read(&bytes[..], &mut table).map(drop).map_err(failed)?;
        }
        Some(NetworkTableKind::PrefixToAs) => {
            prefix_to_as::read(&bytes[..], &mut table).map(drop).map_err(failed)?;
        }
        _ => {
            let what = "no routing table: neither an MRT table dump nor a prefix-to-AS list".into();
            let cause = Cause::BadLine(what);
            return Err(Error { input: source.name.clone(), position: None, cause });
        }
    }
    let prefixes = table.prefixes().collect();
    Ok(prefixes)
}

/// The IPv6 prefixes that were seen in traffic, and whether all was well.
///
/// A source may be a JSON report of `v6share analyze` with a breakdown by prefix,
/// a list with a prefix or an address a line, or a capture or flow log, whose
/// addresses are cut to /48.
pub fn read_seen(
    sources: &[Source],
    options: &Options,
    on_error: &(dyn Fn(&Error) + Sync),
) -> (Vec<Prefix>, bool) {
    let (mut prefixes, mut all_well) = (Vec::new(), true);
    let mut traffic = Vec::new();
    for source in sources {
        match written(source) {
            Ok(Some(found)) => prefixes.extend(found),
            Ok(None) => traffic.push(source.clone()),
            Err(error) => {
                all_well = false;
                on_error(&error);
            }
        }
    }
    if !traffic.is_empty() {
        let lens = PrefixLens::new(CUT.0, CUT.1).unwrap_or_default();
        let by_prefix = vec![Dimension::Prefix(Side::Both, PrefixCut::Lens(lens))];
        let settings = Settings {
            breakdowns: vec![by_prefix],
            views: Views::One(View::Transport),
            ..Settings::default()
        };
        let summary = analyze(&traffic, Vec::new(), settings, options, on_error);
        all_well &= summary.inputs.iter().all(|input| input.status == Status::Complete);
        prefixes.extend(of_summary(&summary));
    }
    (prefixes, all_well)
}

/// The prefixes of a summary's first breakdown.
fn of_summary(summary: &Summary) -> impl Iterator<Item = Prefix> + '_ {
    let rows = summary.breakdowns.iter().flat_map(Breakdown::rows);
    rows.flat_map(|(key, _)| key.values()).filter_map(|value| match value {
        Value::Prefix(prefix) => Some(*prefix),
        _ => None,
    })
}

/// The prefixes of a report or a list; `None` where it is neither.
fn written(source: &Source) -> Result<Option<Vec<Prefix>>, Error> {
    let opened = input::open(source, &Arc::default(), &Arc::default())?;
    let start = match &opened.content {
        Content::Mapped(map) => {
            map.bytes().iter().find(|byte| !byte.is_ascii_whitespace()).copied()
        }
        // A stream cannot be read twice; traffic is mapped, or compressed.
        Content::Stream(_) => None,
    };
    let Content::Mapped(map) = &opened.content else { return Ok(None) };
    if start == Some(b'{')
        && let Ok(report) = serde_json::from_slice::<serde_json::Value>(map.bytes())
    {
        return Ok(of_report(&report));
    }
    let Ok(text) = std::str::from_utf8(map.bytes()) else { return Ok(None) };
    of_list(text, &source.name)
}

/// The rows of a report's breakdowns by prefix.
fn of_report(report: &serde_json::Value) -> Option<Vec<Prefix>> {
    let breakdowns = report.get("breakdowns")?.as_array()?;
    let rows =
        breakdowns.iter().filter_map(|breakdown| breakdown.get("rows")?.as_array()).flatten();
    let keys = rows.filter_map(|row| row.get("key")?.as_object());
    let of_key = |key: &serde_json::Map<String, serde_json::Value>| {
        let named = key.iter().filter(|(name, _)| name.contains("prefix"));
        named.filter_map(|(_, value)| value.as_str()?.parse().ok()).collect::<Vec<Prefix>>()
    };
    Some(keys.flat_map(of_key).collect())
}

/// One prefix or address a line, first on it; `None` where the first line is
/// none.
fn of_list(text: &str, name: &str) -> Result<Option<Vec<Prefix>>, Error> {
    let mut prefixes = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let word = text.split([' ', '\t', ',', ';']).next().unwrap_or_default();
        match of_word(word) {
            Some(prefix) => prefixes.push(prefix),
            None if prefixes.is_empty() => return Ok(None),
            None => {
                let position = Some(crate::error::Position::Line(line));
                let cause = Cause::BadLine(format!("{word:?} is no prefix and no address"));
                return Err(Error { input: name.to_owned(), position, cause });
            }
        }
    }
    Ok(Some(prefixes))
}

fn of_word(word: &str) -> Option<Prefix> {
    let address = |word: &str| match word.parse().ok()? {
        IpAddr::V4(_) => format!("{word}/32").parse().ok(),
        IpAddr::V6(_) => format!("{word}/128").parse().ok(),
    };
    word.parse().ok().or_else(|| address(word))
}

fn bytes_of(source: &Source) -> Result<Vec<u8>, Error> {
    let opened = input::open(source, &Arc::default(), &Arc::default())?;
    match opened.content {
        Content::Mapped(map) => Ok(map.bytes().to_vec()),
        Content::Stream(mut stream) => {
            let read = whole(Read::by_ref(&mut stream));
            read.map_err(|trouble| match trouble.into_io() {
                Ok(error) => stream.error(&source.name, error),
                Err(trouble) => trouble.into_error(&source.name),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_reports_say_prefixes() {
        let list = "# seen\n2001:db8::1\n2001:db8:1::/48,17\n192.0.2.1\n\n";
        let prefixes = of_list(list, "list").unwrap().unwrap();
        let shown: Vec<String> = prefixes.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["2001:db8::1/128", "2001:db8:1::/48", "192.0.2.1/32"]);
        assert!(of_list("ts,src,dst\n", "log").unwrap().is_none());
        let error = of_list("2001:db8::1\nmany\n", "list").unwrap_err().to_string();
        assert!(error.starts_with("list: in line 2: \"many\" is no prefix"), "{error}");
        let report = serde_json::json!({"breakdowns": [
            {"by": ["protocol"], "rows": [{"key": {"protocol": "tcp", "number": 6}}]},
            {"by": ["prefix"], "rows": [{"key": {"prefix": "2001:db8::/48"}}, {"key": {"prefix": "10.0.0.0/24"}}]},
        ]});
        assert_eq!(of_report(&report).unwrap().len(), 2);
    }
}
