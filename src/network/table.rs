//! Longest prefix match: the value of the longest prefix that an address lies
//! in.
//!
//! A table is built once and then only asked, so the prefixes are laid flat when
//! it is built: the address space of a family falls into stretches, each with the
//! value of the longest prefix over it, and a look-up is a binary search among the
//! starts of the stretches that share the address's upper 16 bits. Neighbours of
//! one value become one stretch. A trie (prefix-trie) is the oracle of the tests.

use super::beside;
use crate::model::{IpAddress, IpVersion, Prefix};

/// Stretches from which an index of their upper 16 bits is made: fewer lie in the
/// cache as they are, and the index would not.
const WORTH_INDEXING: usize = 4096;

/// Addresses of one family as integers.
trait Key: Copy + Ord + std::fmt::Debug {
    const VERSION: IpVersion;
    fn of(address: IpAddress) -> Self;
    fn address(self) -> IpAddress;
    /// The upper 16 bits.
    fn top(self) -> usize;
    /// The lowest with these upper 16 bits.
    fn lowest(top: u16) -> Self;
    /// The next one; `None` after the last.
    fn next(self) -> Option<Self>;
    /// The last address of the prefix of `len` bits that begins here.
    fn last(self, len: u8) -> Self;
}

impl Key for u32 {
    const VERSION: IpVersion = IpVersion::V4;

    fn of(address: IpAddress) -> Self {
        (address.bits() >> 96) as Self
    }

    fn address(self) -> IpAddress {
        IpAddress::from_bits(u128::from(self) << 96)
    }

    fn top(self) -> usize {
        (self >> 16) as usize
    }

    fn lowest(top: u16) -> Self {
        Self::from(top) << 16
    }

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn last(self, len: u8) -> Self {
        self | Self::MAX.checked_shr(u32::from(len)).unwrap_or(0)
    }
}

impl Key for u128 {
    const VERSION: IpVersion = IpVersion::V6;

    fn of(address: IpAddress) -> Self {
        address.bits()
    }

    fn address(self) -> IpAddress {
        IpAddress::from_bits(self)
    }

    fn top(self) -> usize {
        (self >> 112) as usize
    }

    fn lowest(top: u16) -> Self {
        Self::from(top) << 112
    }

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn last(self, len: u8) -> Self {
        self | Self::MAX.checked_shr(u32::from(len)).unwrap_or(0)
    }
}

/// Values by prefix, of both families.
#[derive(Clone, Debug)]
pub struct AddressTable<V> {
    v4: Stretches<u32, V>,
    v6: Stretches<u128, V>,
    prefixes: [u64; 2],
}

impl<V: Copy + PartialEq> AddressTable<V> {
    /// The value of the longest prefix that holds the address.
    #[must_use]
    pub fn lookup(&self, version: IpVersion, address: IpAddress) -> Option<V> {
        match version {
            IpVersion::V4 => self.v4.lookup(Key::of(address)),
            IpVersion::V6 => self.v6.lookup(Key::of(address)),
        }
    }

    /// Whether all addresses of a prefix have the same value, or none. Where the
    /// value is the same on both sides of a border within it, that is known too.
    #[must_use]
    pub fn is_uniform(&self, prefix: Prefix) -> bool {
        let (start, len) = (prefix.address(), prefix.len());
        match prefix.version() {
            IpVersion::V4 => self.v4.is_uniform(Key::of(start), len),
            IpVersion::V6 => self.v6.is_uniform(Key::of(start), len),
        }
    }

    /// Distinct prefixes that it was built from, IPv4 and IPv6.
    #[must_use]
    pub fn prefixes(&self) -> [u64; 2] {
        self.prefixes
    }

    /// Bytes that it takes: for each stretch its start (4 or 16) and a value or
    /// none, and 256 KiB of index for a family of more than 4,096 stretches.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.v4.memory() + self.v6.memory()
    }
}

/// Prefixes on their way into a table.
#[derive(Clone, Debug)]
pub struct TableBuilder<V> {
    v4: Vec<Entry<u32, V>>,
    v6: Vec<Entry<u128, V>>,
}

/// A prefix and its value: 12 bytes of IPv4 where a [`Prefix`] with a value takes 64,
/// of which a table of the Internet has a million.
#[derive(Clone, Copy, Debug)]
struct Entry<K, V> {
    start: K,
    len: u8,
    value: V,
}

