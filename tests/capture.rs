//! The readers of pcap and pcapng, record by record: variants of the formats,
//! times, lengths, and where and why reading stops.

mod support;

use std::io::{self, Read};
use std::ops::ControlFlow;
use support::captures::traffic;
use support::pcapng::option;
use support::record::NEW_YEAR;
use support::walk::{self, Heads, Keep, Reading, Seen};
use support::{ByteOrder, Interface, Packet, PcapFile, PcapNgFile, Random, Record};
use v6share::capture::{Capture, Chain, Pcap, PcapNg, Stop, StreamReader, detect};

fn read(bytes: &[u8]) -> Reading {
    walk::slice(bytes).expect("it is a capture")
}

fn udp() -> Record {
    Packet::ethernet().ipv6("2001:db8::1", "2001:db8::2").udp(1, 2).payload(50).record()
}

/// The nanoseconds after the new year.
fn time(seen: &Seen) -> Option<i64> {
    seen.time.map(|time| time - i64::try_from(NEW_YEAR).expect("63 bits"))
}

fn malformed(reading: &Reading) -> &str {
    match &reading.stop {
        Stop::Malformed(what) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn pcap_in_every_variant_gives_the_same_frames() {
    let record = udp().at(1_123_456_789).snap(60);
    for order in ByteOrder::BOTH {
        let new = || PcapFile::new(1).order(order);
        let variants = [
            ("microseconds", new(), 1_123_456_000),
            ("nanoseconds", new().nanoseconds(), 1_123_456_789),
            ("modified", new().modified(), 1_123_456_000),
            ("version 2.2", new().version(2, 2), 1_123_456_000),
            ("version 2.3", new().version(2, 3), 1_123_456_000),
            ("version 543.0", new().version(543, 0), 1_123_456_000),
        ];
        for (name, file, nanoseconds) in variants {
            let reading = read(&file.add(record.clone()).add(record.clone()).bytes());
            assert_eq!((reading.format, reading.stop), ("pcap", Stop::Limit), "{order:?} {name}");
            assert_eq!(reading.frames.len(), 2, "{order:?} {name}");
            for seen in reading.frames {
                assert_eq!(time(&seen), Some(nanoseconds), "{order:?} {name}");
                assert_eq!(seen.captured, record.captured, "{order:?} {name}");
                assert_eq!(seen.original, record.original, "{order:?} {name}");
                assert_eq!((seen.link_type, seen.fcs_len), (Some(1), 0), "{order:?} {name}");
            }
        }
    }
}

#[test]
fn pcap_of_version_2_3_may_have_its_lengths_in_either_order() {
    for order in ByteOrder::BOTH {
        let data = [7; 20];
        let file = PcapFile::new(1).order(order).version(2, 3);
        let file = file.add_claiming([0, 0, 90, 20], &data).add_claiming([0, 0, 20, 90], &data);
        let reading = read(&file.bytes());
        let lengths: Vec<_> =
            reading.frames.iter().map(|seen| (seen.captured.len(), seen.original)).collect();
        assert_eq!(lengths, [(20, 90), (20, 90)], "{order:?}");
    }
}

#[test]
fn pcap_tells_the_fcs_in_the_bits_above_the_link_type() {
    let of = |file: PcapFile| {
        let seen = read(&file.add(udp()).bytes()).frames.remove(0);
        (seen.link_type, seen.fcs_len)
    };
    for order in ByteOrder::BOTH {
        let new = |link_type| PcapFile::new(link_type).order(order);
        assert_eq!(of(new(1).fcs_len(4)), (Some(1), 4));
        assert_eq!(of(new(276).fcs_len(2)), (Some(276), 2));
        assert_eq!(of(new(0xffff)), (Some(0xffff), 0));
        // A length without the bit that says that it is known.
        assert_eq!(of(new(1).network_bits(2 << 28)), (Some(1), 0));
        // Reserved bits.
        assert_eq!(of(new(1).network_bits(0x03ff_0000)), (Some(1), 0));
    }
}

#[test]
fn pcap_times_that_cannot_be_are_none() {
    let times = |file: PcapFile, fractions: &[u32]| {
        let file = fractions
            .iter()
            .fold(file, |file, fraction| file.add_raw(u32::MAX, *fraction, &[1, 2, 3], 3));
        let frames = read(&file.bytes()).frames;
        frames.iter().map(|seen| seen.time).collect::<Vec<_>>()
    };
    let last = i64::from(u32::MAX) * 1_000_000_000;
    let micro = times(PcapFile::new(1), &[0, 999_999, 1_000_000, u32::MAX]);
    assert_eq!(micro, [Some(last), Some(last + 999_999_000), None, None]);
    let nano = times(PcapFile::new(1).nanoseconds(), &[1, 999_999_999, 1_000_000_000]);
    assert_eq!(nano, [Some(last + 1), Some(last + 999_999_999), None]);
}

#[test]
fn pcap_stops_where_a_record_cannot_be() {
    for order in ByteOrder::BOTH {
        for file in [PcapFile::new(1), PcapFile::new(1).modified()] {
            let file = file.order(order).add(udp());
            let end = file.bytes().len();
            let huge = file.clone().add_claiming([0, 0, (128 << 20) + 1, 60], &[0; 60]);
            let reading = read(&huge.add(udp()).bytes());
            assert_eq!((reading.frames.len(), reading.end), (1, end), "{order:?}");
            assert!(malformed(&reading).contains("134217729 captured bytes"), "{order:?}");
            // The largest that is believed is missing, not malformed.
            let large = read(&file.add_claiming([0, 0, 128 << 20, 60], &[0; 60]).bytes());
            assert_eq!(large.end, end, "{order:?}");
            assert!(matches!(large.stop, Stop::Incomplete { unit: "record", .. }), "{order:?}");
        }
    }
}

#[test]
fn pcap_says_what_a_cut_record_needs() {
    let file = PcapFile::new(1).add(udp()).add(udp());
    let (bytes, last) = (file.bytes(), file.offsets()[1]);
    let stop_at = |len: usize| {
        let reading = read(&bytes[..len]);
        assert_eq!((reading.frames.len(), reading.end), (1, last));
        reading.stop
    };
    assert_eq!(stop_at(last), Stop::Limit);
    assert_eq!(stop_at(last + 1), Stop::Incomplete { unit: "record header", needed: 16 });
    assert_eq!(stop_at(last + 15), Stop::Incomplete { unit: "record header", needed: 16 });
    let needed = 16 + u64::from(udp().original);
    assert_eq!(stop_at(last + 16), Stop::Incomplete { unit: "record", needed });
    assert_eq!(stop_at(bytes.len() - 1), Stop::Incomplete { unit: "record", needed });
}

#[test]
fn pcapng_counts_time_in_the_units_of_the_interface() {
    let moment = 1_123_456_789;
    let cases: [(Option<u8>, Option<i64>, i64); 9] = [
        (None, None, 1_123_456_000),
        (Some(6), None, 1_123_456_000),
        (Some(9), None, moment),
        (Some(3), None, 1_123_000_000),
        (Some(0), None, 1_000_000_000),
        (Some(9), Some(1_000_000_000), moment),
        (Some(12), Some(1_767_225_600), moment),
        (Some(6), Some(-86_400), 1_123_456_000),
        // Rounded up to 2^-30 s when written, down to a nanosecond when read.
        (Some(0x80 | 30), Some(1_767_000_000), moment),
    ];
    for order in ByteOrder::BOTH {
        for (resolution, offset, expected) in cases {
            let mut interface = Interface::new(1);
            interface = resolution.map_or(interface.clone(), |field| interface.resolution(field));
            interface = offset.map_or(interface.clone(), |seconds| interface.offset(seconds));
            let file = PcapNgFile::new(order).interface(interface);
            let file = file.enhanced(0, udp().at(1_123_456_789));
            let frames = read(&file.obsolete(0, udp().at(1_123_456_789)).bytes()).frames;
            for seen in &frames {
                let what = format!("{order:?} {resolution:?} {offset:?}");
                assert_eq!(time(seen), Some(expected), "{what}");
            }
            assert_eq!(frames.len(), 2);
        }
    }
}

#[test]
fn pcapng_interfaces_belong_to_their_section() {
    for order in ByteOrder::BOTH {
        let other = ByteOrder::BOTH[usize::from(order == ByteOrder::Little)];
        let file = PcapNgFile::new(order)
            .interface(Interface::new(1).fcs_len(4))
            .interface(Interface::new(113).snap_len(40))
            .enhanced(1, udp())
            .enhanced(0, udp())
            .tell_length()
            .section(other)
            .enhanced(0, udp())
            .interface(Interface::new(276))
            .enhanced(0, udp())
            .enhanced(1, udp());
        let frames = read(&file.bytes()).frames;
        let seen: Vec<_> = frames
            .iter()
            .map(|seen| (seen.link_type, seen.fcs_len, seen.captured.len(), seen.interface))
            .collect();
        let whole = udp().captured.len();
        let expected = [
            (Some(113), 0, 40, 1),
            (Some(1), 4, whole, 0),
            (None, 0, whole, 0),
            (Some(276), 0, whole, 0),
            (None, 0, whole, 1),
        ];
        assert_eq!(seen, expected, "{order:?}");
        assert!(frames.iter().all(|seen| seen.original == udp().original));
        let timed: Vec<_> = frames.iter().map(|seen| seen.time.is_some()).collect();
        assert_eq!(timed, [true, true, false, true, false], "no interface, no unit of time");
    }
}

#[test]
fn pcapng_simple_packets_are_cut_by_the_first_interface() {
    let simple = |interface: Interface, record: Record| {
        let file = PcapNgFile::new(ByteOrder::Big).interface(interface);
        let file = file.interface(Interface::new(101).snap_len(7));
        let seen = read(&file.simple(record).bytes()).frames.remove(0);
        (seen.link_type, seen.time, seen.captured.len(), seen.original)
    };
    let whole = udp().original;
    // 33 octets and the padding after them.
    assert_eq!(simple(Interface::new(1).snap_len(33), udp()), (Some(1), None, 33, whole));
    assert_eq!(simple(Interface::new(1), udp().original(33)), (Some(1), None, 33, 33));
    assert_eq!(simple(Interface::new(1), udp()), (Some(1), None, udp().captured.len(), whole));
    // Cut by a limit that nobody told.
    assert_eq!(simple(Interface::new(1), udp().snap(44)), (Some(1), None, 44, whole));
    let file = PcapNgFile::new(ByteOrder::Little).simple(udp());
    assert_eq!(read(&file.bytes()).frames[0].link_type, None);
}

#[test]
fn pcapng_skips_the_blocks_that_carry_no_packet() {
    for order in ByteOrder::BOTH {
        let mut file = PcapNgFile::new(order).interface(Interface::new(1));
        for kind in [0_u32, 4, 5, 7, 8, 9, 10, 0xbad, 0x4000_0bad, 0x7fff_ffff, u32::MAX] {
            file = file.block(kind, &[0xff; 13]).block(kind, &[]).enhanced(0, udp());
        }
        let reading = read(&file.bytes());
        assert_eq!((reading.frames.len(), reading.stop), (11, Stop::Limit), "{order:?}");
    }
}

#[test]
fn pcapng_options_of_an_interface_may_come_in_any_order_and_size() {
    for order in ByteOrder::BOTH {
        let options = [
            option(order, 1, b"a comment of some length"),
            option(order, 13, &[4]),
            option(order, 14, &order.u64(1)),
            option(order, 11, &[0; 9]),
            option(order, 9, &[9]),
            // The first one of a kind counts.
            option(order, 9, &[3]),
        ];
        let body = [&order.u16(1)[..], &[0, 0], &order.u32(0), &options.concat()].concat();
        // Interface, time (5 ns), captured and original length, data.
        let fields = [0, 0, 5, 3, 3].map(|field| order.u32(field));
        let packet = [fields.concat(), vec![7; 4]].concat();
        let file = PcapNgFile::new(order).block(1, &body).block(6, &packet);
        let reading = read(&file.bytes());
        let seen = &reading.frames[0];
        assert_eq!((seen.fcs_len, seen.time, seen.captured.len()), (4, Some(1_000_000_005), 3));
    }
}

#[test]
fn pcapng_stops_where_a_block_cannot_be() {
    for order in ByteOrder::BOTH {
        let sound = PcapNgFile::new(order).interface(Interface::new(1)).enhanced(0, udp());
        let end = sound.clone().bytes().len();
        let after = |bytes: &[&[u8]]| {
            let file = sound.clone().damage(&bytes.concat()).enhanced(0, udp());
            let reading = read(&file.bytes());
            assert_eq!((reading.frames.len(), reading.end), (1, end), "{order:?}");
            malformed(&reading).to_owned()
        };
        let kind = order.u32(6);
        let [four, large] = [4, 0x0900_0000].map(|length| order.u32(length));
        assert!(after(&[&kind, &four]).contains("claims a length of 4 bytes"));
        assert!(after(&[&kind, &large]).contains("claims a length of 150994944 bytes"));
        let [sixteen, twenty] = [16, 20].map(|length| order.u32(length));
        let unequal = after(&[&kind, &sixteen, &[0; 4], &twenty]);
        assert!(unequal.contains("16 at its front and 20 at its end"), "{unequal}");
        assert!(after(&[&kind, &sixteen, &[0; 4], &sixteen]).contains("too short for its packet"));
        let section = order.u32(0x0a0d_0d0a);
        let no_magic = after(&[&section, &sixteen, &[1, 2, 3, 4], &sixteen]);
        assert!(no_magic.contains("byte-order magic"), "{no_magic}");
    }
}

#[test]
fn pcapng_knows_version_1_alone() {
    for order in ByteOrder::BOTH {
        let mut body = Vec::from(order.u32(0x1a2b_3c4d));
        body.extend(order.u16(2));
        body.extend([0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
        let file = PcapNgFile::new(order);
        let end = file.clone().bytes().len();
        let reading = read(&file.block(0x0a0d_0d0a, &body).bytes());
        assert_eq!(reading.end, end);
        assert!(malformed(&reading).contains("version 2.0"), "{reading:?}");
    }
}

#[test]
fn pcapng_takes_lengths_that_forget_the_padding() {
    for order in ByteOrder::BOTH {
        let length = order.u32(18);
        let block = [&order.u32(0x8000_0007)[..], &length, &[1; 6], &[0; 2], &length].concat();
        let file = PcapNgFile::new(order).interface(Interface::new(1)).damage(&block);
        let reading = read(&file.enhanced(0, udp()).bytes());
        assert_eq!((reading.frames.len(), reading.stop), (1, Stop::Limit), "{order:?}");
    }
}

#[test]
fn pcapng_limits_the_interfaces_of_a_section() {
    let description = [1, 0, 0, 0, 0, 0, 0, 0];
    let mut file = PcapNgFile::new(ByteOrder::Little);
    for _ in 0..65_536 {
        file = file.block(1, &description);
    }
    let file = file.enhanced(65_535, udp());
    let end = file.clone().bytes().len();
    let reading = read(&file.block(1, &description).bytes());
    assert_eq!((reading.frames.len(), reading.end), (1, end));
    assert_eq!(reading.frames[0].link_type, Some(1));
    assert!(malformed(&reading).contains("65536 interfaces"), "{reading:?}");
}

#[test]
fn a_header_that_is_cut_or_wrong_is_told_by_its_format() {
    let pcap = PcapFile::new(1).bytes();
    for len in 4..24 {
        let (name, stop) = detect(&pcap[..len], true).expect_err("it is cut");
        assert_eq!((name, stop), ("pcap", Stop::Incomplete { unit: "file header", needed: 24 }));
    }
    assert!(matches!(detect(&pcap, true), Ok(Some((Capture::Pcap(_), 24)))));
    for len in 0..4 {
        assert!(matches!(detect(&pcap[..len], true), Ok(None)), "{len}");
    }
    let section = PcapNgFile::new(ByteOrder::Big).bytes();
    for len in 4..=section.len() {
        assert!(matches!(detect(&section[..len], true), Ok(Some((Capture::PcapNg(_), 0)))));
    }
    let snoop = b"snoop\0\0\0\0\0\0\x03\0\0\0\x04";
    assert!(matches!(detect(snoop, true), Err(("snoop", Stop::Malformed(_)))));
    assert!(matches!(detect(b"a text", true), Ok(None)));
}

fn open_pcap(bytes: &[u8]) -> Pcap {
    Pcap::open(bytes).expect("it is a pcap file").0
}

/// A guess from anywhere in an ordinary file is the next record, as long as
/// enough records follow to be sure.
#[test]
fn guesses_in_ordinary_pcap_files_are_right() {
    for order in ByteOrder::BOTH {
        let new = || PcapFile::new(1).order(order);
        for file in [new(), new().nanoseconds(), new().modified(), new().version(2, 2)] {
            let file = file.add_all(traffic(140));
            let (bytes, offsets) = (file.bytes(), file.offsets());
            let chain = open_pcap(&bytes);
            for from in 24..=offsets[139] {
                let next = offsets.iter().find(|at| **at >= from).copied();
                assert_eq!(chain.guess(&bytes, from), next, "{order:?} from {from}");
            }
        }
    }
}

#[test]
fn guesses_in_ordinary_pcapng_files_are_right() {
    for order in ByteOrder::BOTH {
        let file = PcapNgFile::new(order).interface(Interface::new(1));
        let file = file.enhanced_all(0, traffic(140));
        let (offsets, bytes) = (file.offsets().to_vec(), file.bytes());
        let (mut chain, _) = PcapNg::open(&bytes).expect("it is a pcapng file");
        chain.read(&bytes, 0, offsets[1], &mut Keep::default());
        let last = offsets[offsets.len() - 1];
        for from in 0..=last {
            let next = offsets.iter().find(|at| **at >= from).copied();
            assert_eq!(chain.guess(&bytes, from), next, "{order:?} from {from}");
        }
        assert_eq!(chain.guess(&bytes, last + 1), None, "{order:?}");
    }
}

#[test]
fn there_is_nothing_to_guess_in_noise() {
    let header = PcapFile::new(1).bytes();
    let chain = open_pcap(&header);
    let noise = [header, Random::new(1).bytes(100_000)].concat();
    assert_eq!(chain.guess(&noise, 24), None);
    let section = PcapNgFile::new(ByteOrder::Little).bytes();
    let (mut chain, _) = PcapNg::open(&section).expect("it is a pcapng file");
    chain.read(&section, 0, section.len(), &mut Keep::default());
    assert_eq!(chain.guess(&noise, 24), None);
}

#[test]
fn reading_in_steps_is_reading_at_once() {
    let file = PcapFile::new(1).add_all(traffic(40));
    let bytes = file.bytes();
    let whole = read(&bytes);
    for step in [1, 5, 90, 1_000] {
        let mut keep = Keep::default();
        let (mut chain, mut at) = Pcap::open(&bytes).expect("it is a pcap file");
        let mut until = 0;
        while until < bytes.len() {
            until += step;
            let walk = chain.read(&bytes, at, until, &mut keep);
            assert_eq!(walk.stop, Stop::Limit);
            let boundary = file.offsets().contains(&walk.end) || walk.end == bytes.len();
            assert!(boundary && walk.end >= until.min(bytes.len()), "{step}: {walk:?}");
            at = walk.end;
        }
        assert_eq!(keep.frames, whole.frames, "{step}");
    }
}

#[test]
fn a_frame_that_the_sink_refuses_is_not_read() {
    let file = PcapFile::new(1).add_all(traffic(5));
    let bytes = file.bytes();
    let (mut chain, first) = Pcap::open(&bytes).expect("it is a pcap file");
    let mut keep = Keep { limit: 3, ..Keep::default() };
    let walk = chain.read(&bytes, first, bytes.len(), &mut keep);
    assert_eq!((walk.end, walk.stop, keep.frames.len()), (file.offsets()[3], Stop::Sink, 3));
}

/// A reader that is interrupted at every other call and fails at the end.
struct Failing<'a> {
    rest: walk::Trickle<'a>,
    calls: usize,
}

impl Read for Failing<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(2) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match self.rest.read(into)? {
            0 => Err(io::Error::other("the disk is gone")),
            len => Ok(len),
        }
    }
}

#[test]
fn what_came_before_a_failed_read_is_kept() {
    let file = PcapFile::new(1).add_all(traffic(50));
    let bytes = file.bytes();
    let (chain, first) = Pcap::open(&bytes).expect("it is a pcap file");
    let cut = file.offsets()[30] + 5;
    let rest = walk::Trickle { rest: &bytes[..cut], chunk: 37 };
    let mut reader = StreamReader::new(Failing { rest, calls: 0 });
    reader.fill(24);
    let mut keep = Keep::default();
    let end = reader.read_chain(chain, first, &mut keep, |_| ControlFlow::Continue(()));
    assert_eq!(keep.frames, read(&bytes).frames[..30]);
    assert_eq!((end.offset, end.left), (file.offsets()[30] as u64, 5));
    assert_eq!(end.error.map(|error| error.to_string()).as_deref(), Some("the disk is gone"));
}

#[test]
fn a_stream_stops_when_it_is_asked_to() {
    let bytes = PcapFile::new(1).add_all(traffic(10_000)).bytes();
    let (chain, first) = Pcap::open(&bytes).expect("it is a pcap file");
    let mut reader = StreamReader::new(&bytes[..]);
    reader.fill(24);
    let mut keep = Keep::default();
    let end = reader.read_chain(chain, first, &mut keep, |_| ControlFlow::Break(()));
    assert_eq!(end.stop, Stop::Sink);
    assert!(!keep.frames.is_empty() && keep.frames.len() < 10_000, "{}", keep.frames.len());
    assert_eq!(keep.frames, read(&bytes).frames[..keep.frames.len()]);
}

/// Reads a capture by heads, at a stretch or record by record.
fn by_heads<C: Chain>(mut chain: C, first: usize, bytes: &[u8], steps: bool) -> (Heads, Stop) {
    let mut heads = Heads::default();
    if !steps {
        let walk = chain.read(bytes, first, bytes.len(), &mut heads);
        return (heads, walk.stop);
    }
    let mut at = first;
    while at < bytes.len() {
        match chain.step(bytes, at, &mut heads) {
            Ok(next) => at = next,
            Err(stop) => return (heads, stop),
        }
    }
    (heads, Stop::Limit)
}

#[test]
fn heads_say_what_the_whole_frames_say_however_the_capture_is_cut() {
    let mut pcap = PcapFile::new(1);
    let mut pcapng = PcapNgFile::new(ByteOrder::Little).interface(Interface::new(1));
    for second in 0..40_u32 {
        let record = udp().at(u64::from(second) * 1_000_000_000).snap(20 + second as usize);
        pcap = pcap.add(record.clone());
        pcapng = pcapng.enhanced(0, record);
    }
    for bytes in [pcap.bytes(), pcapng.bytes()] {
        for cut in (bytes.len() / 2..=bytes.len()).step_by(7) {
            let bytes = &bytes[..cut];
            let whole = read(bytes);
            for steps in [false, true] {
                let (heads, stop) = match detect(bytes, true).unwrap().unwrap() {
                    (Capture::Pcap(chain), first) => by_heads(chain, first, bytes, steps),
                    (Capture::PcapNg(chain), first) => by_heads(chain, first, bytes, steps),
                    (other, _) => panic!("{other:?}"),
                };
                assert_eq!(heads.keep.frames, whole.frames, "{cut}");
                assert_eq!(stop, whole.stop, "{cut}");
                assert_eq!(heads.taken, heads.offered.div_ceil(2), "{cut}");
                assert!(heads.offered + 3 >= whole.frames.len(), "{cut}");
            }
        }
    }
}
