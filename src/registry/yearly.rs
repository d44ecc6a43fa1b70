//! One country at the end of a year and of the year before: what a national
//! report needs.
//!
//! For each registry the first file dated on 31 December or later speaks for a
//! year, cut at that day; the newest where there is none. So one file gives both
//! years as far as they have survived in it, and files of both years give them
//! as they were.

use super::collection::Collection;
use super::country::CountryCode;
use super::date::Date;
use super::delegations::Delegations;
use super::diff::{Diff, DiffFigures};
use super::lists::{Bilingual, Lists};
use super::pace::{Bin, Pace, pace};
use super::population::Population;
use super::record::Kind;
use super::rows::{Grouping, RowKey};
use super::selection::Selection;
use super::state::{Cells, Figures, State};

/// The figures of a country for a year.
#[derive(Clone, Debug)]
pub struct Yearly {
    /// The country.
    pub country: CountryCode,
    /// The year.
    pub year: u32,
    /// At its end.
    pub now: YearEnd,
    /// At the end of the year before.
    pub before: YearEnd,
    /// Its delegations by date, from the files of [`now`](Self::now).
    pub pace: Pace,
    /// What changed, by [`Kind`], where the two years have files of their own.
    pub changes: Option<[DiffFigures; 3]>,
}

/// The figures at the end of one year.
#[derive(Clone, Debug)]
pub struct YearEnd {
    /// 31 December, or the day of the files where they are from before.
    pub day: Date,
    /// The sections that the country's records are in, by their places in the
    /// collection.
    pub sections: Vec<usize>,
    /// All sections that count.
    pub all_sections: Vec<usize>,
    /// Of the country.
    pub country: Figures,
    /// Of all that was read.
    pub world: Figures,
    /// The country among others: of the world first, then of each group that it
    /// is in.
    pub standings: Vec<Standing>,
}

/// A place among others: `rank` of `of`, equals sharing the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The place, from 1.
    pub rank: usize,
    /// How many have one.
    pub of: usize,
}

/// A country within a group.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The scheme; empty for the world.
    pub scheme: String,
    /// The group's name.
    pub name: Bilingual,
    /// The figures of the whole group.
    pub figures: Figures,
    /// By IPv6 space, among the countries that hold anything.
    pub by_space: Option<Rank>,
    /// By the part of holders that have IPv6, among those with known holders.
    pub by_holders: Option<Rank>,
    /// By IPv6 space to an inhabitant, among those with known inhabitants.
    pub by_people: Option<Rank>,
    /// The countries with their IPv6 space, the largest first.
    pub peers: Vec<(CountryCode, u128)>,
}

/// The figures of a country for a year; `None` where no record names it until
/// the end of that year.
#[must_use]
pub fn yearly(
    collection: &Collection,
    lists: &Lists,
    population: Option<&Population>,
    country: CountryCode,
    year: u32,
) -> Option<Yearly> {
    let ends = [year, year.saturating_sub(1)].map(Date::end_of_year);
    let selections = ends.map(|day| Selection::at(collection, day));
    let [now, before] =
        [0, 1].map(|at| Delegations::new(collection, &selections[at], Some(ends[at])));
    let end = |delegations: &Delegations<'_>, at: usize| {
        year_end(delegations, &selections[at], ends[at], lists, population, country)
    };
    let (of_now, of_before) = (end(&now, 0)?, end(&before, 1));
    let key = RowKey::Country(country);
    let day = Some(of_now.day);
    let paces = pace(&now, &Grouping::Country, lists, Bin::Year, day)?;
    let pace = paces.into_iter().find(|(row, _)| *row == key)?.1;
    // A country that had nothing yet has a year of nothing before.
    let of_before = of_before.unwrap_or_else(|| YearEnd {
        day: ends[1],
        sections: of_now.sections.clone(),
        all_sections: selections[1].sections(),
        country: Figures::default(),
        world: Figures::default(),
        standings: Vec::new(),
    });
    let apart = of_now.sections.iter().all(|section| !of_before.sections.contains(section));
    let changes = apart.then(|| {
        let diff = Diff::new(&before, &now);
        Kind::ALL.map(|kind| {
            let rows = diff.rows(kind, &Grouping::Country, lists).unwrap_or_default();
            rows.get(&key).copied().unwrap_or_default()
        })
    });
    Some(Yearly { country, year, now: of_now, before: of_before, pace, changes })
}

