//! Zeek's conn.log: as tab-separated text with its header, and as JSON lines.
//! <https://docs.zeek.org/en/master/logs/conn.html>
//!
//! A record is one connection with both directions. Octets are `orig_ip_bytes`
//! and `resp_ip_bytes`, which are those of IP (layer 3); `orig_bytes` are payload
//! and are not looked at. What a tunnel carries has records of its own, which
//! name the tunnel's in `tunnel_parents`: the outside is then not added to its
//! inside.

use super::super::{Column, Columns, FlowSink, FlowStop, Progress, Window};
use super::json::{Place, Slots, Tree};
use super::lines::{each_line, near, shown};
use super::quick::Quick;
use super::recent::{Recent, Waiting};
use super::record::{Outcome, Rules, outcome};
use super::row::{Row, Value, is_unset};
use super::split::Ends;
use super::table::{Layout, names};
use super::told::Told;
use crate::error::Position;
use crate::fields::Near;
use crate::model::{Excluded, FlowRecord, IpProtocol};
use std::ops::ControlFlow;

/// The name of the format in the report.
pub(super) const FORMAT: &str = "zeek_conn";

/// Tunnels that are remembered by the names that their insides gave, and records
/// that wait for such a name, at most. An outside is logged when it ends, its
/// insides when they end: near each other, in either order.
const NAMED: usize = 262_144;
const WAITING: usize = 65_536;

/// A connection's name: Zeek makes them of at most 18 letters and digits; longer
/// ones are never parents.
type Uid = [u8; 24];

fn uid(text: &[u8]) -> Option<Uid> {
    let mut uid = [0; 24];
    uid.get_mut(..text.len()).filter(|_| !is_unset(text))?.copy_from_slice(text);
    Some(uid)
}

/// Tells the outsides of tunnels from other connections.
#[derive(Clone, Debug)]
pub(super) struct Outsides {
    parents: Recent<Uid>,
    waiting: Waiting<Uid>,
}

impl Default for Outsides {
    fn default() -> Self {
        Self { parents: Recent::new(NAMED), waiting: Waiting::new(WAITING) }
    }
}

/// Places of what is beside the columns of a connection in JSON.
const UID: usize = 0;
const SERVICE: usize = 1;

impl Outsides {
    /// The keys of a connection in JSON.
    pub(super) fn tree() -> Tree {
        let columns = [
            (Column::Source, ["id.orig_h", "id_orig_h"]),
            (Column::SourcePort, ["id.orig_p", "id_orig_p"]),
            (Column::Destination, ["id.resp_h", "id_resp_h"]),
            (Column::DestinationPort, ["id.resp_p", "id_resp_p"]),
            (Column::Protocol, ["proto", ""]),
            (Column::Packets, ["orig_pkts", ""]),
            (Column::ReversePackets, ["resp_pkts", ""]),
            (Column::Octets, ["orig_ip_bytes", ""]),
            (Column::ReverseOctets, ["resp_ip_bytes", ""]),
            (Column::Start, ["ts", ""]),
            (Column::Duration, ["duration", ""]),
        ];
        let mut paths: Vec<(&str, Place)> = columns
            .iter()
            .flat_map(|(column, names)| names.map(|name| (name, Place::Column(*column))))
            .filter(|(name, _)| !name.is_empty())
            .collect();
        paths.extend([
            ("uid", Place::Extra(UID)),
            ("service", Place::Extra(SERVICE)),
            ("tunnel_parents", Place::List),
        ]);
        Tree::of(&paths)
    }

    /// Hands on a connection that is JSON.
    pub(super) fn json<S: FlowSink>(
        &mut self,
        slots: &Slots<'_>,
        at: u64,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        for parent in slots.list() {
            self.parent(parent.as_bytes());
        }
        let name = slots.extra[UID].text().unwrap_or_default();
        let service = slots.extra[SERVICE].text().unwrap_or_default();
        self.connection(&slots.row, name, service, at, sink, told)
    }

    /// Remembers the name of a tunnel that a connection was in.
    fn parent(&mut self, name: &[u8]) {
        if let Some(uid) = uid(name) {
            self.parents.insert(uid);
        }
    }

    /// Hands on a connection, or lets it wait where it may be the outside of a
    /// tunnel whose inside comes later.
    fn connection<S: FlowSink>(
        &mut self,
        row: &Row<'_>,
        name: &[u8],
        service: &[u8],
        at: u64,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let read = outcome(row, told.rules);
        let Outcome::Flow(record) = read else { return told.outcome(sink, read, row, at) };
        self.flow(&record, name, service, sink, told)
    }

