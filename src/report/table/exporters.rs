//! Who exported the flow records, what they can show, and under what sampling.

use super::grid::{Column, Grid};
use super::number::counted;
use super::page::Page;
use crate::model::{ExporterTally, IpVersion, Sampling};
use crate::summary::Summary;
use std::io;

/// Writes the exporters with the most records.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let exporters = summary.exporters().into_iter();
    let mut known: Vec<_> = exporters.filter_map(|(who, tally)| Some((who?, tally))).collect();
    if known.is_empty() {
        return Ok(());
    }
    known.sort_by_key(|(who, tally)| (std::cmp::Reverse(tally.records()), *who));
    page.title("Exporters")?;
    let mut grid = Grid::new([
        Column::words("exporter"),
        Column::numbers("domain"),
        Column::numbers("IPv4 records"),
        Column::numbers("IPv6 records"),
        Column::numbers("lost"),
        Column::text("sampling"),
    ]);
    for (who, tally) in known.iter().take(page.top) {
        let address = who.address.map(|(version, address)| address.to_std(version).to_string());
        let [v4, v6] = IpVersion::ALL.map(|version| tally.records[version.index()]);
        let v6 = if tally.ipv6_observable() { v6.into() } else { "not observable".into() };
        let lost = tally.facts.unwrap_or_default().lost;
        grid.row([
            address.unwrap_or_else(|| "unknown".to_owned()).into(),
            u64::from(who.domain).into(),
            v4.into(),
            v6,
            lost.into(),
            sampling(tally).into(),
        ]);
    }
    page.grid(&grid, 1)?;
    match known.len().saturating_sub(page.top) {
        0 => Ok(()),
        more => page.text(&format!("and {}", counted(more as u128, "other exporter"))),
    }
}

/// `1 in 100`, `unknown`; several where there are several.
fn sampling(tally: &ExporterTally) -> String {
    let mut words: Vec<_> = tally.sampling.keys().map(|sampling| word(*sampling)).collect();
    if tally.more_sampling {
        words.push("...".to_owned());
    }
    words.join(", ")
}

fn word(sampling: Sampling) -> String {
    match sampling {
        Sampling::Unknown => "unknown".to_owned(),
        Sampling::Every => "none".to_owned(),
        Sampling::Scaled => "scaled by the exporter".to_owned(),
        Sampling::Interval { population, sampled } => format!("{sampled} in {population}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sampling_has_its_words() {
        let mut tally = ExporterTally::default();
        tally.add([1, 0], Sampling::one_in(100));
        tally.add([0, 1], Sampling::Unknown);
        assert_eq!(sampling(&tally), "unknown, 1 in 100");
        assert_eq!(word(Sampling::of(3, 2)), "2 in 3");
    }
}
