//! Every capture read in other ways: in small pieces by several threads, and out
//! of a compressed stream. The result is the same.

use crate::oracle::{captures, corpus, read, read_with};
use rayon::prelude::*;
use std::fs;
use v6share::model::Side;
use v6share::pipeline::Options;
use v6share::summary::Summary;

#[test]
fn in_pieces_by_several_threads() {
    let Some(corpus) = corpus() else { return };
    captures(&corpus).par_iter().for_each(|row| {
        let path = corpus.join(row.file());
        let plain = read(&path, Side::Both);
        for piece in [100, 4_096, 70_000] {
            let options = Options { threads: 3, piece, ..Options::default() };
            let pieces = read_with(&path, Side::Both, &options);
            assert!(pieces == plain, "{} in pieces of {piece}", row.file());
        }
    });
}

/// All that does not say how the input was stored.
fn content(summary: &Summary) -> impl PartialEq + std::fmt::Debug + use<'_> {
    let input = &summary.inputs[0];
    let rows = (&summary.protocols, &summary.breakdowns, &summary.sizes);
    (input.format, input.status, input.bytes, &summary.account, &summary.anomalies, rows)
}

#[test]
fn out_of_a_compressed_stream() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let rows = captures(&corpus);
    rows.par_iter().enumerate().for_each(|(number, row)| {
        let path = corpus.join(row.file());
        let (plain, _) = read(&path, Side::Both);
        let bytes = fs::read(&path).unwrap();
        if plain.inputs[0].compression.is_some() || bytes.is_empty() {
            return;
        }
        let stored = folder.path().join(number.to_string());
        fs::write(&stored, zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
        let (streamed, _) = read(&stored, Side::Both);
        assert_eq!(streamed.inputs[0].compression, Some("zstd"), "{}", row.file());
        assert!(content(&streamed) == content(&plain), "{} as a stream", row.file());
        fs::remove_file(&stored).unwrap();
    });
}
