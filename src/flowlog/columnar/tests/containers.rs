//! The same table in every container gives the same records.

use super::super::{ColumnarFormat, detect};
use super::build::{Way, read, read_in_steps, sample, table, text, ways, write};
use crate::flowlog::FlowReader;
use crate::flowlog::FlowStop;
use crate::flowlog::Window;
use crate::flowlog::columnar::ColumnarReader;
use crate::flowlog::kept_tests::Kept;
use crate::flowlog::text::TextOptions;
use crate::model::IpVersion;

#[test]
fn every_container_and_compression_gives_the_same_records() {
    let batches = [sample(), sample()];
    for way in ways() {
        let file = write(way, &batches);
        let format = detect(&file).unwrap();
        let expected = match way {
            Way::Parquet(_) => ColumnarFormat::Parquet,
            Way::File(_) => ColumnarFormat::ArrowFile,
            Way::Stream(_) => ColumnarFormat::ArrowStream,
        };
        assert_eq!(format, expected);
        let (kept, stop) = read(&file);
        assert_eq!(stop, None, "{way:?}");
        let families: Vec<_> = kept.flows.iter().map(|flow| flow.family.unwrap()).collect();
        let three = [IpVersion::V4, IpVersion::V6, IpVersion::V4];
        assert_eq!(families, [three, three].concat(), "{way:?}");
        assert_eq!(kept.flows.iter().map(|flow| flow.octets).sum::<u64>(), 12_000);
        for step in [1, 100, 1000] {
            assert_eq!(read_in_steps(format, &file, step), (kept.clone_flows(), None), "{way:?}");
        }
    }
}

impl Kept {
    /// The same flows, and nothing else.
    fn clone_flows(&self) -> Self {
        Self { flows: self.flows.clone(), ..Self::default() }
    }
}

#[test]
fn the_mapping_that_is_used_is_known() {
    let file = write(ways()[5], &[sample()]);
    let mut reader = ColumnarReader::new(ColumnarFormat::ArrowFile, &TextOptions::default());
    assert_eq!(reader.mapping(), None);
    let window = Window { data: &file, offset: 0, ended: true };
    reader.read(window, &mut Kept::default());
    assert_eq!(
        reader.mapping().unwrap().to_string(),
        "src=SrcAddr,dst=dst_addr,proto=proto,packets=packets,octets=bytes,start=start"
    );
    assert_eq!(reader.format(), "arrow-file");
}

#[test]
fn a_missing_column_is_named_with_those_there_are() {
    for way in ways() {
        let file = write(way, &[table(vec![("src", text(&["192.0.2.1"])), ("n", text(&["1"]))])]);
        let (kept, stop) = read(&file);
        assert!(kept.flows.is_empty());
        let Some(FlowStop::Malformed { what, .. }) = stop else { panic!("{stop:?}") };
        assert!(what.starts_with("no column is known for the destination address (dst)"), "{what}");
        assert!(what.contains("the columns there are: src, n; name the right one with --map"));
    }
}

#[test]
fn an_empty_table_is_no_error() {
    for way in ways() {
        let file = write(way, &[sample().slice(0, 0)]);
        assert_eq!(read(&file), (Kept::default(), None), "{way:?}");
    }
}

#[test]
fn a_sink_that_has_enough_ends_the_reading() {
    for way in ways() {
        let file = write(way, &[sample(), sample()]);
        let mut kept = Kept { enough: Some(2), ..Kept::default() };
        let mut reader = ColumnarReader::new(detect(&file).unwrap(), &TextOptions::default());
        let progress = reader.read(Window { data: &file, offset: 0, ended: true }, &mut kept);
        assert_eq!((progress.stop, kept.flows.len()), (Some(FlowStop::Sink), 2), "{way:?}");
    }
}

#[test]
fn encrypted_files_are_named_and_whole_ones_waited_for() {
    let mut file = write(ways()[0], &[sample()]);
    let end = file.len();
    file[end - 4..].copy_from_slice(b"PARE");
    let Some(FlowStop::Malformed { what, .. }) = read(&file).1 else { panic!() };
    assert!(what.starts_with("an encrypted Parquet file: write it"), "{what}");
    // A window that has not ended asks for more.
    let mut reader = ColumnarReader::new(ColumnarFormat::Parquet, &TextOptions::default());
    let progress =
        reader.read(Window { data: &file, offset: 0, ended: false }, &mut Kept::default());
    assert_eq!((progress.consumed, progress.stop), (0, None));
}

#[test]
fn what_is_no_table_is_not_taken_for_one() {
    for bytes in [&b"PAR"[..], b"ARROW", &[0xff; 64], b"\xff\xff\xff\xff\x08\0\0\0\x10\0\0\0", b""]
    {
        assert_eq!(detect(bytes), None, "{bytes:?}");
    }
}
