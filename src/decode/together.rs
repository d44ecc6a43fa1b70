//! The short path over many packets of one family: their fields lie side by side, so
//! that those of several packets are read at once where a processor has wide vectors.
//!
//! It says what the short path says of each packet, which the tests hold it against.

use super::decoder::Decoder;
use super::short::{self, IPV4_HEADER, IPV6_HEADER};
use crate::model::{Ends, HEADS, Head, HeadColumnsRef, IpProtocol, Sums};
use crate::vectors::wide;

/// What is said at first of a packet: nothing, where it is one of TCP.
const PLAIN: u8 = 0;
/// Another protocol: it may be that of a tunnel.
const ASKED: u8 = 1;
/// The lengths do not agree, or it is a later fragment, or an address may be translated.
const REFUSED: u8 = 2;

/// Reads packets together.
#[derive(Clone, Debug)]
pub struct Together {
    verdicts: [u8; HEADS],
    /// Places of packets that are not of TCP, from the front, and of those that are
    /// refused, from the back.
    places: [u8; HEADS],
}

/// What was read of some records.
#[derive(Clone, Copy, Debug)]
pub struct Read<'t> {
    /// How many are plain packets.
    pub plain: usize,
    /// How many are not: they were moved to the front.
    pub refused: usize,
    /// The sums of the plain ones.
    pub sums: Sums,
    /// The places of those of them which are not of TCP.
    pub others: &'t [u8],
    /// The places from which packets were taken that are not plain, the last one first:
    /// into each came the last packet of those that were left.
    pub taken_out: &'t [u8],
}

impl Default for Together {
    fn default() -> Self {
        Self { verdicts: [0; HEADS], places: [0; HEADS] }
    }
}

impl Together {
    /// Reads those of the records that are plain packets into the front of `packets`, in
    /// no order. Their heads are those that `head_of` gives, and lie in `columns` as well;
    /// no more than [`HEADS`] records are looked at.
    ///
    /// Of the heads, what [`Decoder::decode_family`] asks has to be true.
    #[inline(always)]
    pub fn read<'d, R: Copy, const SIX: bool>(
        &mut self,
        decoder: &Decoder,
        (records, columns): (&mut [R], HeadColumnsRef<'_>),
        head_of: impl Fn(R) -> Option<Head<'d>>,
        packets: &mut [Ends; HEADS],
    ) -> Read<'_> {
        let len = records.len().min(HEADS);
        let mut sums = if SIX {
            let translators = decoder.has_translators();
            read_ipv6(columns, len, translators, &mut self.verdicts, packets)
        } else {
            read_ipv4(columns, len, &mut self.verdicts, packets)
        };
        let (mut others, mut refused) = (0, 0);
        let mut odd = self.odd(len);
        while odd != 0 {
            let place = odd.trailing_zeros() as usize % HEADS;
            odd &= odd - 1;
            let is_plain = self.verdicts[place] == ASKED && {
                let head = || head_of(records[place]);
                is_native::<SIX>(decoder, &packets[place], columns.destination[place], head)
            };
            let end = if is_plain { others } else { HEADS - 1 - refused };
            self.places[end % HEADS] = u8::try_from(place).unwrap_or(u8::MAX);
            others += usize::from(is_plain);
            refused += usize::from(!is_plain);
            if !is_plain {
                self.verdicts[place] = REFUSED;
            }
        }
        if len % GROUP != 0 {
            sums = sum_up(columns, &packets[..len]);
        }
        if refused > 0 {
            let packets = &mut packets[..len];
            self.take_out((records, columns), packets, (others, refused), &mut sums);
        }
        Read {
            plain: len - refused,
            refused,
            sums,
            others: &self.places[..others],
            taken_out: &self.places[HEADS - refused..],
        }
    }

    /// A bit for each packet that is not plain at first sight.
    #[inline(always)]
    fn odd(&self, len: usize) -> u128 {
        /// Moves the lowest bits of eight octets next to each other.
        const GATHER: u64 = 0x0102_0408_1020_4080;
        let mut odd = 0;
        for (group, verdicts) in self.verdicts.as_chunks::<GROUP>().0.iter().enumerate() {
            let verdicts = u64::from_le_bytes(*verdicts);
            let either = (verdicts | verdicts >> 1) & 0x0101_0101_0101_0101;
            odd |= u128::from(either.wrapping_mul(GATHER) >> 56) << (GROUP * group);
        }
        // Behind them are others that were read before.
        if len < HEADS { odd & ((1 << len) - 1) } else { odd }
    }

    /// Takes out the packets that are refused, in whose places come the last ones, and
    /// moves their records to the front.
    #[inline(never)]
    fn take_out<R>(
        &mut self,
        (records, columns): (&mut [R], HeadColumnsRef<'_>),
        packets: &mut [Ends],
        (others, refused): (usize, usize),
        sums: &mut Sums,
    ) {
        let (front, refused) = self.places.split_at_mut(HEADS - refused);
        let others = &mut front[..others];
        let mut bounds_hold = true;
        // The last place first.
        let lasts = (0..packets.len()).rev();
        for (at, last) in refused.iter().zip(lasts) {
            let place = usize::from(*at);
            sums.octets -= packets[place].octets();
            sums.wire_octets -= packets[place].wire_octets();
            let (time, _) = columns.time(place);
            bounds_hold &= time != sums.times.0 && time != sums.times.1;
            packets[place] = packets[last];
            if let Some(moved) = others.iter_mut().find(|other| usize::from(**other) == last) {
                *moved = *at;
            }
        }
        if !bounds_hold {
            let kept = (0..packets.len()).filter(|place| self.verdicts[*place] != REFUSED);
            let times = kept.map(|place| columns.time(place).0);
            sums.times = times
                .fold(Sums::NONE.times, |(first, last), time| (first.min(time), last.max(time)));
        }
        for (front, place) in refused.iter().rev().enumerate() {
            records.swap(front, usize::from(*place));
        }
    }
}

