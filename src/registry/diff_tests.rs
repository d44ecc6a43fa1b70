//! Changes between two small files, and their sums between any two.

use super::super::{Collection, Delegations, Kind, Lists, Reader, Selection};
use super::super::{Grouping, RowKey};
use super::{Change, ChangeKind, Diff, DiffFigures};

fn collection(files: &[&str]) -> Collection {
    let mut collection = Collection::default();
    for text in files {
        let mut reader = Reader::new(&mut collection, "file");
        reader.push(text.as_bytes());
        reader.finish().unwrap();
    }
    collection
}

fn with_diff<T>(old: &str, new: &str, look: impl FnOnce(&Diff<'_>) -> T) -> T {
    let both = collection(&[old, new]);
    let day =
        |file: usize| Delegations::new(&both, &Selection::of_files(&both, file..file + 1), None);
    let (old, new) = (day(0), day(1));
    look(&Diff::new(&old, &new))
}

fn told(diff: &Diff<'_>) -> Vec<String> {
    let collection = diff.days()[0].collection();
    let show = |change: &Change| {
        let (before, after) = (diff.before(change), diff.after(change));
        let country = |record: Option<&super::Record>| {
            record.and_then(|r| r.country).map(|c| c.to_string()).unwrap_or_default()
        };
        let holder = |record: Option<&super::Record>| {
            record.and_then(|r| r.holder).map(|h| collection.holder(h)).unwrap_or_default()
        };
        format!(
            "{} {}>{} {}>{}{}",
            change.what.key(),
            country(before),
            country(after),
            holder(before),
            holder(after),
            if change.moved.holder { " holder" } else { "" }
        )
    };
    diff.changes.iter().map(show).collect()
}

const OLD: &str = "\
2|apnic|20230101|9|19900101|20230101|+1000
apnic|JP|ipv6|2001:100::|32|20010401|allocated|a
apnic|JP|ipv6|2001:200::|32|20010401|allocated|a
apnic|AU|ipv6|2001:300::|32|20010401|allocated|b
apnic|AU|ipv6|2001:400::|32|20010401|allocated|c
apnic|AU|ipv6|2001:500::|31|20010401|allocated|d
apnic|AU|ipv6|2001:600::|32|20010401|allocated|e
apnic|AU|ipv6|2001:601::|32|20010401|allocated|e
apnic|AU|ipv6|2001:700::|31|20010401|allocated|f
apnic||ipv6|2001:900::|32||available|
";
const NEW: &str = "\
2|apnic|20240101|9|19900101|20240101|+1000
apnic|JP|ipv6|2001:100::|32|20010401|allocated|a
apnic|FJ|ipv6|2001:300::|32|20010401|allocated|b
apnic|AU|ipv6|2001:400::|28|20010401|allocated|c
apnic|AU|ipv6|2001:500::|32|20010401|allocated|d
apnic|AU|ipv6|2001:600::|31|20010401|allocated|e
apnic|AU|ipv6|2001:700::|32|20010401|allocated|f
apnic|AU|ipv6|2001:701::|32|20010401|allocated|g
apnic|NZ|ipv6|2001:800::|32|20230601|allocated|h
apnic|NZ|ipv6|2001:900::|32|20230701|allocated|h
";

#[test]
fn every_change_has_its_name() {
    let changes = with_diff(OLD, NEW, told);
    assert_eq!(
        changes,
        [
            "returned JP> a>",
            "transferred AU>FJ b>b",
            "grown AU>AU c>c",
            "shrunk AU>AU d>d",
            "merged AU>AU e>e",
            "split AU>AU f>f",
            "new >NZ >h",
            "new >NZ >h",
        ]
    );
}

#[test]
fn sums_add_up_in_every_row() {
    with_diff(OLD, NEW, |diff| {
        let rows = diff.rows(Kind::Ipv6, &Grouping::Country, &Lists::default()).unwrap();
        assert!(rows.values().all(DiffFigures::closed), "{rows:#?}");
        let of = |code: &str| rows[&RowKey::Country(code.parse().unwrap())];
        let australia = of("AU");
        assert_eq!((australia.moved_out, australia.added), (1 << 96, 15 << 96));
        assert_eq!((australia.returned, australia.count(ChangeKind::Split)), (1 << 96, 1));
        assert_eq!((of("FJ").moved_in, of("JP").unchanged), (1 << 96, 1));
        let world = diff.rows(Kind::Ipv6, &Grouping::World, &Lists::default()).unwrap();
        let world = world[&RowKey::World];
        assert!(world.closed());
        assert_eq!((world.moved_in, world.moved_out), (0, 0));
        assert_eq!((world.old.records, world.new.records), (8, 9));
    });
}

#[test]
fn a_new_name_of_every_id_is_no_transfer() {
    let renamed =
        OLD.replace("20230101|9", "20240101|9").replace("|a\n", "|x\n").replace("|e\n", "|y\n");
    with_diff(OLD, &renamed, |diff| {
        assert_eq!(told(diff), [""; 0]);
        assert_eq!((diff.ids.compared, diff.ids.renamed, diff.ids.same), (8, 4, 4));
    });
    let sold =
        renamed.replace("2001:601::|32|20010401|allocated|y", "2001:601::|32|20010401|allocated|z");
    with_diff(OLD, &sold, |diff| {
        let changes = told(diff);
        assert_eq!(changes, ["transferred AU>AU e>y holder", "transferred AU>AU e>z holder"]);
    });
}

#[test]
fn sums_add_up_between_any_two_files() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: u64| -> usize {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below).unwrap()
    };
    let mut file = |date: u32| {
        let mut text = format!("2|apnic|{date}|9|19900101|20230101|+1000\n");
        for _ in 0..next(12) {
            let (country, start) = (["JP", "AU", "NZ", ""][next(4)], next(64));
            let (count, id) = (next(20) + 1, next(4));
            let status = ["allocated", "assigned", "reserved", "available"][next(4)];
            text += &format!("apnic|{country}|asn|{start}|{count}|20010401|{status}|{id}\n");
        }
        text
    };
    for _ in 0..400 {
        let (old, new) = (file(20_230_101), file(20_240_101));
        with_diff(&old, &new, |diff| {
            for grouping in [Grouping::Country, Grouping::World, Grouping::Scheme("region".into())]
            {
                let rows = diff.rows(Kind::Asn, &grouping, &Lists::default()).unwrap();
                assert!(rows.values().all(DiffFigures::closed), "{old}\n{new}\n{rows:#?}");
            }
            let known = diff.changes.iter().filter(|change| change.new.is_some()).count();
            assert!(known + diff.unchanged.len() <= diff.days()[1].pieces(Kind::Asn).len() + 12);
        });
    }
}
