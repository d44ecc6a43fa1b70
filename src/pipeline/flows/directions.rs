//! The same flow told at both sides of a device: counted at the side by which it
//! came in.

use super::gathered::Gathered;
use crate::aggregate::{Plan, Totals};
use crate::model::{Excluded, Exporter, FlowDirection, FlowRecord};
use std::collections::{BTreeMap, BTreeSet};

/// An exporter, and the interface by which a flow came into it.
type Way = (Option<Exporter>, Option<u32>);

/// What is known of the directions of one unit of flow records.
///
/// Where an interface tells of what comes in by it, what other interfaces tell of
/// the same traffic on its way out is a copy; where it does not, that is all there
/// is. Which of the two is known at the end alone, so records of the way out are
/// kept apart until then, by the interface that their traffic came in by.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Directions {
    told: BTreeSet<Way>,
    held: BTreeMap<Way, Box<Held>>,
}

/// What was counted of records on their way out.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) totals: Totals,
    pub(super) gathered: Gathered,
}

/// Where a record counts.
pub(super) enum Side<'d> {
    /// At once.
    Counts,
    /// In what is kept apart.
    Held(&'d mut Held),
    /// Nowhere: it is a copy.
    Copy,
}

impl Directions {
    /// Where a record counts.
    pub(super) fn side(&mut self, record: &FlowRecord, plan: &Plan) -> Side<'_> {
        let way = (record.exporter, record.input);
        match record.direction {
            None => Side::Counts,
            Some(FlowDirection::Ingress) => {
                self.told.insert(way);
                Side::Counts
            }
            Some(FlowDirection::Egress) if self.told.contains(&way) => Side::Copy,
            Some(FlowDirection::Egress) => Side::Held(self.held.entry(way).or_insert_with(|| {
                let totals = Totals::new(plan);
                Box::new(Held { totals, gathered: Gathered::default() })
            })),
        }
    }

    /// Decides about what was kept apart, at the end of the unit.
    pub(super) fn settle(&mut self, totals: &mut Totals, gathered: &mut Gathered) {
        for (way, held) in std::mem::take(&mut self.held) {
            if self.told.contains(&way) {
                let excluded = &mut gathered.outcome.account.excluded;
                let copies = held.gathered.records();
                *excluded.entry(Excluded::DuplicateDirection).or_default() += copies;
            } else {
                totals.merge(held.totals);
                gathered.merge(held.gathered);
            }
        }
        self.told.clear();
    }
}
