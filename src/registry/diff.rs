//! What changed between the files of two days.
//!
//! Blocks are matched by their addresses. An opaque id is unique within one file
//! and no identity across dates: a registry may give all of them anew. So an id
//! that took the place of another on every block of both is taken for a new name
//! of the same holder, and only where the blocks of an id went apart, or came
//! together, is a transfer between holders told.

use super::country::CountryCode;
use super::delegations::Delegations;
use super::holders::HolderId;
use super::lists::Lists;
use super::record::{Kind, Record};
use super::rows::{Classifier, Grouping, RowKey};
use super::state::Holding;
use super::sweep::Piece;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Nobody held any of it before.
    New,
    /// Nobody holds any of it now.
    Returned,
    /// The same block, with another country, registry or holder.
    Transferred,
    /// A larger block in the place of one.
    Grown,
    /// A smaller block in the place of one.
    Shrunk,
    /// One block in the place of several.
    Merged,
    /// Several blocks in the place of one.
    Split,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Returned,
        Self::Transferred,
        Self::Grown,
        Self::Shrunk,
        Self::Merged,
        Self::Split,
    ];

    /// Its name in reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returned => "returned",
            Self::Transferred => "transferred",
            Self::Grown => "grown",
            Self::Shrunk => "shrunk",
            Self::Merged => "merged",
            Self::Split => "split",
        }
    }
}

/// What else differs between a block before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// It is in another country.
    pub country: bool,
    /// It is in another registry.
    pub registry: bool,
    /// Another holder has it, as far as ids can tell.
    pub holder: bool,
}

impl Moved {
    /// Whether anything differs.
    #[must_use]
    pub fn any(self) -> bool {
        self.country || self.registry || self.holder
    }
}

/// One block that changed. Records stand by their place in the collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub what: ChangeKind,
    /// The block before; the first of several.
    pub old: Option<u32>,
    /// The block after; the first of several.
    pub new: Option<u32>,
    /// Blocks on the side that has several.
    pub blocks: u64,
    /// What else differs.
    pub moved: Moved,
}

/// The sums of one row.
///
/// For addresses and AS numbers: `old + added + moved_in = new + returned +
/// moved_out`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffFigures {
    /// Held before.
    pub old: Holding,
    /// Held after.
    pub new: Holding,
    /// Space that nobody held before.
    pub added: u128,
    /// Space that nobody holds any more.
    pub returned: u128,
    /// Space that came from another row.
    pub moved_in: u128,
    /// Space that went to another row.
    pub moved_out: u128,
    /// Blocks by what became of them, in the order of [`ChangeKind::ALL`].
    pub changes: [u64; 7],
    /// Blocks that stayed as they were.
    pub unchanged: u64,
}

impl DiffFigures {
    /// Blocks that became that.
    #[must_use]
    pub fn count(&self, what: ChangeKind) -> u64 {
        self.changes[what as usize]
    }

    /// Whether the sums add up.
    #[must_use]
    pub fn closed(&self) -> bool {
        let before =
            self.old.space.checked_add(self.added).and_then(|s| s.checked_add(self.moved_in));
        let after =
            self.new.space.checked_add(self.returned).and_then(|s| s.checked_add(self.moved_out));
        before == after
    }
}

/// What the ids of two days have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdHint {
    /// Blocks that are the same on both days and have an id on both.
    pub compared: u64,
    /// Of these, blocks with the same id.
    pub same: u64,
    /// Of these, blocks of which the id has another name.
    pub renamed: u64,
    /// Of these, blocks that went to another id.
    pub transferred: u64,
}

/// The changes between two days.
#[derive(Clone, Debug)]
pub struct Diff<'c> {
    old: &'c Delegations<'c>,
    new: &'c Delegations<'c>,
    segments: [Vec<Segment>; 3],
    /// What changed, by kind and address.
    pub changes: Vec<Change>,
    /// What can be said of holders.
    pub ids: IdHint,
    unchanged: Vec<u32>,
}

/// A run of addresses and who holds it before and after.
#[derive(Clone, Copy, Debug)]
struct Segment {
    first: u128,
    last: u128,
    old: Option<u32>,
    new: Option<u32>,
}

/// Blocks before and after that have addresses in common, each pair once.
#[derive(Default)]
struct Partners {
    pairs: Vec<(u32, u32)>,
    of_old: BTreeMap<u32, u64>,
    of_new: BTreeMap<u32, u64>,
}

impl<'c> Diff<'c> {
    /// Compares what was delegated on two days. Both are of one collection.
    #[must_use]
    pub fn new(old: &'c Delegations<'c>, new: &'c Delegations<'c>) -> Self {
        let segments = Kind::ALL.map(|kind| segments(&delegated(old, kind), &delegated(new, kind)));
        let mut diff = Self {
            old,
            new,
            segments,
            changes: Vec::new(),
            ids: IdHint::default(),
            unchanged: Vec::new(),
        };
        let partners = diff.segments.each_ref().map(|segments| Partners::of(segments));
        let renamed = diff.renamed(partners.iter().flat_map(|partners| &partners.pairs));
        for (kind, partners) in Kind::ALL.into_iter().zip(&partners) {
            diff.classify(kind, partners, &renamed);
        }
        diff
    }

