//! A hash map from a prefix of up to 64 bits to a cell, where there are so many that
//! each slot lies far from the core.

use super::beyond::Beyond;
use super::cell::Cell;
use super::prefix_rows::PrefixRows;
use super::prefix_slot::Hash;
use super::region::Region;
use super::small_row::SmallRow;
use crate::cache;

/// Slots of a line of cache. They are filled from the first one on.
const LINE: usize = 4;

/// Lines of a block, within which a search stays: 256 KiB, so that one that is laid out
/// anew lies in the second level of cache.
const BLOCK: usize = 1 << 12;

/// Slots of a block.
const SLOTS: usize = LINE * BLOCK;

/// How many slots of the fullest block are used before there are twice as many blocks: in
/// the middle it is three quarters then. Up to seven eighths full, a run takes 3 to 4 %
/// more: searches go on in more lines. With a fourth more blocks in place of twice as
/// many, a map takes less memory, and each key is moved more often.
const MOST: usize = SLOTS / 32 * 25;

/// Counts by key, each with a mark, in blocks in the order of the hash. Where one is
/// full, there are twice as many of them, and each is spread over the two that take its
/// part of the hashes, the last one first: so a map grows where it is.
#[derive(Clone, Debug)]
pub(super) struct FarMap {
    slots: Region<SmallRow>,
    /// The marks of the slots, where one was given: most runs give none.
    marks: Region<u32>,
    /// What there is no room for in a slot.
    beyond: Beyond,
    /// How many slots of each block are used.
    used: Vec<u32>,
    /// The most of them.
    fullest: u32,
    hash: Hash,
}

/// Lines that are asked for at once where a search goes on.
const NEXT: usize = 2;

/// A search that has looked at a line and at those before.
#[derive(Clone, Copy, Default)]
pub(super) struct Search {
    line: usize,
    step: usize,
}

impl Search {
    /// The next line of the block, ever farther away, each once: one behind the other,
    /// full ones would run together.
    #[inline(always)]
    fn next(self) -> Self {
        let (start, step) = (self.line & !(BLOCK - 1), self.step + 1);
        Self { line: start | (self.line + step) & (BLOCK - 1), step }
    }
}

/// A map in which a batch of keys is counted.
pub(super) struct OpenedFar<'m> {
    lines: &'m mut [[SmallRow; LINE]],
    marks: &'m [u32],
    beyond: &'m mut Beyond,
    used: &'m mut [u32],
    fullest: &'m mut u32,
    hash: Hash,
}

impl OpenedFar<'_> {
    /// The line where the search for a key begins that will be counted soon; it is asked
    /// for as far as the second level of cache: more of them may be on their way to it.
    #[inline(always)]
    pub(super) fn fetch(&self, key: u64) -> usize {
        let line = first_line(&self.hash, key, self.lines.len());
        cache::fetch_far(&self.lines[line]);
        if let Some(mark) = self.marks.get(LINE * line) {
            cache::fetch_far(mark);
        }
        line
    }

    /// Counts one packet under `key`, whose search begins at `line`, and says which
    /// mark the key has; where the search goes on in other lines, nothing is counted.
    #[inline(always)]
    pub(super) fn add_first(
        &mut self,
        line: usize,
        counted: (u64, u64, u64),
    ) -> Result<u32, Search> {
        match slot_in(&self.lines[line], counted.0) {
            Some(slot) => Ok(self.count(line, slot, counted)),
            None => Err(self.asked_next(Search { line, step: 0 })),
        }
    }

    /// Counts what was not counted before, or says where the search goes on.
    #[inline(always)]
    pub(super) fn add_next(
        &mut self,
        mut search: Search,
        counted: (u64, u64, u64),
    ) -> Result<u32, Search> {
        for _ in 0..NEXT {
            search = search.next();
            if let Some(slot) = slot_in(&self.lines[search.line], counted.0) {
                return Ok(self.count(search.line, slot, counted));
            }
        }
        Err(self.asked_next(search))
    }

    /// Asks for the lines in which a search goes on.
    #[inline(always)]
    fn asked_next(&self, search: Search) -> Search {
        let mut next = search;
        for _ in 0..NEXT {
            next = next.next();
            cache::fetch(&self.lines[next.line]);
        }
        search
    }

    /// Counts one packet under `key`, whose search begins at `line`.
    #[inline(always)]
    pub(super) fn add_at(&mut self, line: usize, counted: (u64, u64, u64)) -> u32 {
        let (line, slot) = find(self.lines, line, counted.0);
        self.count(line, slot, counted)
    }

    #[inline(always)]
    fn count(&mut self, line: usize, slot: usize, counted: (u64, u64, u64)) -> u32 {
        let is_new = self.beyond.count(&mut self.lines[line][slot], counted);
        if is_new {
            let used = &mut self.used[line / BLOCK];
            *used += 1;
            *self.fullest = (*self.fullest).max(*used);
        }
        self.marks.get(LINE * line + slot).copied().unwrap_or_default()
    }
}

