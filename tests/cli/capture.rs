//! Captures written byte by byte, with totals that are known without reading
//! them: no code of the program takes part.

use std::io::Write;
use std::ops::AddAssign;

/// The totals of a capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) records: u64,
    pub(crate) v4_packets: u64,
    pub(crate) v4_octets: u64,
    pub(crate) v6_packets: u64,
    pub(crate) v6_octets: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.v4_packets += other.v4_packets;
        self.v4_octets += other.v4_octets;
        self.v6_packets += other.v6_packets;
        self.v6_octets += other.v6_octets;
    }
}

/// A UDP packet in IPv4 in Ethernet, from 192.0.`net`.1 to 198.51.100.7, of
/// `octets` by its header.
pub(crate) fn ipv4(net: u8, octets: u16) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00];
    frame.extend([0x45, 0]);
    frame.extend(octets.to_be_bytes());
    frame.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, net, 1, 198, 51, 100, 7]);
    frame.extend([0x9c, 0x40, 0x27, 0x0f]);
    frame.resize(14 + usize::from(octets), 0);
    frame
}

/// A TCP segment in IPv6 in Ethernet, from 2001:db8:`net`::1 to 2001:db8:ffff::7,
/// of `octets` with its header.
pub(crate) fn ipv6(net: u8, octets: u16) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd];
    frame.extend([0x60, 0, 0, 0]);
    frame.extend((octets - 40).to_be_bytes());
    frame.extend([6, 64]);
    frame.extend([0x20, 1, 0x0d, 0xb8, 0, net, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    frame.extend([0x20, 1, 0x0d, 0xb8, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    frame.extend([0x9c, 0x40, 0x27, 0x0f]);
    frame.resize(14 + usize::from(octets), 0);
    frame
}

/// The packet with a number of its own, so that it is no copy of another: in the
/// identification of IPv4, in the payload of IPv6.
pub(crate) fn numbered(number: u32, mut frame: Vec<u8>) -> Vec<u8> {
    let place = if frame[12] == 0x08 { 18..20 } else { 56..60 };
    let octets = number.to_be_bytes();
    let len = place.len();
    frame[place].copy_from_slice(&octets[4 - len..]);
    frame
}

/// An ARP request.
pub(crate) fn arp() -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([2, 0, 0, 0, 0, 2, 0x08, 0x06]);
    frame.extend([0, 1, 8, 0, 6, 4, 0, 1]);
    frame.resize(60, 0);
    frame
}

/// The file header of a little-endian pcap of Ethernet in microseconds.
pub(crate) fn file_header() -> Vec<u8> {
    let mut header = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    header.resize(16, 0);
    header.extend(262_144_u32.to_le_bytes());
    header.extend(1_u32.to_le_bytes());
    header
}

/// A record: the frame stored whole, in a second of its own.
pub(crate) fn record(second: u32, frame: &[u8]) -> Vec<u8> {
    let len = u32::try_from(frame.len()).expect("frames are small").to_le_bytes();
    let time = (1_700_000_000 + second).to_le_bytes();
    [&time, &[0; 4], &len, &len, frame].concat()
}

/// A pcap of frames.
pub(crate) fn pcap<F: AsRef<[u8]>>(frames: impl IntoIterator<Item = F>) -> Vec<u8> {
    let mut file = file_header();
    for (second, frame) in (0..).zip(frames) {
        file.extend(record(second, frame.as_ref()));
    }
    file
}

/// A small capture that differs with `seed`, and its totals.
pub(crate) fn small(seed: u16) -> (Vec<u8>, Counts) {
    let (v4, v6) = (seed % 5 + 1, seed % 3);
    let net = seed.to_be_bytes()[1];
    let mut frames = vec![ipv4(net, 100 + seed); v4.into()];
    frames.extend(vec![ipv6(net, 200 + seed); v6.into()]);
    let mut frames: Vec<_> =
        (0..).zip(frames).map(|(number, frame)| numbered(number, frame)).collect();
    frames.push(arp());
    let counts = Counts {
        records: u64::from(v4 + v6) + 1,
        v4_packets: v4.into(),
        v4_octets: u64::from(v4) * u64::from(100 + seed),
        v6_packets: v6.into(),
        v6_octets: u64::from(v6) * u64::from(200 + seed),
    };
    (pcap(frames), counts)
}

/// A capture of `pairs` packets of either family in turn, each from one of 200
/// networks, and its totals.
pub(crate) fn pairs(pairs: u32) -> (Vec<u8>, Counts) {
    let mut file = file_header();
    for pair in 0..pairs {
        let net = u8::try_from(pair % 200).expect("less than 200");
        file.extend(record(pair, &numbered(pair, ipv4(net, 60))));
        file.extend(record(pair, &numbered(pair, ipv6(net, 80))));
    }
    let each = u64::from(pairs);
    let counts = Counts {
        records: 2 * each,
        v4_packets: each,
        v4_octets: each * 60,
        v6_packets: each,
        v6_octets: each * 80,
    };
    (file, counts)
}

/// Every compression, by its key in the report.
pub(crate) const COMPRESSIONS: [&str; 5] = ["gzip", "zstd", "xz", "bzip2", "lz4"];

/// `bytes` compressed, by the key of the compression.
pub(crate) fn compressed(key: &str, bytes: &[u8]) -> Vec<u8> {
    match key {
        "gzip" => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(bytes).expect("a Vec takes all");
            out.finish().expect("a Vec takes all")
        }
        "zstd" => zstd::encode_all(bytes, 1).expect("a Vec takes all"),
        "xz" => {
            let mut out = liblzma::write::XzEncoder::new(Vec::new(), 1);
            out.write_all(bytes).expect("a Vec takes all");
            out.finish().expect("a Vec takes all")
        }
        "bzip2" => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(bytes).expect("a Vec takes all");
            out.finish().expect("a Vec takes all")
        }
        "lz4" => {
            let mut out = lz4_flex::frame::FrameEncoder::new(Vec::new());
            out.write_all(bytes).expect("a Vec takes all");
            out.finish().expect("a Vec takes all")
        }
        other => panic!("no compression {other}"),
    }
}

/// A pcapng of Ethernet frames in one section with one interface.
pub(crate) fn pcapng<F: AsRef<[u8]>>(frames: impl IntoIterator<Item = F>) -> Vec<u8> {
    let block = |kind: u32, body: &[u8]| {
        let len = u32::try_from(body.len() + 12).expect("blocks are small").to_le_bytes();
        [&kind.to_le_bytes(), &len, body, &len].concat()
    };
    let mut section = vec![0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0];
    section.extend([0xff; 8]);
    let mut file = block(0x0a0d_0d0a, &section);
    file.extend(block(1, &[1, 0, 0, 0, 0, 0, 4, 0]));
    for frame in frames {
        let frame = frame.as_ref();
        let len = u32::try_from(frame.len()).expect("frames are small").to_le_bytes();
        let mut body = [&[0; 12][..], &len, &len, frame].concat();
        body.resize(body.len().next_multiple_of(4), 0);
        file.extend(block(6, &body));
    }
    file
}
