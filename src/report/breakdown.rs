//! The tables of a summary as sorted rows: what every format walks over. Shares
//! are not made here.

use super::share::{Whole, both};
use super::tunnel::{TunnelBreakdown, TunnelBy};
use crate::model::{Dimension, IpProtocol, Prefix, PrefixLens, ServicePort, Tally, View};
use crate::summary::Summary;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

/// What the rows of a breakdown stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The protocol of the view's header.
    Protocol,
    /// The prefix of an address, cut to these lengths.
    Prefix(PrefixLens),
    /// The well-known port of a flow of TCP or UDP ([`ServicePort::of`]).
    Port,
    /// What that port stands for: ports of the same service together.
    Service,
}

impl By {
    /// The word in JSON and CSV.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Protocol => Dimension::Protocol.key(),
            Self::Prefix(_) => Dimension::Prefix.key(),
            Self::Port => Dimension::Port.key(),
            Self::Service => Dimension::Service.key(),
        }
    }

    /// The lengths, of a breakdown by prefix.
    pub(super) fn prefix_lens(self) -> Option<PrefixLens> {
        match self {
            Self::Prefix(lens) => Some(lens),
            Self::Protocol | Self::Port | Self::Service => None,
        }
    }
}

/// What one row stands for; the order is the tie-break of equal rows. What is
/// not known comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A protocol number.
    Protocol(IpProtocol),
    /// A chain of headers that is cut before it names the protocol.
    UnknownProtocol,
    /// A prefix.
    Prefix(Prefix),
    /// What has no row because the address was not captured.
    NoAddress,
    /// A port of TCP or of UDP.
    Port(ServicePort),
    /// A service by its name, whatever its ports.
    Service(&'static str),
    /// A service that has no name here: its port.
    UnnamedService(ServicePort),
    /// By port: other protocols than TCP and UDP, later fragments, headers that
    /// are cut.
    NoPort,
    /// The same by service.
    NoService,
}

impl Key {
    /// The protocol number, where it is one and known.
    pub(super) fn protocol_number(self) -> Option<u8> {
        match self {
            Self::Protocol(protocol) => Some(protocol.0),
            _ => None,
        }
    }

    /// The port, of a row by port that has one.
    pub(super) fn port(self) -> Option<ServicePort> {
        match self {
            Self::Port(port) => Some(port),
            _ => None,
        }
    }

    /// The service of a port: by its name, or where it has none by the port.
    fn service(port: Option<ServicePort>) -> Self {
        match port.map(|port| (port, port.service())) {
            Some((_, Some(name))) => Self::Service(name),
            Some((port, None)) => Self::UnnamedService(port),
            None => Self::NoService,
        }
    }
}

impl fmt::Display for Key {
    /// The key in the flat formats; nothing where there is no address or port.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(protocol) => protocol.fmt(f),
            Self::UnknownProtocol => f.write_str("unknown"),
            Self::Prefix(prefix) => prefix.fmt(f),
            Self::Port(port) | Self::UnnamedService(port) => port.fmt(f),
            Self::Service(name) => f.write_str(name),
            Self::NoAddress | Self::NoPort | Self::NoService => Ok(()),
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) key: Key,
    pub(super) tally: Amount<'a>,
}

/// The tally of a row: the summary's own, because prefixes may be many, or a
/// sum that was made for the row.
#[derive(Clone, Debug)]
pub(super) enum Amount<'a> {
    Kept(&'a Tally),
    Summed(Box<Tally>),
}

impl Deref for Amount<'_> {
    type Target = Tally;

    fn deref(&self) -> &Tally {
        match self {
            Self::Kept(tally) => tally,
            Self::Summed(tally) => tally,
        }
    }
}

/// The rows of one table in one view, largest first.
#[derive(Debug)]
pub(super) struct Breakdown<'a> {
    pub(super) by: By,
    pub(super) view: View,
    /// What the parts of the rows are parts of.
    pub(super) whole: Whole,
    pub(super) rows: Vec<Row<'a>>,
}