impl<K: Key, V> Entry<K, V> {
    fn prefix(&self) -> Prefix {
        Prefix::new(K::VERSION, self.start.address(), self.len)
    }
}

impl<V> Default for TableBuilder<V> {
    fn default() -> Self {
        Self { v4: Vec::new(), v6: Vec::new() }
    }
}

impl<V: Copy + PartialEq> TableBuilder<V> {
    /// Adds a prefix.
    pub fn insert(&mut self, prefix: Prefix, value: V) {
        let (address, len) = (prefix.address(), prefix.len());
        match prefix.version() {
            IpVersion::V4 => self.v4.push(Entry { start: Key::of(address), len, value }),
            IpVersion::V6 => self.v6.push(Entry { start: Key::of(address), len, value }),
        }
    }

    /// Adds the prefixes of another behind those that are there; where there are none of
    /// a family, without a copy.
    pub(super) fn append(&mut self, other: Self) {
        append(&mut self.v4, other.v4);
        append(&mut self.v6, other.v6);
    }

    /// How many were added of each family.
    pub(super) fn lens(&self) -> [usize; 2] {
        [self.v4.len(), self.v6.len()]
    }

    /// The values of those that were added behind so many of each family.
    pub(super) fn values_from(&mut self, [v4, v6]: [usize; 2]) -> impl Iterator<Item = &mut V> {
        let v4 = self.v4.iter_mut().skip(v4).map(|entry| &mut entry.value);
        v4.chain(self.v6.iter_mut().skip(v6).map(|entry| &mut entry.value))
    }

    /// The prefixes that were added, IPv4 first, each as often as it was.
    pub fn prefixes(&self) -> impl Iterator<Item = Prefix> + '_ {
        self.v4.iter().map(Entry::prefix).chain(self.v6.iter().map(Entry::prefix))
    }

    /// Adds the addresses from `first` to `last`, as the fewest prefixes.
    pub fn insert_range(
        &mut self,
        version: IpVersion,
        first: IpAddress,
        last: IpAddress,
        value: V,
    ) {
        let spare = 128 - u32::from(version.address_bits());
        let (mut next, last) = (first.bits() >> spare, last.bits() >> spare);
        while next <= last {
            // The largest block that begins here and ends in the range.
            let room = (last - next).checked_add(1).map_or(128, |size| size.ilog2());
            let host = next.trailing_zeros().min(room).min(128 - spare);
            let len = u8::try_from(128 - spare - host).expect("at most 128");
            let start = IpAddress::from_bits(next.checked_shl(spare).unwrap_or(0));
            self.insert(Prefix::new(version, start, len), value);
            let after = 1_u128.checked_shl(host).and_then(|size| next.checked_add(size));
            let Some(after) = after else { return };
            next = after;
        }
    }

    /// The table. What was given of one prefix several times is joined by `join`,
    /// from the first to the last.
    #[must_use]
    pub fn build(self, mut join: impl FnMut(V, V) -> V) -> AddressTable<V> {
        let (v4, v6) = (each_once(self.v4, &mut join), each_once(self.v6, &mut join));
        let prefixes = [v4.len() as u64, v6.len() as u64];
        AddressTable { v4: Stretches::new(&v4), v6: Stretches::new(&v6), prefixes }
    }

    /// The same, the tables of both families side by side.
    #[must_use]
    pub(super) fn build_beside(self, mut join: impl FnMut(V, V) -> V) -> AddressTable<V>
    where
        V: Send + Sync,
    {
        let (v4, v6) = (each_once(self.v4, &mut join), each_once(self.v6, &mut join));
        let prefixes = [v4.len() as u64, v6.len() as u64];
        let (v4, v6) = beside(|| Stretches::new(&v4), || Stretches::new(&v6));
        AddressTable { v4, v6, prefixes }
    }
}

fn append<T>(mine: &mut Vec<T>, mut theirs: Vec<T>) {
    if mine.is_empty() {
        *mine = theirs;
    } else {
        mine.append(&mut theirs);
    }
}

