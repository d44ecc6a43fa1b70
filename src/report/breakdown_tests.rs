//! Which breakdowns there are, and in which order their rows stand.

use super::*;
use crate::model::{Measure, TimeBins, Views};
use crate::report::tests_support::{choose, example, tunnelled};

fn families<'a>(table: &'a Table<'_>) -> &'a Breakdown<'a> {
    match table {
        Table::Families(breakdown) => breakdown,
        Table::Tunnels(tunnels) => panic!("{tunnels:?}"),
    }
}

fn keys(table: &Table) -> Vec<String> {
    let table = families(table);
    table.rows().map(|(key, _)| flat_key(table.dimensions(), &key, &TimeBins::default())).collect()
}

/// View (none for tunnels) and key of each.
fn names(summary: &Summary) -> Vec<(Option<View>, String)> {
    let name = |table| match table {
        Table::Families(breakdown) => (Some(breakdown.view()), words(breakdown.dimensions())),
        Table::Tunnels(tunnels) => (None, tunnels.by.key().to_owned()),
    };
    breakdowns(summary, Wanted::All).map(name).collect()
}

#[test]
fn rows_are_sorted_by_the_measure_then_by_key() {
    let mut summary = example();
    let all: Vec<_> = breakdowns(&summary, Wanted::All).collect();
    assert_eq!(keys(&all[0]), ["tcp", "udp", "icmpv6", "unknown"]);
    assert_eq!(
        keys(&all[1]),
        ["192.0.2.0/24", "2001:db8::/48", "198.51.100.0/24", "2001:db8:1::/48", ""]
    );
    summary.settings.measure = Measure::Flows;
    let all: Vec<_> = breakdowns(&summary, Wanted::All).collect();
    assert_eq!(keys(&all[0]), ["tcp", "udp", "icmpv6", "unknown"]);
    assert_eq!(
        keys(&all[1]),
        ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/48", "2001:db8:1::/48", ""]
    );
}

#[test]
fn each_view_chosen_has_all_breakdowns() {
    let mut summary = example();
    summary.settings.views = Views::Both;
    let [transport, end_to_end] = View::ALL.map(Some);
    assert_eq!(
        names(&summary),
        [
            (transport, "protocol".to_owned()),
            (transport, "prefix".to_owned()),
            (end_to_end, "protocol".to_owned()),
            (end_to_end, "prefix".to_owned()),
        ]
    );
}

#[test]
fn the_settings_choose_the_breakdowns_and_their_order() {
    use Dimension as D;
    let mut summary = tunnelled();
    let [transport, end_to_end] = View::ALL.map(Some);
    let by = [&[D::Service][..], &[D::EncapsulationPath], &[D::Encapsulation], &[D::Port]];
    choose(&mut summary, &by);
    summary.settings.views = Views::Both;
    assert_eq!(
        names(&summary),
        [
            (transport, "service".to_owned()),
            (None, "encapsulation-path".to_owned()),
            (None, "encapsulation".to_owned()),
            (transport, "port".to_owned()),
            (end_to_end, "service".to_owned()),
            (end_to_end, "port".to_owned()),
        ]
    );
    choose(&mut summary, &[&[D::Encapsulation]]);
    summary.settings.views = Views::One(View::EndToEnd);
    assert_eq!(names(&summary), [(None, "encapsulation".to_owned())]);
    summary.settings.breakdowns = Vec::new();
    assert_eq!(names(&summary), []);
}

#[test]
fn ports_keep_their_protocol_apart_and_services_join_their_ports() {
    let mut summary = tunnelled();
    choose(&mut summary, &[&[Dimension::Port], &[Dimension::Service]]);
    let all: Vec<_> = breakdowns(&summary, Wanted::All).collect();
    assert_eq!(
        keys(&all[0]),
        ["tcp/443", "", "udp/443", "tcp/4242", "udp/53", "tcp/53"],
        "what has no port stands at its place by the measure"
    );
    assert_eq!(keys(&all[1]), ["https", "", "quic", "domain", "tcp/4242"]);
    let tally = |table: &Table, at: usize| families(table).rows().nth(at).expect("there").1;
    let mut domain = tally(&all[0], 4);
    domain += &tally(&all[0], 5);
    assert_eq!(tally(&all[1], 3), domain);
    for table in &all {
        let mut sum = Tally::default();
        families(table).rows().for_each(|(_, tally)| sum += &tally);
        assert_eq!(sum, summary.totals.transport, "no packet is lost or counted twice");
    }
}

#[test]
fn the_largest_rows_are_the_first_of_the_sorted_ones() {
    let measures = [3, 9, 0, 9, 4, 4, 1, 9, 7, 0_u128];
    assert_eq!(sorted(measures.into_iter()), [1, 3, 7, 8, 4, 5, 0, 6, 2, 9]);
    for rows in 0..measures.len() {
        let first = sorted(measures.into_iter())[..rows].to_vec();
        assert_eq!(largest(measures.into_iter(), rows), first, "{rows}");
    }
}
