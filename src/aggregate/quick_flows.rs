//! Plain flow records of a run that asks for more than every run counts, where that
//! can be counted quickly, as packets are.

use super::cell::Cell;
use super::facts::Facts;
use super::flow_tables::{of_flows, take_flows};
use super::prefix::PrefixCells;
use super::protocol::ProtocolCells;
use super::quick::Quick;
use super::sift::Control;
use super::{DistinctAddresses, Plan, Totals};
use crate::model::{Details, Dimension, Ends, Exporter, IpVersion, Side, Timestamp};

/// What is counted of them beside the tables of every run.
#[derive(Clone, Debug)]
pub(super) struct QuickFlows {
    quick: Quick,
    facts: Facts,
    /// Whether a flow must lie in one bin of time.
    by_time: bool,
    distinct: Option<(Box<DistinctAddresses>, Side)>,
    /// What the profile leaves out, by family.
    left_out: [Cell; 2],
    /// Control traffic, by family, where it is counted.
    control: [Cell; 2],
}

impl QuickFlows {
    /// `None` where something can be counted in the general way alone.
    pub(super) fn new(plan: &Plan) -> Option<Self> {
        Some(Self {
            quick: Quick::of_flows(plan)?,
            facts: Facts::new(plan),
            by_time: plan.asks_for(|by| *by == Dimension::Time),
            distinct: plan.distinct.map(|side| (Box::default(), side)),
            left_out: Default::default(),
            control: Default::default(),
        })
    }

    /// Whether a flow of these times can be counted so: one that spans several bins is
    /// spread over them.
    #[inline(always)]
    pub(super) fn takes(&mut self, first: Timestamp, last: Timestamp) -> bool {
        if !self.by_time {
            return true;
        }
        let Facts { bins, bin_cache, .. } = &mut self.facts;
        bin_cache.of(bins, first);
        first <= last && bin_cache.holds(first) && bin_cache.holds(last)
    }

    /// The number of an exporter, where exporters are told apart.
    #[inline(always)]
    pub(super) fn number(&mut self, exporter: Option<Exporter>) -> u32 {
        self.quick.exporters.number(exporter)
    }

    /// Keeps a flow; true when there is a batch of them.
    #[inline(always)]
    pub(super) fn push(&mut self, version: IpVersion, ends: Ends, details: &Details) -> bool {
        self.quick.push(version, ends, details)
    }

    /// Says which input is read from now on. No flows of another are left.
    pub(super) fn enter(&mut self, input: u32) {
        self.quick.enter(input);
    }

    /// Counts the flows that were gathered, in these tables of every run too, and says
    /// how many there were.
    #[inline(never)]
    pub(super) fn count(
        &mut self,
        version: IpVersion,
        tables: (&mut ProtocolCells, &mut [PrefixCells]),
    ) -> u64 {
        let control = Control {
            beside: &mut self.control[version.index()],
            left_out: &mut self.left_out[version.index()],
        };
        let distinct = self.distinct.as_mut().map(|(distinct, side)| (&mut **distinct, *side));
        self.quick.count(version, &mut self.facts, tables, (control, distinct), |_| {})
    }

    /// Moves everything that was counted into the totals.
    pub(super) fn drain_into(&mut self, totals: &mut Totals) {
        let Totals { same, flows, .. } = totals;
        self.quick.drain_into(same, of_flows, take_flows);
        for version in IpVersion::ALL {
            let left_out = of_flows(&std::mem::take(&mut self.left_out[version.index()]));
            flows.scaled[version] += &left_out;
            same.left_out(version, &left_out);
            same.control[version] += &of_flows(&std::mem::take(&mut self.control[version.index()]));
        }
        if let (Some((mine, _)), Some(all)) = (&mut self.distinct, &mut same.distinct) {
            all.merge(&std::mem::take(&mut **mine));
        }
    }
}
