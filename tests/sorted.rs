//! Frames that are handed on sorted by family, by their heads: they are those that
//! come one by one, and what is counted of them is the same. Captures here are larger
//! than what a walk looks ahead, or none would be handed on so.

mod support;

use proptest::prelude::*;
use std::cell::RefCell;
use std::fs;
use std::ops::ControlFlow;
use support::record::NEW_YEAR;
use support::run::{self, Manner};
use support::walk::Seen;
use support::{ByteOrder, Interface, PcapFile, PcapNgFile, Random, Record, shapes, walk};
use v6share::capture::{BATCH, Capture, Chain, Sink, Stop, detect};
use v6share::model::{
    Frame, Head, HeadColumnsRef, IpVersion, Profile, TimeBins, TimeWindow, Timestamp,
};
use v6share::summary::Settings;

/// Holds every head against the frame of its time, and refuses some.
struct Held<'f> {
    frames: &'f [Seen],
    /// The times of those that came.
    came: Vec<Option<i64>>,
    /// How many came sorted.
    sorted: usize,
    /// Asks to stop at the batch after so many frames.
    limit: usize,
    /// Whether it asked.
    stopped: bool,
    random: RefCell<Random>,
}

impl<'f> Held<'f> {
    fn new(frames: &'f [Seen], limit: usize) -> Self {
        let random = RefCell::new(Random::new(1));
        Self { frames, came: Vec::new(), sorted: 0, limit, stopped: false, random }
    }

    fn of(&self, time: i64) -> &'f Seen {
        self.frames.iter().find(|frame| frame.time == Some(time)).expect("a frame of this time")
    }

    fn check(&self, version: IpVersion, head: &Head<'_>) {
        let frame = self.of(head.timestamp.nanoseconds());
        let tags = (0..2).take_while(|tag| is_tag(&frame.captured, *tag)).count() * 4;
        assert_eq!(head.link_type.0, 1);
        assert_eq!(head.original_len, frame.original);
        assert_eq!(head.captured_len as usize + tags, frame.captured.len());
        assert_eq!(usize::from(head.fcs_len), usize::from(frame.fcs_len) + tags);
        assert!(frame.captured.len() >= Head::PLAIN + tags && frame.fcs_len <= 4);
        let behind = &frame.captured[12 + tags..];
        let shown = &head.bytes[12..(head.captured_len as usize).min(Head::LEN)];
        assert_eq!(shown, &behind[..shown.len()]);
        let (ether_type, first) = ([behind[0], behind[1]], behind[2]);
        match version {
            IpVersion::V4 => assert_eq!((ether_type, first), ([8, 0], 0x45)),
            IpVersion::V6 => assert_eq!((ether_type, first >> 4), ([0x86, 0xdd], 6)),
        }
    }
}

/// Holds the columns of a head against the head.
fn check_columns(
    version: IpVersion,
    columns: HeadColumnsRef<'_>,
    at: usize,
    head: Option<&Head<'_>>,
) {
    let (time, is_time) = columns.time(at);
    let (room, agree) = columns.room(at);
    assert_eq!(is_time && agree, head.is_some());
    let Some(head) = head else { return };
    let octets = |at: usize| &head.bytes[at..at + 8];
    assert_eq!(time, head.timestamp.nanoseconds());
    assert_eq!(columns.original_len(at), head.original_len);
    assert_eq!(room, head.original_len.wrapping_sub(14 + u32::from(head.fcs_len)));
    assert_eq!(columns.start[at].to_ne_bytes(), octets(14));
    // Where the addresses begin, but for the source of IPv4: there it ends.
    let destination = if version == IpVersion::V4 { 30 } else { 38 };
    assert_eq!(columns.source[at].to_ne_bytes(), octets(22));
    assert_eq!(columns.destination[at].to_ne_bytes(), octets(destination));
}

/// Whether a VLAN tag stands behind the addresses and so many others.
fn is_tag(captured: &[u8], before: usize) -> bool {
    let ether_type = captured.get(12 + 4 * before..14 + 4 * before);
    ether_type.is_some_and(|octets| {
        [[0x81, 0], [0x88, 0xa8], [0x91, 0], [0x92, 0], [0x93, 0]].iter().any(|tag| tag == octets)
    })
}

impl Sink for Held<'_> {
    fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        self.came.push(frame.timestamp.map(Timestamp::nanoseconds));
        ControlFlow::Continue(())
    }

    fn takes_sorted(&self) -> bool {
        true
    }

    fn heads<'d, R: Copy>(
        &mut self,
        version: IpVersion,
        records: &mut [R],
        columns: HeadColumnsRef<'_>,
        head_of: impl Fn(R) -> Option<Head<'d>>,
    ) -> ControlFlow<(), usize> {
        assert!(records.len() <= BATCH);
        assert!(!self.stopped);
        if self.came.len() > self.limit {
            self.stopped = true;
            return ControlFlow::Break(());
        }
        let mut refused = 0;
        for at in 0..records.len() {
            let head = head_of(records[at]);
            check_columns(version, columns, at, head.as_ref());
            let head = head.filter(|_| self.random.borrow_mut().below(12) > 0);
            let Some(head) = head else {
                records[refused] = records[at];
                refused += 1;
                continue;
            };
            self.check(version, &head);
            self.came.push(Some(head.timestamp.nanoseconds()));
            self.sorted += 1;
        }
        ControlFlow::Continue(refused)
    }

    fn refused(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
        let time = frame.timestamp.map(Timestamp::nanoseconds);
        if let Some(time) = time {
            assert_eq!(self.of(time).captured, frame.captured);
        }
        self.frame(frame)
    }
}

