//! One flow record or sampled packet as it counts.

use super::counter::Rules;
use super::gathered::Gathered;
use crate::aggregate::Totals;
use crate::model::{
    Anomalies, Count, FlowObservation, FlowRecord, Frame, Observation, Sampling, Variance,
};

/// One record with all that is counted of it.
pub(super) struct Seen<'o> {
    pub(super) observation: &'o Observation,
    pub(super) amounts: Amounts,
    pub(super) sampling: Sampling,
    pub(super) odd: Anomalies,
    pub(super) excess_octets: u64,
}

/// What a record says that was counted.
#[derive(Clone, Copy)]
pub(super) struct Amounts {
    packets: u64,
    octets: u64,
    /// Of the inner header, scaled: what is taken off for the outer one is scaled
    /// with it.
    inner_octets: u128,
    wire_octets: u64,
}

impl Amounts {
    /// Those of a flow record: inside a tunnel it lacks the outer headers.
    #[inline]
    pub(super) fn of_flow(
        record: &FlowRecord,
        observation: &Observation,
        sampling: Sampling,
    ) -> Self {
        let FlowRecord { packets, octets, wire_octets, .. } = *record;
        let mut inner_octets = sampling.scale(octets);
        if observation.inner.is_some() {
            let header = u128::from(observation.outer.version.header_len());
            let outside = sampling.scale(packets).saturating_mul(header);
            inner_octets = inner_octets.saturating_sub(outside);
        }
        Self { packets, octets, inner_octets, wire_octets }
    }

    /// Those of one packet whose headers were sampled.
    pub(super) fn of_sample(
        frame: &Frame<'_>,
        observation: &Observation,
        sampling: Sampling,
    ) -> Self {
        Self {
            packets: 1,
            octets: observation.outer.octets,
            inner_octets: sampling.scale(observation.innermost().octets),
            wire_octets: u64::from(frame.original_len),
        }
    }
}

impl Seen<'_> {
    /// Counts it, as one flow.
    #[inline]
    pub(super) fn count(
        &self,
        record: &FlowRecord,
        rules: Rules<'_>,
        totals: &mut Totals,
        gathered: &mut Gathered,
    ) {
        let Amounts { packets, octets, inner_octets, wire_octets } = self.amounts;
        let sampling = self.sampling;
        let flow = FlowObservation {
            scaled: Count {
                packets: sampling.scale(packets),
                octets: sampling.scale(octets),
                wire_octets: sampling.scale(wire_octets),
                flows: 1,
            },
            inner_octets,
            exported: Count {
                packets: packets.into(),
                octets: octets.into(),
                wire_octets: wire_octets.into(),
                flows: 1,
            },
            variance: Variance::of(sampling, packets, octets),
            origin: rules.input,
            exporter: record.exporter,
            input: record.input,
            output: record.output,
            start: record.start,
            end: record.end,
        };
        totals.observe_flow(rules.plan, self.observation, &flow);
        gathered.outcome.account.wire_octets += u128::from(wire_octets);
        gathered.record(self.observation.outer.version, record.exporter, sampling);
        gathered.odd(self.odd, self.excess_octets);
        gathered.time(record.start, record.end);
    }
}