fn year_end(
    delegations: &Delegations<'_>,
    selection: &Selection,
    day: Date,
    lists: &Lists,
    population: Option<&Population>,
    country: CountryCode,
) -> Option<YearEnd> {
    let cells = Cells::new(delegations);
    let by_country = cells.state(&Grouping::Country, lists, population)?;
    let own = figures(&by_country, country)?.clone();
    let sections = sections_of(delegations.collection(), selection, country);
    let dates = sections.iter().filter_map(|at| delegations.collection().sections[*at].date);
    let day = dates.max().map_or(day, |file| file.min(day));
    let mut world = by_country.world.clone();
    world.population = population.map(|people| people.iter().map(|(_, count)| count).sum());
    let name = Bilingual { en: "World".into(), fr: "Monde".into() };
    let all: Vec<CountryCode> = countries(&by_country).map(|(country, _)| country).collect();
    let mut standings =
        vec![standing(String::new(), name, world.clone(), &all, &by_country, country)];
    for scheme in lists.schemes() {
        let Some(at) = scheme.group_of(country) else { continue };
        let group = &scheme.groups[at];
        let state = cells.state(&Grouping::Scheme(scheme.key.clone()), lists, population)?;
        let of_group =
            |(key, _): &&(RowKey, Figures)| matches!(key, RowKey::Group(n, _) if *n == at);
        let figures = state.rows.iter().find(of_group).map(|(_, f)| f.clone()).unwrap_or_default();
        standings.push(standing(
            scheme.key.clone(),
            group.name.clone(),
            figures,
            &group.countries,
            &by_country,
            country,
        ));
    }
    Some(YearEnd {
        day,
        sections,
        all_sections: selection.sections(),
        country: own,
        world,
        standings,
    })
}

fn countries(state: &State) -> impl Iterator<Item = (CountryCode, &Figures)> {
    state.rows.iter().filter_map(|(key, figures)| match key {
        RowKey::Country(country) => Some((*country, figures)),
        _ => None,
    })
}

fn figures(state: &State, country: CountryCode) -> Option<&Figures> {
    countries(state).find(|(of, _)| *of == country).map(|(_, figures)| figures)
}

/// The sections whose records name a country.
fn sections_of(collection: &Collection, selection: &Selection, country: CountryCode) -> Vec<usize> {
    let mut sections = selection.sections();
    sections.retain(|at| {
        let records = &collection.records[collection.sections[*at].records.clone()];
        records.iter().any(|r| r.country == Some(country) && selection.counts(*at, r.registry))
    });
    sections
}

fn standing(
    scheme: String,
    name: Bilingual,
    of_group: Figures,
    members: &[CountryCode],
    state: &State,
    country: CountryCode,
) -> Standing {
    let peers: Vec<(CountryCode, &Figures)> =
        countries(state).filter(|(code, _)| members.contains(code)).collect();
    let space = |figures: &Figures| figures.delegated(Kind::Ipv6).space;
    let holders = |figures: &Figures| {
        let counts = figures.holders.filter(|counts| counts.with_addresses() > 0)?;
        Some(Fraction(counts.with_ipv6().into(), counts.with_addresses().into()))
    };
    // To an inhabitant in /64s, so that the products fit.
    let people = |figures: &Figures| {
        let inhabitants = figures.population.filter(|inhabitants| *inhabitants > 0)?;
        Some(Fraction(space(figures) >> 64, inhabitants.into()))
    };
    let mut sizes: Vec<_> = peers.iter().map(|(code, figures)| (*code, space(figures))).collect();
    sizes.sort_by_key(|(code, space)| (std::cmp::Reverse(*space), *code));
    Standing {
        scheme,
        name,
        by_space: rank(&peers, country, |figures| Some(space(figures))),
        by_holders: rank(&peers, country, holders),
        by_people: rank(&peers, country, people),
        figures: of_group,
        peers: sizes,
    }
}

/// A fraction of numbers below 2^64, ordered by its value.
#[derive(Clone, Copy, Debug)]
struct Fraction(u128, u128);

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.saturating_mul(other.1).cmp(&other.0.saturating_mul(self.1))
    }
}

