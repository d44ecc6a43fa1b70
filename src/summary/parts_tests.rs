//! Parts join where one begins as the one before it ended, and nowhere else.

use super::*;
use crate::model::{Account, AnomalyCounts};
use crate::summary::Settings;

/// A part of a file of 1,000 bytes, with a record every ten bytes.
fn part(asked: &str, from: u64, reached: u64) -> InputSummary {
    let mut account = Account::default();
    account.records = (reached - from) / 10;
    account.ipv6 = account.records;
    let part = Part {
        from,
        reached,
        of: 1_000,
        ended: reached == 1_000,
        asked: asked.parse().unwrap(),
        states: Default::default(),
        head: "00".to_owned(),
    };
    InputSummary {
        name: "a.pcap".to_owned(),
        format: Some("pcap"),
        compression: None,
        status: Status::Complete,
        error: None,
        bytes: reached - from,
        account,
        anomalies: AnomalyCounts::default(),
        time: None,
        suspected_copies: None,
        flows: None,
        digest: None,
        part: Some(Box::new(part)),
    }
}

fn summary(inputs: &[InputSummary]) -> Summary {
    let mut summary = Summary::empty(Settings::default());
    summary.inputs = inputs.to_vec();
    summary.sum_inputs();
    summary
}

fn joined(inputs: &[InputSummary]) -> Result<Vec<InputSummary>, Unjoined> {
    let mut summary = summary(inputs);
    summary.join_parts(Tolerance::default())?;
    Ok(summary.inputs)
}

fn why(inputs: &[InputSummary]) -> String {
    joined(inputs).unwrap_err().to_string()
}

fn three() -> [InputSummary; 3] {
    [part("0-305", 0, 310), part("305-600", 310, 600), part("600-", 600, 1_000)]
}

#[test]
fn all_parts_in_any_order_are_the_whole() {
    let whole = InputSummary { part: None, ..part("0-", 0, 1_000) };
    let [a, b, c] = three();
    for order in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a], [&c, &b, &a]] {
        assert_eq!(joined(&order.map(Clone::clone)), Ok(vec![whole.clone()]));
    }
    let empty = [part("600-600", 777, 777), part("0-0", 0, 0)];
    assert_eq!(joined(&[&three()[..], &empty].concat()), Ok(vec![whole]));
}

/// A kept result says how many bytes a part has, and may say anything.
#[test]
fn bytes_beyond_all_numbers_do_not_run_over() {
    let mut parts = three();
    parts[1].bytes = u64::MAX;
    assert_eq!(joined(&parts).unwrap()[0].bytes, u64::MAX);
}

#[test]
fn the_error_of_the_last_part_is_that_of_the_whole() {
    let [a, b, mut c] = three();
    (c.status, c.error) = (Status::Failed, Some("at byte 600: cut short".to_owned()));
    let end = c.part.as_mut().unwrap();
    (end.reached, end.ended) = (600, true);
    // It holds no record, and so nothing; the part before it met the same end.
    let mut b = b;
    (b.status, b.error) = (Status::Partial, c.error.clone());
    b.part.as_mut().unwrap().ended = true;
    let whole = joined(&[a, b, c]).unwrap().remove(0);
    assert_eq!((whole.status, whole.part), (Status::Partial, None));
    assert_eq!(whole.error.as_deref(), Some("at byte 600: cut short"));
}

#[test]
fn what_is_missing_is_named() {
    let [a, b, c] = three();
    let said = why(&[a.clone(), c.clone()]);
    assert!(said.starts_with("a.pcap: nothing of bytes 310 to 600 is in the parts"), "{said}");
    assert!(said.contains("--range 310-600 --exact-start"), "{said}");
    assert!(why(&[a.clone(), b.clone()]).contains("nothing of bytes 600 to 1000"));
    assert!(why(&[b.clone(), c]).contains("nothing of bytes 0 to 305"));
    // Parts stay parts where that is let pass, and join when the last one comes.
    let mut some = summary(&[a, b]);
    let parts = some.clone();
    some.join_parts(Tolerance { incomplete: true, twice: false }).unwrap();
    assert_eq!(some, parts);
    some.merge(summary(&three()[2..])).unwrap();
    some.join_parts(Tolerance::default()).unwrap();
    assert_eq!(some.inputs.len(), 1);
}

#[test]
fn a_wrong_guess_is_told_with_what_to_do() {
    let [a, _, c] = three();
    for from in [330, 300] {
        let said = why(&[a.clone(), part("305-600", from, 600), c.clone()]);
        let places = format!("ends at byte 310 and the one that begins at byte {from} do not join");
        assert!(said.contains(&places), "{said}");
        assert!(said.contains("with --range 310-600 --exact-start"), "{said}");
    }
    let mut b = part("305-600", 310, 600);
    b.part.as_mut().unwrap().states[0] = "other".to_owned();
    assert!(why(&[a, b, c]).contains("the interfaces described before them differ"));
}

#[test]
fn what_would_count_twice_is_refused() {
    let [a, b, c] = three();
    let said = why(&[a.clone(), part("200-600", 200, 600), c.clone()]);
    assert!(said.contains("bytes 200 to 310 are in two of the parts"), "{said}");
    let again = [a.clone(), a.clone(), b, c];
    assert!(why(&again).contains("bytes 0 to 310 are in two"));
    let mut twice = summary(&again);
    twice.join_parts(Tolerance { incomplete: false, twice: true }).unwrap();
    assert_eq!(twice.inputs.len(), 4);
    let whole = InputSummary { part: None, ..part("0-", 0, 1_000) };
    assert!(why(&[a, whole]).contains("as a whole and in parts"));
}

#[test]
fn parts_of_other_files_do_not_join() {
    let [a, b, c] = three();
    let other = |change: fn(&mut InputSummary)| {
        let mut b = b.clone();
        change(&mut b);
        why(&[a.clone(), b, c.clone()])
    };
    assert!(other(|b| b.part.as_mut().unwrap().of = 1_001).contains("their lengths differ"));
    let said = other(|b| b.part.as_mut().unwrap().head = "01".to_owned());
    assert!(said.contains("they begin differently"), "{said}");
    let said = other(|b| b.digest = Some("01".to_owned()));
    assert!(said.contains("their digests differ, or one part has none"), "{said}");
}

#[test]
fn what_stands_behind_the_end_is_no_part() {
    let [mut a, b, c] = three();
    let end = a.part.as_mut().unwrap();
    end.ended = true;
    a.error = Some("at byte 310: damaged".to_owned());
    assert_eq!(joined(std::slice::from_ref(&a)).unwrap()[0].status, Status::Partial);
    let said = why(&[a, b, c]);
    assert!(said.contains("the capture ends at byte 310"), "{said}");
}

#[test]
fn an_empty_part_can_tell_that_the_capture_ends_before_another() {
    // Nothing could be read at byte 310: the part behind it was guessed from rubbish.
    let [a, _, c] = three();
    let mut damage = part("310-600", 310, 310);
    damage.error = Some("at byte 310: damaged".to_owned());
    damage.part.as_mut().unwrap().ended = true;
    let said = why(&[a.clone(), damage.clone(), c]);
    assert!(said.contains("ends at byte 310") && said.contains("begins at byte 600"), "{said}");
    let whole = joined(&[a, damage]).unwrap().remove(0);
    assert_eq!((whole.status, whole.bytes), (Status::Partial, 310));
}
