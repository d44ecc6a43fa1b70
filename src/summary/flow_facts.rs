//! What a summary says of flow records as a whole.

use super::Summary;
use crate::model::{Exporter, ExporterTally, IpVersion, Measure, Tally, View};
use std::collections::BTreeMap;

/// The normal quantile of a two-sided interval of 95 %.
const QUANTILE: f64 = 1.959_963_984_540_054;

impl Summary {
    /// True where flow records were read, though none of them may count.
    #[must_use]
    pub fn has_flows(&self) -> bool {
        self.inputs.iter().any(|input| input.flows.is_some())
    }

    /// All traffic of the transport view as it was exported, nothing scaled;
    /// `None` without flow records.
    #[must_use]
    pub fn as_exported(&self) -> Option<Tally> {
        if !self.has_flows() {
            return None;
        }
        let mut all = self.totals.transport;
        for version in IpVersion::ALL {
            let (all, scaled) = (&mut all[version], &self.flows.scaled[version]);
            // Flows are counted of captures too, and are never scaled.
            all.packets = all.packets.saturating_sub(scaled.packets);
            all.octets = all.octets.saturating_sub(scaled.octets);
            all.wire_octets = all.wire_octets.saturating_sub(scaled.wire_octets);
            all.flows = all.flows.saturating_sub(scaled.flows);
            *all += &self.flows.exported[version];
        }
        Some(all)
    }

    /// Who exported records, over all inputs, and what was heard of them; `None`
    /// stands for records of nobody in particular.
    #[must_use]
    pub fn exporters(&self) -> BTreeMap<Option<Exporter>, ExporterTally> {
        let mut all: BTreeMap<_, ExporterTally> = BTreeMap::new();
        for (exporter, tally) in
            self.inputs.iter().filter_map(|input| input.flows.as_ref()).flat_map(|f| &f.exporters)
        {
            all.entry(*exporter).or_default().merge(tally);
        }
        all
    }

    /// Records of exporters that cannot show IPv6.
    #[must_use]
    pub fn unobservable_records(&self) -> u64 {
        let exporters = self.exporters();
        let blind = exporters.values().filter(|tally| !tally.ipv6_observable());
        blind.map(ExporterTally::records).sum()
    }

    /// Whether any of the traffic could have been of IPv6: where none could, its
    /// share does not exist, and is not 0.
    #[must_use]
    pub fn ipv6_observable(&self) -> bool {
        let blind = self.unobservable_records();
        let seen = self.account.ipv4.saturating_add(self.account.ipv6);
        blind == 0 || blind < seen
    }

    /// Whether anything of a view was sampled.
    #[must_use]
    pub fn is_sampled(&self, view: View) -> bool {
        self.flows.variance[view].iter().any(|variance| !variance.is_zero())
    }

    /// The interval that holds the share of IPv6 with 95 % by the sampling model;
    /// `None` where nothing was sampled, or too little for the model: it needs
    /// counted packets of both families, and none of the sums may have run over.
    ///
    /// With the estimates X of IPv6 and Y of IPv4, the share p = X / (X + Y) has by
    /// the delta method the variance ((1 - p)² Var X + p² Var Y) / (X + Y)².
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an interval is an estimate")]
    pub fn interval(&self, view: View, measure: Measure) -> Option<(f64, f64)> {
        let [v4, v6] = self.flows.variance[view];
        let (v4, v6) = match measure {
            Measure::Packets => (v4.packets, v6.packets),
            Measure::Octets => (v4.octets, v6.octets),
            Measure::WireOctets | Measure::Flows => return None,
        };
        let total = &self.profile_totals[view];
        let (x, y) = (total.v6.get(measure), total.v4.get(measure));
        let sampled = v4 > 0 || v6 > 0;
        if !sampled || x == 0 || y == 0 || v4.max(v6) == u128::MAX {
            return None;
        }
        let whole = x as f64 + y as f64;
        let share = x as f64 / whole;
        let rest = 1.0 - share;
        let deviation = (rest * rest * v6 as f64 + share * share * v4 as f64).sqrt() / whole;
        let half = QUANTILE * deviation;
        Some(((share - half).max(0.0), (share + half).min(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Sampling, Variance};
    use crate::summary::Settings;

    /// So many packets counted of one in a hundred, of 500 octets each.
    fn sampled(v4: u64, v6: u64) -> Summary {
        let mut summary = Summary::empty(Settings::default());
        for (version, packets) in IpVersion::ALL.into_iter().zip([v4, v6]) {
            let count = &mut summary.profile_totals.transport[version];
            count.packets = u128::from(packets) * 100;
            count.octets = u128::from(packets) * 50_000;
            let variance = Variance::of(Sampling::one_in(100), packets, packets * 500);
            summary.flows.variance.transport[version.index()] = variance;
        }
        summary
    }

    #[test]
    fn the_interval_is_that_of_the_delta_method() {
        let summary = sampled(6_000, 4_000);
        let (low, high) = summary.interval(View::Transport, Measure::Packets).unwrap();
        // p (1 - p) / n, less the part that was counted: 1.96 sqrt(0.24 / 10,000 * 0.99).
        assert!((high - low - 2.0 * 0.009_553_7).abs() < 1e-6, "{low} {high}");
        assert!((f64::midpoint(low, high) - 0.4).abs() < 1e-12);
        // All packets of one size: octets tell nothing more.
        let octets = summary.interval(View::Transport, Measure::Octets).unwrap();
        assert!((octets.0 - low).abs() < 1e-12 && (octets.1 - high).abs() < 1e-12);
    }

    #[test]
    fn there_is_none_without_a_model() {
        assert_eq!(sampled(10, 0).interval(View::Transport, Measure::Packets), None);
        assert_eq!(sampled(10, 5).interval(View::Transport, Measure::Flows), None);
        assert_eq!(sampled(10, 5).interval(View::EndToEnd, Measure::Packets), None);
        let mut over = sampled(10, 5);
        over.flows.variance.transport[0].packets = u128::MAX;
        assert_eq!(over.interval(View::Transport, Measure::Packets), None);
    }
}
