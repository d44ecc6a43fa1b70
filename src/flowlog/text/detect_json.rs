//! Which log a text is that begins as JSON does: by the keys of its first
//! records.

use super::super::{Column, Columns, Mapping};
use super::azure;
use super::eve::{self, Eve};
use super::gcp::{self, Reporters};
use super::json::{Dialect, Json, Place, Shape, Slots, Tree, keys};
use super::options::TextOptions;
use super::record::Rules;
use super::vpc::{self, Messages};
use super::zeek::{self, Outsides};
use crate::model::Sampling;

/// A reader for a text whose first byte that is no space opens an object or a
/// list.
pub(super) fn detect(first: &[u8], options: &TextOptions) -> Option<Json> {
    let paths = keys::paths(first);
    let has = |path: &str| paths.iter().any(|known| known == path);
    let last = |path: &str| paths.iter().any(|known| known.rsplit('.').next() == Some(path));
    let rules = |sampling| Rules { sampling, include_rejected: options.include_rejected };
    let shape = shape(first);
    let every = rules(Sampling::Every);
    let own_word = |words: &[u8]| memchr::memmem::find(first, words).is_some();
    if last("flowTuples")
        || own_word(b"\"NetworkSecurityGroupFlowEvent\"")
        || own_word(b"\"FlowLogFlowEvent\"")
    {
        let shape = Shape::Values(&azure::ENVELOPES);
        return Some(Json::new(azure::FORMAT, shape, Dialect::Azure, Tree::default(), every));
    }
    if has("event_type") && has("timestamp") && (has("flow_id") || has("src_ip") || has("stats")) {
        let dialect = Dialect::Eve(Box::new(Eve::new(shape == Shape::Lines)));
        return Some(Json::new(eve::FORMAT, shape, dialect, Eve::tree(), every));
    }
    let is_connection = ["orig_pkts", "orig_ip_bytes", "conn_state"].into_iter().any(has);
    if (has("id.orig_h") || has("id_orig_h")) && is_connection {
        let dialect = Dialect::Zeek(Box::default());
        return Some(Json::new(zeek::FORMAT, shape, dialect, Outsides::tree(), every));
    }
    if ["connection.src_ip", "connection.dest_ip"].into_iter().all(last_of(&paths))
        && last("reporter")
    {
        let (dialect, tree) = (Dialect::Gcp(Box::default()), Reporters::tree());
        return Some(Json::new(gcp::FORMAT, shape, dialect, tree, rules(Sampling::Scaled)));
    }
    let names: Vec<&str> = paths.iter().map(String::as_str).collect();
    if vpc::are_names(&names) {
        return Some(Json::new(vpc::FORMAT, shape, Dialect::Plain, vpc_tree(), every));
    }
    messages(first, &paths, every)
        .or_else(|| plain(&names, shape, options, rules(Sampling::Unknown)))
}

/// True for a path that a path ends with.
fn last_of(paths: &[String]) -> impl Fn(&str) -> bool {
    move |end| paths.iter().any(|path| path.ends_with(end))
}

/// Lines, where the first line is a whole object, or begins one that goes beyond
/// what there is.
fn shape(first: &[u8]) -> Shape {
    let first = first.trim_ascii_start();
    let line = first.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end();
    let whole = line.len() < first.len();
    let is_object = || Slots::parse(&Tree::default(), line).is_ok();
    if line.first() == Some(&b'{') && (!whole || is_object()) {
        Shape::Lines
    } else {
        Shape::Values(&[])
    }
}

/// The keys of a VPC flow log of AWS.
fn vpc_tree() -> Tree {
    const NAMES: [&str; 18] = [
        "srcaddr",
        "dstaddr",
        "pkt-srcaddr",
        "pkt_srcaddr",
        "pkt-dstaddr",
        "pkt_dstaddr",
        "srcport",
        "dstport",
        "protocol",
        "packets",
        "bytes",
        "start",
        "end",
        "action",
        "log-status",
        "log_status",
        "flow-direction",
        "flow_direction",
    ];
    let place = |name| Some((name, Place::Column(vpc::meaning(name)?)));
    Tree::of(&NAMES.into_iter().filter_map(place).collect::<Vec<_>>())
}

/// Events whose message is a line of a VPC flow log.
fn messages(first: &[u8], paths: &[String], rules: Rules) -> Option<Json> {
    let ends = last_of(paths);
    if !ends("message") {
        return None;
    }
    let key = memchr::memmem::find(first, b"message\"")?;
    let text = first.get(key + b"message\"".len()..)?.trim_ascii_start().strip_prefix(b":")?;
    let text = text.trim_ascii_start().strip_prefix(b"\"")?;
    let line = &text[..memchr::memchr(b'"', text)?];
    let dialect = Dialect::Messages(Box::new(Messages::of(line)?));
    let shape = match shape(first) {
        Shape::Lines if !paths.iter().any(|path| path.contains('.')) => Shape::Lines,
        _ => Shape::Values(&vpc::ENVELOPES),
    };
    Some(Json::new(vpc::FORMAT, shape, dialect, Messages::tree(), rules))
}

/// Objects by what the user says of their keys, and by common names.
fn plain(paths: &[&str], shape: Shape, options: &TextOptions, rules: Rules) -> Option<Json> {
    let mapping = options.mapping.as_ref();
    // A path that others go on from holds an object and no value.
    let holds_object = |path: &str| {
        paths.iter().any(|other| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    };
    let names: Vec<&str> = paths.iter().copied().filter(|path| !holds_object(path)).collect();
    let used = match Columns::find(&names, mapping) {
        Ok(columns) => columns.used().clone(),
        // What the user names may come with later records only.
        Err(_) => mapping.filter(|mapping| is_complete(mapping))?.clone(),
    };
    let tree = Tree::of_mapping(&used);
    Some(Json::new("json", shape, Dialect::Plain, tree, rules).mapped(used))
}

/// True for a mapping that needs no common names.
fn is_complete(mapping: &Mapping) -> bool {
    let has = |column| mapping.name(column).is_some();
    let addresses = has(Column::Source) && has(Column::Destination);
    (addresses || has(Column::Family)) && (has(Column::Octets) || has(Column::Packets))
}

#[cfg(test)]
#[path = "detect_json_tests.rs"]
mod detect_json_tests;
