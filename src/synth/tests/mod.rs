//! Tests of whole captures, read again by parsers that are not ours.

mod container;
mod determinism;
mod frames;
mod mechanisms;
mod mixture;

use super::{Link, Recipe, Truth, write};
use pcap_parser::{PcapBlockOwned, PcapError, create_reader};
use std::io::Cursor;

/// A record as pcap-parser reads it.
#[derive(Debug)]
struct Read {
    nanoseconds: u64,
    original: usize,
    captured: Vec<u8>,
}

/// A small capture in all its variety, over Ethernet.
fn variety() -> Recipe {
    let mut recipe = Recipe {
        packets: 6_000,
        flows: 1_000,
        prefixes: 60,
        vlan: 0.15,
        qinq: 0.15,
        mpls: 0.15,
        pppoe: 0.15,
        extension_headers: 0.2,
        fragments: 0.2,
        non_ip: 0.05,
        keep_prefix_truth: true,
        ..Recipe::default()
    };
    recipe.protocols.tcp = 0.61;
    recipe.protocols.other = 0.2;
    for (_, part) in recipe.tunnels.parts_mut() {
        *part = 0.02;
    }
    recipe
}

/// A capture without a link layer in which all packets go by this mechanism.
fn all_by(mechanism: &str, packets: u64) -> Recipe {
    let link = Link::Raw;
    let mut recipe = Recipe { packets, flows: 100, prefixes: 20, link, ..Recipe::default() };
    for (known, part) in recipe.tunnels.parts_mut() {
        *part = if known.key() == mechanism { 1.0 } else { 0.0 };
    }
    recipe
}

fn generate(recipe: &Recipe) -> (Vec<u8>, Truth) {
    let mut octets = Vec::new();
    let truth = write(recipe, &mut octets).unwrap();
    assert_eq!(truth.file_octets, octets.len() as u64);
    (octets, truth)
}

/// Reads a capture, whose ticks have so many nanoseconds.
fn read(octets: &[u8], tick: u64) -> Vec<Read> {
    let mut reader = create_reader(1 << 20, Cursor::new(octets)).unwrap();
    let mut records = Vec::new();
    loop {
        match reader.next() {
            Ok((used, block)) => {
                records.extend(record(&block, tick));
                reader.consume(used);
            }
            Err(PcapError::Eof) => return records,
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(error) => panic!("after {} records: {error:?}", records.len()),
        }
    }
}

fn record(block: &PcapBlockOwned<'_>, tick: u64) -> Option<Read> {
    use pcap_parser::Block;
    let (nanoseconds, original, captured) = match block {
        PcapBlockOwned::Legacy(b) => {
            let nanoseconds = u64::from(b.ts_sec) * 1_000_000_000 + u64::from(b.ts_usec) * tick;
            (nanoseconds, b.origlen, b.data)
        }
        PcapBlockOwned::NG(Block::EnhancedPacket(b)) => {
            let ticks = u64::from(b.ts_high) << 32 | u64::from(b.ts_low);
            (ticks * tick, b.origlen, &b.data[..b.caplen as usize])
        }
        _ => return None,
    };
    Some(Read { nanoseconds, original: original as usize, captured: captured.to_vec() })
}
