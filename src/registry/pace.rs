//! How fast addresses were delegated, by the dates of the records of one day's
//! files.
//!
//! A file is a snapshot: what was returned is gone from it, and what was
//! transferred stands with its new holder, with the date that the registry keeps.
//! This is the pace of what has survived; [`Series`](super::Series) tells the
//! true one from files of several days.

use super::date::Date;
use super::delegations::Delegations;
use super::lists::Lists;
use super::record::Kind;
use super::rows::{Classifier, Grouping, RowKey};
use super::state::{Holding, Seen};
use std::collections::BTreeMap;
use std::fmt;

/// How long a bin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bin {
    /// A month of the calendar.
    Month,
    /// Three months, from January on.
    Quarter,
    /// A year.
    Year,
}

impl Bin {
    /// Its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Bins of a year.
    fn parts(self) -> u32 {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year => 1,
        }
    }

    /// The bin that a day is in.
    fn of(self, date: Date) -> Period {
        let part = (date.month() - 1) * self.parts() / 12;
        Period { bin: self, index: date.year() * self.parts() + part }
    }
}

/// One bin of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    bin: Bin,
    /// Bins since the year 0.
    index: u32,
}

impl Period {
    /// Its year.
    #[must_use]
    pub fn year(self) -> u32 {
        self.index / self.bin.parts()
    }
}

impl fmt::Display for Period {
    /// `2023`, `2023-Q1`, `2023-03`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.index % self.bin.parts() + 1;
        match self.bin {
            Bin::Year => write!(f, "{}", self.year()),
            Bin::Quarter => write!(f, "{}-Q{part}", self.year()),
            Bin::Month => write!(f, "{}-{part:02}", self.year()),
        }
    }
}

/// What was delegated in one bin, and until its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceBin {
    /// When.
    pub period: Period,
    /// Delegated in it, by [`Kind`].
    pub new: [Holding; 3],
    /// Delegated until its end, by [`Kind`].
    pub until: [Holding; 3],
}

/// The pace of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// Every bin from the first delegation to the day of the files.
    pub bins: Vec<PaceBin>,
    /// Delegated on no known day, by [`Kind`]: in no bin.
    pub undated: [Holding; 3],
    /// The first delegation, by [`Kind`].
    pub first: [Option<Date>; 3],
    /// What had been delegated by the end of each year, by [`Kind`].
    years: BTreeMap<u32, [Holding; 3]>,
    last_whole_year: Option<u32>,
}

/// Compound growth between the ends of two years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Years between them.
    pub years: u32,
    /// The first of the two years.
    pub from: u32,
    /// The second.
    pub to: u32,
    /// The yearly rate of the number of delegations: 0.1 is 10 % a year.
    pub records: Option<f64>,
    /// The yearly rate of their space.
    pub space: Option<f64>,
}

impl Pace {
    /// Days from the first IPv4 delegation to the first one of IPv6; negative
    /// where IPv6 came first.
    #[must_use]
    pub fn lag_days(&self) -> Option<i64> {
        let first = |kind: Kind| self.first[kind as usize].map(Date::days);
        Some(first(Kind::Ipv6)? - first(Kind::Ipv4)?)
    }

    /// What had been delegated by the end of a year.
    #[must_use]
    pub fn until(&self, year: u32, kind: Kind) -> Holding {
        let before = self.years.range(..=year).next_back();
        before.map_or_else(Holding::default, |(_, until)| until[kind as usize])
    }

    /// Compound growth over so many years, up to the last whole year.
    #[must_use]
    pub fn growth(&self, kind: Kind, years: u32) -> Option<Growth> {
        let to = self.last_whole_year?;
        let from = to.checked_sub(years)?;
        let (start, end) = (self.until(from, kind), self.until(to, kind));
        #[expect(clippy::cast_precision_loss, reason = "a rate of two places")]
        let rate = |start: u128, end: u128| {
            (start > 0).then(|| (end as f64 / start as f64).powf(1.0 / f64::from(years)) - 1.0)
        };
        Some(Growth {
            years,
            from,
            to,
            records: rate(start.records.into(), end.records.into()),
            space: rate(start.space, end.space),
        })
    }
}

/// The pace of each row, in order. `None` where the lists have no such scheme.
#[must_use]
pub fn pace(
    delegations: &Delegations<'_>,
    grouping: &Grouping,
    lists: &Lists,
    bin: Bin,
    day: Option<Date>,
) -> Option<Vec<(RowKey, Pace)>> {
    let classifier = Classifier::new(grouping, lists)?;
    let collection = delegations.collection();
    let name = |id| collection.registry(id).to_owned();
    let mut seen = Seen::new(collection.records.len());
    let mut rows: BTreeMap<RowKey, BTreeMap<Option<Date>, [Holding; 3]>> = BTreeMap::new();
    for kind in Kind::ALL {
        for piece in delegations.pieces(kind) {
            let record = delegations.record(*piece);
            if !record.status.is_delegated() {
                continue;
            }
            let row =
                rows.entry(classifier.row(record.country, record.registry, name)).or_default();
            let space = (piece.last - piece.first).saturating_add(1);
            let is_new = seen.first(piece.record);
            row.entry(record.date).or_default()[kind as usize].add(is_new, space);
        }
    }
    let paced = rows.into_iter().map(|(key, days)| (key, of_days(days, bin, day)));
    Some(paced.collect())
}

