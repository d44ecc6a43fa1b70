//! Prefixes that are announced, from routing tables, and prefixes that were seen
//! in traffic, from reports, lists, captures and flow logs.

use super::run::{Options, analyze};
use crate::error::{Cause, Error};
use crate::input::{self, Content, Place, Source};
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
    rows.filter_map(|(key, _)| match key.values() {
        [Value::Prefix(prefix)] => Some(*prefix),
        _ => None,
    })
}

/// The prefixes of a report or a list; `None` where it is neither.
///
/// A compressed file is opened for this and again for its traffic; standard
/// input and pipes, which cannot be read twice, are traffic.
fn written(source: &Source) -> Result<Option<Vec<Prefix>>, Error> {
    let opened = input::open(source, &Arc::default(), &Arc::default())?;
    match opened.content {
        Content::Mapped(map) => of_text(map.bytes(), &source.name),
        Content::Stream(mut stream) if is_a_file(source) => {
            let mut bytes = Vec::new();
            let first = Read::by_ref(&mut stream).take(START).read_to_end(&mut bytes);
            // Whatever cannot be decompressed is told where traffic is read.
            if first.is_err() || !may_be_text(&bytes) {
                return Ok(None);
            }
            match stream.read_to_end(&mut bytes) {
                Ok(_) => of_text(&bytes, &source.name),
                Err(error) => Err(stream.error(&source.name, error)),
            }
        }
        Content::Stream(_) => Ok(None),
    }
}

/// Bytes that tell a list or report from traffic.
const START: u64 = 4096;

fn is_a_file(source: &Source) -> bool {
    matches!(&source.place, Place::Path(path) if path.is_file())
}

/// Whether it begins as a report of ours does, or as a list of prefixes. A
/// flow log of any size is no list, and is not read whole to find that out.
fn may_be_text(first: &[u8]) -> bool {
    let valid = match std::str::from_utf8(first) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.valid_up_to() + 4 > first.len() => {
            std::str::from_utf8(&first[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let report = valid.trim_start().starts_with('{') && valid.contains("\"schema_version\"");
    let mut lines = valid.lines().map(str::trim);
    let entry = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    report || entry.is_none_or(|line| of_word(first_word(line)).is_some())
}

/// The prefixes of a report or a list.
fn of_text(bytes: &[u8], name: &str) -> Result<Option<Vec<Prefix>>, Error> {
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if start == Some(&b'{')
        && let Ok(report) = serde_json::from_slice::<serde_json::Value>(bytes)
    {
        return Ok(of_report(&report));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => of_list(text, name),
        Err(_) => Ok(None),
    }
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
        let word = first_word(text);
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

fn first_word(line: &str) -> &str {
    line.split([' ', '\t', ',', ';']).next().unwrap_or_default()
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
