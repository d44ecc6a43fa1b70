//! A breakdown by time alone, read as a curve: its bins in their order with the
//! gaps between them, what most bins hold, and the busiest ones. Shares are not
//! made here.

use super::share::{Ratio, both, of_cell};
use crate::model::{Bin, BinWidth, Measure, TimeBins, Timestamp, Value};
use crate::summary::{self, Settings};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Bins without traffic that get a row, at most: where there are more, the traffic
/// is too thin for its bins, and the rows would hide it.
const MOST_GAPS: usize = 1 << 16;

/// The starts of the bins between the first and the last one that hold nothing;
/// none where they are too many.
pub(super) fn gaps(table: &summary::Breakdown, bins: &TimeBins) -> Vec<Timestamp> {
    let mut gaps = Vec::new();
    let mut seen = table.rows().filter_map(|(key, _)| match key.values() {
        [Value::Time(start)] => Some(*start),
        _ => None,
    });
    let Some(first) = seen.next() else { return gaps };
    let mut bin = bins.of(first);
    for start in seen {
        loop {
            bin = bins.after(bin);
            let at = instant(bin);
            if at >= start {
                break;
            }
            if gaps.len() == MOST_GAPS {
                return Vec::new();
            }
            gaps.push(at);
        }
        bin = bins.of(start);
    }
    gaps
}

fn instant(bin: Bin) -> Timestamp {
    Timestamp::from_nanoseconds(bin.start.saturating_mul(1_000_000_000))
}

/// What the bins of a curve hold, by the measure of the settings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    /// Bins from the first to the last one with traffic.
    pub(super) bins: usize,
    /// Those of them that hold nothing.
    pub(super) empty: usize,
    /// What half of the bins hold at most, gaps too.
    pub(super) median: Level,
    /// What 95 of 100 bins hold at most.
    pub(super) p95: Level,
    /// The bin with the most traffic; the first of several.
    pub(super) peak: Busiest,
    /// The same of the hours by the clock, where bins are no longer than an hour.
    pub(super) peak_hour: Option<Busiest>,
}

/// A quantile of the bins, each figure by itself: the nearest rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    /// Of both families together.
    pub(super) total: u128,
    /// Of IPv6.
    pub(super) ipv6: u128,
    /// Of the shares of the bins that have one.
    pub(super) share: Option<Ratio>,
}

/// A stretch of time and its traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Busiest {
    pub(super) start: Timestamp,
    pub(super) total: u128,
    pub(super) share: Option<Ratio>,
}

impl Curve {
    /// The curve of a breakdown by time alone with so many gaps; `None` where no
    /// traffic has a time.
    pub(super) fn of(table: &summary::Breakdown, gaps: usize, settings: &Settings) -> Option<Self> {
        let measure = settings.measure;
        let rows: Vec<_> = table
            .rows()
            .filter_map(|(key, tally)| match key.values() {
                [Value::Time(start)] => Some((*start, tally)),
                _ => None,
            })
            .collect();
        let mut levels = [vec![0; gaps], vec![0; gaps]];
        let mut shares = Vec::new();
        let mut hours: BTreeMap<Timestamp, crate::model::Tally> = BTreeMap::new();
        let by_hour = by_hour(&settings.bins);
        for (start, tally) in &rows {
            levels[0].push(both(tally, measure));
            levels[1].push(tally.v6.get(measure));
            shares.extend(of_cell(tally, measure));
            if let Some(hour) = &by_hour {
                *hours.entry(instant(hour.of(*start))).or_default() += tally;
            }
        }
        levels.iter_mut().for_each(|level| level.sort_unstable());
        shares.sort_by(|a, b| a.value().total_cmp(&b.value()));
        let level = |percent: usize| Level {
            total: levels[0][rank(levels[0].len(), percent)],
            ipv6: levels[1][rank(levels[1].len(), percent)],
            share: shares.get(rank(shares.len(), percent)).copied(),
        };
        let peak = busiest(rows.iter().map(|(start, tally)| (*start, tally)), measure)?;
        Some(Self {
            bins: rows.len() + gaps,
            empty: gaps,
            median: level(50),
            p95: level(95),
            peak,
            peak_hour: busiest(hours.iter().map(|(start, tally)| (*start, tally)), measure),
        })
    }
}