/// `day` is that of the files: bins go on to it, and a year is whole where it
/// ends by then.
fn of_days(mut days: BTreeMap<Option<Date>, [Holding; 3]>, bin: Bin, day: Option<Date>) -> Pace {
    let undated = days.remove(&None).unwrap_or_default();
    let mut pace = Pace {
        bins: Vec::new(),
        undated,
        first: [None; 3],
        years: BTreeMap::new(),
        last_whole_year: None,
    };
    let mut until = [Holding::default(); 3];
    for (date, new) in days.iter().filter_map(|(date, new)| date.map(|date| (date, new))) {
        for (first, _) in
            pace.first.iter_mut().zip(new).filter(|(f, n)| f.is_none() && n.records > 0)
        {
            *first = Some(date);
        }
        pace.extend_to(bin.of(date), until);
        for (sum, more) in until.iter_mut().zip(new) {
            *sum += *more;
        }
        if let Some(last) = pace.bins.last_mut() {
            for (sum, more) in last.new.iter_mut().zip(new) {
                *sum += *more;
            }
            last.until = until;
        }
        pace.years.insert(date.year(), until);
    }
    if let (Some(day), false) = (day, pace.bins.is_empty()) {
        pace.extend_to(bin.of(day), until);
    }
    let last = day.or_else(|| days.keys().next_back().copied().flatten());
    pace.last_whole_year = last.map(|last| {
        if last >= Date::end_of_year(last.year()) { last.year() } else { last.year() - 1 }
    });
    pace
}

impl Pace {
    /// Adds bins without delegations up to that of the period.
    fn extend_to(&mut self, period: Period, until: [Holding; 3]) {
        let next = self.bins.last().map_or(period.index, |last| last.period.index + 1);
        for index in next..=period.index {
            let period = Period { index, ..period };
            self.bins.push(PaceBin { period, new: Default::default(), until });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Collection, Reader, Selection};
    use super::*;

    const FILE: &str = "\
2|apnic|20240615|6|19900101|20240601|+1000
apnic|JP|ipv4|1.0.0.0|1024|19950301|allocated
apnic|JP|ipv6|2001:200::|32|20010401|allocated
apnic|JP|ipv6|2001:300::|31|20030101|allocated
apnic|AU|ipv6|2001:400::|32|20231231|allocated
apnic|AU|ipv6|2001:500::|32|20240601|allocated
apnic|AU|ipv6|2001:600::|32|00000000|allocated
apnic|AU|ipv6|2001:700::|32|20200101|reserved
";

    fn paces(grouping: &Grouping, bin: Bin) -> Vec<(RowKey, Pace)> {
        let mut collection = Collection::default();
        let mut reader = Reader::new(&mut collection, "file");
        reader.push(FILE.as_bytes());
        reader.finish().unwrap();
        let delegations = Delegations::new(&collection, &Selection::newest(&collection), None);
        let day = Date::new(2024, 6, 15);
        pace(&delegations, grouping, &Lists::default(), bin, day).unwrap()
    }

    #[test]
    fn bins_are_without_gaps_and_add_up() {
        for (bin, first, last, count) in [
            (Bin::Year, "1995", "2024", 30),
            (Bin::Quarter, "1995-Q1", "2024-Q2", 118),
            (Bin::Month, "1995-03", "2024-06", 352),
        ] {
            let (_, pace) = paces(&Grouping::World, bin).remove(0);
            assert_eq!(pace.bins.len(), count);
            assert_eq!(pace.bins[0].period.to_string(), first);
            assert_eq!(pace.bins[count - 1].period.to_string(), last);
            let mut sum = [Holding::default(); 3];
            for bin in &pace.bins {
                for (sum, new) in sum.iter_mut().zip(bin.new) {
                    *sum += new;
                }
                assert_eq!(bin.until, sum);
            }
            let ipv6 = sum[Kind::Ipv6 as usize];
            assert_eq!(ipv6, Holding { records: 4, space: 5 << 96 });
            assert_eq!(pace.undated[Kind::Ipv6 as usize].records, 1);
        }
    }

    #[test]
    fn the_lag_is_between_the_first_of_each_family() {
        let rows = paces(&Grouping::Country, Bin::Year);
        let japan = &rows[1].1;
        assert_eq!(japan.first[Kind::Ipv6 as usize], Date::new(2001, 4, 1));
        assert_eq!(japan.lag_days(), Some(6 * 365 + 2 + 31));
        assert_eq!(rows[0].1.lag_days(), None);
    }

    #[test]
    fn growth_is_of_whole_years() {
        let (_, pace) = paces(&Grouping::World, Bin::Month).remove(0);
        let growth = pace.growth(Kind::Ipv6, 1).unwrap();
        assert_eq!((growth.from, growth.to), (2022, 2023));
        assert!((growth.records.unwrap() - 0.5).abs() < 1e-12, "{growth:?}");
        assert!((growth.space.unwrap() - 1.0 / 3.0).abs() < 1e-12, "{growth:?}");
        let growth = pace.growth(Kind::Ipv6, 21).unwrap();
        let rate = growth.records.unwrap();
        assert!(((1.0 + rate).powi(21) - 3.0).abs() < 1e-9, "{growth:?}");
        assert_eq!(pace.growth(Kind::Ipv6, 23).unwrap().records, None);
    }
}