fn rank<R: Ord>(
    peers: &[(CountryCode, &Figures)],
    country: CountryCode,
    measure: impl Fn(&Figures) -> Option<R>,
) -> Option<Rank> {
    let own = peers.iter().find(|(code, _)| *code == country)?;
    let own = measure(own.1)?;
    let all: Vec<R> = peers.iter().filter_map(|(_, figures)| measure(figures)).collect();
    let better = all.iter().filter(|other| **other > own).count();
    Some(Rank { rank: better + 1, of: all.len() })
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    const FILE: &str = "\
2|afrinic|20230323|6|19900101|20230301|+0000
afrinic|SN|ipv6|2001:4270::|32|20060101|allocated|a
afrinic|SN|ipv6|2c0f:100::|32|20220601|allocated|b
afrinic|SN|ipv6|2c0f:200::|32|20230201|allocated|c
afrinic|SN|ipv4|196.1.92.0|1024|19990101|allocated|d
afrinic|ML|ipv6|2c0f:300::|31|20100101|allocated|e
afrinic|GH|asn|30985|3|20050101|allocated|f
";

    fn collection(files: &[&str]) -> Collection {
        let mut collection = Collection::default();
        for text in files {
            let mut reader = Reader::new(&mut collection, "file");
            reader.push(text.as_bytes());
            reader.finish().unwrap();
        }
        collection
    }

    fn of(files: &[&str], code: &str, year: u32, people: Option<&str>) -> Option<Yearly> {
        let people = people.map(|text| Population::parse(text).unwrap());
        let code = code.parse().unwrap();
        yearly(&collection(files), &Lists::default(), people.as_ref(), code, year)
    }

    #[test]
    fn both_years_are_cut_at_their_ends() {
        let senegal = of(&[FILE], "SN", 2022, None).unwrap();
        assert_eq!(senegal.now.day, Date::end_of_year(2022));
        assert_eq!(senegal.now.country.delegated(Kind::Ipv6).records, 2);
        assert_eq!(senegal.before.country.delegated(Kind::Ipv6).records, 1);
        assert_eq!(senegal.changes, None);
        let running = of(&[FILE], "SN", 2023, None).unwrap();
        assert_eq!(Some(running.now.day), Date::new(2023, 3, 23));
        assert_eq!(running.now.country.delegated(Kind::Ipv6).records, 3);
        assert!(of(&[FILE], "SN", 1998, None).is_none());
        assert!(of(&[FILE], "FR", 2022, None).is_none());
    }

    #[test]
    fn ranks_are_among_those_of_the_group_that_hold_anything() {
        let senegal = of(&[FILE], "SN", 2022, Some("SN,1000\nML,4000\nGH,1000\n")).unwrap();
        let schemes: Vec<_> = senegal.now.standings.iter().map(|s| s.scheme.as_str()).collect();
        assert_eq!(schemes, ["", "region", "subregion", "itu-region", "ldc"]);
        let africa = &senegal.now.standings[1];
        assert_eq!(africa.by_space, Some(Rank { rank: 1, of: 3 }));
        assert_eq!(africa.by_holders, Some(Rank { rank: 2, of: 2 }));
        assert_eq!(africa.by_people, Some(Rank { rank: 1, of: 3 }));
        assert_eq!(africa.peers.len(), 3);
        let ghana = of(&[FILE], "GH", 2022, None).unwrap();
        assert_eq!(ghana.now.standings[0].by_space, Some(Rank { rank: 3, of: 3 }));
        assert_eq!(ghana.now.standings[0].by_holders, None);
    }

    #[test]
    fn files_of_both_years_tell_what_changed() {
        let older = FILE.replace("20230323", "20220105").replace(
            "afrinic|SN|ipv6|2c0f:100::|32|20220601|allocated|b\n",
            "afrinic|SN|ipv6|2c0f:900::|32|20150601|allocated|z\n",
        );
        let senegal = of(&[&older, FILE], "SN", 2022, None).unwrap();
        let ipv6 = senegal.changes.unwrap()[Kind::Ipv6 as usize];
        assert_eq!((ipv6.added, ipv6.returned), (1 << 96, 1 << 96));
        assert!(ipv6.closed());
    }
}
