//! Whose the ends of plain packets are, by the prefixes that they lie in.
//!
//! Traffic of many addresses is of far fewer networks. A packet counts under the /24
//! or /48 of each of its ends, which takes no more than the breakdown by these prefixes
//! that nearly every run makes, and a prefix whose addresses are all the same to the
//! tables has the number of what they say: its owner. Who goes by both ends adds
//! prefixes up by their owners once, at the end, and takes away what counted twice
//! there: packets whose two ends lie in different prefixes of one owner.
//!
//! Prefixes whose addresses differ are mixed: each of their addresses is asked for.

use super::Plan;
use super::cell::Cell;
use super::facts::{EndFacts, Facts};
use super::prefix::{BATCH, PrefixCells};
use super::quick::Gathered;
use crate::model::{Ends, IpVersion, PrefixLens, Side};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// The mark of a prefix that was not asked for yet.
const UNKNOWN: u32 = 0;
/// The mark of a mixed prefix. That of an owner is its place and [`FIRST`].
const MIXED: u32 = 1;
const FIRST: u32 = 2;

/// Owners of prefixes, and the packets of each prefix.
#[derive(Clone, Debug)]
pub(super) struct Owners {
    /// By /24 and /48 of both ends.
    pub(super) prefixes: PrefixCells,
    /// The breakdown of the plan that is the same, by its place.
    pub(super) breakdown: Option<usize>,
    /// Each once.
    list: Vec<EndFacts>,
    places: HashMap<EndFacts, u32, RandomState>,
}

/// The owners of a packet's two ends, source first, by the marks of their prefixes.
pub(super) type Marks = [u32; 2];

/// Whether an end lies in a mixed prefix.
#[inline(always)]
pub(super) fn is_mixed(marks: Marks) -> bool {
    marks[0].min(marks[1]) == MIXED
}

impl Owners {
    pub(super) fn new(plan: &Plan) -> Self {
        let what = (PrefixLens::default(), Side::Both);
        Self {
            prefixes: PrefixCells::new(what.0, what.1),
            breakdown: plan.prefixes.iter().position(|by| *by == what),
            list: Vec::new(),
            places: HashMap::default(),
        }
    }

    /// Counts packets of one family under their prefixes, and says whose they are;
    /// `each` is called with every packet on the way.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        version: IpVersion,
        packets: &[Ends],
        marks: &mut [Marks; BATCH],
        each: impl FnMut(&Ends),
    ) -> bool {
        let mut are_known = true;
        self.prefixes.add_marked(version, packets, each, |at, of_packet| {
            are_known &= of_packet[0].min(of_packet[1]) != UNKNOWN;
            marks[at] = of_packet;
        });
        are_known
    }

    /// Asks whose the prefixes are that came for the first time.
    #[inline(never)]
    pub(super) fn ask(
        &mut self,
        version: IpVersion,
        packets: &[Ends],
        marks: &mut [Marks; BATCH],
        facts: &mut Facts,
    ) {
        for (ends, marks) in packets.iter().zip(marks) {
            for (high, mark) in [ends.source, ends.destination].into_iter().zip(marks) {
                if *mark == UNKNOWN {
                    // One that was asked for in this batch is asked for once more.
                    let uniform = facts.of_prefix(version, high, PrefixLens::default());
                    *mark = uniform.map_or(MIXED, |owner| self.mark_of(owner));
                    self.prefixes.mark(version, high, *mark);
                }
            }
        }
    }

    fn mark_of(&mut self, owner: EndFacts) -> u32 {
        let next = u32::try_from(self.list.len()).expect("fewer owners than 2^32 - 2") + FIRST;
        let mark = *self.places.entry(owner).or_insert(next);
        if mark == next {
            self.list.push(owner);
        }
        mark
    }

    /// Whose a prefix is; `None` where it is mixed.
    #[inline(always)]
    pub(super) fn of(&self, mark: u32) -> Option<&EndFacts> {
        self.list.get(mark.checked_sub(FIRST)? as usize)
    }

    /// What the tables say of an end of a packet.
    #[inline(always)]
    pub(super) fn of_end(
        &self,
        version: IpVersion,
        packet: (&Gathered, usize),
        end: usize,
        facts: &mut Facts,
    ) -> EndFacts {
        let (gathered, at) = packet;
        match self.of(gathered.marks[at][end]) {
            Some(owner) => *owner,
            None => facts.of_end(version, gathered.address(at, end)),
        }
    }

    /// Whether both ends of a packet lie in one prefix, under which it counts once.
    #[inline(always)]
    pub(super) fn is_one_prefix(&self, version: IpVersion, ends: &Ends) -> bool {
        self.prefixes.is_one(version, ends)
    }

    /// The owners with the packets of their prefixes, each as often as it has
    /// prefixes. None is mixed.
    pub(super) fn cells(&self, version: IpVersion) -> impl Iterator<Item = (&EndFacts, Cell)> + '_ {
        self.prefixes.marks(version).filter_map(|(mark, cell)| Some((self.of(mark)?, cell)))
    }
}
