//! Cells by prefix, for one pair of lengths.

use super::cell::Cell;
use crate::model::{IpAddress, IpHeader, IpVersion, PrefixLens, PrefixSide};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Cells by prefix. The hash is seeded for each process: whoever writes the
/// packets chooses the keys.
#[derive(Clone, Debug)]
pub(super) struct PrefixCells {
    lens: PrefixLens,
    side: PrefixSide,
    v4: HashMap<u32, Cell, RandomState>,
    /// IPv6 prefixes of up to 64 bits, by the upper half of the address.
    v6_short: HashMap<u64, Cell, RandomState>,
    /// Longer ones.
    v6_long: HashMap<u128, Cell, RandomState>,
    without_address: [Cell; 2],
}

impl PrefixCells {
    pub(super) fn new(lens: PrefixLens, side: PrefixSide) -> Self {
        Self {
            lens,
            side,
            v4: HashMap::default(),
            v6_short: HashMap::default(),
            v6_long: HashMap::default(),
            without_address: [Cell::default(); 2],
        }
    }

    /// Adds one packet to the prefixes of its ends: of the side asked for, or
    /// of both, once where they are the same.
    #[inline(always)]
    pub(super) fn add(&mut self, header: &IpHeader, wire_octets: u64) {
        let (first, second) = match self.side {
            PrefixSide::Both => (header.source, header.destination),
            PrefixSide::Source => (header.source, None),
            PrefixSide::Destination => (header.destination, None),
        };
        let octets = header.octets;
        let len = self.lens.len(header.version);
        match header.version {
            IpVersion::V4 => {
                let key = |address: IpAddress| (mask(address, len) >> 96) as u32;
                add(&mut self.v4, first.map(key), second.map(key), octets, wire_octets)
            }
            IpVersion::V6 if len <= 64 => {
                let mask = high_mask(len);
                let key = |address: IpAddress| address.high() & mask;
                add(&mut self.v6_short, first.map(key), second.map(key), octets, wire_octets)
            }
            IpVersion::V6 => {
                let key = |address| mask(address, len);
                add(&mut self.v6_long, first.map(key), second.map(key), octets, wire_octets)
            }
        }
        .unwrap_or_else(|| self.without_address[header.version.index()].add(octets, wire_octets));
    }

    /// Gives every cell with the left-aligned prefix, or with `None` for the
    /// packets whose address was cut away, and forgets them.
    pub(super) fn drain(&mut self, mut take: impl FnMut(IpVersion, Option<IpAddress>, &Cell)) {
        for (key, cell) in self.v4.drain() {
            take(IpVersion::V4, Some(IpAddress::from_bits(u128::from(key) << 96)), &cell);
        }
        for (key, cell) in self.v6_short.drain() {
            take(IpVersion::V6, Some(IpAddress::from_bits(u128::from(key) << 64)), &cell);
        }
        for (key, cell) in self.v6_long.drain() {
            take(IpVersion::V6, Some(IpAddress::from_bits(key)), &cell);
        }
        for version in IpVersion::ALL {
            let cell = std::mem::take(&mut self.without_address[version.index()]);
            take(version, None, &cell);
        }
    }
}

/// Adds one packet under one or two keys; `None` when there is neither.
#[inline(always)]
fn add<K: Copy + Eq + std::hash::Hash>(
    cells: &mut HashMap<K, Cell, RandomState>,
    first: Option<K>,
    second: Option<K>,
    octets: u64,
    wire_octets: u64,
) -> Option<()> {
    let key = first.or(second)?;
    cells.entry(key).or_default().add(octets, wire_octets);
    if let (Some(first), Some(second)) = (first, second)
        && first != second
    {
        cells.entry(second).or_default().add(octets, wire_octets);
    }
    Some(())
}

#[inline(always)]
fn mask(address: IpAddress, len: u8) -> u128 {
    let kept = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
    address.bits() & kept
}

#[inline(always)]
fn high_mask(len: u8) -> u64 {
    u64::MAX.checked_shl(64 - u32::from(len)).unwrap_or(0)
}
