//! Results that were kept: what can be read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use v6share::summary::Summary;
use v6share::summary::store::{self, Reader};

fn read(bytes: Vec<u8>) -> Option<Summary> {
    let mut reader = Reader::default();
    store::read(bytes, |number, row| reader.take(number, &row)).ok()?;
    reader.finish().ok()
}

fuzz_target!(|data: &[u8]| {
    let Some(summary) = read(data.to_vec()) else { return };
    let Ok(rows) = summary.rows() else { return };
    let written = store::to_parquet(&rows).unwrap_or_else(|error| panic!("{error}"));
    let Some(again) = read(written) else { panic!("what was written cannot be read") };
    assert!(again.rows().is_ok_and(|other| other == rows), "other rows");
});
