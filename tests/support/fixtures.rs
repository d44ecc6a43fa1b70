//! The inputs of `fixtures/`, from code: what stands there can be read here.
//! `V6SHARE_REWRITE=1 cargo test --test golden` writes them anew.

use super::{ByteOrder, Interface, Packet, PcapFile, PcapNgFile, Record};
use std::io::Write;
use v6share::synth::{
    FileFormat, FlowFormat, ProtocolMix, Recipe, Sizes, Truth, TunnelMix, write, write_flows,
};

/// A folder of `fixtures/` and the inputs in it.
pub struct Fixture {
    pub name: &'static str,
    pub inputs: Vec<(&'static str, Vec<u8>)>,
}

/// The folder of the capture with every mechanism.
pub const CONFIGURED: &str = "tunnels-configured";

/// All that are made by code, but those that are [`generated`].
pub fn all() -> Vec<Fixture> {
    let one = |name, input, bytes| Fixture { name, inputs: vec![(input, bytes)] };
    vec![
        one("tagged", "input.pcap", tagged()),
        one("sections", "input.pcapng", sections()),
        one("snap96", "input.pcap", snap96()),
        one("cut-headers", "input.pcapng", cut_headers()),
        one("extension-headers", "input.pcap", extension_headers()),
        one("lengths", "input.pcap", lengths()),
        one("big-endian-nanosecond", "input.pcap", ordinary(nanosecond())),
        one("modified", "input.pcap", ordinary(PcapFile::new(1).modified())),
        one("version-2.2", "input.pcap", ordinary(PcapFile::new(1).version(2, 2).snap_len(60))),
        one("damaged", "input.pcapng", damaged()),
        one("header-only", "input.pcap", PcapFile::new(1).bytes()),
        Fixture { name: "links", inputs: links() },
        Fixture { name: "unsupported-link", inputs: unsupported() },
        Fixture { name: "compressed", inputs: compressed() },
    ]
}

/// The capture of the README: what the generator means by ordinary traffic,
/// with the first 128 octets of each frame. Its truth is the generator's.
fn mixed() -> Recipe {
    Recipe {
        seed: 2026,
        packets: 400,
        flows: 60,
        prefixes: 12,
        sizes: Sizes::Imix,
        protocols: ProtocolMix { tcp: 0.70, udp: 0.24, icmp: 0.06, other: 0.0 },
        non_ip: 0.03,
        snap_len: 128,
        interval_ns: 7_000_000,
        ..Recipe::default()
    }
}

/// Every tunnel that says what is inside, and NAT64, some of them behind VLAN tags
/// and MPLS labels, and native traffic between.
fn tunnels() -> Recipe {
    let part = 0.035;
    Recipe {
        seed: 41,
        packets: 800,
        flows: 320,
        prefixes: 20,
        protocols: ProtocolMix { tcp: 0.5, udp: 0.3, icmp: 0.1, other: 0.1 },
        vlan: 0.2,
        mpls: 0.1,
        tunnels: in_plain_sight(part),
        snap_len: 192,
        interval_ns: 1_000_000,
        ..Recipe::default()
    }
}

/// A part for each mechanism that says what is inside and needs no configuration, and
/// for NAT64.
fn in_plain_sight(part: f64) -> TunnelMix {
    TunnelMix {
        six_in_four: part,
        six_to_four: part,
        isatap: part,
        teredo: part,
        four_in_six: part,
        ip_ip: part,
        six_in_six: part,
        gre: part,
        vxlan: part,
        geneve: part,
        gtp_u: part,
        ayiya: part,
        nvgre: part,
        vxlan_gpe: part,
        l2tp: part,
        ether_ip: part,
        mpls_in_ip: part,
        mpls_in_udp: part,
        lisp: part,
        capwap: part,
        srv6: part,
        ah: part,
        nat64: part,
        ..TunnelMix::default()
    }
}

/// Every mechanism there is: beside those of [`tunnels`] those that a configured
/// prefix alone tells, and those that hide what is inside (ESP is among the other
/// protocols).
fn tunnels_configured() -> Recipe {
    let part = 0.0275;
    Recipe {
        seed: 3,
        packets: 480,
        flows: 240,
        protocols: ProtocolMix { tcp: 0.4, udp: 0.2, icmp: 0.1, other: 0.3 },
        tunnels: TunnelMix {
            six_rd: part,
            ds_lite: part,
            lw4o6: part,
            map_e: part,
            map_t: part,
            xlat464: part,
            siit_dc: part,
            ip_comp: part,
            wire_guard: part,
            ..in_plain_sight(part)
        },
        snap_len: 144,
        ..tunnels()
    }
}

/// The same traffic in other containers, and as the flow records of it.
fn small(format: FileFormat) -> Recipe {
    Recipe {
        seed: 7,
        packets: 120,
        flows: 24,
        prefixes: 8,
        // Zeek has names for these alone.
        protocols: ProtocolMix { tcp: 0.7, udp: 0.2, icmp: 0.1, other: 0.0 },
        vlan: 0.2,
        non_ip: 0.05,
        snap_len: 96,
        format,
        interval_ns: 5_000_000,
        ..Recipe::default()
    }
}

/// The formats of flow records, and what their folders and inputs are called.
const FLOWS: [(&str, &str, FlowFormat); 9] = [
    ("flows-csv", "input.csv", FlowFormat::Csv),
    ("flows-ipfix", "input.ipfix", FlowFormat::Ipfix),
    ("flows-json-lines", "input.jsonl", FlowFormat::JsonLines),
    ("flows-netflow5", "input.netflow5", FlowFormat::NetFlow5),
    ("flows-netflow9", "input.netflow9", FlowFormat::NetFlow9),
    ("flows-nfcapd", "input.nfcapd", FlowFormat::Nfcapd),
    ("flows-sflow", "input.sflow", FlowFormat::Sflow),
    ("flows-vpc", "input.log", FlowFormat::Vpc),
    ("flows-zeek", "input.log", FlowFormat::Zeek),
];

/// What the generator makes: folder, input, bytes and truth.
pub fn generated() -> Vec<(&'static str, &'static str, Vec<u8>, Truth)> {
    let capture = |name, input, recipe: Recipe| {
        let mut bytes = Vec::new();
        let truth = write(&recipe, &mut bytes).expect("the recipe is sound");
        (name, input, bytes, truth)
    };
    let mut all = vec![
        capture("mixed", "input.pcap", mixed()),
        capture("tunnels", "input.pcap", tunnels()),
        capture(CONFIGURED, "input.pcap", tunnels_configured()),
        capture("erf", "input.erf", small(FileFormat::Erf)),
        capture("snoop", "input.snoop", small(FileFormat::Snoop)),
    ];
    for (name, input, format) in FLOWS {
        let mut bytes = Vec::new();
        let recipe = small(FileFormat::Pcap);
        let truth = write_flows(&recipe, format, 3, &mut bytes).expect("the recipe is sound");
        all.push((name, input, bytes, truth));
    }
    all
}

const A4: &str = "192.0.2.1";
const B4: &str = "198.51.100.2";
const A6: &str = "2001:db8:1::1";
const B6: &str = "2001:db8:2::2";

fn v4() -> Packet {
    Packet::ethernet().ipv4(A4, B4)
}

fn v6() -> Packet {
    Packet::ethernet().ipv6(A6, B6)
}

/// Records a second apart.
fn timed(packets: Vec<Packet>) -> Vec<Record> {
    let record = |(second, packet): (u64, Packet)| packet.record().at(second * 1_000_000_000);
    (0..).zip(packets).map(record).collect()
}

/// Four packets, 228 octets of IPv4 in two of them, 268 of IPv6, and ARP.
fn ordinary(file: PcapFile) -> Vec<u8> {
    many_ordinary(file, 1)
}

/// The same five frames again and again, a second apart.
fn many_ordinary(file: PcapFile, rounds: usize) -> Vec<u8> {
    let packets = [
        v4().udp(40_000, 53).payload(100),
        v6().tcp(40_000, 443).payload(100),
        v4().tcp(443, 40_000).payload(60),
        v6().udp(40_000, 443).payload(60),
        Packet::ethernet().arp().padded_to(60),
    ];
    let packets: Vec<_> = packets.iter().cycle().take(5 * rounds).map(Packet::record).collect();
    let at = |(n, record): (u64, Record)| record.at(n * 1_000_000_000 + 123_456_789);
    file.add_all((0..).zip(packets).map(at)).bytes()
}

fn nanosecond() -> PcapFile {
    PcapFile::new(1).order(ByteOrder::Big).nanoseconds()
}

fn tagged() -> Vec<u8> {
    let e = Packet::ethernet;
    PcapFile::new(1)
        .add_all(timed(vec![
            e().vlan(5).ipv4(A4, B4).udp(1000, 2000).payload(72),
            e().vlan(5).ipv6(A6, B6).udp(1000, 2000).payload(52),
            e().service_vlan(7).vlan(5).ipv6(A6, B6).tcp(1000, 443).payload(140),
            e().service_vlan(7).service_vlan(8).vlan(5).ipv4(A4, B4).tcp(1000, 443).payload(60),
            e().mpls(16).ipv4(A4, B4).udp(1000, 2000).payload(72),
            e().mpls(16).mpls(17).mpls(18).ipv6(A6, B6).udp(1000, 2000).payload(52),
            e().mpls(2).ipv6(A6, B6).icmpv6(128).payload(52),
            e().pppoe().ipv4(A4, B4).icmp(8).payload(72),
            e().vlan(5).pppoe().ipv6(A6, B6).udp(1000, 2000).payload(52),
            e().pppoe().data(&[1, 1, 0, 4]).padded_to(60),
            e().snap_header().ipv4(A4, B4).udp(1000, 2000).payload(72),
            e().vlan(5).arp().padded_to(60),
        ]))
        .bytes()
}

/// Three sections; the same moments in four resolutions, with two offsets.
fn sections() -> Vec<u8> {
    let file = PcapNgFile::new(ByteOrder::Little)
        .interface(Interface::new(1))
        .interface(Interface::new(101).resolution(9).offset(1_000_000_000));
    let raw = || Packet::raw().ipv6(A6, B6).udp(1000, 2000).payload(52);
    let record = |packet: Packet, second: u64| packet.record().at(second * 1_000_000_000);
    let file = file
        .enhanced(0, record(v4().udp(1000, 2000).payload(72), 1))
        .custom(b"a block that nobody needs")
        .enhanced(1, record(raw(), 2))
        .simple(v4().udp(1000, 2000).payload(72))
        .obsolete(1, record(raw(), 3));
    let file = file
        .section(ByteOrder::Big)
        .interface(Interface::new(101).resolution(3))
        .interface(Interface::new(1).resolution(0x80 | 10).offset(-3_600).fcs_len(4));
    let offloaded = v6().payload_length(0).tcp(1000, 443).payload(940).trailing(4);
    let file = file
        .enhanced(0, record(raw(), 4))
        .enhanced(1, record(offloaded, 5))
        .enhanced(2, record(v4().udp(1, 2), 6))
        .block(0x8000_0001, b"local use")
        .tell_length();
    let file = file
        .section(ByteOrder::Little)
        .interface(Interface::new(1).resolution(12).offset(1_767_225_600));
    file.enhanced(0, record(v4().tcp(1000, 443).payload(60), 7)).bytes()
}

/// Whole headers in 96 octets, of packets up to 1,500.
fn snap96() -> Vec<u8> {
    let file = PcapFile::new(1).snap_len(96);
    let packets = vec![
        v4().tcp(443, 40_000).payload(1_460),
        v6().tcp(443, 40_000).payload(1_440),
        v4().udp(53, 40_000).payload(472),
        v6().hop_by_hop(&[]).destination_options(&[]).udp(53, 40_000).payload(476),
        // The second header of the chain lies beyond the snap length, and it is
        // what names the protocol: still IPv6, protocol unknown.
        v6().hop_by_hop(&[0; 62]).destination_options(&[]).tcp(1, 2).payload(868),
        // Here the first one is cut too, but it names the protocol.
        v6().hop_by_hop(&[0; 62]).tcp(1, 2).payload(876),
        Packet::ethernet().arp().padded_to(60),
    ];
    file.add_all(timed(packets)).bytes()
}

/// Frames cut within each of their headers.
fn cut_headers() -> Vec<u8> {
    let file = PcapNgFile::new(ByteOrder::Little).interface(Interface::new(1));
    let whole = [v4().tcp(1000, 443).payload(960), v6().tcp(1000, 443).payload(940)];
    let cuts = [0, 13, 14, 17, 18, 20, 30, 33, 34, 36, 38, 53, 54, 58, 1_014];
    let all = whole.iter().flat_map(|packet| cuts.map(|cut| packet.record().snap(cut)));
    file.enhanced_all(0, all).bytes()
}

fn extension_headers() -> Vec<u8> {
    let every = v6().hop_by_hop(&[]).destination_options(&[]).routing(&[0; 22]);
    PcapFile::new(1)
        .add_all(timed(vec![
            v6().hop_by_hop(&[5, 2, 0, 0]).icmpv6(143).payload(84),
            every.fragment(0, false).ah(12).tcp(1000, 443).payload(76),
            v6().extension(135, &[0; 14]),
            v6().extension(139, &[0; 38]).tcp(1000, 443),
            v6().extension(140, &[0; 6]).tcp(1000, 443),
            v6().destination_options(&[]).esp().payload(144),
            v6().fragment(0, true).udp(1000, 2000).payload(1_440),
            v6().fragment(181, false).protocol(17).payload(152),
            v6().fragment(2, false).destination_options(&[]).payload(144),
            v4().fragment_at(0, true).udp(1000, 2000).payload(1_472),
            v4().fragment_at(185, false).protocol(17).payload(180),
            v4().options(&[7, 7, 4, 0, 0, 0, 0]).tcp(1000, 443).payload(152),
            v4().ah(12).tcp(1000, 443).payload(136),
            v4().esp().payload(172),
        ]))
        .bytes()
}

fn lengths() -> Vec<u8> {
    PcapFile::new(1)
        .add_all(timed(vec![
            // Offload: 1000 octets by the frame.
            v4().total_length(0).tcp(1000, 443).payload(960),
            v6().payload_length(0).tcp(1000, 443).payload(940),
            // A frame of the smallest size: nothing but the header.
            v6().payload_length(0).protocol(6).padded_to(60),
            v6().payload_length(0).protocol(59).payload(960),
            // 70,040 octets by the option; the frame has 104.
            v6().jumbo(70_000).udp(1000, 2000).payload(48),
            // 1000 octets by the header; the frame has 100.
            v4().total_length(1_000).udp(1000, 2000).payload(72),
            v6().payload_length(960).udp(1000, 2000).payload(52),
            // Padding and what follows are no octets.
            v4().udp(1000, 2000).payload(2).padded_to(60),
            v6().udp(1000, 2000).payload(52).trailing(900),
            // A header that contradicts itself.
            v4().header_words(4).udp(1000, 2000).payload(72),
            v4().total_length(12).udp(1000, 2000).payload(72),
            // EtherType and version disagree: in neither family.
            v4().version(6).udp(1000, 2000).payload(72),
            v6().version(4).udp(1000, 2000).payload(52),
        ]))
        // Captured 142 octets of 114.
        .add(v4().udp(1000, 2000).payload(72).trailing(28).record().original(114))
        .bytes()
}

/// The same capture again, with damage between two packets.
fn damaged() -> Vec<u8> {
    let file = PcapNgFile::new(ByteOrder::Little).interface(Interface::new(1));
    let three =
        || timed(vec![v4().udp(1, 2).payload(72), v6().udp(1, 2).payload(52), v4().icmp(8)]);
    let file = file.enhanced_all(0, three());
    // A block of 16 bytes that claims 20 at its end.
    let damage = [6, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0];
    file.damage(&damage).enhanced_all(0, three()).bytes()
}

fn links() -> Vec<(&'static str, Vec<u8>)> {
    let names = [
        "input-raw.pcap",
        "input-ipv4.pcap",
        "input-ipv6.pcap",
        "input-sll.pcap",
        "input-sll2.pcap",
        "input-null-little.pcap",
        "input-null-big.pcap",
        "input-ppp.pcap",
    ];
    let links = [
        Packet::raw(),
        Packet::raw_ipv4(),
        Packet::raw_ipv6(),
        Packet::sll(),
        Packet::sll2(),
        Packet::null(ByteOrder::Little),
        Packet::null(ByteOrder::Big),
        Packet::ppp(),
    ];
    let file = |link: Packet| {
        let file = PcapFile::new(link.link_type());
        let v4 = link.clone().ipv4(A4, B4).udp(1000, 2000).payload(72);
        let v6 = link.ipv6(A6, B6).udp(1000, 2000).payload(152);
        file.add_all(timed(vec![v4, v6])).bytes()
    };
    names.into_iter().zip(links.map(file)).collect()
}

fn unsupported() -> Vec<(&'static str, Vec<u8>)> {
    let file = |link_type: u16| {
        let looks_like_ip = Packet::on(link_type).ipv4(A4, B4).udp(1, 2).payload(72);
        PcapFile::new(link_type).add_all(timed(vec![looks_like_ip; 3])).bytes()
    };
    let mixed = PcapNgFile::new(ByteOrder::Little)
        .interface(Interface::new(147))
        .interface(Interface::new(1))
        .enhanced(0, Packet::on(147).ipv4(A4, B4).udp(1, 2).payload(72))
        .enhanced(1, v6().udp(1, 2).payload(52))
        .bytes();
    vec![("input-usb.pcap", file(189)), ("input-user0.pcap", file(147)), ("input.pcapng", mixed)]
}

/// One capture, plain and in each compression; the gzip in three members, of
/// which one is empty.
fn compressed() -> Vec<(&'static str, Vec<u8>)> {
    let plain = many_ordinary(PcapFile::new(1), 20);
    let middle = plain.len() / 2 + 3;
    let members = [gzip(&plain[..middle]), gzip(&[]), gzip(&plain[middle..])].concat();
    let zstd = zstd::encode_all(&plain[..], 3).expect("memory can be compressed");
    vec![
        ("input.pcap.bz2", bzip2(&plain)),
        ("input.pcap.gz", members),
        ("input.pcap.lz4", lz4(&plain)),
        ("input.pcap.xz", xz(&plain)),
        ("input.pcap.zst", zstd),
        ("input.pcap", plain),
    ]
}

pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

pub fn bzip2(plain: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(plain).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

pub fn lz4(plain: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(plain).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

pub fn xz(plain: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(plain).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}