/// The line where the search for a key begins, among so many.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "less than the number of lines")]
fn first_line(hash: &Hash, key: u64, lines: usize) -> usize {
    ((u128::from(hash.of(key)) * lines as u128) >> 64) as usize
}

/// The slot of a key in a line, or else the first free one. All are compared: which it
/// is cannot be foretold. (To key 0 a free slot is like its own, which is before it.)
#[inline(always)]
fn slot_in(line: &[SmallRow; LINE], key: u64) -> Option<usize> {
    let first = |is_it: fn(&SmallRow, u64) -> bool| {
        let slots = line.iter().enumerate();
        let found = slots.fold(0, |found, (at, row)| found | u32::from(is_it(row, key)) << at);
        (found != 0).then_some(found.trailing_zeros() as usize)
    };
    first(|row, key| row.high == key).or_else(|| first(|row, _| row.is_free()))
}

/// The line and the slot of a key, or the free one where it would be.
#[inline(always)]
fn find(lines: &[[SmallRow; LINE]], line: usize, key: u64) -> (usize, usize) {
    let mut search = Search { line, step: 0 };
    loop {
        if let Some(slot) = slot_in(&lines[search.line], key) {
            return (search.line, slot);
        }
        search = search.next();
    }
}

/// Where a key is, or would be.
fn place(hash: &Hash, slots: &[SmallRow], key: u64) -> usize {
    let (lines, _) = slots.as_chunks();
    let (line, slot) = find(lines, first_line(hash, key, lines.len()), key);
    LINE * line + slot
}

/// How a map grows.
struct Spread<'m> {
    hash: Hash,
    /// How many lines there are now.
    lines: usize,
    used: &'m mut [u32],
}

impl Spread<'_> {
    /// Spreads the slots of a block over the two that take its place, and the marks
    /// where there are any.
    fn block(
        &mut self,
        block: usize,
        (slots, marks): (&[SmallRow], &[u32]),
        (two, two_marks): (&mut [SmallRow], &mut [u32]),
    ) {
        let (two, _) = two.as_chunks_mut();
        for (at, row) in slots.iter().enumerate().filter(|(_, row)| !row.is_free()) {
            let first = first_line(&self.hash, row.high, self.lines) - 2 * block * BLOCK;
            let (line, slot) = find(two, first, row.high);
            two[line][slot] = *row;
            if let (Some(mark), Some(to)) = (marks.get(at), two_marks.get_mut(LINE * line + slot)) {
                *to = *mark;
            }
            self.used[2 * block + line / BLOCK] += 1;
        }
    }
}

impl FarMap {
    /// Of so many keys with what was counted under each, and their marks.
    pub(super) fn new(
        len: usize,
        keys: impl Iterator<Item = (u64, Cell, u32)>,
        hash: Hash,
    ) -> Self {
        // Half full at first.
        let blocks = (2 * len).div_ceil(SLOTS).max(1);
        let mut map = Self {
            slots: Region::zeroed(blocks * SLOTS),
            marks: Region::zeroed(0),
            beyond: Beyond::default(),
            used: vec![0; blocks],
            fullest: 0,
            hash,
        };
        for (key, cell, mark) in keys {
            let count = map.beyond.split(key, &cell);
            let at = map.put(SmallRow { high: key, count });
            if mark != 0 {
                map.mark_at(at, mark);
            }
        }
        map
    }

