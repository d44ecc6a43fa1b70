//! Cells by prefix, for one pair of lengths.

use super::cell::Cell;
use super::far_map::{FarMap, Search};
use super::prefix_map::{Asked, PrefixMap};
use super::prefix_rows::PrefixRows;
use super::protocol::{OfFamily, ProtocolCells};
use crate::model::{Ends, HEADS, IpAddress, IpHeader, IpVersion, PrefixLens, Side};
use crate::vectors::wide;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Packets whose prefixes are counted together, at most: they lie in the first level of
/// cache, and so do their slots. Half as many cost a run a fortieth more, for each loop
/// over them ends with a wrong guess, and twice as many a twentieth, for the cache.
pub(super) const BATCH: usize = HEADS;

/// Cells by prefix. The hash is seeded for each process: whoever writes the
/// packets chooses the keys.
#[derive(Clone, Debug)]
pub(super) struct PrefixCells {
    lens: PrefixLens,
    side: Side,
    /// Prefixes of up to 64 bits, by the upper half of the left-aligned address,
    /// a map a family.
    short: [PrefixMap; 2],
    /// Longer ones, of IPv6 alone.
    long: HashMap<u128, Cell, RandomState>,
    without_address: [Cell; 2],
}

/// The prefixes of both ends of a packet.
#[inline(always)]
fn keys(ends: &Ends, mask: u64) -> [u64; 2] {
    [ends.source & mask, ends.destination & mask]
}

/// What is counted of a packet under a key.
#[inline(always)]
fn counted(ends: &Ends, key: u64) -> (u64, u64, u64) {
    (key, ends.octets(), ends.wire_octets())
}

/// The ends of a header; `None` where an address or the protocol was cut away, and for
/// a jumbogram.
#[inline(always)]
pub(super) fn ends_of(header: &IpHeader, wire_octets: u64) -> Option<Ends> {
    let ends = [header.source?.high(), header.destination?.high()];
    let octets = u32::try_from(header.octets).ok()?;
    let wire_octets = u32::try_from(wire_octets).ok()?;
    Some(Ends::new(ends, (octets, wire_octets), header.protocol?))
}

/// Packets of one family that are counted together.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    ends: [Ends; BATCH],
    len: usize,
}

impl Default for Batch {
    fn default() -> Self {
        Self { ends: [Ends::NONE; BATCH], len: 0 }
    }
}

impl Batch {
    /// Keeps a packet; true when it is the last one for which there is room.
    #[inline(always)]
    pub(super) fn push(&mut self, ends: Ends) -> bool {
        self.ends[self.len % BATCH] = ends;
        self.len += 1;
        self.len == BATCH
    }

    /// The packets that were kept; those that come replace them.
    pub(super) fn take(&mut self) -> &[Ends] {
        let len = std::mem::take(&mut self.len).min(BATCH);
        &self.ends[..len]
    }
}

/// Counts packets of one family by protocol and by prefix; `each` is called with the
/// octets of every one.
///
/// The small tables are counted in while the slots of the first table of prefixes
/// are asked for: in a loop of their own each packet would wait until the count of
/// the packet before it is written.
#[inline(always)]
pub(super) fn count_packets(
    protocols: &mut ProtocolCells,
    prefixes: &mut [PrefixCells],
    version: IpVersion,
    packets: &[Ends],
    each: impl FnMut(u64),
) {
    count_prefixes(prefixes, version, packets, count_small(protocols.of(version), each));
}

/// Counts packets of one family by prefix; `each` is called with every one.
#[inline(always)]
pub(super) fn count_prefixes(
    prefixes: &mut [PrefixCells],
    version: IpVersion,
    packets: &[Ends],
    mut each: impl FnMut(&Ends),
) {
    if packets.is_empty() {
        // Where prefixes are too long for packets to be gathered, there are none.
        return;
    }
    let Some((first, others)) = prefixes.split_first_mut() else {
        packets.iter().for_each(each);
        return;
    };
    first.add_batch(version, packets, &mut each);
    for prefixes in others {
        prefixes.add_batch(version, packets, |_| {});
    }
}

/// Counts a packet in the small tables of a family; `each` is called with its octets.
#[inline(always)]
fn count_small(protocols: &mut OfFamily, mut each: impl FnMut(u64)) -> impl FnMut(&Ends) {
    move |ends| {
        protocols[usize::from(ends.protocol().0)].add(ends.octets(), ends.wire_octets());
        each(ends.octets());
    }
}