    fn record(&self, at: u32) -> &'c Record {
        self.new.collection().record(at)
    }

    /// The ids that took the place of others on every block of both.
    fn renamed<'p>(
        &self,
        pairs: impl Iterator<Item = &'p (u32, u32)>,
    ) -> BTreeSet<(HolderId, HolderId)> {
        let ids = |(old, new): &(u32, u32)| {
            let (old, new) = (self.record(*old), self.record(*new));
            Some((old.holder?, new.holder?)).filter(|_| old.registry == new.registry)
        };
        let links: BTreeSet<_> = pairs.filter_map(ids).collect();
        let (mut of_old, mut of_new) = (BTreeMap::new(), BTreeMap::new());
        for (old, new) in &links {
            *of_old.entry(*old).or_insert(0_u32) += 1;
            *of_new.entry(*new).or_insert(0_u32) += 1;
        }
        links
            .into_iter()
            .filter(|(old, new)| old != new && of_old[old] == 1 && of_new[new] == 1)
            .collect()
    }

    fn moved(&self, old: u32, new: u32, renamed: &BTreeSet<(HolderId, HolderId)>) -> Moved {
        let (old, new) = (self.record(old), self.record(new));
        let holder = match (old.holder, new.holder) {
            (Some(old), Some(new)) => old != new && !renamed.contains(&(old, new)),
            _ => false,
        };
        Moved {
            country: old.country != new.country,
            registry: old.registry != new.registry,
            holder: holder && old.registry == new.registry,
        }
    }

    /// Says of every block what became of it.
    fn classify(
        &mut self,
        kind: Kind,
        partners: &Partners,
        renamed: &BTreeSet<(HolderId, HolderId)>,
    ) {
        let from = self.changes.len();
        // Several pairs make up one merger or one split.
        let mut told = BTreeSet::new();
        for (old, new) in &partners.pairs {
            let (of_old, of_new) = (partners.of_old[old], partners.of_new[new]);
            let moved = self.moved(*old, *new, renamed);
            let change =
                |what, blocks| Change { what, old: Some(*old), new: Some(*new), blocks, moved };
            let (before, after) = (self.record(*old), self.record(*new));
            let same = before.first == after.first && before.last == after.last;
            if same {
                self.hint(*old, *new, moved);
            }
            if of_new > 1 {
                if told.insert((ChangeKind::Merged, *new)) {
                    self.changes.push(change(ChangeKind::Merged, of_new));
                }
            } else if of_old > 1 {
                if told.insert((ChangeKind::Split, *old)) {
                    self.changes.push(change(ChangeKind::Split, of_old));
                }
            } else if after.span() > before.span() {
                self.changes.push(change(ChangeKind::Grown, 1));
            } else if after.span() < before.span() {
                self.changes.push(change(ChangeKind::Shrunk, 1));
            } else if moved.any() {
                self.changes.push(change(ChangeKind::Transferred, 1));
            } else {
                self.unchanged.push(*new);
            }
        }
        self.alone(kind, partners);
        let collection = self.new.collection();
        self.changes[from..].sort_by_key(|change| {
            let at = change.new.or(change.old).map(|at| collection.record(at).first);
            (at, change.what)
        });
    }

    /// Blocks that have nothing in common with any of the other day.
    fn alone(&mut self, kind: Kind, partners: &Partners) {
        let (mut olds, mut news) = (BTreeSet::new(), BTreeSet::new());
        for segment in &self.segments[kind as usize] {
            olds.extend(segment.old.filter(|old| !partners.of_old.contains_key(old)));
            news.extend(segment.new.filter(|new| !partners.of_new.contains_key(new)));
        }
        let moved = Moved::default();
        self.changes.extend(olds.into_iter().map(|old| Change {
            what: ChangeKind::Returned,
            old: Some(old),
            new: None,
            blocks: 1,
            moved,
        }));
        self.changes.extend(news.into_iter().map(|new| Change {
            what: ChangeKind::New,
            old: None,
            new: Some(new),
            blocks: 1,
            moved,
        }));
    }

    fn hint(&mut self, old: u32, new: u32, moved: Moved) {
        let (old, new) = (self.record(old), self.record(new));
        if let (Some(before), Some(after)) = (old.holder, new.holder)
            && old.registry == new.registry
        {
            self.ids.compared += 1;
            if before == after {
                self.ids.same += 1;
            } else if moved.holder {
                self.ids.transferred += 1;
            } else {
                self.ids.renamed += 1;
            }
        }
    }

    /// The sums of each row, of one kind. `None` where the lists have no such
    /// scheme.
    #[must_use]
    pub fn rows(
        &self,
        kind: Kind,
        grouping: &Grouping,
        lists: &Lists,
    ) -> Option<BTreeMap<RowKey, DiffFigures>> {
        let classifier = Classifier::new(grouping, lists)?;
        let collection = self.new.collection();
        let row = |at: u32| {
            let record = collection.record(at);
            classifier.row(record.country, record.registry, |id| collection.registry(id).to_owned())
        };
        let mut rows: BTreeMap<RowKey, DiffFigures> = BTreeMap::new();
        let (mut olds, mut news) = (BTreeSet::new(), BTreeSet::new());
        for segment in &self.segments[kind as usize] {
            let space = (segment.last - segment.first).saturating_add(1);
            let from = segment.old.map(|old| (row(old), olds.insert(old)));
            let to = segment.new.map(|new| (row(new), news.insert(new)));
            if let Some((key, is_new)) = &from {
                let figures = rows.entry(key.clone()).or_default();
                figures.old.add(*is_new, space);
                match &to {
                    None => figures.returned += space,
                    Some((other, _)) if other != key => figures.moved_out += space,
                    Some(_) => {}
                }
            }
            if let Some((key, is_new)) = &to {
                let figures = rows.entry(key.clone()).or_default();
                figures.new.add(*is_new, space);
                match &from {
                    None => figures.added += space,
                    Some((other, _)) if other != key => figures.moved_in += space,
                    Some(_) => {}
                }
            }
        }
        for change in self.changes.iter().filter(|change| self.kind(change) == kind) {
            if let Some(at) = change.new.or(change.old) {
                rows.entry(row(at)).or_default().changes[change.what as usize] += 1;
            }
        }
        for at in self.unchanged.iter().filter(|at| self.record(**at).kind == kind) {
            rows.entry(row(*at)).or_default().unchanged += 1;
        }
        Some(rows)
    }

    /// Addresses or numbers.
    #[must_use]
    pub fn kind(&self, change: &Change) -> Kind {
        let at = change.new.or(change.old).expect("a change has a block on one side");
        self.record(at).kind
    }

    /// The block before.
    #[must_use]
    pub fn before(&self, change: &Change) -> Option<&'c Record> {
        change.old.map(|at| self.record(at))
    }

    /// The block after.
    #[must_use]
    pub fn after(&self, change: &Change) -> Option<&'c Record> {
        change.new.map(|at| self.record(at))
    }

    /// What was delegated on the two days.
    #[must_use]
    pub fn days(&self) -> [&'c Delegations<'c>; 2] {
        [self.old, self.new]
    }

    /// Whether a change has to do with one of these countries, before or after.
    #[must_use]
    pub fn concerns(&self, change: &Change, countries: &[CountryCode]) -> bool {
        [self.before(change), self.after(change)]
            .into_iter()
            .flatten()
            .any(|record| record.country.is_some_and(|country| countries.contains(&country)))
    }
}