/// Any breakdown.
#[derive(Debug)]
pub(super) enum Table<'a> {
    /// By family, within one view.
    Families(Breakdown<'a>),
    /// Of tunnels, which stand across the views.
    Tunnels(TunnelBreakdown),
}

/// All breakdowns of a summary, one at a time, in the order of the settings: for
/// each view chosen those by family (by prefix one for each pair of lengths),
/// and those of tunnels once, at their place in the first view.
pub(super) fn breakdowns(summary: &Summary) -> impl Iterator<Item = Table<'_>> {
    let settings = &summary.settings;
    let parts = settings.views.list().iter().flat_map(move |view| {
        let first = *view == settings.views.first();
        settings.breakdowns.iter().flat_map(move |by| {
            let tables = if *by == Dimension::Prefix { summary.prefixes.len() } else { 1 };
            (0..tables).map(move |at| (*view, first, *by, at))
        })
    });
    parts.filter_map(move |(view, first, by, at)| {
        let tunnels = |by| first.then(|| Table::Tunnels(TunnelBreakdown::of(summary, by)));
        Some(Table::Families(match by {
            Dimension::Protocol => by_protocol(summary, view),
            Dimension::Prefix => by_prefix(summary, at, view),
            Dimension::Port => by_port(summary, view),
            Dimension::Service => by_service(summary, view),
            Dimension::Encapsulation => return tunnels(TunnelBy::Mechanism),
            Dimension::EncapsulationPath => return tunnels(TunnelBy::Path),
        }))
    })
}

fn by_protocol(summary: &Summary, view: View) -> Breakdown<'_> {
    let rows = summary.protocols[view]
        .iter()
        .map(|(protocol, tally)| Row {
            key: protocol.map_or(Key::UnknownProtocol, Key::Protocol),
            tally: Amount::Kept(tally),
        })
        .collect();
    sorted(summary, view, By::Protocol, rows)
}

fn by_prefix(summary: &Summary, table: usize, view: View) -> Breakdown<'_> {
    let table = &summary.prefixes[table];
    let mut rows: Vec<_> = table.rows[view]
        .iter()
        .map(|(prefix, tally)| Row { key: Key::Prefix(*prefix), tally: Amount::Kept(tally) })
        .collect();
    let rest = &table.without_address[view];
    if !rest.is_zero() {
        rows.push(Row { key: Key::NoAddress, tally: Amount::Kept(rest) });
    }
    sorted(summary, view, By::Prefix(table.lens), rows)
}

fn by_port(summary: &Summary, view: View) -> Breakdown<'_> {
    let ports = summary.ports[view].iter();
    let rows = ports.map(|(port, tally)| Row {
        key: port.map_or(Key::NoPort, Key::Port),
        tally: Amount::Kept(tally),
    });
    sorted(summary, view, By::Port, rows.collect())
}

fn by_service(summary: &Summary, view: View) -> Breakdown<'_> {
    let mut services: BTreeMap<Key, Tally> = BTreeMap::new();
    for (port, tally) in &summary.ports[view] {
        *services.entry(Key::service(*port)).or_default() += tally;
    }
    let rows = services
        .into_iter()
        .map(|(key, tally)| Row { key, tally: Amount::Summed(Box::new(tally)) });
    sorted(summary, view, By::Service, rows.collect())
}

/// Largest first by the measure, both families together; then by key.
fn sorted<'a>(summary: &Summary, view: View, by: By, mut rows: Vec<Row<'a>>) -> Breakdown<'a> {
    let measure = summary.settings.measure;
    rows.sort_unstable_by_key(|row| (Reverse(both(&row.tally, measure)), row.key));
    Breakdown { by, view, whole: Whole::of(summary, view), rows }
}

#[cfg(test)]
#[path = "breakdown_tests.rs"]
mod tests;
