//! Captures for the tests of whole runs, each with what must be found in it:
//! ordinary ones in every container, and hostile ones.

use super::pcap::FILE_HEADER;
use super::{ByteOrder, Interface, Packet, PcapFile, PcapNgFile, Record, shapes};

/// A capture and the truth about it.
#[derive(Clone, Debug)]
pub struct Capture {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Records that can be read.
    pub records: usize,
    /// Where reading must end with an error.
    pub error_at: Option<usize>,
}

impl Capture {
    /// A sound one.
    pub fn sound(name: impl Into<String>, bytes: Vec<u8>, records: usize) -> Self {
        Self { name: name.into(), bytes, records, error_at: None }
    }

    /// One that can be read up to `error_at`.
    pub fn broken(
        name: impl Into<String>,
        bytes: Vec<u8>,
        records: usize,
        error_at: usize,
    ) -> Self {
        Self { name: name.into(), bytes, records, error_at: Some(error_at) }
    }
}

/// All of them.
pub fn all() -> Vec<Capture> {
    let mut all = ordinary_pcap();
    all.extend(ordinary_pcapng());
    all.extend(hostile());
    all.extend(broken());
    all
}

/// So many records of all Ethernet shapes in turn, a millisecond and a bit
/// apart.
pub fn traffic(count: usize) -> Vec<Record> {
    let shapes = shapes::ethernet();
    let record = |at: usize| {
        let (_, packet) = &shapes[at % shapes.len()];
        let time = u64::try_from(at).expect("64 bits") * 1_234_567;
        packet.record().at(time)
    };
    (0..count).map(record).collect()
}

fn ordinary_pcap() -> Vec<Capture> {
    let mut all = Vec::new();
    for order in ByteOrder::BOTH {
        let named = |what: &str, file: PcapFile| {
            let file = file.order(order);
            let file = file.add_all(traffic(150));
            Capture::sound(format!("pcap {order:?} {what}"), file.bytes(), 150)
        };
        let new = || PcapFile::new(1);
        all.push(named("microseconds", new()));
        all.push(named("nanoseconds", new().nanoseconds()));
        all.push(named("modified", new().modified()));
        all.push(named("of version 2.2", new().version(2, 2)));
        all.push(named("snap length 60 and FCS", new().snap_len(60).fcs_len(4)));
        all.push(named("of an unknown link type", PcapFile::new(147)));
        all.push(named("of link type RAW", PcapFile::new(101)));
    }
    for order in ByteOrder::BOTH {
        let (file, records) = large_records(order);
        all.push(Capture::sound(format!("pcap {order:?} of large records"), file.bytes(), records));
    }
    all.push(Capture::sound("pcap without records", PcapFile::new(1).bytes(), 0));
    all
}

/// Records of full packets, which a worker reads in several places by turns, with
/// small ones between them.
fn large_records(order: ByteOrder) -> (PcapFile, usize) {
    let mut file = PcapFile::new(1).order(order);
    let (rounds, small) = (40, 2);
    for at in 0..rounds {
        let packet = Packet::ethernet().ipv6("2001:db8::1", "2001:db8:1::2").tcp(443, 50_000);
        file = file.add(packet.payload(1_100 + at)).add_all(traffic(small));
    }
    (file, rounds * (1 + small))
}

fn ordinary_pcapng() -> Vec<Capture> {
    let mut all = Vec::new();
    for order in ByteOrder::BOTH {
        let plain = PcapNgFile::new(order).interface(Interface::new(1).resolution(9));
        let plain = plain.enhanced_all(0, traffic(150)).bytes();
        all.push(Capture::sound(format!("pcapng {order:?}"), plain, 150));
        let mixed = every_block(PcapNgFile::new(order), 25).tell_length().bytes();
        all.push(Capture::sound(format!("pcapng {order:?} of every block"), mixed, 100));
    }
    let empty = PcapNgFile::new(ByteOrder::Little).interface(Interface::new(1)).bytes();
    all.push(Capture::sound("pcapng without packets", empty, 0));
    all
}

