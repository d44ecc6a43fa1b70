//! Statistics of the address registries: pushed at once and in pieces, and made
//! into figures.
#![no_main]

use libfuzzer_sys::fuzz_target;
use v6share::registry::{
    Bin, Cells, Collection, Delegations, Diff, Grouping, Lists, NotStatistics, Reader, Selection,
    Series, pace,
};

/// Reads a file in pieces of so many bytes.
fn read(data: &[u8], piece: usize) -> (Collection, Result<usize, NotStatistics>) {
    let mut collection = Collection::default();
    let mut reader = Reader::new(&mut collection, "file");
    data.chunks(piece).for_each(|part| reader.push(part));
    let end = reader.finish();
    (collection, end)
}

/// Holds all that is kept of one reading against that of another.
fn assert_same(one: &Collection, other: &Collection) {
    assert_eq!(one.files, other.files);
    assert_eq!(one.sections, other.sections);
    assert_eq!(one.records, other.records);
    // Ids are numbers, which have names.
    for section in &one.sections {
        assert_eq!(one.registry(section.registry), other.registry(section.registry));
    }
    for record in &one.records {
        assert_eq!(one.registry(record.registry), other.registry(record.registry));
        let name = |of: &Collection| record.holder.map(|holder| of.holder(holder).to_owned());
        assert_eq!(name(one), name(other));
    }
}

fuzz_target!(|data: &[u8]| {
    let (collection, end) = read(data, data.len().max(1));
    let (again, also) = read(data, 1 + data.len() % 61);
    assert_eq!(end, also);
    assert_same(&collection, &again);
    assert!(collection.files.iter().all(|file| file.account.closed()));
    if end.is_err() {
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
    let diff = Diff::new(&delegations, &delegations);
    assert_eq!(diff.changes, [], "what is compared with itself does not change");
});
