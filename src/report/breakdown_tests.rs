//! Which breakdowns there are, and in which order their rows stand.

use super::*;
use crate::model::{Measure, Views};
use crate::report::tests_support::{example, tunnelled};

fn families<'a>(table: &'a Table<'_>) -> &'a Breakdown<'a> {
    match table {
        Table::Families(breakdown) => breakdown,
        Table::Tunnels(tunnels) => panic!("{tunnels:?}"),
    }
}

fn keys(table: &Table) -> Vec<String> {
    families(table).rows.iter().map(|row| row.key.to_string()).collect()
}

/// View (none for tunnels) and key of each.
fn names(summary: &Summary) -> Vec<(Option<View>, &'static str)> {
    let name = |table| match table {
        Table::Families(breakdown) => (Some(breakdown.view), breakdown.by.key()),
        Table::Tunnels(tunnels) => (None, tunnels.by.key()),
    };
    breakdowns(summary).map(name).collect()
}

#[test]
fn rows_are_sorted_by_the_measure_then_by_key() {
    let mut summary = example();
    let all: Vec<_> = breakdowns(&summary).collect();
    assert_eq!(keys(&all[0]), ["tcp", "udp", "icmpv6", "unknown"]);
    assert_eq!(
        keys(&all[1]),
        ["192.0.2.0/24", "2001:db8::/48", "198.51.100.0/24", "2001:db8:1::/48", ""]
    );
    summary.settings.measure = Measure::Flows;
    let all: Vec<_> = breakdowns(&summary).collect();
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
            (transport, "protocol"),
            (transport, "prefix"),
            (end_to_end, "protocol"),
            (end_to_end, "prefix"),
        ]
    );
}

#[test]
fn the_settings_choose_the_breakdowns_and_their_order() {
    use Dimension as D;
    let mut summary = tunnelled();
    let [transport, end_to_end] = View::ALL.map(Some);
    summary.settings.breakdowns = vec![D::Service, D::EncapsulationPath, D::Encapsulation, D::Port];
    summary.settings.views = Views::Both;
    assert_eq!(
        names(&summary),
        [
            (transport, "service"),
            (None, "encapsulation-path"),
            (None, "encapsulation"),
            (transport, "port"),
            (end_to_end, "service"),
            (end_to_end, "port"),
        ]
    );
    summary.settings.breakdowns = vec![D::Encapsulation];
    summary.settings.views = Views::One(View::EndToEnd);
    assert_eq!(names(&summary), [(None, "encapsulation")]);
    summary.settings.breakdowns = Vec::new();
    assert_eq!(names(&summary), []);
}

#[test]
fn ports_keep_their_protocol_apart_and_services_join_their_ports() {
    let mut summary = tunnelled();
    summary.settings.breakdowns = vec![Dimension::Port, Dimension::Service];
    let all: Vec<_> = breakdowns(&summary).collect();
    assert_eq!(
        keys(&all[0]),
        ["tcp/443", "", "udp/443", "tcp/4242", "udp/53", "tcp/53"],
        "what has no port stands at its place by the measure"
    );
    assert_eq!(keys(&all[1]), ["https", "", "quic", "domain", "tcp/4242"]);
    let tally = |table: &Table, at: usize| *families(table).rows[at].tally;
    let mut domain = tally(&all[0], 4);
    domain += &tally(&all[0], 5);
    assert_eq!(tally(&all[1], 3), domain);
    for table in &all {
        let mut sum = Tally::default();
        families(table).rows.iter().for_each(|row| sum += &row.tally);
        assert_eq!(sum, summary.totals.transport, "no packet is lost or counted twice");
    }
}
