//! What does it cost to touch each packet of a mapped capture, and nothing else?
//!
//! `cargo bench --bench floor` measures two captures of its own. With the path of
//! a little-endian pcap capture (`cargo bench --bench floor -- FILE`) it walks it
//! once, so that the whole process can be set beside a run over the same file.
//!
//! With the path of a capture in gzip or zstd it decompresses that, by the same
//! crates as a run and into a buffer that is used again: the floor of a compressed
//! capture.
//!
//! The walk reads the length and the first 64 bytes of each record, in sixteen
//! places by turns: the best found for small records and for large ones.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use v6share::capture::{Chain, Pcap};
use v6share::input::{Content, Map, Source, open};
use v6share::synth::{Recipe, Sizes, write};

/// Places that are read by turns.
const CURSORS: usize = 16;
/// Bytes between two of them.
const PIECE: usize = 4 << 20;
/// Bytes of a record's header.
const HEADER: usize = 16;
/// Bytes of a packet that are touched.
const TOUCHED: usize = 64;

/// Maps a capture and touches its packets; gives how many there are.
fn walk(path: &Path) -> u64 {
    let (stop, consumed) = (Arc::default(), Arc::default());
    let opened = open(&Source::at(path.to_owned()), &stop, &consumed).expect("a file");
    let Content::Mapped(map) = opened.content else { panic!("a file that can be mapped") };
    let (chain, first) = Pcap::open(map.bytes()).expect("a pcap capture");
    let mut packets = 0;
    let mut from = first;
    while from < map.bytes().len() {
        let until = (from / PIECE + CURSORS) * PIECE;
        map.populate(from..until);
        let (read, end) = walk_pieces(&map, &chain, from);
        map.release(from..end);
        packets += read;
        from = end;
    }
    packets
}

/// Walks some pieces by turns; gives the packets and where the last piece ended.
fn walk_pieces(map: &Map, chain: &Pcap, from: usize) -> (u64, usize) {
    let data = map.bytes();
    let piece = from / PIECE;
    let mut starts = [data.len(); CURSORS + 1];
    starts[0] = from;
    for (start, piece) in starts[1..].iter_mut().zip(piece + 1..) {
        let at = (piece * PIECE).min(data.len());
        *start = chain.guess(data, at).unwrap_or(data.len());
    }
    let mut at = [0; CURSORS];
    at.copy_from_slice(&starts[..CURSORS]);
    let (mut packets, mut sum) = (0, 0);
    let mut live = true;
    while live {
        live = false;
        for (at, end) in at.iter_mut().zip(&starts[1..]) {
            if *at < *end {
                live = true;
                packets += 1;
                *at = touch(data, *at, &mut sum);
            }
        }
    }
    black_box(sum);
    (packets, starts[CURSORS])
}

/// Touches one packet; gives where the next record begins.
#[inline(always)]
fn touch(data: &[u8], at: usize, sum: &mut u64) -> usize {
    let Some(window) = data[at..].first_chunk::<{ HEADER + TOUCHED }>() else {
        return data.len();
    };
    let captured = u32::from_le_bytes([window[8], window[9], window[10], window[11]]);
    // The first and the last word: the lines between them lie side by side.
    for place in [HEADER, HEADER + TOUCHED - 8] {
        let word: [u8; 8] = std::array::from_fn(|byte| window[place + byte]);
        *sum = sum.wrapping_add(u64::from_le_bytes(word));
    }
    at + HEADER + captured as usize
}

/// Decompresses a file and does nothing else; gives the bytes, or `None` where it is
/// in neither format.
fn decompress(path: &Path) -> Option<u64> {
    let mut file = File::open(path).expect("a file");
    let mut magic = [0; 4];
    file.read_exact(&mut magic).expect("a capture");
    file.rewind().expect("a file that can be read again");
    let mut plain: Box<dyn Read> = match magic {
        [0x1f, 0x8b, ..] => {
            let compressed = std::io::BufReader::with_capacity(1 << 18, file);
            Box::new(flate2::bufread::MultiGzDecoder::new(compressed))
        }
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::new(file).expect("a decoder")),
        _ => return None,
    };
    let (mut buffer, mut bytes) = (vec![0; 1 << 18], 0);
    loop {
        match plain.read(&mut buffer).expect("a sound file") {
            0 => return Some(bytes),
            read => bytes += black_box(&buffer[..read]).len() as u64,
        }
    }
}

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if let Some(path) = path {
        match decompress(Path::new(&path)) {
            Some(bytes) => println!("{bytes} bytes"),
            None => println!("{} packets", walk(Path::new(&path))),
        }
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let snap96 = Recipe { packets: 4_000_000, snap_len: 96, ..Recipe::default() };
    let full = Recipe { packets: 600_000, sizes: Sizes::Full, ..Recipe::default() };
    for (name, recipe) in [("snap96", snap96), ("full", full)] {
        let path = folder.path().join(name);
        let file = File::create(&path).expect("room for the captures");
        let mut file = std::io::BufWriter::with_capacity(2 << 20, file);
        write(&recipe, &mut file).expect("the recipes of the benches are sound");
        drop(file);
        assert_eq!(walk(&path), recipe.packets, "every packet is touched, or nothing is measured");
        let times = (0..9).map(|_| {
            let start = Instant::now();
            black_box(walk(&path));
            start.elapsed().as_secs_f64()
        });
        let best = times.fold(f64::INFINITY, f64::min);
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let each = best * 1e9 / recipe.packets as f64;
        println!("floor/{name}: {each:.1} ns a packet, the best of 9");
    }
}
