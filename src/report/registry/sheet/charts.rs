//! Which charts a sheet has, and what is in them.

use super::chart::{Ranking, Years};
use super::language::Language;
use super::page::Chart;
use crate::registry::{Kind, Lists, Standing, Yearly};

/// Years of a chart at the most.
const YEARS: u32 = 15;
/// Countries of the ranking beside the sheet's own.
const PEERS: usize = 7;

/// IPv6 addresses in /32 blocks.
#[expect(clippy::cast_precision_loss, reason = "for people, and for the length of a bar")]
pub(super) fn slash32(space: u128) -> f64 {
    space as f64 / 96_f64.exp2()
}

/// The charts of a sheet.
pub(super) fn charts(yearly: &Yearly, lists: &Lists, language: Language) -> Vec<Chart> {
    let years = years(yearly);
    let mut charts = vec![new_by_year(yearly, &years, language), space(yearly, &years, language)];
    let region = yearly.now.standings.iter().find(|standing| standing.scheme == "region");
    if let Some(standing) = region.or(yearly.now.standings.first()) {
        charts.extend(ranking(yearly, standing, lists, language));
    }
    charts
}

/// From the first IPv6 delegation on, but no more than are read with ease.
fn years(yearly: &Yearly) -> Vec<u32> {
    let first =
        yearly.pace.first[Kind::Ipv6 as usize].map_or(yearly.year - 9, crate::registry::Date::year);
    let start = first.min(yearly.year.saturating_sub(4)).max(yearly.year.saturating_sub(YEARS - 1));
    (start..=yearly.year).collect()
}

fn new_by_year(yearly: &Yearly, years: &[u32], language: Language) -> Chart {
    let of = |kind: Kind| -> Vec<f64> {
        let new = |year: &u32| {
            let bin = yearly.pace.bins.iter().find(|bin| bin.period.year() == *year);
            #[expect(clippy::cast_precision_loss, reason = "some thousands")]
            bin.map_or(0.0, |bin| bin.new[kind as usize].records as f64)
        };
        years.iter().map(new).collect()
    };
    let title = language.pick(
        "New delegations by year, IPv6 and IPv4",
        "Nouvelles délégations par année, IPv6 et IPv4",
    );
    let series = [("IPv6", of(Kind::Ipv6)), ("IPv4", of(Kind::Ipv4))];
    let chart = Years { id: "new", title, years, series: &series, language };
    let caption = language.pick(
        "Figure 1. New delegations by year: IPv6 filled, IPv4 hatched.",
        "Figure 1. Nouvelles délégations par année : IPv6 en plein, IPv4 en hachures.",
    );
    Chart { svg: chart.bars(), caption: language.typeset(caption) }
}

fn space(yearly: &Yearly, years: &[u32], language: Language) -> Chart {
    let until = |year: &u32| slash32(yearly.pace.until(*year, Kind::Ipv6).space);
    let title =
        language.pick("IPv6 space at the end of each year", "Espace IPv6 à la fin de chaque année");
    let series = [("", years.iter().map(until).collect())];
    let chart = Years { id: "space", title, years, series: &series, language };
    let caption = language.pick(
        "Figure 2. IPv6 space at the end of each year, in /32 blocks.",
        "Figure 2. Espace IPv6 à la fin de chaque année, en blocs /32.",
    );
    Chart { svg: chart.line(), caption: language.typeset(caption) }
}

/// The largest of a group, and the sheet's own country wherever it is.
fn ranking(
    yearly: &Yearly,
    standing: &Standing,
    lists: &Lists,
    language: Language,
) -> Option<Chart> {
    let own = standing.peers.iter().position(|(code, _)| *code == yearly.country)?;
    let mut places: Vec<usize> = (0..standing.peers.len().min(PEERS)).collect();
    if own >= PEERS {
        places.push(own);
    }
    let row = |place: &usize| {
        let (code, space) = standing.peers[*place];
        let name = lists.name(code);
        let figure = slash32(space);
        let places = if figure.fract() == 0.0 || figure >= 100.0 { 0 } else { 1 };
        let text = language.decimal(figure, places);
        (language.typeset(&format!("{}. {}", place + 1, language.of(&name))), figure, text)
    };
    let rows: Vec<_> = places.iter().map(row).collect();
    let own = places.iter().position(|place| *place == own)?;
    let group = language.of(&standing.name);
    let title = match language {
        Language::En => format!("The largest IPv6 spaces: {group}"),
        Language::Fr => format!("Les plus grands espaces IPv6 : {group}"),
    };
    let title = language.typeset(&title);
    let svg = Ranking { id: "ranking", title: &title, rows: &rows, own }.draw();
    let caption = match language {
        Language::En => format!(
            "Figure 3. {group}: the countries with the largest IPv6 space, in /32 blocks; this country filled."
        ),
        Language::Fr => format!(
            "Figure 3. {group} : les pays au plus grand espace IPv6, en blocs /32 ; ce pays en plein."
        ),
    };
    Some(Chart { svg, caption: language.typeset(&caption) })
}
