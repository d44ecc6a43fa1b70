//! Statistics of the address registries: pushed at once and in pieces, and made
//! into figures.
#![no_main]

use libfuzzer_sys::fuzz_target;
use v6share::registry::{
    Bin, Cells, Collection, Delegations, Diff, Grouping, Lists, Reader, Selection, Series, pace,
};

/// Reads a file in pieces of so many bytes.
fn read(data: &[u8], piece: usize) -> (Collection, bool) {
    let mut collection = Collection::default();
    let mut reader = Reader::new(&mut collection, "file");
    data.chunks(piece).for_each(|part| reader.push(part));
    let is_one = reader.finish().is_ok();
    (collection, is_one)
}

fuzz_target!(|data: &[u8]| {
    let (collection, is_one) = read(data, data.len().max(1));
    let (again, also) = read(data, 1 + data.len() % 61);
    assert_eq!((is_one, collection.records.len()), (also, again.records.len()));
    if !is_one {
        return;
    }
    let lists = Lists::default();
    let selection = Selection::newest(&collection);
    let delegations = Delegations::new(&collection, &selection, None);
    for grouping in [Grouping::Country, Grouping::World, Grouping::Scheme("ldc".into())] {
        assert!(Cells::new(&delegations).state(&grouping, &lists, None).is_some());
        assert!(pace(&delegations, &grouping, &lists, Bin::Year, None).is_some());
        if Series::is_there(&collection) {
            assert!(Series::new(&collection, &grouping, &lists).is_some());
        }
    }
    let none = Diff::new(&delegations, &delegations);
    drop(none);
});
