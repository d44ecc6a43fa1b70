//! The largest rows of each breakdown, and what remains of it in one line.

use super::grid::{Cell, Column, Grid};
use super::number::{counted, exact, percent, short};
use super::page::{Ink, Page, safe};
use super::tunnels;
use crate::model::{
    Dimension, Encapsulation, IpVersion, LeafLens, Measure, PrefixCut, Side, Tally, TimeBins,
    Value, View,
};
use crate::report::auto_prefixes::Automatic;
use crate::report::breakdown::{Active, Breakdown, Table, Wanted, breakdowns, has_both_ends, side};
use crate::report::share::{Ratio, Whole, both};
use crate::report::time::Curve;
use crate::summary::{Settings, Summary};
use std::cmp::Reverse;
use std::io;

/// Writes all breakdowns that have rows.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    for table in breakdowns(summary, Wanted::Largest(page.top)) {
        match table {
            Table::Families(table) => families(summary, &table, page)?,
            Table::Tunnels(table) => tunnels::breakdown(summary, &table, page)?,
        }
    }
    Ok(())
}

fn families(summary: &Summary, table: &Breakdown<'_>, page: &mut Page) -> io::Result<()> {
    if table.len() == 0 {
        return Ok(());
    }
    let settings = &summary.settings;
    page.title(&title(table.dimensions(), table.view(), settings))?;
    if has_both_ends(table.dimensions(), settings) {
        page.text("A packet is in the row of each of its two ends: parts may add up to 200 %.")?;
    }
    page.grid(&grid(table, settings, page.top), 1)?;
    if let Some(automatic) = table.automatic {
        page.text(&how(automatic, settings))?;
    }
    if let Some(Active { ipv4_only, ipv6_only, both }) = table.active() {
        page.text(&format!(
            "With traffic of both families: {}; of IPv4 alone: {}; of IPv6 alone: {}.",
            exact(both.into()),
            exact(ipv4_only.into()),
            exact(ipv6_only.into())
        ))?;
    }
    if let Some(curve) = &table.curve {
        page.text(&said(curve, settings))?;
    }
    Ok(())
}

fn title(dimensions: &[Dimension], view: View, settings: &Settings) -> String {
    let names: Vec<_> = dimensions.iter().map(name).collect();
    let side = side(dimensions, settings).map(|side| match side {
        Side::Both => ", source or destination",
        Side::Source => ", source",
        Side::Destination => ", destination",
    });
    let port = dimensions.contains(&Dimension::Port).then_some(", the well-known one of the two");
    format!(
        "By {} ({} view{}{})",
        names.join(", "),
        view.name(),
        port.unwrap_or_default(),
        side.unwrap_or_default()
    )
}

/// A dimension in a title.
fn name(dimension: &Dimension) -> String {
    let word = dimension.word().replace('-', " ");
    match dimension {
        Dimension::Prefix(_, PrefixCut::Lens(lens)) => format!("{word}, {lens}"),
        Dimension::Prefix(_, PrefixCut::Auto(_)) => format!("{word}, automatic"),
        _ => word,
    }
}

fn grid(table: &Breakdown<'_>, settings: &Settings, top: usize) -> Grid {
    let measure = settings.measure;
    let name = measure.name();
    // By octets, packets are worth a column too.
    let packets = measure != Measure::Packets;
    let keys = table.dimensions().iter().map(|dimension| Column::words(&dimension.word()));
    let columns = [
        packets.then(|| Column::numbers("packets").optional(1)),
        Some(Column::numbers(&format!("IPv4 {name}"))),
        Some(Column::numbers(&format!("IPv6 {name}")).ink(Ink::V6)),
        Some(Column::numbers("IPv6 share").ink(Ink::Strong).optional(2)),
        Some(Column::numbers("part").optional(3)),
    ];
    let mut grid = Grid::new(keys.chain(columns.into_iter().flatten()));
    let mut row = |keys: Vec<String>, tally: &Tally| {
        let keys = keys.into_iter().map(Cell::Words);
        grid.row(keys.chain(cells(tally, &table.whole, measure)));
    };
    let shown = shown_rows(table, measure, top);
    let (mut others, mut rest) = (table.sum(), table.len() as u128);
    for (_, (key, tally)) in shown.iter().zip(table.rows()).filter(|(is_shown, _)| **is_shown) {
        let values = table.dimensions().iter().zip(key.values());
        row(
            values.map(|(dimension, value)| text(dimension, value, &settings.bins)).collect(),
            &tally,
        );
        others.retract(&tally);
        rest -= 1;
    }
    if rest > 0 {
        let mut keys = vec![String::new(); table.dimensions().len()];
        keys[0] = counted(rest, "other");
        row(keys, &others);
    }
    grid
}

