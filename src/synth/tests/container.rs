//! Files are what their format says, in every variant.

use super::{Read, generate, read, variety};
use crate::model::{TimeSpan, Timestamp};
use crate::synth::{ByteOrder, FileFormat, Link, Recipe, Resolution, SynthError, write};
use std::io::{self, Write};

fn span(records: &[Read]) -> Option<TimeSpan> {
    let time = |read: &Read| Timestamp::from_nanoseconds(read.nanoseconds.try_into().unwrap());
    Some(TimeSpan { first: time(records.first()?), last: time(records.last()?) })
}

#[test]
fn every_variant_is_read_to_its_end() {
    for format in [FileFormat::Pcap, FileFormat::PcapNg] {
        for byte_order in [ByteOrder::Little, ByteOrder::Big] {
            for (resolution, tick) in [(Resolution::Micro, 1_000), (Resolution::Nano, 1)] {
                let recipe = Recipe { format, byte_order, resolution, packets: 700, ..variety() };
                let (octets, truth) = generate(&recipe);
                let records = read(&octets, tick);
                assert_eq!(records.len(), 700, "{format:?} {byte_order:?} {resolution:?}");
                assert_eq!(span(&records), truth.time);
                let wire: usize = records.iter().map(|read| read.original).sum();
                assert_eq!(wire as u128, truth.account.wire_octets);
                assert!(records.is_sorted_by_key(|read| read.nanoseconds));
            }
        }
    }
}

#[test]
fn the_interface_of_pcapng_says_resolution_and_snap_length() {
    use pcap_parser::{Block, Linktype, PcapNGSlice};
    let recipe = Recipe {
        format: FileFormat::PcapNg,
        resolution: Resolution::Nano,
        link: Link::LinuxSll,
        snap_len: 96,
        packets: 10,
        flows: 10,
        ..Recipe::default()
    };
    let (octets, _) = generate(&recipe);
    let slice = PcapNGSlice::from_slice(&octets).unwrap();
    let blocks: Vec<_> = slice.map(|block| block.unwrap()).collect();
    let pcap_parser::PcapBlockOwned::NG(Block::InterfaceDescription(interface)) = &blocks[1] else {
        panic!("no interface");
    };
    assert_eq!((interface.if_tsresol, interface.snaplen), (9, 96));
    assert_eq!(interface.linktype, Linktype::LINUX_SLL);
}

#[test]
fn a_snap_length_cuts_what_is_stored_and_nothing_else() {
    let whole = variety();
    for snap_len in [1, 13, 60, 96, 300, 1_514] {
        for format in [FileFormat::Pcap, FileFormat::PcapNg] {
            let cut = Recipe { snap_len, format, ..whole.clone() };
            let (long, mut truth) = generate(&Recipe { format, ..whole.clone() });
            let (short, cut_truth) = generate(&cut);
            for (long, short) in read(&long, 1_000).iter().zip(read(&short, 1_000)) {
                assert_eq!(long.original, short.original);
                let stored = long.original.min(snap_len as usize);
                assert_eq!(long.captured[..stored], short.captured);
            }
            truth.file_octets = cut_truth.file_octets;
            assert_eq!(truth, cut_truth);
        }
    }
}

#[test]
fn no_packets_make_an_empty_capture() {
    let recipe = Recipe { packets: 0, flows: 0, ..Recipe::default() };
    let (octets, truth) = generate(&recipe);
    assert_eq!(octets.len(), 24);
    assert_eq!(truth.time, None);
    assert!(truth.account.closed());
}

#[test]
fn nothing_is_written_of_a_recipe_that_cannot_be_followed() {
    use crate::synth::Sizes;
    for bad in [
        Recipe { flows: 0, ..Recipe::default() },
        Recipe { sizes: Sizes::Fixed(40), ..Recipe::default() },
    ] {
        let mut octets = Vec::new();
        write(&bad, &mut octets).unwrap_err();
        assert!(octets.is_empty());
    }
}

#[test]
fn an_output_that_refuses_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let error = write(&variety(), &mut Full).unwrap_err();
    assert!(matches!(error, SynthError::Io(error) if error.kind() == io::ErrorKind::StorageFull));
}