impl PrefixCells {
    pub(super) fn new(lens: PrefixLens, side: Side) -> Self {
        Self {
            lens,
            side,
            short: Default::default(),
            long: HashMap::default(),
            without_address: [Cell::default(); 2],
        }
    }

    /// Adds one packet to the prefixes of its ends: of the side asked for, or
    /// of both, once where they are the same.
    #[inline(always)]
    pub(super) fn add(&mut self, header: &IpHeader, wire_octets: u64) {
        let (first, second) = match self.side {
            Side::Both => (header.source, header.destination),
            Side::Source => (header.source, None),
            Side::Destination => (header.destination, None),
        };
        let (Some(first), second) = (first.or(second), second.filter(|_| first.is_some())) else {
            self.without_address[header.version.index()].add(header.octets, wire_octets);
            return;
        };
        let len = self.lens.len(header.version);
        if len > 64 {
            self.add_long(first, second, len, header.octets, wire_octets);
            return;
        }
        let mask = high_mask(len);
        let map = &mut self.short[header.version.index()];
        let first = first.high() & mask;
        map.add(first, header.octets, wire_octets);
        if let Some(second) = second.map(|address| address.high() & mask)
            && second != first
        {
            map.add(second, header.octets, wire_octets);
        }
    }

    /// Whether prefixes of up to 64 bits are all that is asked for.
    pub(super) fn is_short(&self) -> bool {
        self.lens.are_short()
    }

    /// Adds packets of one family, as [`Self::add`] does one by one, where all
    /// prefixes are short; `each` is called with every packet on the way.
    #[inline(always)]
    pub(super) fn add_batch(
        &mut self,
        version: IpVersion,
        packets: &[Ends],
        each: impl FnMut(&Ends),
    ) {
        let mask = high_mask(self.lens.len(version));
        let map = &mut self.short[version.index()];
        match self.side {
            Side::Both => add_both(map, mask, packets, each, |_, _| {}),
            Side::Source => add_one(map, packets, |ends| ends.source & mask, each),
            Side::Destination => add_one(map, packets, |ends| ends.destination & mask, each),
        }
    }

    /// The same for prefixes of both ends, and calls `tell` with the place of every
    /// packet and the marks of its prefixes.
    #[inline(always)]
    pub(super) fn add_marked(
        &mut self,
        version: IpVersion,
        packets: &[Ends],
        each: impl FnMut(&Ends),
        tell: impl FnMut(usize, [u32; 2]),
    ) {
        let mask = high_mask(self.lens.len(version));
        add_both(&mut self.short[version.index()], mask, packets, each, tell);
    }

    /// Whether both ends of a packet lie in one short prefix.
    #[inline(always)]
    pub(super) fn is_one(&self, version: IpVersion, ends: &Ends) -> bool {
        (ends.source ^ ends.destination) & high_mask(self.lens.len(version)) == 0
    }

    /// Marks the prefix of an address that was counted.
    pub(super) fn mark(&mut self, version: IpVersion, high: u64, mark: u32) {
        let mask = high_mask(self.lens.len(version));
        self.short[version.index()].mark(high & mask, mark);
    }

    /// Every mark with the cell of its prefix, in no order.
    pub(super) fn marks(&self, version: IpVersion) -> impl Iterator<Item = (u32, Cell)> + '_ {
        self.short[version.index()].marks()
    }

    #[inline(never)]
    fn add_long(
        &mut self,
        first: IpAddress,
        second: Option<IpAddress>,
        len: u8,
        octets: u64,
        wire_octets: u64,
    ) {
        let first = mask(first, len);
        self.long.entry(first).or_default().add(octets, wire_octets);
        if let Some(second) = second.map(|address| mask(address, len))
            && second != first
        {
            self.long.entry(second).or_default().add(octets, wire_octets);
        }
    }

    /// Gives the rows of prefixes of up to 64 bits, in no order, and forgets them.
    pub(super) fn drain_short(&mut self, version: IpVersion) -> PrefixRows {
        self.short[version.index()].drain()
    }

    /// Gives every cell as [`Self::drain_rest`] does, and forgets them.
    pub(super) fn drain(&mut self, mut take: impl FnMut(IpVersion, Option<IpAddress>, &Cell)) {
        for version in IpVersion::ALL {
            for row in self.drain_short(version).iter() {
                take(version, Some(row.prefix()), row.cell());
            }
        }
        self.drain_rest(take);
    }

    /// Gives every other cell with the left-aligned prefix, or with `None` for the
    /// packets whose address was cut away, and forgets them.
    pub(super) fn drain_rest(&mut self, mut take: impl FnMut(IpVersion, Option<IpAddress>, &Cell)) {
        for (key, cell) in self.long.drain() {
            take(IpVersion::V6, Some(IpAddress::from_bits(key)), &cell);
        }
        for version in IpVersion::ALL {
            let cell = std::mem::take(&mut self.without_address[version.index()]);
            take(version, None, &cell);
        }
    }
}