/// Sums of packets that are not as many as are read by one instruction.
#[cold]
fn sum_up(columns: HeadColumnsRef<'_>, packets: &[Ends]) -> Sums {
    let mut sums = Sums::NONE;
    packets.iter().enumerate().for_each(|(place, ends)| sums.add(columns.time(place).0, ends));
    sums
}

/// Whether a packet that may be one of a tunnel by its protocol is none. Its destination
/// is that of its columns.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the ports are the lower half")]
fn is_native<'d, const SIX: bool>(
    decoder: &Decoder,
    ends: &Ends,
    destination: u64,
    head: impl Fn() -> Option<Head<'d>>,
) -> bool {
    if ends.protocol() != IpProtocol::UDP {
        return short::is_no_tunnel::<SIX>(ends.protocol());
    }
    if SIX {
        // Its ports lie in no column.
        return head().is_some_and(|head| short::is_native_udp_in_v6(decoder, &head));
    }
    // They stand behind the address.
    ends.octets() >= u64::from(IPV4_HEADER) + 4
        && !short::is_tunnel(decoder, u64::from_be(destination) as u32)
}

/// Packets that are read by one instruction; behind the last one may be others, which are
/// no packets.
const GROUP: usize = 8;

wide! {
    /// Reads the fields of packets of IPv4, says which seem to be plain, and sums all up.
    fn read_ipv4(
        columns: HeadColumnsRef<'_>,
        len: usize,
        verdicts: &mut [u8; HEADS],
        packets: &mut [Ends; HEADS],
    ) -> Sums {
        let mut sums = Sums::NONE;
        for at in 0..len.next_multiple_of(GROUP).min(HEADS) {
            (packets[at], verdicts[at]) = ipv4(columns, at);
            sums.add(columns.time(at).0, &packets[at]);
        }
        sums
    }

    /// The same of IPv6.
    fn read_ipv6(
        columns: HeadColumnsRef<'_>,
        len: usize,
        translators: bool,
        verdicts: &mut [u8; HEADS],
        packets: &mut [Ends; HEADS],
    ) -> Sums {
        let mut sums = Sums::NONE;
        for at in 0..len.next_multiple_of(GROUP).min(HEADS) {
            (packets[at], verdicts[at]) = ipv6(columns, at, translators);
            sums.add(columns.time(at).0, &packets[at]);
        }
        sums
    }
}

/// What is to be done with a packet.
#[inline(always)]
fn verdict(is_refused: bool, protocol: IpProtocol) -> u8 {
    match (is_refused, protocol == IpProtocol::TCP) {
        (true, _) => REFUSED,
        (false, true) => PLAIN,
        (false, false) => ASKED,
    }
}

/// Whether there is room for so many octets in a frame whose lengths and time are right.
#[inline(always)]
fn has_room(columns: HeadColumnsRef<'_>, at: usize, octets: u32) -> bool {
    let (room, agree) = columns.room(at);
    columns.time(at).1 & agree & (octets <= room)
}

