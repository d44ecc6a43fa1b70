//! The exact figures of both views, and the time they span.

use super::grid::{Cell, Column, Grid};
use super::number::{counted, duration, exact};
use super::page::{Ink, Page, safe};
use crate::model::{Measure, Profile, Tally, Timestamp, View};
use crate::report::share::{Ratio, Whole};
use crate::report::tunnel::inner_unknown;
use crate::summary::Summary;
use std::io;

/// Writes the totals of the profile, and of all IP traffic where that is more.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    if View::ALL.iter().all(|view| summary.totals[*view].is_zero()) {
        return Ok(());
    }
    match summary.settings.profile {
        Profile::IpOnly => {
            page.title("Totals")?;
            page.grid(&kept(summary), 1)?;
        }
        Profile::AllFrames => {
            page.title("Totals (profile all-frames)")?;
            page.grid(&kept(summary), 1)?;
        }
        profile @ (Profile::NativeOnly | Profile::UserTraffic) => {
            page.title(&format!("Totals (profile {})", profile.key()))?;
            page.grid(&kept(summary), 1)?;
            page.title("All IP traffic (profile ip-only)")?;
            page.grid(&all_ip(summary), 1)?;
        }
    }
    unseen(summary, page)
}

/// What of the end-to-end view is known by an outer header alone.
fn unseen(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let unknown = inner_unknown(summary);
    if unknown.packets == 0 {
        return Ok(());
    }
    let figures = [
        counted(unknown.packets, "packet"),
        counted(unknown.inner_octets, "octet"),
        counted(unknown.wire_octets, "wire octet"),
    ];
    let figures = figures.map(|figure| figure.replace(' ', "\u{a0}")).join(", ");
    page.text(&format!("end-to-end, of which the inside cannot be seen: {figures}"))
}

/// The profile's traffic; beside it its whole, where that is not their sum.
fn kept(summary: &Summary) -> Grid {
    let frames = summary.settings.profile == Profile::AllFrames;
    let mut grid = grid(frames);
    for view in View::ALL {
        let whole = Whole::of(summary, view);
        rows(&mut grid, summary, view, &whole.kept, |measure| {
            let denominator = whole.denominator(measure);
            (denominator.map_or(Cell::from("n/a"), Cell::Number), whole.share(measure))
        });
    }
    grid
}

/// All IP traffic, whatever the profile.
fn all_ip(summary: &Summary) -> Grid {
    let mut grid = grid(false);
    for view in View::ALL {
        let tally = &summary.totals[view];
        let whole = Whole::of(summary, view);
        rows(&mut grid, summary, view, tally, |m| (Cell::from(""), whole.cell(tally, m)));
    }
    grid
}

fn grid(frames: bool) -> Grid {
    let all_frames = frames.then(|| Column::numbers("all frames"));
    let columns = [
        Column::words("view"),
        Column::words("measure"),
        Column::numbers("IPv4"),
        Column::numbers("IPv6").ink(Ink::V6),
    ];
    let share = Column::numbers("IPv6 share").ink(Ink::Strong);
    Grid::new(columns.into_iter().chain(all_frames).chain([share]))
}

fn rows(
    grid: &mut Grid,
    summary: &Summary,
    view: View,
    tally: &Tally,
    figures: impl Fn(Measure) -> (Cell, Option<Ratio>),
) {
    let frames = summary.settings.profile == Profile::AllFrames;
    for (index, measure) in measures(summary).enumerate() {
        let name = if index == 0 { view.name() } else { "" };
        let (denominator, share) = figures(measure);
        let counts = [&tally.v4, &tally.v6].map(|count| Cell::Number(count.get(measure)));
        let words = [Cell::from(name), Cell::from(measure.name())];
        let denominator = frames.then_some(denominator);
        grid.row(words.into_iter().chain(counts).chain(denominator).chain([Cell::Share(share)]));
    }
}

/// Flows are left out where nobody counted or asked for any.
pub(super) fn measures(summary: &Summary) -> impl Iterator<Item = Measure> {
    let tallies = View::ALL.map(|view| summary.totals[view]);
    let flows = summary.settings.measure == Measure::Flows
        || tallies.iter().any(|tally| tally.v4.flows > 0 || tally.v6.flows > 0);
    Measure::ALL.into_iter().filter(move |measure| flows || *measure != Measure::Flows)
}

/// Writes the time that the traffic spans.
pub(super) fn time(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let Some(span) = summary.time else { return Ok(()) };
    page.title("Time")?;
    let (first, last) = (instant(span.first), instant(span.last));
    page.text(&format!("{first} to {last} ({})", duration(span.seconds()).replace(' ', "\u{a0}")))
}

/// Writes which tables say whose an address is, and what time is measured.
pub(super) fn scope(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let window = summary.settings.window;
    if !window.is_open() {
        page.title("Time measured")?;
        page.text(&window.to_string())?;
    }
    if summary.networks.is_empty() {
        return Ok(());
    }
    page.title("Tables of networks")?;
    for table in &summary.networks {
        let [v4, v6] = table.prefixes;
        let date = table.date.map(|date| format!(", of {}", instant(date)));
        page.text(&format!(
            "{}: {}, prefixes of IPv4 {}, of IPv6 {}{}",
            safe(&table.name),
            table.kind.name(),
            exact(v4.into()),
            exact(v6.into()),
            date.unwrap_or_default()
        ))?;
    }
    match summary.mixed_networks {
        true => page.text("Results with different tables were added up: an address may stand in rows of several labels, origins, countries or holders."),
        false => Ok(()),
    }
}

/// RFC 3339 without the zeros that end the fraction of the second.
fn instant(time: Timestamp) -> String {
    let text = time.to_string();
    let digits = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    format!("{digits}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_end_with_their_last_digit() {
        let at = |n| instant(Timestamp::from_nanoseconds(n));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(10_500_000_000), "1970-01-01T00:00:10.5Z");
        assert_eq!(at(1), "1970-01-01T00:00:00.000000001Z");
    }
}