    /// The same, of a record that was read.
    fn flow<S: FlowSink>(
        &mut self,
        record: &FlowRecord,
        name: &[u8],
        service: &[u8],
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        let Some(uid) = uid(name) else { return told.flow(sink, record) };
        if !self.parents.is_empty() && self.parents.contains(&uid) {
            sink.exclude(Excluded::TunnelOutside, 1);
            return ControlFlow::Continue(());
        }
        if !may_be_tunnel(record.protocol, service) {
            return told.flow(sink, record);
        }
        match self.waiting.push(uid, *record) {
            Some((uid, record)) => self.release(uid, &record, sink, told),
            None => ControlFlow::Continue(()),
        }
    }

    /// Decides about a record that waits no longer.
    fn release<S: FlowSink>(
        &self,
        uid: Uid,
        record: &FlowRecord,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        if self.parents.contains(&uid) {
            sink.exclude(Excluded::TunnelOutside, 1);
            return ControlFlow::Continue(());
        }
        told.flow(sink, record)
    }

    /// Decides about all that wait, at the end of the input.
    pub(super) fn finish<S: FlowSink>(
        &mut self,
        sink: &mut S,
        told: &mut Told,
    ) -> ControlFlow<FlowStop> {
        while let Some((uid, record)) = self.waiting.pop() {
            self.release(uid, &record, sink, told)?;
        }
        ControlFlow::Continue(())
    }
}

/// True where a connection may carry a tunnel: neither TCP nor ICMP, and its
/// service is one of a tunnel or unknown.
fn may_be_tunnel(protocol: Option<IpProtocol>, service: &[u8]) -> bool {
    const TUNNELS: [&[u8]; 8] =
        [b"ayiya", b"geneve", b"gre", b"gtp", b"gtpv1", b"teredo", b"vxlan", b"wireguard"];
    let other = !matches!(protocol, Some(IpProtocol::TCP | IpProtocol::ICMP | IpProtocol::ICMPV6));
    let mut services = service.split(|b| *b == b',').map(|s| s.strip_prefix(b"-").unwrap_or(s));
    other && (is_unset(service) || services.any(|service| TUNNELS.contains(&service)))
}

/// Reads conn.log as text.
#[derive(Clone, Debug)]
pub(super) struct ZeekText {
    told: Told,
    outsides: Outsides,
    separator: u8,
    set_separator: u8,
    unset: Vec<u8>,
    /// True where the last `#fields` are those of another log: logs may be joined.
    other_log: bool,
    fields: Option<Fields>,
}

/// What the lines of a window are read into, one after the other.
struct Slate<'w> {
    ends: Ends,
    row: Row<'w>,
    record: FlowRecord,
    wants_ports: bool,
}

/// Where the fields are, by the last `#fields`.
#[derive(Clone, Debug)]
struct Fields {
    layout: Layout,
    uid: Option<usize>,
    service: Option<usize>,
    parents: Option<usize>,
}