/// Adds two interfaces, and four packets a round among blocks of all kinds.
fn every_block(file: PcapNgFile, rounds: usize) -> PcapNgFile {
    let file = file.interface(Interface::new(1).snap_len(80).fcs_len(4));
    let mut file = file.interface(Interface::new(1).resolution(0x80 | 20).offset(1_000_000));
    for four in traffic(rounds * 4).chunks_exact(4) {
        let [a, b, c, d] = four else { unreachable!("chunks of four") };
        file = file.enhanced(0, a.clone()).custom(b"what nobody knows").simple(b.clone());
        file = file.block(0x8000_0042, b"nor this").enhanced(1, c.clone());
        file = file.block(4, &[0; 4]).obsolete(1, d.clone()).block(5, &[0; 12]);
    }
    file
}

fn hostile() -> Vec<Capture> {
    let mut all = Vec::new();
    for order in ByteOrder::BOTH {
        all.push(captures_in_a_capture(order));
        all.push(captures_in_a_pcapng(order));
        all.push(second_chain(order));
    }
    all.push(changing_sections());
    all.push(late_interfaces());
    all.push(nothing_captured());
    all.push(unknown_interfaces());
    all
}

/// Packets that are whole captures, so that record headers stand at every
/// alignment; each holds more records than a guess looks at.
fn captures_in_a_capture(order: ByteOrder) -> Capture {
    let small = Packet::ethernet().ipv6("2001:db8::1", "2001:db8::2").record();
    let inner = PcapFile::new(1).order(order).add_all(vec![small; 70]).bytes();
    let mut file = PcapFile::new(1).order(order);
    for shift in 0..5 {
        let packet = Packet::ethernet().ipv4("192.0.2.1", "192.0.2.2").udp(69, 69);
        file = file.add(packet.payload(shift).data(&inner)).add_all(traffic(3));
    }
    Capture::sound(format!("pcap {order:?} of captures"), file.bytes(), 20)
}

fn captures_in_a_pcapng(order: ByteOrder) -> Capture {
    let small = Packet::ethernet().ipv6("2001:db8::1", "2001:db8::2").record();
    let inner = PcapNgFile::new(order).interface(Interface::new(101)).interface(Interface::new(1));
    let inner = inner.enhanced_all(1, vec![small; 70]).bytes();
    let mut file = PcapNgFile::new(order).interface(Interface::new(1));
    for shift in 0..5 {
        let packet = Packet::ethernet().ipv4("192.0.2.1", "192.0.2.2").udp(69, 69);
        file = file.enhanced(0, packet.payload(shift).data(&inner)).enhanced_all(0, traffic(3));
    }
    Capture::sound(format!("pcapng {order:?} of captures"), file.bytes(), 20)
}

/// Each packet holds a header of a second chain of records, which is as
/// consistent as the first: the data of each false record reaches to the next
/// false header, over the true one between them.
fn second_chain(order: ByteOrder) -> Capture {
    const BEFORE: usize = 60;
    const BEHIND: usize = 40;
    let false_len = u32::try_from(BEHIND + 16 + BEFORE).expect("small");
    let mut data = Packet::ethernet().ipv6("2001:db8::1", "2001:db8::2").payload(6).bytes();
    assert_eq!(data.len(), BEFORE);
    for field in [1_767_225_600, 0, false_len, false_len] {
        data.extend(order.u32(field));
    }
    data.resize(BEFORE + 16 + BEHIND, 0x45);
    let file = PcapFile::new(1).order(order).add_all(vec![Record::of(data); 150]);
    Capture::sound(format!("pcap {order:?} with a second chain"), file.bytes(), 150)
}

/// Sections of either byte order, whose interfaces of one number differ.
fn changing_sections() -> Capture {
    let mut file = PcapNgFile::new(ByteOrder::Little).interface(Interface::new(1));
    for round in 0..12 {
        file = file.enhanced_all(0, traffic(4));
        let order = ByteOrder::BOTH[round % 2];
        let link_type = [101, 1, 147][round % 3];
        file = file.section(order).interface(Interface::new(link_type).resolution(9));
        if round % 4 == 0 {
            file = file.tell_length();
        }
        file = file.enhanced_all(0, traffic(3));
        file = file.section(ByteOrder::Little).interface(Interface::new(1).offset(-3_600));
    }
    Capture::sound("pcapng of changing sections", file.bytes(), 12 * 7)
}