/// The pieces that somebody holds.
fn delegated(delegations: &Delegations<'_>, kind: Kind) -> Vec<Piece> {
    let held = |piece: &&Piece| delegations.record(**piece).status.is_delegated();
    delegations.pieces(kind).iter().filter(held).copied().collect()
}

/// Walks two lists of disjoint pieces side by side.
fn segments(old: &[Piece], new: &[Piece]) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(old.len().max(new.len()));
    let (mut olds, mut news) = (old.iter().copied().peekable(), new.iter().copied().peekable());
    // Where the walk stands within a piece that it has begun.
    let mut at = 0_u128;
    loop {
        let (before, after) = (olds.peek().copied(), news.peek().copied());
        let start = [before, after].into_iter().flatten().map(|piece| piece.first.max(at)).min();
        let Some(first) = start else { return segments };
        let inside = |piece: Option<Piece>| piece.filter(|piece| piece.first <= first);
        let end = |piece: Option<Piece>| {
            piece.map(|piece| if piece.first <= first { piece.last } else { piece.first - 1 })
        };
        let last = [end(before), end(after)].into_iter().flatten().min().unwrap_or(first);
        let (old, new) = (inside(before), inside(after));
        segments.push(Segment {
            first,
            last,
            old: old.map(|piece| piece.record),
            new: new.map(|piece| piece.record),
        });
        if old.is_some_and(|piece| piece.last == last) {
            olds.next();
        }
        if new.is_some_and(|piece| piece.last == last) {
            news.next();
        }
        match last.checked_add(1) {
            Some(next) => at = next,
            None => return segments,
        }
    }
}

impl Partners {
    fn of(segments: &[Segment]) -> Self {
        let pair = |segment: &Segment| Some((segment.old?, segment.new?));
        let mut partners =
            Self { pairs: segments.iter().filter_map(pair).collect(), ..Self::default() };
        partners.pairs.sort_unstable();
        partners.pairs.dedup();
        for (old, new) in &partners.pairs {
            *partners.of_old.entry(*old).or_default() += 1;
            *partners.of_new.entry(*new).or_default() += 1;
        }
        partners
    }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod diff_tests;