/// Counts each packet in the prefixes of both its ends, once where they are one. `tell`
/// is called with the place of each packet and the marks of its prefixes.
#[inline(always)]
fn add_both(
    map: &mut PrefixMap,
    mask: u64,
    packets: &[Ends],
    each: impl FnMut(&Ends),
    tell: impl FnMut(usize, [u32; 2]),
) {
    map.reserve(2 * packets.len());
    match map.far() {
        Some(far) => add_both_far(far, mask, packets, each, tell),
        None => add_both_near(map, mask, packets, each, tell),
    }
}

/// The same in a map whose slots are near.
///
/// The slots are asked for before they are counted in: the processor then has many
/// on their way from memory at once. Within what calls it, registers would run out in
/// its loops: a packet would take a twentieth more.
#[inline(never)]
fn add_both_near(
    map: &mut PrefixMap,
    mask: u64,
    packets: &[Ends],
    mut each: impl FnMut(&Ends),
    mut tell: impl FnMut(usize, [u32; 2]),
) {
    let mut places = [[0_u32; 2]; BATCH];
    let asked = map.asked();
    find_places(packets, mask, asked, &mut places);
    for (places, ends) in places.iter().zip(packets) {
        each(ends);
        asked.fetch_at(places[0]);
        asked.fetch_at(places[1]);
    }
    let mut map = map.opened();
    for (at, (places, ends)) in places.iter().zip(packets).enumerate() {
        let (octets, wire_octets) = (ends.octets(), ends.wire_octets());
        let (first, second) = (ends.source & mask, ends.destination & mask);
        let source = map.add_at(places[0], first, octets, wire_octets);
        let destination = match second == first {
            true => source,
            false => map.add_at(places[1], second, octets, wire_octets),
        };
        tell(at, [source, destination]);
    }
}

wide! {
    /// Finds where the searches for both ends of packets begin.
    fn find_places(
        packets: &[Ends],
        mask: u64,
        asked: Asked<'_>,
        places: &mut [[u32; 2]; BATCH],
    ) {
        for (places, ends) in places.iter_mut().zip(packets) {
            *places = keys(ends, mask).map(|key| asked.place(key));
        }
    }
}

/// The same in a map that lies far. Where a search goes on in other lines, those are
/// asked for, and it is looked at again behind all others: with millions of prefixes a
/// fifth of a run was spent waiting for such lines, one after the other.
#[inline(never)]
fn add_both_far(
    map: &mut FarMap,
    mask: u64,
    packets: &[Ends],
    mut each: impl FnMut(&Ends),
    mut tell: impl FnMut(usize, [u32; 2]),
) {
    map.reserve(2 * packets.len());
    let mut map = map.opened();
    let (mut places, mut marks) = ([[0; 2]; BATCH], [[0; 2]; BATCH]);
    let (mut later, mut waiting) = ([(0, 0, Search::default()); 2 * BATCH], 0);
    for (places, ends) in places.iter_mut().zip(packets) {
        each(ends);
        *places = keys(ends, mask).map(|key| map.fetch(key));
    }
    for (at, ends) in packets.iter().enumerate() {
        let keys = keys(ends, mask);
        for end in 0..1 + usize::from(keys[0] != keys[1]) {
            match map.add_first(places[at][end], counted(ends, keys[end])) {
                Ok(mark) => marks[at][end] = mark,
                Err(search) => {
                    later[waiting % (2 * BATCH)] = (at, end, search);
                    waiting += 1;
                }
            }
        }
    }
    while waiting > 0 {
        let mut left = 0;
        for at in 0..waiting {
            let (packet, end, search) = later[at];
            let key = keys(&packets[packet], mask)[end];
            match map.add_next(search, counted(&packets[packet], key)) {
                Ok(mark) => marks[packet][end] = mark,
                Err(search) => {
                    later[left] = (packet, end, search);
                    left += 1;
                }
            }
        }
        waiting = left;
    }
    for (at, ends) in packets.iter().enumerate() {
        let is_one = keys(ends, mask)[0] == keys(ends, mask)[1];
        tell(at, [marks[at][0], marks[at][usize::from(!is_one)]]);
    }
}

