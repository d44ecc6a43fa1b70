//! Builds nfcapd files: headers, blocks, records.

use std::io::Write;

/// How a block is compressed, as the header of layout 2 numbers it.
pub(super) const COMPRESSIONS: [u8; 5] = [0, 1, 2, 3, 4];

/// A header of layout 2 with `blocks` blocks, one of them an appendix.
pub(super) fn header_2(compression: u8, encryption: u8, blocks: u32) -> Vec<u8> {
    let mut file = vec![0x0c, 0xa5, 2, 0];
    file.extend(0x0107_0100_u32.to_le_bytes());
    file.extend(1_700_000_000_u64.to_le_bytes());
    file.extend([compression, encryption]);
    file.extend(1_u16.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    file.extend(0_u64.to_le_bytes());
    file.extend(0_u32.to_le_bytes());
    file.extend((blocks - 1).to_le_bytes());
    file
}

/// A header of layout 1, with its totals left zero.
pub(super) fn header_1(flags: u32, blocks: u32) -> Vec<u8> {
    let mut file = vec![0x0c, 0xa5, 1, 0];
    file.extend(flags.to_le_bytes());
    file.extend(blocks.to_le_bytes());
    file.resize(276, 0);
    file
}

/// A block of `records`, compressed.
pub(super) fn block(kind: u16, compression: u8, records: &[Vec<u8>]) -> Vec<u8> {
    let content = compress(compression, &records.concat());
    let mut block = Vec::new();
    block.extend((records.len() as u32).to_le_bytes());
    block.extend((content.len() as u32).to_le_bytes());
    block.extend(kind.to_le_bytes());
    block.extend(0_u16.to_le_bytes());
    block.extend(content);
    block
}

fn compress(compression: u8, plain: &[u8]) -> Vec<u8> {
    match compression {
        0 => plain.to_vec(),
        1 => lzo(plain),
        2 => {
            let level = bzip2::Compression::fast();
            let mut writer = bzip2::write::BzEncoder::new(Vec::new(), level);
            writer.write_all(plain).unwrap();
            writer.finish().unwrap()
        }
        3 => lz4_flex::block::compress(plain),
        4 => zstd::bulk::compress(plain, 1).unwrap(),
        other => panic!("{other} is no compression"),
    }
}

/// LZO1X as simple as can be: literals, and a match where the last 32 octets come
/// again.
fn lzo(plain: &[u8]) -> Vec<u8> {
    const MATCH: usize = 32;
    let mut out = Vec::new();
    let (mut literals, mut at) = (Vec::new(), 0);
    let flush = |out: &mut Vec<u8>, literals: &mut Vec<u8>| {
        // Runs below four cannot stand alone; the caller sees to it.
        let run = literals.len() - 3;
        if run <= 15 {
            out.push(run as u8);
        } else {
            out.push(0);
            out.extend(vec![0; (run - 16) / 255]);
            out.push(((run - 16) % 255 + 1) as u8);
        }
        out.append(literals);
    };
    while at < plain.len() {
        let comes_again = literals.len() >= 4
            && at >= MATCH
            && plain.len() >= at + MATCH + 4
            && plain[at - MATCH..at] == plain[at..at + MATCH];
        if comes_again {
            flush(&mut out, &mut literals);
            // M3: length 2 + 30, distance 32.
            out.push(32 | (MATCH - 2) as u8);
            out.extend(((MATCH as u16 - 1) << 2).to_le_bytes());
            at += MATCH;
        } else {
            literals.push(plain[at]);
            at += 1;
        }
    }
    if (1..4).contains(&literals.len()) {
        panic!("the records leave {} octets", literals.len());
    }
    if !literals.is_empty() {
        flush(&mut out, &mut literals);
    }
    out.extend([0x11, 0, 0]);
    out
}

/// A record with its type and length in front.
pub(super) fn record(kind: u16, fields: &[u8]) -> Vec<u8> {
    let size = fields.len() as u16 + 4;
    [&kind.to_le_bytes()[..], &size.to_le_bytes(), fields].concat()
}

/// A flow record of layout 2: elements, exporter, flags and version.
pub(super) fn listed(elements: &[Vec<u8>], exporter: u16, flags: u8, version: u8) -> Vec<u8> {
    let mut fields = (elements.len() as u16).to_le_bytes().to_vec();
    fields.extend([3, 4]);
    fields.extend(exporter.to_le_bytes());
    fields.extend([flags, version]);
    fields.extend(elements.concat());
    record(11, &fields)
}

/// Element 1: times in ms, counters, ports and protocol.
pub(super) fn generic(times: [u64; 2], counts: [u64; 2], ports: [u16; 2], protocol: u8) -> Vec<u8> {
    let mut fields = Vec::new();
    for number in [times[0], times[1], 0, counts[0], counts[1]] {
        fields.extend(number.to_le_bytes());
    }
    fields.extend(ports[0].to_le_bytes());
    fields.extend(ports[1].to_le_bytes());
    fields.extend([protocol, 0, 0, 0]);
    record(1, &fields)
}

/// Element 2.
pub(super) fn v4(source: [u8; 4], destination: [u8; 4]) -> Vec<u8> {
    let words = [source, destination].map(|octets| u32::from_be_bytes(octets).to_le_bytes());
    record(2, &words.concat())
}

/// An IPv6 address as nfdump stores it.
pub(super) fn stored_v6(address: &str) -> Vec<u8> {
    let bits = u128::from(address.parse::<std::net::Ipv6Addr>().unwrap());
    bits.rotate_left(64).to_le_bytes().to_vec()
}

/// Element 3.
pub(super) fn v6(source: &str, destination: &str) -> Vec<u8> {
    record(3, &[stored_v6(source), stored_v6(destination)].concat())
}

/// An exporter record: NetFlow version, IPv4 address, number, domain.
pub(super) fn exporter(version: u32, address: [u8; 4], number: u16, domain: u32) -> Vec<u8> {
    let mut fields = version.to_le_bytes().to_vec();
    fields.extend([0; 8]);
    fields.extend(u32::from_be_bytes(address).to_le_bytes());
    fields.extend([0; 4]);
    fields.extend(2_u16.to_le_bytes());
    fields.extend(number.to_le_bytes());
    fields.extend(domain.to_le_bytes());
    record(7, &fields)
}

/// A sampler record of type 9.
pub(super) fn sampler(interval: u32, exporter: u16) -> Vec<u8> {
    let mut fields = (-1_i32).to_le_bytes().to_vec();
    fields.extend(interval.to_le_bytes());
    fields.extend([0, 0]);
    fields.extend(exporter.to_le_bytes());
    record(9, &fields)
}

/// A file of layout 2: an exporter, three flows, an appendix.
pub(super) fn sample_file(compression: u8) -> Vec<u8> {
    let times = [1_700_000_000_123, 1_700_000_060_456];
    let flows = [
        exporter(9, [192, 0, 2, 1], 7, 5),
        listed(
            &[generic(times, [10, 1500], [443, 50000], 6), v4([192, 0, 2, 9], [198, 51, 100, 1])],
            7,
            0,
            9,
        ),
        listed(
            &[generic(times, [20, 30_000], [53, 53], 17), v6("2001:db8::1", "2001:db8::2")],
            7,
            0,
            9,
        ),
        listed(
            &[generic(times, [1, 84], [0, 0x0800], 1), v4([192, 0, 2, 9], [198, 51, 100, 1])],
            7,
            2,
            9,
        ),
    ];
    let appendix = [record(0x8001, b"none\0"), record(0x8002, &[0; 136])];
    [header_2(compression, 0, 2), block(3, compression, &flows), block(3, compression, &appendix)]
        .concat()
}
