//! `registry state` as a document.

use super::document::{Document, Table, Value, columns};
use super::figures::{per_million, row_words, share, slash24, slash32, slash48};
use super::sources::Sources;
use crate::registry::{
    Concentration, CountryCode, Figures, Grouping, Kind, Lists, Population, RowKey, State, Status,
};

/// What is asked of a state beside the rows.
#[derive(Clone, Copy)]
pub struct StateView<'a> {
    /// The lists that groups and names are from.
    pub lists: &'a Lists,
    /// Only the rows of these countries, and of the groups that they are in;
    /// empty for all.
    pub countries: &'a [CountryCode],
    /// Inhabitants, where a file has them.
    pub population: Option<&'a Population>,
    /// Rows of the text, 0 for all.
    pub top: usize,
}

/// The document of one or more states of the same files.
#[must_use]
pub fn state(states: &[State], sources: &Sources<'_>, view: &StateView<'_>) -> Document {
    let world = states.first().map(|state| &state.world).cloned().unwrap_or_default();
    let day = sources.day();
    let mut notes = sources.notes();
    notes.push(
        "Figures are of what is delegated: allocated or assigned. EU, AP and ZZ are codes and no \
         countries."
            .into(),
    );
    if world.holders.is_none() {
        notes.push("The files have no opaque ids, so nothing is known of holders.".into());
    } else if world.without_id > 0 {
        let records = super::figures::counted(world.without_id, "delegated record");
        notes.push(format!("{records} have no opaque id: their holders are in no count."));
    }
    if let Some(population) = view.population.filter(|population| !population.source.is_empty()) {
        notes.push(format!("Inhabitants: {}", population.source));
    }
    for scheme in states.iter().filter_map(|state| view.lists.scheme(state.grouping.key())) {
        notes.push(format!("{}: {} ({}).", scheme.title.en, scheme.source.en, scheme.date));
    }
    Document {
        report: "registry-state",
        headline: headline(states, &world, view, day),
        facts: vec![("date", Value::Date(day))],
        tables: states.iter().map(|state| table(state, view)).collect(),
        notes,
        sources: sources.rows(),
    }
}

fn headline(
    states: &[State],
    world: &Figures,
    view: &StateView<'_>,
    day: Option<crate::registry::Date>,
) -> Vec<String> {
    let day = day.map_or("an unknown day".to_owned(), |day| day.to_string());
    let sentence = |name: &str, figures: &Figures| {
        let ipv6 = figures.delegated(Kind::Ipv6);
        let size = super::text::show(&slash32(ipv6.space));
        let holders = figures.holders.map_or(String::new(), |holders| {
            let of = super::text::show(&share(holders.with_ipv6(), holders.with_addresses()));
            format!("; {of} of those who hold addresses have IPv6")
        });
        let delegations = super::figures::counted(ipv6.records, "IPv6 delegation");
        format!("{name}: {delegations}, as much as {size} /32{holders}.")
    };
    let rows = states.first().map(|state| state.rows.as_slice()).unwrap_or_default();
    let mut lines = vec![format!("On {day}, by the registries' statistics:")];
    for country in view.countries {
        if let Some((key, figures)) = rows.iter().find(|(k, _)| *k == RowKey::Country(*country)) {
            let [code, name] = row_words(key, view.lists);
            lines.push(sentence(&format!("{name} ({code})"), figures));
        }
    }
    lines.push(sentence("World", world));
    lines
}