/// Packets of all shapes, tagged as most of their stretch are, whole and cut, with
/// lengths that lie and octets that are wrong; few of them are odd where `odd` is large.
fn records(random: &mut Random, count: usize, odd: usize) -> Vec<Record> {
    let shapes = shapes::ethernet();
    let mut tags = 0;
    let record = |at: usize| {
        if random.below(300) == 0 {
            tags = random.below(3);
        }
        let shape = if random.below(3) == 0 { random.below(shapes.len()) } else { random.below(2) };
        let mut frame = shapes[shape].1.clone().record().captured;
        if random.below(2) == 0 && frame.len() > 40 && frame[12] == 8 {
            // The other family, so that both come in turns.
            frame = shapes::ethernet()[shapes.len() / 2].1.clone().record().captured;
        }
        let tags = if random.below(odd) == 0 { random.below(3) } else { tags };
        for _ in 0..tags {
            let tag = *random.pick(&[[0x81, 0, 0, 7], [0x88, 0xa8, 0, 9]]);
            frame.splice(12..12, tag);
        }
        if random.below(odd) == 0 {
            let at = random.below(frame.len());
            frame[at] = random.byte();
        }
        let mut record = Record::of(frame).at(u64::try_from(at).expect("64 bits") * 1_234_000);
        if random.below(odd) == 0 {
            let len = record.captured.len() + 5 - random.below(10);
            record = record.original(u32::try_from(len).expect("short"));
        }
        let snap = if random.below(odd) == 0 { random.below(140) } else { 96 };
        record.snap(snap)
    };
    (0..count).map(record).collect()
}

/// The records as captures of both formats; in pcapng by several interfaces, the last
/// of which is described behind some of its packets, and in two sections.
fn captures(records: &[Record], fcs_len: u8) -> Vec<Vec<u8>> {
    let order = ByteOrder::Little;
    let pcap = PcapFile::new(1).nanoseconds().fcs_len(u32::from(fcs_len) / 2 * 2);
    let pcap = pcap.add_all(records.iter().cloned());
    let ethernet = || Interface::new(1).resolution(9);
    let mut pcapng = PcapNgFile::new(order)
        .interface(ethernet().fcs_len(fcs_len))
        .interface(Interface::new(101).resolution(9))
        .interface(ethernet().resolution(6));
    for (at, record) in records.iter().enumerate() {
        if at == records.len() / 3 {
            pcapng = pcapng.interface(ethernet().fcs_len(2));
        }
        if at == records.len() / 2 {
            pcapng = pcapng.section(order).interface(ethernet());
        }
        let interface = match at {
            at if at >= records.len() / 2 => 0,
            at if at % 50 == 0 || at + 1 == records.len() / 3 => 3,
            at if at % 97 == 0 => 1,
            at => u32::from(at % 7 == 0) * 2,
        };
        pcapng = pcapng.enhanced(interface, record.clone());
        if at % 400 == 399 {
            pcapng = pcapng.custom(&[1; 12]);
        }
    }
    vec![pcap.bytes(), pcapng.bytes()]
}

fn held<'f, C: Chain>(
    mut chain: C,
    first: usize,
    bytes: &[u8],
    mut held: Held<'f>,
) -> (Held<'f>, Stop) {
    let walk = chain.read(bytes, first, bytes.len(), &mut held);
    (held, walk.stop)
}

fn read<'f>(bytes: &[u8], frames: &'f [Seen], limit: usize) -> (Held<'f>, Stop) {
    let new = Held::new(frames, limit);
    match detect(bytes, true).expect("sound").expect("a capture") {
        (Capture::Pcap(chain), first) => held(chain, first, bytes, new),
        (Capture::PcapNg(chain), first) => held(chain, first, bytes, new),
        (other, _) => panic!("{other:?}"),
    }
}

/// All times that came, in order.
fn times(mut times: Vec<Option<i64>>) -> Vec<Option<i64>> {
    times.sort_unstable();
    times
}

