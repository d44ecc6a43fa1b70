//! Where every record went, and what was odd about some.

use super::grid::{Cell, Column, Grid};
use super::names::{anomaly, excluded, not_ip, undecodable};
use super::number::{counted, exact};
use super::page::Page;
use crate::model::{Anomaly, Undecodable};
use crate::summary::Summary;
use std::cmp::Reverse;
use std::io;

/// Writes the account and the anomalies.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    records(summary, page)?;
    anomalies(summary, page)
}

fn records(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let account = &summary.account;
    page.title("Records")?;
    let classes = [
        (account.ipv4, "IPv4"),
        (account.ipv6, "IPv6"),
        (account.not_ip_total(), "not\u{a0}IP"),
        (account.undecodable_total(), "undecodable"),
    ]
    .map(|(count, class)| format!("{}\u{a0}{class}", exact(count.into())));
    let sign = if summary.closed() { "=" } else { "is NOT" };
    let beside = match account.excluded_total() {
        0 => String::new(),
        excluded => format!(" (beside them {}\u{a0}excluded)", exact(excluded.into())),
    };
    let records = exact(account.records.into());
    page.text(&format!("{records} {sign} {}{beside}", classes.join(" + ")))?;
    let mut grid = Grid::new([Column::words(""), Column::numbers(""), Column::text("")]);
    let others = account.not_ip.iter().map(|(what, count)| (not_ip(what), *count));
    reasons(&mut grid, page.top, "not IP", others.collect());
    let whys = account.undecodable.iter().map(|(why, count)| (why_undecodable(*why), *count));
    reasons(&mut grid, page.top, "undecodable", whys.collect());
    let beside = account.excluded.iter();
    let beside = beside.map(|(why, count)| (format!("{}: {}", why.key(), excluded(*why)), *count));
    reasons(&mut grid, page.top, "excluded", beside.collect());
    page.grid(&grid, 2)
}

/// `version_mismatch: EtherType and version nibble disagree`.
fn why_undecodable(why: Undecodable) -> String {
    match why {
        Undecodable::UnsupportedLinkType(link_type) => format!("{}: {link_type}", why.key()),
        _ => format!("{}: {}", why.key(), undecodable(why)),
    }
}

/// The reasons of a class, most frequent first; the class is named once.
fn reasons(grid: &mut Grid, top: usize, class: &str, mut reasons: Vec<(String, u64)>) {
    reasons.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
    let rest = reasons.split_off(reasons.len().min(top));
    for (index, (what, count)) in reasons.into_iter().enumerate() {
        let class = if index == 0 { class } else { "" };
        grid.row([class.into(), count.into(), what.into()]);
    }
    if !rest.is_empty() {
        let count = rest.iter().map(|(_, count)| u128::from(*count)).sum();
        let others = counted(rest.len() as u128, "other");
        grid.row(["".into(), Cell::Number(count), others.into()]);
    }
}

fn anomalies(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let anomalies = &summary.anomalies;
    if anomalies.seen().next().is_none() {
        return Ok(());
    }
    page.title("Anomalies (records that were odd, and counted all the same)")?;
    let mut grid = Grid::new([Column::words(""), Column::numbers(""), Column::text("")]);
    for (what, count) in anomalies.seen() {
        let mut phrase = anomaly(what).to_owned();
        if what == Anomaly::LengthExceedsFrame {
            let excess = counted(anomalies.excess_octets, "octet");
            phrase = format!("{phrase} ({excess} too many in all)");
        }
        grid.row([what.key().into(), count.into(), phrase.into()]);
    }
    page.grid(&grid, 1)
}