/// The packet of IPv4 at a place.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "fields are cut out of wider numbers")]
fn ipv4(columns: HeadColumnsRef<'_>, at: usize) -> (Ends, u8) {
    let [start, source, destination] =
        [columns.start[at], columns.source[at], columns.destination[at]].map(u64::from_be);
    let octets = (start >> 32) as u32 & 0xffff;
    let protocol = IpProtocol((source >> 48) as u8);
    let ends = [source << 32, destination & !u64::from(u32::MAX)];
    // A later fragment has no ports.
    let is_later_fragment = start & 0x1fff != 0;
    let is_refused = is_later_fragment | (octets < IPV4_HEADER) | !has_room(columns, at, octets);
    let amounts = (octets, columns.original_len(at));
    (Ends::new(ends, amounts, protocol), verdict(is_refused, protocol))
}

/// The packet of IPv6 at a place.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "fields are cut out of wider numbers")]
fn ipv6(columns: HeadColumnsRef<'_>, at: usize, translators: bool) -> (Ends, u8) {
    let [start, source, destination] =
        [columns.start[at], columns.source[at], columns.destination[at]].map(u64::from_be);
    let payload = (start >> 16) as u32 & 0xffff;
    let octets = IPV6_HEADER + payload;
    let protocol = IpProtocol((start >> 8) as u8);
    let may_be_translated =
        translators | short::may_be_nat64(source) | short::may_be_nat64(destination);
    let is_refused = may_be_translated | (payload == 0) | !has_room(columns, at, octets);
    let amounts = (octets, columns.original_len(at));
    (Ends::new([source, destination], amounts, protocol), verdict(is_refused, protocol))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::read_details;
    use crate::model::{
        Clock, DetailColumns, Details, HeadColumns, LinkType, RawHead, Timestamp, WantedDetails,
    };
    use proptest::prelude::*;

    /// A frame that seems to be a plain packet, its lengths, and when it was seen; most
    /// have nothing odd about them.
    type Given = (Vec<u8>, u32, u32, i64);

    fn given(six: bool) -> impl Strategy<Value = Given> {
        let protocol = prop_oneof![Just(6_u8), Just(17), Just(1), Just(58), any::<u8>()];
        let declared = prop_oneof![0_u16..64, Just(60), any::<u16>()];
        let port = prop_oneof![Just(4789_u16), Just(443), any::<u16>()];
        let fragment = prop_oneof![4 => Just(0_u16), 1 => any::<u16>()];
        let nat64 = prop_oneof![9 => Just(false), 1 => Just(true)];
        let rest = (prop::collection::vec(any::<u8>(), Head::LEN), any::<i64>());
        let lens = (54_u32..100, 0_u32..70_000);
        (protocol, declared, (port, fragment, nat64), rest, lens).prop_map(
            move |(protocol, declared, (port, fragment, nat64), (mut octets, time), lens)| {
                // Of the source or of the destination.
                let behind = usize::from(octets[0] & 2);
                let mut put = |at: usize, field: &[u8]| {
                    octets[14 + at..14 + at + field.len()].copy_from_slice(field);
                };
                if six {
                    put(0, &[0x60]);
                    put(4, &declared.to_be_bytes());
                    put(6, &[protocol]);
                    put(40 + behind, &port.to_be_bytes());
                    if nat64 {
                        put(8, &[0, 0x64, 0xff, 0x9b]);
                    }
                } else {
                    put(0, &[0x45]);
                    put(2, &declared.to_be_bytes());
                    put(6, &fragment.to_be_bytes());
                    put(9, &[protocol]);
                    put(20 + behind, &port.to_be_bytes());
                }
                (octets, lens.0, lens.0 + lens.1, time)
            },
        )
    }

    fn head(given: &Given) -> Option<Head<'_>> {
        let (octets, captured_len, original_len, time) = given;
        // Some have none.
        (time % 16 != 0).then(|| Head {
            bytes: octets.first_chunk().expect("as many as a head has"),
            front: octets.first_chunk().expect("as many as a head has"),
            tags_left_out: 4 * u8::try_from(time.rem_euclid(3)).expect("0 to 2"),
            link_type: LinkType::ETHERNET,
            interface: *original_len % 3,
            captured_len: *captured_len,
            original_len: *original_len,
            fcs_len: 4 * u8::from(time % 3 == 0),
            timestamp: Timestamp::from_nanoseconds(*time),
        })
    }

    fn raw<'h>(head: &Head<'h>) -> RawHead<'h> {
        let lens = u64::from(head.original_len) << 32 | u64::from(head.captured_len);
        let time = head.timestamp.nanoseconds().cast_unsigned();
        RawHead { bytes: head.bytes, time, lens, overhead: head.fcs_len }
    }

    fn is_plain<const SIX: bool>(given: &Given) -> bool {
        let decoder = Decoder::default();
        head(given).is_some_and(|head| decoder.decode_family::<SIX>(&head).is_some())
    }

    /// What the columns say of a packet.
    fn details_at(columns: &DetailColumns, at: usize) -> Details {
        Details {
            time: Timestamp::from_nanoseconds(columns.times[at]),
            ports: columns.ports[at],
            low: columns.low[at],
            class: columns.class[at],
            link: columns.link[at],
            interface: columns.interface[at],
            exporter: 0,
        }
    }

    /// What is read together is what the short path reads of each.
    fn hold_against_the_short_path<const SIX: bool>(
        together: &mut Together,
        all: &[Given],
    ) -> Result<(), TestCaseError> {
        let decoder = Decoder::default();
        let (mut plain, mut refused, mut sums) = (Vec::new(), Vec::new(), Sums::NONE);
        let mut columns = HeadColumns::<HEADS>::new(Clock::Nanoseconds);
        // Behind them are others.
        for (at, given) in all.iter().cycle().take(HEADS).enumerate() {
            columns.put(at, u8::from(SIX), head(given).as_ref().map(raw));
        }
        for (at, head) in all.iter().map(head).enumerate() {
            let packet = head.and_then(|head| decoder.decode_family::<SIX>(&head));
            let Some((head, packet)) = head.zip(packet) else {
                refused.push(at);
                continue;
            };
            let ends = [packet.source, packet.destination];
            let ends = Ends::new(ends, (packet.octets, head.original_len), packet.protocol);
            let time = head.timestamp.nanoseconds();
            sums.add(time, &ends);
            plain.push((ends, packet.details(&head)));
        }
        let mut records: Vec<usize> = (0..all.len()).collect();
        let mut packets = [Ends::NONE; HEADS];
        let given = (&mut records[..], columns.from(0));
        let head_of = |at: usize| head(&all[at]);
        let mut details = DetailColumns::default();
        let wanted = WantedDetails {
            times: true,
            ports: true,
            low: true,
            class: true,
            link: true,
            interface: true,
        };
        read_details::<_, SIX>((given.0, given.1), head_of, wanted, &mut details);
        let read = together.read::<_, SIX>(&decoder, given, head_of, &mut packets);
        prop_assert_eq!(read.sums, sums);
        prop_assert_eq!((read.plain, read.refused), (plain.len(), refused.len()));
        let packets = &packets[..read.plain];
        let is_other = |at: &u8| packets[usize::from(*at)].protocol() != IpProtocol::TCP;
        let mut others = read.others.to_vec();
        others.sort_unstable();
        prop_assert_eq!(&others, &(0..).take(plain.len()).filter(is_other).collect::<Vec<u8>>());
        // In no order.
        details.take_out(all.len(), read.taken_out);
        let told = packets.iter().enumerate().map(|(at, ends)| (*ends, details_at(&details, at)));
        let mut told: Vec<_> = told.collect();
        for packets in [&mut plain, &mut told] {
            packets.sort_by_key(|(ends, details)| {
                (ends.source, ends.destination, ends.octets(), details.time)
            });
        }
        prop_assert_eq!(told, plain);
        prop_assert_eq!(&records[..read.refused], &refused);
        Ok(())
    }

    proptest! {
        #[test]
        fn packets_are_read_together_as_they_are_one_by_one(
            four in prop::collection::vec(given(false), 0..=HEADS),
            six in prop::collection::vec(given(true), 0..=HEADS),
        ) {
            // What was read before leaves nothing behind.
            let mut together = Together::default();
            hold_against_the_short_path::<false>(&mut together, &four)?;
            hold_against_the_short_path::<true>(&mut together, &six)?;
            hold_against_the_short_path::<false>(&mut together, &four)?;
            // Most often there is nothing odd.
            let four: Vec<Given> = four.into_iter().filter(is_plain::<false>).collect();
            let six: Vec<Given> = six.into_iter().filter(is_plain::<true>).collect();
            hold_against_the_short_path::<false>(&mut together, &four)?;
            hold_against_the_short_path::<true>(&mut together, &six)?;
        }
    }
}