/// The same with one prefix a packet.
fn add_one(
    map: &mut PrefixMap,
    packets: &[Ends],
    key: impl Fn(&Ends) -> u64,
    mut each: impl FnMut(&Ends),
) {
    map.reserve(packets.len());
    if let Some(far) = map.far() {
        add_one_far(far, packets, key, each);
        return;
    }
    let mut places = [0_u32; BATCH];
    let asked = map.asked();
    for (place, ends) in places.iter_mut().zip(packets) {
        each(ends);
        *place = asked.fetch(key(ends));
    }
    let mut map = map.opened();
    for (place, ends) in places.iter().zip(packets) {
        map.add_at(*place, key(ends), ends.octets(), ends.wire_octets());
    }
}

/// The same in a map that lies far.
fn add_one_far(
    map: &mut FarMap,
    packets: &[Ends],
    key: impl Fn(&Ends) -> u64,
    mut each: impl FnMut(&Ends),
) {
    map.reserve(packets.len());
    let mut map = map.opened();
    let mut places = [0_usize; BATCH];
    for (place, ends) in places.iter_mut().zip(packets) {
        each(ends);
        *place = map.fetch(key(ends));
    }
    for (place, ends) in places.iter().zip(packets) {
        map.add_at(*place, counted(ends, key(ends)));
    }
}

fn mask(address: IpAddress, len: u8) -> u128 {
    let kept = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
    address.bits() & kept
}

#[inline(always)]
pub(super) fn high_mask(len: u8) -> u64 {
    u64::MAX.checked_shl(64 - u32::from(len)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IpProtocol;
    use std::collections::BTreeMap;

    /// So many prefixes that the maps become far, with all marks told, and some of so
    /// many packets or octets that there is no room for them in a slot.
    #[test]
    fn batches_are_counted_packet_by_packet_in_maps_of_any_size() {
        let mut state = 1_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let mut cells = PrefixCells::new(PrefixLens::default(), Side::Both);
        let (mut plain, mut marks) = (BTreeMap::<u64, Cell>::new(), BTreeMap::new());
        for round in 0..6000_u64 {
            let range = 1 + round * 100;
            let packets: [Ends; BATCH] = std::array::from_fn(|_| {
                let source = random(range) << 16;
                let destination = match random(9) {
                    0 => source | 1,
                    1 => 7 << 16,
                    _ => random(range) << 16,
                };
                let octets = 40 + u32::try_from(random(1000)).expect("small");
                let octets = octets << if random(99) == 0 { 22 } else { 0 };
                let protocol = IpProtocol::TCP;
                Ends::new([source, destination], (octets, octets ^ 14), protocol)
            });
            let packets = &packets[..BATCH - usize::from(round % 3 == 0)];
            let mut told = BTreeMap::new();
            cells.add_marked(
                IpVersion::V6,
                packets,
                |_| {},
                |at, marks| assert_eq!(told.insert(at, marks), None),
            );
            assert_eq!(told.len(), packets.len());
            for (ends, told) in packets.iter().zip(told.into_values()) {
                let prefixes = [ends.source & !0xffff, ends.destination & !0xffff];
                assert_eq!(told, prefixes.map(|key| marks.get(&key).copied().unwrap_or(0)));
                let both = if prefixes[0] == prefixes[1] { &prefixes[..1] } else { &prefixes };
                for key in both {
                    plain.entry(*key).or_default().add(ends.octets(), ends.wire_octets());
                }
            }
            let mark = u32::try_from(round).expect("few");
            cells.mark(IpVersion::V6, packets[0].source, mark);
            marks.insert(packets[0].source, mark);
        }
        assert!(cells.short[1].far().is_some(), "{} prefixes", plain.len());
        let drained = cells.drain_short(IpVersion::V6);
        assert_eq!(drained.len(), plain.len());
        assert!(drained.iter().all(|row| plain.get(&row.high()) == Some(row.cell())));
    }
}