/// Interfaces that are described between the packets, each on its own terms.
fn late_interfaces() -> Capture {
    let mut file = PcapNgFile::new(ByteOrder::Big).interface(Interface::new(1));
    for id in 1..40_u32 {
        let link_type = if id % 3 == 0 { 101 } else { 1 };
        file = file.enhanced_all(id - 1, traffic(2));
        let resolution = u8::try_from(id % 10).expect("a digit");
        file = file.interface(Interface::new(link_type).resolution(resolution));
    }
    Capture::sound("pcapng of late interfaces", file.bytes(), 39 * 2)
}

/// Records without a captured octet, some without an original one.
fn nothing_captured() -> Capture {
    let mut file = PcapFile::new(1);
    for at in 0..120 {
        file = file.add_raw(1_767_225_600 + at, 0, &[], if at % 7 == 0 { 0 } else { 60 });
    }
    Capture::sound("pcap of nothing captured", file.bytes(), 120)
}

/// Packets of interfaces that nobody described, also before the first one.
fn unknown_interfaces() -> Capture {
    let file = PcapNgFile::new(ByteOrder::Little).simple(traffic(1).remove(0));
    let file = file.enhanced_all(7, traffic(20)).interface(Interface::new(1));
    let file = file.enhanced_all(0, traffic(20)).enhanced_all(1, traffic(20));
    Capture::sound("pcapng of unknown interfaces", file.bytes(), 61)
}

fn broken() -> Vec<Capture> {
    let mut all = Vec::new();
    for order in ByteOrder::BOTH {
        all.push(damaged_pcap(order));
        all.push(damaged_pcapng(order));
        let whole = PcapFile::new(1).order(order).add_all(traffic(100));
        let (bytes, last) = (whole.bytes(), whole.offsets()[99]);
        let cut = |len: usize| bytes[..len].to_vec();
        let name = |what: &str| format!("pcap {order:?} cut in {what}");
        all.push(Capture::broken(name("a header"), cut(last + 9), 99, last));
        all.push(Capture::broken(name("a packet"), cut(last + 30), 99, last));
        all.push(Capture::broken(name("its first header"), cut(FILE_HEADER + 1), 0, FILE_HEADER));
        let (whole, _) = large_records(order);
        let (bytes, middle, last) = (whole.bytes(), whole.offsets()[61], whole.offsets()[119]);
        let name = |what: &str| format!("pcap {order:?} of large records {what}");
        all.push(Capture::broken(name("cut"), bytes[..last + 20].to_vec(), 119, last));
        let mut damaged = bytes;
        damaged[middle + 8..middle + 12].fill(0xff);
        all.push(Capture::broken(name("damaged"), damaged, 61, middle));
        let whole = every_block(PcapNgFile::new(order), 25);
        let last = whole.offsets()[whole.offsets().len() - 2];
        let bytes = whole.bytes()[..last + 21].to_vec();
        all.push(Capture::broken(format!("pcapng {order:?} cut in a packet"), bytes, 99, last));
    }
    all
}

/// Damage between sound records: what follows it must not be read, however
/// plausible.
fn damaged_pcap(order: ByteOrder) -> Capture {
    let before = PcapFile::new(1).order(order).add_all(traffic(90));
    let at = before.bytes().len();
    let after = before.add_claiming([1_767_225_600, 0, u32::MAX, u32::MAX], &[]);
    let bytes = after.add_all(traffic(90)).bytes();
    Capture::broken(format!("pcap {order:?} with damage"), bytes, 90, at)
}

fn damaged_pcapng(order: ByteOrder) -> Capture {
    let file = PcapNgFile::new(order).interface(Interface::new(1));
    let file = file.enhanced_all(0, traffic(90));
    let at = file.clone().bytes().len();
    let mut block = PcapNgFile::new(order).bytes();
    let length = block.len();
    // The two lengths of the block differ.
    block[length - 4..].copy_from_slice(&order.u32(16));
    let bytes = file.damage(&block).enhanced_all(0, traffic(90)).bytes();
    Capture::broken(format!("pcapng {order:?} with damage"), bytes, 90, at)
}
