//! What a session forgets, and that it says so.

use super::build_tests::{data_set, ipfix, netflow9, template_set};
use super::collect_tests::{Kept, received};
use super::{ExportFormat, ExportSession, Limits};
use crate::model::Undecodable;

fn template(id: u16) -> Vec<u8> {
    template_set(ExportFormat::NetFlow9, id, &[(8, 4), (2, 4)])
}

fn data(id: u16) -> Vec<u8> {
    data_set(id, &[vec![(0x0a00_0001, 4), (1, 4)]])
}

fn read(limits: Limits, datagrams: &[Vec<u8>]) -> (ExportSession, Kept) {
    let (mut session, mut kept) = (ExportSession::new(limits), Kept::default());
    for datagram in datagrams {
        assert!(session.datagram(datagram, &received(), &mut kept).is_continue());
    }
    (session, kept)
}

#[test]
fn templates_over_the_limit_are_forgotten_from_the_least_recently_used_on() {
    let limits = Limits { templates: 8, ..Limits::default() };
    let mut datagrams: Vec<_> = (256..264).map(|id| netflow9(1, 0, &[template(id)])).collect();
    datagrams.push(netflow9(1, 0, &[data(256), template(264), template(265)]));
    datagrams.push(netflow9(1, 0, &[data(256), data(257), data(265)]));
    let (mut session, mut kept) = read(limits, &datagrams);
    assert_eq!(kept.flows.len(), 3, "256 had been used, 257 had not");
    assert_eq!(kept.remarks.len(), 1);
    session.finish(&mut kept);
    assert_eq!(kept.undecodable[&Undecodable::MissingTemplate], 1);
}

#[test]
fn streams_over_the_limit_are_forgotten_and_their_waiting_data_counted() {
    let limits = Limits { streams: 8, ..Limits::default() };
    let datagrams: Vec<_> = (0..100).map(|domain| ipfix(0, domain, &[data(300)])).collect();
    let (mut session, mut kept) = read(limits, &datagrams);
    let counted = kept.undecodable[&Undecodable::MissingTemplate];
    assert!((92..100).contains(&counted), "{counted}");
    session.finish(&mut kept);
    assert_eq!(kept.undecodable[&Undecodable::MissingTemplate], 100);
    assert_eq!(kept.exporters.len(), 100, "what is known of each is not forgotten");
    assert_eq!(session.waiting, 0);
}

#[test]
fn data_that_waits_is_kept_up_to_the_limits() {
    for limits in [
        Limits { waiting: 1000, ..Limits::default() },
        Limits { waiting_each: 1000, ..Limits::default() },
    ] {
        let datagrams: Vec<_> = (0..100).map(|_| netflow9(1, 0, &[data(300)])).collect();
        let (mut session, mut kept) = read(limits, &datagrams);
        let left = kept.undecodable[&Undecodable::MissingTemplate];
        assert!(left > 80 && session.waiting <= 1000);
        let last = netflow9(1, 0, &[template(300)]);
        assert!(session.datagram(&last, &received(), &mut kept).is_continue());
        assert_eq!(kept.flows.len() as u64 + left, 100);
        assert_eq!(session.waiting, 0);
    }
}

#[test]
fn templates_weigh_what_their_fields_are() {
    let limits = Limits { weight: 1000, ..Limits::default() };
    // Every other field is of variable length, so that none can be joined.
    let fields: Vec<_> = (0..400).map(|at| (900, if at % 2 == 0 { u16::MAX } else { 4 })).collect();
    let datagrams: Vec<_> = (256..356)
        .map(|id| ipfix(0, 0, &[template_set(ExportFormat::Ipfix, id, &fields)]))
        .collect();
    let (session, kept) = read(limits, &datagrams);
    assert!(session.weight <= 2 * 1000, "{}", session.weight);
    assert!(!kept.remarks.is_empty());
}

#[test]
fn a_session_that_is_finished_has_heard_nothing() {
    let (mut session, mut kept) = read(Limits::default(), &[netflow9(1, 0, &[template(300)])]);
    session.finish(&mut kept);
    let (more, mut after) = (netflow9(2, 0, &[data(300)]), Kept::default());
    assert!(session.datagram(&more, &received(), &mut after).is_continue());
    session.finish(&mut after);
    assert_eq!((after.flows.len(), after.records()), (0, 1));
}