/// The columns of a state by block, in their order: key, heading.
const COLUMNS: [(&str, &[(&str, &str)]); 6] = [
    ("", &[("row", ""), ("name", "")]),
    (
        "IPv6",
        &[
            ("ipv6_prefixes", "prefixes"),
            ("ipv6_allocated", "allocated"),
            ("ipv6_assigned", "assigned"),
            ("ipv6_slash32", "/32s"),
            ("ipv6_slash48", "/48s"),
            ("ipv6_part_of_world", "of the world"),
            ("ipv6_slash32_per_million", "/32s per million people"),
        ],
    ),
    (
        "IPv4 and AS numbers",
        &[
            ("ipv4_records", "IPv4 blocks"),
            ("ipv4_addresses", "addresses"),
            ("ipv4_slash24", "/24s"),
            ("ipv4_part_of_world", "of the world"),
            ("ipv4_addresses_per_million", "per million people"),
            ("asn_records", ""),
            ("asns", "AS numbers"),
            ("asns_part_of_world", "of the world"),
        ],
    ),
    (
        "Holders, and the parts of the largest",
        &[
            ("holders", "holders"),
            ("holders_ipv4_only", "IPv4 only"),
            ("holders_ipv6_only", "IPv6 only"),
            ("holders_both", "both"),
            ("holders_asn_only", "ASN only"),
            ("holders_with_ipv6_share", "with IPv6"),
            ("records_without_id", ""),
        ],
    ),
    (
        "Concentration: the parts of the largest 1, 5 and 10 holders, and the Gini coefficient",
        &[
            ("ipv6_top1", "IPv6: 1"),
            ("ipv6_top5", "5"),
            ("ipv6_top10", "10"),
            ("ipv6_gini", "Gini"),
            ("ipv4_top1", "IPv4: 1"),
            ("ipv4_top5", "5"),
            ("ipv4_top10", "10"),
            ("ipv4_gini", "Gini"),
        ],
    ),
    (
        "Not delegated",
        &[
            ("ipv6_available_slash32", "IPv6 /32s free"),
            ("ipv6_reserved_slash32", "reserved"),
            ("ipv4_available_slash24", "IPv4 /24s free"),
            ("ipv4_reserved_slash24", "reserved"),
            ("asns_available", "ASNs free"),
            ("asns_reserved", "reserved"),
            ("other_status_records", ""),
            ("population", ""),
        ],
    ),
];

fn table(state: &State, view: &StateView<'_>) -> Table {
    let mut rows: Vec<_> =
        state.rows.iter().filter(|(key, _)| is_shown(key, &state.grouping, view)).collect();
    // Countries by size, which is what tables of countries are read for.
    if state.grouping == Grouping::Country && view.countries.is_empty() {
        rows.sort_by(|(a, of_a), (b, of_b)| {
            let size = |figures: &Figures| figures.delegated(Kind::Ipv6).space;
            (is_behind(a), size(of_b), a).cmp(&(is_behind(b), size(of_a), b))
        });
    }
    let mut values: Vec<Vec<Value>> = rows
        .iter()
        .map(|(key, figures)| row_values(row_words(key, view.lists), figures, &state.world))
        .collect();
    let top = if view.top == 0 { usize::MAX } else { view.top };
    let cut = state.grouping == Grouping::Country && view.countries.is_empty();
    if state.grouping != Grouping::World {
        let people = view.population.map(|of| of.iter().map(|(_, count)| count).sum());
        let mut world = state.world.clone();
        world.population = people;
        values.push(row_values(row_words(&RowKey::World, view.lists), &world, &state.world));
    }
    Table {
        key: table_key(&state.grouping),
        title: title(&state.grouping, view.lists),
        keys: 2,
        columns: COLUMNS.into_iter().flat_map(|(block, of)| columns(block, of)).collect(),
        rows: values,
        shown: cut.then_some(super::document::Shown::First(top)),
        ..Table::default()
    }
}

fn table_key(grouping: &Grouping) -> &'static str {
    match grouping {
        Grouping::World => "world",
        Grouping::Country => "countries",
        Grouping::Registry => "registries",
        Grouping::Scheme(key) => match key.as_str() {
            "region" => "regions",
            "subregion" => "subregions",
            "itu-region" => "itu_regions",
            "ldc" => "ldc",
            "lldc" => "lldc",
            "sids" => "sids",
            "eu" => "eu",
            _ => "groups",
        },
    }
}