impl ZeekText {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            told: Told::new(rules),
            outsides: Outsides::default(),
            separator: b'\t',
            set_separator: b',',
            unset: b"-".to_vec(),
            other_log: false,
            fields: None,
        }
    }

    pub(super) fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        let mut slate = Slate {
            ends: Ends::new(),
            row: Row::default(),
            record: Quick::record(self.told.rules),
            wants_ports: sink.wants_ports(),
        };
        let progress = each_line(window, |line, at| match line.first() {
            None => ControlFlow::Continue(()),
            Some(b'#') => {
                // Other columns may follow.
                slate.row = Row::default();
                slate.record = Quick::record(self.told.rules);
                self.directive(line, at)
            }
            Some(_) if self.other_log => {
                sink.exclude(Excluded::OtherRecord, 1);
                ControlFlow::Continue(())
            }
            // A header that lost its `#fields`, as tools do that cut logs.
            Some(_) if self.fields.is_none() => self.header(line, at),
            Some(_) => {
                let end = window.offset + window.data.len() as u64;
                let cut = window.ended && at + line.len() as u64 == end;
                let line = (line, near(window, at));
                self.connection(line, at, cut, &mut slate, sink)
            }
        });
        if window.ended
            && progress.stop.is_none()
            && let ControlFlow::Break(stop) = self.outsides.finish(sink, &mut self.told)
        {
            return Progress { stop: Some(stop), ..progress };
        }
        progress
    }

    /// A line of the header.
    #[cold]
    fn directive(&mut self, line: &[u8], at: u64) -> ControlFlow<FlowStop> {
        if let Some(value) = line.strip_prefix(b"#separator") {
            self.separator = separator(value);
            return ControlFlow::Continue(());
        }
        let Some(end) = memchr::memchr(self.separator, line) else {
            return ControlFlow::Continue(());
        };
        let (key, value) = (&line[..end], &line[end + 1..]);
        match key {
            b"#set_separator" => self.set_separator = value.first().copied().unwrap_or(b','),
            b"#unset_field" => self.unset = value.to_vec(),
            b"#fields" => return self.header(value, at),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn header(&mut self, names_of: &[u8], at: u64) -> ControlFlow<FlowStop> {
        match Fields::of(names_of, self.separator) {
            Ok(fields) => {
                (self.fields, self.other_log) = (Some(fields), false);
                ControlFlow::Continue(())
            }
            Err(_) if self.fields.is_some() => {
                self.other_log = true;
                ControlFlow::Continue(())
            }
            Err(what) => ControlFlow::Break(FlowStop::Malformed { at: Position::Byte(at), what }),
        }
    }

    fn connection<'w, S: FlowSink>(
        &mut self,
        (line, near): (&'w [u8], Near<'w>),
        at: u64,
        cut: bool,
        slate: &mut Slate<'w>,
        sink: &mut S,
    ) -> ControlFlow<FlowStop> {
        let Some(fields) = &self.fields else { return ControlFlow::Continue(()) };
        let Slate { ends, row, record, wants_ports } = slate;
        let found = fields.layout.find(line, ends);
        if !found {
            if cut && fields.layout.fill_cut(line, ends, row) {
                sink.remark(Position::Byte(at), "the last line is cut short; what it has counts");
                return self.told.row(sink, row, at);
            }
            let wanted = fields.layout.wanted();
            self.told
                .bad
                .tell(sink, at, || format!("`{}` has fewer than {wanted} fields", shown(line)));
            return ControlFlow::Continue(());
        }
        let quick = fields.layout.quick().filter(|_| *self.unset == *b"-");
        let wanted = (self.told.rules, *wants_ports);
        let usual = quick.and_then(|quick| quick.read(near, ends, wanted, record));
        if usual.is_none() {
            fields.layout.put(line, ends, row);
        }
        if self.unset != b"-" {
            for (_, column) in &fields.layout.fields {
                let value = &mut row[*column as usize];
                if *value == Value::Text(&self.unset) {
                    *value = Value::Absent;
                }
            }
        }
        let text = |field: Option<usize>| field.map_or(&b""[..], |at| ends.field(line, at));
        let parents = text(fields.parents);
        if !is_unset(parents) && *parents != *self.unset {
            for parent in parents.split(|b| *b == self.set_separator) {
                self.outsides.parent(parent);
            }
        }
        let (name, service) = (text(fields.uid), text(fields.service));
        let (outsides, told) = (&mut self.outsides, &mut self.told);
        match usual {
            Some(()) => outsides.flow(record, name, service, sink, told),
            None => outsides.connection(row, name, service, at, sink, told),
        }
    }
}

impl Fields {
    /// Finds the columns by the names that Zeek gives them, or by common ones where
    /// they were renamed.
    fn of(header: &[u8], separator: u8) -> Result<Self, String> {
        let header = String::from_utf8_lossy(header);
        let names = names(&header, separator);
        let at = |name: &str| names.iter().position(|known| *known == name);
        let mut columns = Columns::find(&names, None).map_err(|missing| missing.to_string())?;
        // The number says more than the name, which is `unknown_transport` for all
        // but three protocols.
        if let Some(place) = at("ip_proto") {
            columns.set(Column::Protocol, place, "ip_proto");
        }
        let (uid, service, parents) = (at("uid"), at("service"), at("tunnel_parents"));
        let layout = Layout::new(separator, &columns)?.and(uid).and(service).and(parents);
        // What lies beyond the fields that are told apart is not read.
        let near = |at: Option<usize>| at.filter(|at| *at < layout.wanted());
        Ok(Self { uid: near(uid), service: near(service), parents: near(parents), layout })
    }
}

/// The separator that a `#separator` line gives, as `\x09` or as it is.
fn separator(value: &[u8]) -> u8 {
    let value = value.strip_prefix(b" ").or(value.strip_prefix(b"\t")).unwrap_or(value);
    let escaped = value.strip_prefix(b"\\x").and_then(|digits| std::str::from_utf8(digits).ok());
    match escaped.and_then(|digits| u8::from_str_radix(digits.trim(), 16).ok()) {
        Some(byte) => byte,
        None => value.first().copied().unwrap_or(b'\t'),
    }
}

#[cfg(test)]
#[path = "zeek_tests.rs"]
mod zeek_tests;
