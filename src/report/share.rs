//! The one place where a ratio is made: integers until the last step, a named
//! denominator, and none at all where that is empty (MEASURE section 6).

use super::tunnel::{TunnelMeasure, TunnelRow};
use crate::model::{Account, Encapsulation, Measure, Profile, Tally, View};
use crate::summary::{Summary, TunnelCount};

/// A part of a whole, as integers. The whole is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    part: u128,
    whole: u128,
}

impl Ratio {
    /// `None` where the denominator is zero: such a share does not exist.
    pub(super) fn new(part: u128, whole: u128) -> Option<Self> {
        (whole > 0).then_some(Self { part, whole })
    }

    /// The quotient, correctly rounded. Never NaN, never infinite.
    pub(super) fn value(self) -> f64 {
        divide(self.part, self.whole)
    }

    /// True for exactly 0, which a rounded value cannot tell.
    pub(super) fn is_zero(self) -> bool {
        self.part == 0
    }

    /// True for exactly 1, which a rounded value cannot tell.
    pub(super) fn is_full(self) -> bool {
        self.part == self.whole
    }

    /// What is missing to the whole; `None` where the part is larger than it
    /// (the parts of rows that share packets may add up to more than all).
    pub(super) fn rest(self) -> Option<Self> {
        let part = self.whole.checked_sub(self.part)?;
        Some(Self { part, ..self })
    }
}

/// IPv6 / (IPv4 + IPv6) of one cell: the `share` of a row.
pub(super) fn of_cell(tally: &Tally, measure: Measure) -> Option<Ratio> {
    Ratio::new(tally.v6.get(measure), both(tally, measure))
}

/// What the layers between the headers are of a row's outer octets; `None`
/// where the inside cannot be seen, or claims more than the outside holds.
pub(super) fn of_overhead(row: &TunnelRow) -> Option<Ratio> {
    let overhead = u128::try_from(row.overhead()?).ok()?;
    Ratio::new(overhead, row.count.outer_octets)
}

/// The part of tunnels in all IP traffic, whatever the profile: packets, outer
/// octets and wire octets of the transport view, inner octets of the end-to-end
/// view.
pub(super) fn of_all_ip(
    summary: &Summary,
    count: &TunnelCount,
    measure: TunnelMeasure,
) -> Option<Ratio> {
    let (view, of) = match measure {
        TunnelMeasure::Packets => (View::Transport, Measure::Packets),
        TunnelMeasure::OuterOctets => (View::Transport, Measure::Octets),
        TunnelMeasure::InnerOctets => (View::EndToEnd, Measure::Octets),
        TunnelMeasure::WireOctets => (View::Transport, Measure::WireOctets),
    };
    Ratio::new(measure.get(count), both(&summary.totals[view], of))
}

/// The whole that a profile's shares and the rows' parts are made of, in one
/// view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    /// The traffic of the profile, by family.
    pub(super) kept: Tally,
    /// The denominators of `all-frames`, which are no sum of the families.
    frames: Option<Frames>,
    /// False where nothing that was read could show IPv6: no share exists.
    observable: bool,
}

/// All that was read, IP or not.
#[derive(Clone, Copy, Debug)]
struct Frames {
    /// All packets; `None` where a flow record is of neither family, for its packets
    /// are not known.
    packets: Option<u128>,
    /// `None` with flow records, most of which tell no octets on the wire.
    wire_octets: Option<u128>,
}

impl Frames {
    fn of(summary: &Summary) -> Self {
        let others =
            |account: &Account| account.not_ip_total().saturating_add(account.undecodable_total());
        let flows = summary.inputs.iter().filter(|input| input.flows.is_some());
        let mut flows = flows.peekable();
        let account = &summary.account;
        if flows.peek().is_none() {
            let (packets, wire_octets) = (account.records.into(), account.wire_octets);
            return Self { packets: Some(packets), wire_octets: Some(wire_octets) };
        }
        // Flow records of either family stand for many packets, all others for one.
        let ip = both(&summary.totals.transport, Measure::Packets);
        let packets = ip.saturating_add(others(account).into());
        let known = flows.all(|input| others(&input.account) == 0);
        Self { packets: known.then_some(packets), wire_octets: None }
    }
}

impl Whole {
    /// The whole of the summary's profile in `view`.
    pub(super) fn of(summary: &Summary, view: View) -> Self {
        let (all, observable) = (summary.totals[view], summary.ipv6_observable());
        match summary.settings.profile {
            Profile::IpOnly => Self { kept: all, frames: None, observable },
            Profile::AllFrames => Self { kept: all, frames: Some(Frames::of(summary)), observable },
            Profile::NativeOnly | Profile::UserTraffic => {
                Self { kept: summary.profile_totals[view], frames: None, observable }
            }
        }
    }