fn title(grouping: &Grouping, lists: &Lists) -> String {
    match grouping {
        Grouping::World => "The world".into(),
        Grouping::Country => "By country".into(),
        Grouping::Registry => "By registry".into(),
        Grouping::Scheme(key) => {
            format!("By {}", lists.scheme(key).map_or(key.as_str(), |scheme| &scheme.title.en))
        }
    }
}

/// What is no country comes behind the countries.
fn is_behind(key: &RowKey) -> bool {
    !matches!(key, RowKey::Country(_))
}

fn is_shown(key: &RowKey, grouping: &Grouping, view: &StateView<'_>) -> bool {
    if view.countries.is_empty() {
        return true;
    }
    match (key, grouping) {
        (RowKey::Country(country) | RowKey::Code(country), _) => view.countries.contains(country),
        (RowKey::Group(at, _), Grouping::Scheme(scheme)) => view
            .lists
            .scheme(scheme)
            .is_some_and(|scheme| view.countries.iter().any(|c| scheme.group_of(*c) == Some(*at))),
        (RowKey::Ungrouped, Grouping::Scheme(scheme)) => view
            .lists
            .scheme(scheme)
            .is_some_and(|scheme| view.countries.iter().any(|c| scheme.group_of(*c).is_none())),
        (RowKey::World | RowKey::Registry(_), _) => true,
        _ => false,
    }
}

fn row_values(words: [String; 2], figures: &Figures, world: &Figures) -> Vec<Value> {
    let [ipv4, ipv6, asn] = Kind::ALL.map(|kind| figures.delegated(kind));
    let of_world = |kind: Kind, space: u128| share(space, world.delegated(kind).space);
    let people = figures.population;
    let mut values: Vec<Value> = words.map(Value::Text).into();
    values.extend([
        ipv6.records.into(),
        figures.of(Kind::Ipv6, Status::Allocated).records.into(),
        figures.of(Kind::Ipv6, Status::Assigned).records.into(),
        slash32(ipv6.space),
        slash48(ipv6.space),
        of_world(Kind::Ipv6, ipv6.space),
        per_million(ipv6.space, 96, people),
        ipv4.records.into(),
        ipv4.space.into(),
        slash24(ipv4.space),
        of_world(Kind::Ipv4, ipv4.space),
        per_million(ipv4.space, 0, people),
        asn.records.into(),
        asn.space.into(),
        of_world(Kind::Asn, asn.space),
    ]);
    values.extend(holder_values(figures));
    values.extend(concentration_values(figures.ipv6_concentration));
    values.extend(concentration_values(figures.ipv4_concentration));
    let space = |kind, status| figures.of(kind, status).space;
    values.extend([
        slash32(space(Kind::Ipv6, Status::Available)),
        slash32(space(Kind::Ipv6, Status::Reserved)),
        slash24(space(Kind::Ipv4, Status::Available)),
        slash24(space(Kind::Ipv4, Status::Reserved)),
        space(Kind::Asn, Status::Available).into(),
        space(Kind::Asn, Status::Reserved).into(),
        Kind::ALL.map(|kind| figures.of(kind, Status::Other).records).iter().sum::<u64>().into(),
        people.into(),
    ]);
    values
}

fn holder_values(figures: &Figures) -> [Value; 7] {
    let Some(holders) = figures.holders else {
        let none = [const { Value::None }; 6];
        let [a, b, c, d, e, f] = none;
        return [a, b, c, d, e, f, figures.without_id.into()];
    };
    [
        holders.all().into(),
        holders.ipv4_only.into(),
        holders.ipv6_only.into(),
        holders.both.into(),
        holders.asn_only.into(),
        share(holders.with_ipv6(), holders.with_addresses()),
        figures.without_id.into(),
    ]
}

fn concentration_values(concentration: Option<Concentration>) -> [Value; 4] {
    let Some(concentration) = concentration else { return [const { Value::None }; 4] };
    let [one, five, ten] = concentration.top.map(|top| share(top, concentration.whole));
    [one, five, ten, Value::Number(concentration.gini)]
}