fn cells(tally: &Tally, whole: &Whole, measure: Measure) -> impl Iterator<Item = Cell> + use<> {
    let packets =
        (measure != Measure::Packets).then(|| Cell::Number(both(tally, Measure::Packets)));
    let figures = [
        Cell::Number(tally.v4.get(measure)),
        Cell::Number(tally.v6.get(measure)),
        Cell::Share(whole.cell(tally, measure)),
        Cell::Share(whole.part(tally, measure)),
    ];
    packets.into_iter().chain(figures)
}

/// How automatic prefixes were found.
fn how(automatic: Automatic, settings: &Settings) -> String {
    let lens = |lens: LeafLens| {
        let [v4, v6] = IpVersion::ALL.map(|version| lens.len(version));
        format!("/{v4} and /{v6}")
    };
    let bounded = if automatic.is_bounded() {
        format!(
            " Bounded: with more than {} keys of a family, no prefixes longer than {} were told \
             apart (asked for: {}); the figures of the rows have an error of 0.",
            exact(settings.auto.keys as u128),
            lens(automatic.counted),
            lens(automatic.asked)
        )
    } else {
        String::new()
    };
    format!(
        "A row is a prefix that carries at least {}\u{a0}% of the {}, without the longer rows \
         within it; the rest is in others.{bounded}",
        automatic.share,
        settings.measure.name()
    )
}

/// Which rows are shown: the largest ones, though they may stand in another order.
fn shown_rows(table: &Breakdown<'_>, measure: Measure, top: usize) -> Vec<bool> {
    let len = table.len();
    if len <= top || table.curve.is_none() {
        return vec![true; len.min(top)];
    }
    let sizes: Vec<_> = table.rows().map(|(_, tally)| both(&tally, measure)).collect();
    let mut largest: Vec<_> = (0..sizes.len()).collect();
    largest.sort_by_key(|place| Reverse(sizes[*place]));
    let mut shown = vec![false; sizes.len()];
    largest.into_iter().take(top).for_each(|place| shown[place] = true);
    shown
}

/// What the bins of a curve hold, in words.
fn said(curve: &Curve, settings: &Settings) -> String {
    let (bins, measure) = (&settings.bins, settings.measure.name());
    let figure = |total: u128| short(total).replace(' ', "\u{a0}");
    let share = |ratio: Option<Ratio>| percent(ratio).replace(' ', "\u{a0}");
    let hour = curve.peak_hour.map(|hour| {
        format!(
            ", hour {} ({} {measure}, {})",
            bins.shown(hour.start),
            figure(hour.total),
            share(hour.share)
        )
    });
    format!(
        "{} of {} ({}), {} without traffic; of {measure}: median {} (share {}), 95th percentile {} \
         (share {}); busiest: bin {} ({} {measure}, {}){}",
        counted(curve.bins as u128, "bin"),
        bins.width(),
        bins.zone(),
        curve.empty,
        figure(curve.median.total),
        share(curve.median.share),
        figure(curve.p95.total),
        share(curve.p95.share),
        bins.shown(curve.peak.start),
        figure(curve.peak.total),
        share(curve.peak.share),
        hour.unwrap_or_default(),
    )
}

/// A value as people read it, with a word for what is not known.
fn text(dimension: &Dimension, value: &Value, bins: &TimeBins) -> String {
    let unknown = match dimension {
        Dimension::Protocol => "unknown (cut away)",
        Dimension::Prefix(..) => "address not captured",
        Dimension::Port | Dimension::Service => "no TCP or UDP port",
        Dimension::Label(_) => "no label",
        Dimension::Attribute(..) => "not said",
        Dimension::Asn(_) => "not announced",
        Dimension::Host(_) => "no rule",
        Dimension::Time => "no time",
        Dimension::Mac(_) => "no Ethernet header",
        Dimension::TrafficClass => "cut away",
        _ => "unknown",
    };
    match value {
        Value::Unknown => unknown.to_owned(),
        Value::Others if dimension.is_auto() => "others (each less)".to_owned(),
        Value::Port(port) if *dimension == Dimension::Port => match port.service() {
            Some(service) => format!("{port} ({service})"),
            None => port.to_string(),
        },
        Value::Encapsulation(Encapsulation::Native, outer, _) => {
            format!("{value} ({})", outer.name())
        }
        Value::Encapsulation(_, outer, inner) | Value::Path(_, outer, inner) => {
            let inner = inner.map_or("?", IpVersion::name);
            format!("{value} ({} in {})", inner, outer.name())
        }
        Value::Text(text) => safe(text),
        Value::Time(start) => bins.shown(*start),
        known => known.to_string(),
    }
}
