//! States of small files that can be counted by hand.

use super::super::{Collection, CountryCode, Delegations, Kind, Lists, Reader, Selection, Status};
use super::super::{Grouping, Population, RowKey};
use super::{Cells, Concentration, Figures, HolderCounts, Holding, State};

const EXTENDED: &str = "\
2|afrinic|20240101|9|19900101|20240101|+0000
afrinic|SN|ipv6|2001:4270::|32|20060101|allocated|a
afrinic|SN|ipv6|2c0f:100::|31|20100101|allocated|b
afrinic|ML|ipv6|2c0f:200::|48|20120101|assigned|a
afrinic|SN|ipv4|196.1.92.0|1024|19990101|allocated|a
afrinic|ML|ipv4|196.200.0.0|768|20050101|assigned|c
afrinic|ML|asn|30985|3|20050101|allocated|d
afrinic|ZZ|ipv6|2c0f:300::|32||available|
afrinic||ipv4|196.201.0.0|256||reserved|
afrinic|EU|ipv4|196.202.0.0|256|20010101|assigned|c
";

fn state(text: &str, grouping: &Grouping, population: Option<&str>) -> State {
    let mut collection = Collection::default();
    let mut reader = Reader::new(&mut collection, "file");
    reader.push(text.as_bytes());
    reader.finish().unwrap();
    let delegations = Delegations::new(&collection, &Selection::newest(&collection), None);
    let population = population.map(|text| Population::parse(text).unwrap());
    let cells = Cells::new(&delegations);
    cells.state(grouping, &Lists::default(), population.as_ref()).unwrap()
}

fn country(state: &State, code: &[u8]) -> Figures {
    let key = RowKey::Country(CountryCode::new(code).unwrap());
    state.rows.iter().find(|(row, _)| *row == key).unwrap().1.clone()
}

#[test]
fn countries_have_what_their_records_say() {
    let state = state(EXTENDED, &Grouping::Country, Some("SN,18000000"));
    let senegal = country(&state, b"SN");
    let ipv6 = senegal.delegated(Kind::Ipv6);
    assert_eq!(ipv6, Holding { records: 2, space: 3 << 96 });
    assert_eq!(senegal.delegated(Kind::Ipv4), Holding { records: 1, space: 1024 });
    let holders = HolderCounts { ipv4_only: 0, ipv6_only: 1, both: 1, asn_only: 0 };
    assert_eq!((senegal.holders, senegal.population), (Some(holders), Some(18_000_000)));
    let mali = country(&state, b"ML");
    assert_eq!(mali.of(Kind::Ipv6, Status::Assigned), Holding { records: 1, space: 1 << 80 });
    assert_eq!(mali.delegated(Kind::Asn), Holding { records: 1, space: 3 });
    let holders = HolderCounts { ipv4_only: 1, ipv6_only: 1, both: 0, asn_only: 1 };
    assert_eq!((mali.holders, mali.population), (Some(holders), None));
    let keys: Vec<_> = state.rows.iter().map(|(key, _)| key.clone()).collect();
    let code = |code: &[u8]| CountryCode::new(code).unwrap();
    assert_eq!(
        keys,
        [
            RowKey::Country(code(b"ML")),
            RowKey::Country(code(b"SN")),
            RowKey::Code(code(b"EU")),
            RowKey::Nowhere
        ]
    );
}

#[test]
fn a_holder_of_two_countries_is_one_holder_of_their_region() {
    let state = state(EXTENDED, &Grouping::Scheme("region".into()), None);
    let (key, africa) = &state.rows[0];
    assert!(matches!(key, RowKey::Group(0, name) if name.fr == "Afrique"), "{key:?}");
    let holders = HolderCounts { ipv4_only: 1, ipv6_only: 1, both: 1, asn_only: 1 };
    assert_eq!(africa.holders, Some(holders));
    assert_eq!(state.world.holders.map(|h| h.all()), Some(4));
    let nowhere = &state.rows.last().unwrap().1;
    assert_eq!(nowhere.of(Kind::Ipv6, Status::Available).space, 1 << 96);
    assert_eq!(nowhere.of(Kind::Ipv4, Status::Reserved).records, 1);
    assert_eq!(nowhere.delegated(Kind::Ipv4), Holding::default());
}

#[test]
fn rows_of_any_grouping_add_up_to_the_world() {
    for grouping in ["country", "rir", "region", "subregion", "itu-region", "ldc", "sids", "world"]
    {
        let grouping = Grouping::of_word(grouping, &Lists::default()).unwrap();
        let state = state(EXTENDED, &grouping, None);
        for kind in Kind::ALL {
            for status in Status::ALL {
                let mut sum = Holding::default();
                for (_, figures) in &state.rows {
                    sum += figures.of(kind, status);
                }
                assert_eq!(sum, state.world.of(kind, status), "{grouping:?}");
            }
        }
    }
}

#[test]
fn a_plain_file_knows_no_holders() {
    let plain: String = EXTENDED
        .lines()
        .map(|line| line.trim_end_matches(['a', 'b', 'c', 'd']).to_owned() + "\n")
        .collect();
    let plain = plain.replace("allocate|", "allocated|").replace("assigne|", "assigned|");
    let state = state(&plain, &Grouping::Country, None);
    assert_eq!((state.world.holders, state.world.without_id), (None, 7));
    assert_eq!(state.world.ipv6_concentration, None);
}

#[test]
fn concentration_is_that_of_the_definition() {
    let even = Concentration::of(vec![5; 20]).unwrap();
    assert!(even.gini.abs() < 1e-12);
    assert_eq!((even.top, even.whole), ([5, 25, 50], 100));
    // Of 0, 0, 0 and 1 the coefficient is 3/4; holders of nothing are none.
    let one = Concentration::of(vec![1]).unwrap();
    assert!(one.gini.abs() < 1e-12);
    let two = Concentration::of(vec![1, 3]).unwrap();
    assert!((two.gini - 0.25).abs() < 1e-12);
    assert_eq!(two.top, [3, 4, 4]);
    assert_eq!(Concentration::of(vec![]), None);
}