/// Packets of one family fill a batch to its end, and those that come next, by
/// themselves, do not take its place.
#[test]
fn a_full_batch_is_counted_before_a_packet_that_comes_by_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_, packet) = &shapes::ethernet()[0];
    let count = 1000;
    let file = PcapFile::new(1).add_all((0..count).map(|at| packet.record().at(at * 1_000_000)));
    let path = folder.path().join("capture");
    fs::write(&path, file.bytes()).expect("a temporary file can be written");
    for by in ["time", "port", "protocol"] {
        let breakdowns = vec![vec![by.parse().unwrap()]];
        let settings = Settings { breakdowns, ..Settings::default() };
        let summary = run::analyze(&[&path], &settings, Manner::PLAIN);
        run::assert_law(&summary, by);
        assert_eq!(summary.totals.transport.v4.packets, u128::from(count), "{by}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Each frame comes once, sorted or by itself, however the capture is cut.
    #[test]
    fn sorted_frames_are_those_that_come_one_by_one(
        seed in any::<u64>(),
        odd in prop::sample::select(vec![2_usize, 10, 1000]),
        fcs_len in prop::sample::select(vec![0_u8, 4, 6]),
        cut in 0_usize..300,
    ) {
        let records = records(&mut Random::new(seed), 1500, odd);
        for bytes in captures(&records, fcs_len) {
            let bytes = &bytes[..bytes.len() - cut];
            let whole = walk::slice(bytes).expect("a capture");
            let (held, stop) = read(bytes, &whole.frames, usize::MAX);
            prop_assert_eq!(stop, whole.stop);
            let expected = whole.frames.iter().map(|frame| frame.time).collect();
            prop_assert_eq!(times(held.came), times(expected));
            prop_assert!(odd == 2 || fcs_len > 4 || held.sorted > 60, "{}", held.sorted);
        }
    }

    /// What a sink does not want to read counts as not read: what came before it is a
    /// part of the capture, and reading ends there.
    #[test]
    fn a_sink_that_wants_no_more_ends_the_walk(seed in any::<u64>(), limit in 0_usize..1000) {
        let records = records(&mut Random::new(seed), 1500, 1000);
        for bytes in captures(&records, 0) {
            let whole = walk::slice(&bytes).expect("a capture");
            let (held, stop) = read(&bytes, &whole.frames, limit);
            // Behind a stretch with other tags, the rest may come one by one.
            prop_assert!(held.stopped || limit > 400);
            prop_assert_eq!(stop == Stop::Sink, held.stopped);
            if !held.stopped {
                continue;
            }
            let came = times(held.came.clone());
            prop_assert!(came.len() > limit && came.len() < whole.frames.len());
            let came: Vec<_> = came.into_iter().flatten().collect();
            prop_assert!(came.windows(2).all(|two| two[0] < two[1]), "each once");
        }
    }

    /// What is counted does not depend on how records are handed on, in damaged captures
    /// neither: pieces that are smaller than what a walk looks ahead have all handed on
    /// by themselves.
    #[test]
    fn sorted_packets_are_counted_as_they_are_one_by_one(
        seed in any::<u64>(),
        odd in prop::sample::select(vec![2_usize, 10, 1000]),
        fcs_len in prop::sample::select(vec![0_u8, 4]),
        flips in prop::sample::select(vec![0_usize, 0, 1, 30]),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let records = records(&mut Random::new(seed), 2000, odd);
        let quick = ["time", "port", "packet-size", "traffic-class"];
        let quick = quick.map(|by| vec![by.parse().unwrap()]).to_vec();
        let [from, to] = [500, 1500].map(|at| {
            let nanoseconds = NEW_YEAR + at * 1_234_000;
            Some(Timestamp::from_nanoseconds(i64::try_from(nanoseconds).expect("63 bits")))
        });
        let window = TimeWindow::new(from, to).expect("an order");
        let within = quick.iter().cloned().chain(Settings::default().breakdowns).collect();
        let mut random = Random::new(seed ^ 1);
        for mut bytes in captures(&records, fcs_len) {
            for _ in 0..flips {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            let path = folder.path().join("capture");
            fs::write(&path, &bytes).expect("a temporary file can be written");
            let plain = Settings::default();
            let bins = TimeBins::new("1s".parse().unwrap(), "UTC").unwrap();
            let quick = Settings { breakdowns: quick.clone(), bins, ..Settings::default() };
            let both = Settings { breakdowns: Vec::clone(&within), window, ..quick.clone() };
            let user = Settings { profile: Profile::UserTraffic, ..quick.clone() };
            let all = Settings { all_profiles: true, ..Settings::default() };
            let native = Settings { profile: Profile::NativeOnly, window, ..Settings::default() };
            for settings in [plain, quick, both, user, all, native] {
                let one_by_one = run::analyze(&[&path], &settings, Manner { threads: 1, piece: 700 });
                if settings.profile == Profile::IpOnly {
                    run::assert_law(&one_by_one, "one by one");
                }
                for manner in [Manner::PLAIN, Manner { threads: 2, piece: 20_000 }] {
                    let sorted = run::analyze(&[&path], &settings, manner);
                    prop_assert_eq!(run::json(&sorted), run::json(&one_by_one), "{:?}", manner);
                }
            }
        }
    }
}