/// Hours by the same clock, where bins make up hours.
fn by_hour(bins: &TimeBins) -> Option<TimeBins> {
    match bins.width() {
        BinWidth::Seconds(width) if 3600_u32.is_multiple_of(width) => {
            TimeBins::new(BinWidth::default(), bins.zone()).ok()
        }
        _ => None,
    }
}

/// The place of a percentile among so many values by the nearest rank; 0 where
/// there are none.
fn rank(len: usize, percent: usize) -> usize {
    (len * percent).div_ceil(100).saturating_sub(1)
}

fn busiest<'t>(
    rows: impl Iterator<Item = (Timestamp, &'t crate::model::Tally)>,
    measure: Measure,
) -> Option<Busiest> {
    let (start, tally) =
        rows.min_by_key(|(start, tally)| (Reverse(both(tally, measure)), *start))?;
    Some(Busiest { start, total: both(tally, measure), share: of_cell(tally, measure) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dimension, View};
    use crate::report::tests_support::packets;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_nanoseconds(minutes * 60_000_000_000)
    }

    fn settings(width: &str) -> Settings {
        let bins = TimeBins::new(width.parse().expect(width), "UTC").expect("UTC");
        Settings { bins, measure: Measure::Packets, ..Settings::default() }
    }

    /// A table of packets of IPv4 and IPv6 by minute.
    fn table(rows: &[(i64, u64, u64)]) -> summary::Breakdown {
        let row = |(minutes, v4, v6): &(i64, u64, u64)| {
            (Value::Time(at(*minutes)).into(), packets(*v4, *v6))
        };
        let rows = rows.iter().map(row).chain([(Value::Unknown.into(), packets(1000, 0))]);
        summary::Breakdown::new(vec![Dimension::Time], View::Transport, rows.collect())
    }

    #[test]
    fn a_curve_has_its_gaps_and_its_peaks() {
        let settings = settings("5m");
        let table = table(&[(0, 10, 0), (5, 20, 20), (20, 0, 50), (60, 60, 15)]);
        let gaps = gaps(&table, &settings.bins);
        assert_eq!(gaps.len(), 9);
        assert_eq!(gaps[..3], [at(10), at(15), at(25)]);
        let curve = Curve::of(&table, gaps.len(), &settings).expect("traffic");
        assert_eq!((curve.bins, curve.empty), (13, 9));
        assert_eq!((curve.median.total, curve.p95.total), (0, 75));
        assert_eq!((curve.median.ipv6, curve.p95.ipv6), (0, 50));
        assert_eq!(curve.median.share.map(Ratio::value), Some(0.2));
        assert_eq!(curve.p95.share.map(Ratio::value), Some(1.0));
        assert_eq!((curve.peak.start, curve.peak.total), (at(60), 75));
        let hour = curve.peak_hour.expect("bins are shorter than an hour");
        assert_eq!((hour.start, hour.total), (at(0), 100));
    }

    #[test]
    fn nothing_and_too_much_have_no_rows_for_gaps() {
        let settings = settings("1d");
        assert_eq!(Curve::of(&table(&[]), 0, &settings), None);
        let one = Curve::of(&table(&[(0, 1, 1)]), 0, &settings).expect("traffic");
        assert_eq!((one.bins, one.p95.total, one.peak_hour), (1, 2, None));
        let seconds = self::settings("1s");
        assert!(gaps(&table(&[(0, 1, 1), (10_000, 1, 1)]), &seconds.bins).is_empty());
    }
}