    /// The whole of any profile in `view`; `None` where the summary was not
    /// made for it (control traffic is counted only where all profiles are
    /// wanted).
    pub(super) fn under(summary: &Summary, profile: Profile, view: View) -> Option<Self> {
        if profile == summary.settings.profile {
            return Some(Self::of(summary, view));
        }
        let (all, observable) = (summary.totals[view], summary.ipv6_observable());
        Some(match profile {
            Profile::IpOnly => Self { kept: all, frames: None, observable },
            Profile::AllFrames => Self { kept: all, frames: Some(Frames::of(summary)), observable },
            Profile::NativeOnly => Self { kept: native(summary), frames: None, observable },
            Profile::UserTraffic => {
                let mut kept = all;
                kept.retract(&summary.control?[view]);
                Self { kept, frames: None, observable }
            }
        })
    }

    /// All traffic of a summary as another count has it.
    pub(super) fn of_all(summary: &Summary, kept: Tally) -> Self {
        Self { kept, frames: None, observable: summary.ipv6_observable() }
    }

    /// Whether anything that was read could show IPv6.
    pub(super) fn is_observable(&self) -> bool {
        self.observable
    }

    /// The share of IPv6 within a row of this whole.
    pub(super) fn cell(&self, row: &Tally, measure: Measure) -> Option<Ratio> {
        if self.observable { of_cell(row, measure) } else { None }
    }

    /// The denominator under one measure; `None` where the profile has none: a
    /// frame that is not IP has no IP octets, and is no flow.
    pub(super) fn denominator(&self, measure: Measure) -> Option<u128> {
        match (self.frames, measure) {
            (None, _) => Some(both(&self.kept, measure)),
            (Some(frames), Measure::Packets) => frames.packets,
            (Some(frames), Measure::WireOctets) => frames.wire_octets,
            (Some(_), Measure::Octets | Measure::Flows) => None,
        }
    }

    /// The share of IPv6 in this whole.
    pub(super) fn share(&self, measure: Measure) -> Option<Ratio> {
        let share = Ratio::new(self.kept.v6.get(measure), self.denominator(measure)?);
        share.filter(|_| self.observable)
    }

    /// The `part` of a row: both its families over this whole.
    pub(super) fn part(&self, row: &Tally, measure: Measure) -> Option<Ratio> {
        Ratio::new(both(row, measure), self.denominator(measure)?)
    }
}

/// The traffic in no tunnel and not translated, which is the same in both views.
fn native(summary: &Summary) -> Tally {
    let mut all = Tally::default();
    for (key, count) in &summary.tunnels {
        if key.encapsulation == Encapsulation::Native {
            let family = &mut all[key.outer];
            family.packets += count.packets;
            family.octets += count.outer_octets;
            family.wire_octets += count.wire_octets;
            family.flows += count.flows;
        }
    }
    all
}

/// Both families in 128 bits, whatever the width of the counter.
pub(super) fn both(tally: &Tally, measure: Measure) -> u128 {
    tally.v4.get(measure).saturating_add(tally.v6.get(measure))
}

/// `part / whole`, rounded once to the nearest f64, ties to even.
///
/// Converting both to f64 first would round three times as soon as one of them
/// passes 2^53. So 55 bits or more of the quotient are made by long division,
/// with the lowest one set where a remainder is left: that is enough for the
/// one conversion to round as if the quotient had been exact.
fn divide(part: u128, whole: u128) -> f64 {
    let (mut quotient, mut remainder) = (part / whole, part % whole);
    let mut scale = 0_u64;
    while quotient < 1 << 55 && remainder > 0 {
        // The doubled remainder may need 129 bits: `high` is the topmost.
        let high = remainder >> 127 == 1;
        let doubled = remainder << 1;
        let bit = high || doubled >= whole;
        remainder = if bit { doubled.wrapping_sub(whole) } else { doubled };
        quotient = quotient << 1 | u128::from(bit);
        scale += 1;
    }
    if remainder > 0 {
        quotient |= 1;
    }
    // 2^-scale as an f64, exactly: at most 128 + 56 doublings, far from the
    // smallest exponent.
    quotient as f64 * f64::from_bits((1023 - scale) << 52)
}

#[cfg(test)]
#[path = "share_tests.rs"]
mod tests;
