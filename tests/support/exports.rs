//! Streams of export datagrams that are random and the same every time, with their
//! totals. Built from the RFCs, without the library.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::cast_possible_truncation, reason = "small numbers that are made here")]
#![allow(unreachable_pub, reason = "it reads like the library that it stands in for")]

/// The formats that are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    NetFlow5,
    NetFlow9,
    Ipfix,
}

/// Flows, packets and octets of IPv4 and of IPv6.
pub type Totals = [[u64; 3]; 2];

/// Datagrams, and what they hold.
#[derive(Clone, Debug, Default)]
pub struct Export {
    pub datagrams: Vec<Vec<u8>>,
    pub totals: Totals,
}

/// Numbers that are the same every time (SplitMix64).
#[derive(Clone, Copy, Debug)]
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Elements and lengths that routers send for IPv4, in their usual order.
pub const USUAL4: &[(u16, usize)] = &[
    (8, 4),
    (12, 4),
    (15, 4),
    (10, 4),
    (14, 4),
    (2, 4),
    (1, 4),
    (22, 4),
    (21, 4),
    (7, 2),
    (11, 2),
    (6, 1),
    (4, 1),
    (5, 1),
    (16, 4),
    (17, 4),
    (9, 1),
    (13, 1),
    (61, 1),
];
/// The same for IPv6.
pub const USUAL6: &[(u16, usize)] = &[
    (27, 16),
    (28, 16),
    (62, 16),
    (10, 4),
    (14, 4),
    (2, 4),
    (1, 4),
    (22, 4),
    (21, 4),
    (7, 2),
    (11, 2),
    (6, 1),
    (4, 1),
    (5, 1),
    (16, 4),
    (17, 4),
    (29, 1),
    (30, 1),
    (61, 1),
];

fn be(bytes: &mut Vec<u8>, value: u64, octets: usize) {
    bytes.extend((0..octets).rev().map(|at| if at < 8 { (value >> (8 * at)) as u8 } else { 0 }));
}

/// The fields of a template in another order, and some with other lengths.
pub fn shuffled(fields: &[(u16, usize)], numbers: &mut Numbers) -> Vec<(u16, usize)> {
    let mut fields = fields.to_vec();
    for at in (1..fields.len()).rev() {
        fields.swap(at, numbers.below(at as u64 + 1) as usize);
    }
    for field in &mut fields {
        if matches!(field.0, 1 | 2) && numbers.below(2) == 0 {
            field.1 = 8;
        }
    }
    fields
}

fn record(
    bytes: &mut Vec<u8>,
    fields: &[(u16, usize)],
    family: usize,
    numbers: &mut Numbers,
    totals: &mut Totals,
) {
    let packets = 1 + numbers.below(100);
    let octets = packets * (40 + numbers.below(1400));
    for (sum, more) in totals[family].iter_mut().zip([1, packets, octets]) {
        *sum += more;
    }
    for (element, length) in fields {
        match element {
            1 => be(bytes, octets, *length),
            2 => be(bytes, packets, *length),
            4 => be(bytes, [6, 17, 1][numbers.below(3) as usize], *length),
            8 | 12 => be(bytes, 0x0a00_0000 + numbers.below(1 << 24), *length),
            27 | 28 => {
                be(bytes, 0x2001_0db8_0000_0000 + numbers.below(1 << 16), 8);
                be(bytes, numbers.next(), 8);
            }
            22 => be(bytes, 50_000 + numbers.below(5000), *length),
            21 => be(bytes, 56_000 + numbers.below(3000), *length),
            61 => be(bytes, numbers.below(2), *length),
            10 | 14 => be(bytes, numbers.below(64), *length),
            _ => be(bytes, numbers.next(), *length),
        }
    }
}

fn templates(format: Format, kinds: &[Vec<(u16, usize)>; 2]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, fields) in kinds.iter().enumerate() {
        be(&mut body, 256 + kind as u64, 2);
        be(&mut body, fields.len() as u64, 2);
        for (element, length) in fields {
            be(&mut body, (*element).into(), 2);
            be(&mut body, *length as u64, 2);
        }
    }
    let mut set = Vec::new();
    be(&mut set, if format == Format::Ipfix { 2 } else { 0 }, 2);
    be(&mut set, body.len() as u64 + 4, 2);
    [set, body].concat()
}

fn header(format: Format, sets: &[u8], count: u64, sequence: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    match format {
        Format::Ipfix => {
            be(&mut bytes, 10, 2);
            be(&mut bytes, 16 + sets.len() as u64, 2);
            be(&mut bytes, 1_700_000_000, 4);
            be(&mut bytes, sequence, 4);
            be(&mut bytes, 1, 4);
        }
        _ => {
            be(&mut bytes, if format == Format::NetFlow5 { 5 } else { 9 }, 2);
            be(&mut bytes, count, 2);
            be(&mut bytes, 60_000, 4);
            be(&mut bytes, 1_700_000_000, 4);
            if format == Format::NetFlow5 {
                be(&mut bytes, 0, 4);
            }
            be(&mut bytes, sequence, 4);
            be(&mut bytes, 0, 4);
        }
    }
    bytes.extend(sets);
    bytes
}

/// Datagrams with templates in the first one, then one set of records each, by
/// turns of IPv4 and of IPv6.
pub fn with_templates(
    format: Format,
    kinds: &[Vec<(u16, usize)>; 2],
    datagrams: usize,
    numbers: &mut Numbers,
) -> Export {
    let mut export = Export::default();
    export.datagrams.push(header(format, &templates(format, kinds), 2, 0));
    let mut sequence = 0;
    for datagram in 0..datagrams {
        let fields = &kinds[datagram % 2];
        let length: usize = fields.iter().map(|field| field.1).sum();
        let count = (1400 - 24) / length;
        let mut set = Vec::new();
        be(&mut set, 256 + (datagram % 2) as u64, 2);
        let padding = (4 - count * length % 4) % 4;
        be(&mut set, (4 + count * length + padding) as u64, 2);
        for _ in 0..count {
            record(&mut set, fields, datagram % 2, numbers, &mut export.totals);
        }
        be(&mut set, 0, padding);
        let number = if format == Format::Ipfix { sequence } else { datagram as u64 + 1 };
        export.datagrams.push(header(format, &set, count as u64, number));
        sequence += count as u64;
    }
    export
}

/// NetFlow v5 datagrams of 30 records.
pub fn netflow5(datagrams: usize, numbers: &mut Numbers) -> Export {
    const FIELDS: &[(u16, usize)] = &[
        (8, 4),
        (12, 4),
        (15, 4),
        (10, 2),
        (14, 2),
        (2, 4),
        (1, 4),
        (22, 4),
        (21, 4),
        (7, 2),
        (11, 2),
        (210, 1),
        (6, 1),
        (4, 1),
        (5, 1),
        (16, 2),
        (17, 2),
        (9, 1),
        (13, 1),
        (210, 2),
    ];
    let mut export = Export::default();
    for datagram in 0..datagrams {
        let mut records = Vec::new();
        for _ in 0..30 {
            record(&mut records, FIELDS, 0, numbers, &mut export.totals);
        }
        export.datagrams.push(header(Format::NetFlow5, &records, 30, datagram as u64 * 30));
    }
    export
}