    /// Puts a key where it was not before, and says where that is.
    fn put(&mut self, row: SmallRow) -> usize {
        let (lines, _) = self.slots.as_mut_slice().as_chunks_mut();
        let (line, slot) = find(lines, first_line(&self.hash, row.high, lines.len()), row.high);
        lines[line][slot] = row;
        let used = &mut self.used[line / BLOCK];
        *used += 1;
        self.fullest = self.fullest.max(*used);
        LINE * line + slot
    }

    /// Counts one packet under `key`.
    pub(super) fn add(&mut self, key: u64, octets: u64, wire_octets: u64) {
        self.reserve(1);
        let mut opened = self.opened();
        let line = opened.fetch(key);
        opened.add_at(line, (key, octets, wire_octets));
    }

    /// To count in slots.
    #[inline(always)]
    pub(super) fn opened(&mut self) -> OpenedFar<'_> {
        OpenedFar {
            lines: self.slots.as_mut_slice().as_chunks_mut().0,
            marks: self.marks.as_slice(),
            beyond: &mut self.beyond,
            used: &mut self.used,
            fullest: &mut self.fullest,
            hash: self.hash,
        }
    }

    /// Makes room for so many new keys: places stay where they are until then.
    #[inline(always)]
    pub(super) fn reserve(&mut self, keys: usize) {
        while self.fullest as usize + keys > MOST {
            self.grow();
        }
    }

    #[inline(never)]
    fn grow(&mut self) {
        let before = self.used.len();
        self.slots.grow(before * SLOTS);
        if !self.marks.as_slice().is_empty() {
            self.marks.grow(before * SLOTS);
        }
        self.used = vec![0; 2 * before];
        let (slots, marks) = (self.slots.as_mut_slice(), self.marks.as_mut_slice());
        let lines = slots.len() / LINE;
        let mut spread = Spread { hash: self.hash, lines, used: &mut self.used };
        for block in (1..before).rev() {
            let (from, to) = (block * SLOTS, 2 * block * SLOTS);
            let (slots, marks) = (slots.split_at_mut(to), marks.split_at_mut(to.min(marks.len())));
            let slots_here = &mut slots.0[from..from + SLOTS];
            let marks_here = marks.0.get_mut(from..from + SLOTS).unwrap_or_default();
            spread.block(block, (slots_here, marks_here), (slots.1, marks.1));
            slots_here.fill(SmallRow::default());
            marks_here.fill(0);
        }
        // The first one goes to its own place, too.
        let of_first = SLOTS.min(marks.len());
        let first = (slots[..SLOTS].to_vec(), marks[..of_first].to_vec());
        slots[..SLOTS].fill(SmallRow::default());
        marks[..of_first].fill(0);
        spread.block(0, (&first.0, &first.1), (slots, marks));
        self.fullest = self.used.iter().copied().max().unwrap_or_default();
    }

    /// Gives a key that was counted a mark.
    pub(super) fn mark(&mut self, key: u64, mark: u32) {
        let at = place(&self.hash, self.slots.as_slice(), key);
        if !self.slots.as_slice()[at].is_free() {
            self.mark_at(at, mark);
        }
    }

    fn mark_at(&mut self, at: usize, mark: u32) {
        if self.marks.as_slice().is_empty() {
            self.marks.grow(self.slots.as_slice().len());
        }
        self.marks.as_mut_slice()[at] = mark;
    }

    /// Every mark with the cell of its key, in no order.
    pub(super) fn marks(&self) -> impl Iterator<Item = (u32, Cell)> + '_ {
        let rows = self.slots.as_slice().iter().enumerate().filter(|(_, row)| !row.is_free());
        rows.map(|(at, row)| {
            (self.marks.as_slice().get(at).copied().unwrap_or_default(), self.beyond.cell(row))
        })
    }

    /// The rows of all keys, in no order, where the slots lay.
    pub(super) fn into_rows(mut self) -> PrefixRows {
        let place = |slots: &[SmallRow], key| place(&self.hash, slots, key);
        let wide = self.beyond.into_cells(self.slots.as_mut_slice(), place);
        self.slots.retain(|row| !row.is_free());
        PrefixRows::many(self.slots, wide)
    }
}
