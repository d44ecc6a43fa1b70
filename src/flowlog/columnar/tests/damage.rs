//! Files that are cut or flipped: no panic, and trouble is told.

use super::build::{Way, read, sample, ways, write};
use crate::flowlog::FlowStop;

#[test]
fn every_truncation_is_told() {
    for way in ways() {
        let file = write(way, &[sample(), sample()]);
        let mut complete = 0;
        for cut in 16..file.len() {
            let (kept, stop) = read(&file[..cut]);
            assert!(kept.flows.len() % 3 == 0, "whole batches");
            match (way, stop) {
                (Way::Parquet(_), Some(FlowStop::Malformed { what, .. })) => {
                    assert!(what.starts_with("a Parquet file without its end"), "{what}");
                }
                // A table of contents that follows whole batches says nothing new.
                (Way::File(_) | Way::Stream(_), None) => complete += 1,
                (
                    Way::File(_) | Way::Stream(_),
                    Some(FlowStop::CutShort { needed, present, .. }),
                ) => {
                    assert!(needed > present);
                }
                (way, other) => panic!("{way:?} cut at {cut}: {other:?}"),
            }
        }
        // A stream may end after any message: the schema, and each batch.
        assert!(matches!(way, Way::Parquet(_) | Way::File(_)) || complete >= 3, "{way:?}");
    }
}

#[test]
fn flipped_bits_never_panic() {
    for way in ways() {
        let file = write(way, &[sample()]);
        for at in 0..file.len() {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << (at * 5 % 8);
            if super::super::detect(&flipped).is_some() {
                let (kept, _) = read(&flipped);
                assert!(kept.records() <= 64, "{way:?} {at}");
            }
        }
    }
}