/// The prefixes of a family sorted by address, then length, each once.
fn each_once<K: Key, V: Copy>(
    mut entries: Vec<Entry<K, V>>,
    join: &mut impl FnMut(V, V) -> V,
) -> Vec<Entry<K, V>> {
    let place = |entry: &Entry<K, V>| (entry.start, entry.len);
    // As most tables are written.
    if entries.is_sorted_by(|one, next| place(one) < place(next)) {
        return entries;
    }
    // Stable: what was given first comes first among equals.
    entries.sort_by_key(place);
    entries.dedup_by(|later, first| {
        let same = (later.start, later.len) == (first.start, first.len);
        if same {
            first.value = join(first.value, later.value);
        }
        same
    });
    entries
}

/// The addresses of one family, from start to start.
#[derive(Clone, Debug)]
struct Stretches<K, V> {
    /// Ascending; the first is the lowest address.
    starts: Box<[K]>,
    values: Box<[Option<V>]>,
    /// For each value of the upper 16 bits the stretch that its lowest address
    /// lies in, and at last the last stretch. Empty where there are few.
    tops: Box<[u32]>,
}

impl<K: Key, V: Copy + PartialEq> Stretches<K, V> {
    /// From prefixes that are sorted by address, then length, each once.
    fn new(prefixes: &[Entry<K, V>]) -> Self {
        let mut flat = Flat { starts: Vec::new(), values: Vec::new() };
        flat.begin(K::of(IpAddress::from_bits(0)), None);
        // The prefixes that hold the place reached, the longest last, each with
        // its last address.
        let mut open: Vec<(K, V)> = Vec::new();
        for Entry { start, len, value } in prefixes {
            flat.close(&mut open, Some(*start));
            flat.begin(*start, Some(*value));
            open.push((start.last(*len), *value));
        }
        flat.close(&mut open, None);
        let tops =
            if flat.starts.len() < WORTH_INDEXING { Box::default() } else { tops(&flat.starts) };
        Self { starts: flat.starts.into(), values: flat.values.into(), tops }
    }

    fn lookup(&self, key: K) -> Option<V> {
        self.values[self.place(key)]
    }

    fn is_uniform(&self, start: K, len: u8) -> bool {
        let next = self.starts.get(self.place(start) + 1);
        next.is_none_or(|next| *next > start.last(len))
    }

    /// The stretch that an address lies in.
    fn place(&self, key: K) -> usize {
        let (from, to) = match self.tops.get(key.top()..key.top() + 2) {
            Some([from, to]) => (*from as usize, *to as usize),
            _ => (0, self.starts.len() - 1),
        };
        let within = &self.starts[from..=to];
        // The first of them does not begin after the key.
        from + within.partition_point(|start| *start <= key).saturating_sub(1)
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.starts) + size_of_val(&*self.values) + size_of_val(&*self.tops)
    }
}

/// Stretches while they are made.
struct Flat<K, V> {
    starts: Vec<K>,
    values: Vec<Option<V>>,
}

impl<K: Key, V: Copy + PartialEq> Flat<K, V> {
    /// Ends the open prefixes that end before `next`, or all.
    fn close(&mut self, open: &mut Vec<(K, V)>, next: Option<K>) {
        while let Some((last, _)) = open.last().copied()
            && next.is_none_or(|next| last < next)
        {
            open.pop();
            if let Some(after) = last.next() {
                self.begin(after, open.last().map(|(_, value)| *value));
            }
        }
    }

    /// Begins a stretch; one of no length before it is replaced, and one of the
    /// same value goes on.
    fn begin(&mut self, start: K, value: Option<V>) {
        if self.starts.last() == Some(&start) {
            self.starts.pop();
            self.values.pop();
        }
        if self.values.last() != Some(&value) {
            self.starts.push(start);
            self.values.push(value);
        }
    }
}

/// For each value of the upper 16 bits the stretch that its lowest address lies
/// in, and the last stretch.
fn tops<K: Key>(starts: &[K]) -> Box<[u32]> {
    let number = |stretch| u32::try_from(stretch).expect("fewer stretches than 2^32");
    let mut stretch = 0;
    let mut tops = Vec::with_capacity((1 << 16) + 1);
    for top in 0..=u16::MAX {
        while starts.get(stretch + 1).is_some_and(|start| *start <= K::lowest(top)) {
            stretch += 1;
        }
        tops.push(number(stretch));
    }
    tops.push(number(starts.len() - 1));
    tops.into()
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
