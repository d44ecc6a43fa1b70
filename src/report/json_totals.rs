//! Totals and shares of a summary as JSON values. The order of the fields is
//! part of the contract.

use super::json_flows::Totals;
use super::json_value::{PerMeasure, counts, values};
use super::share::Whole;
use super::tunnel::inner_unknown;
use crate::model::{Profile, Tally, View};
use crate::summary::{Summary, TunnelCount};
use serde::Serialize;
use serde::ser::Serializer;

/// One value a view, under the views' keys.
#[derive(Serialize)]
pub(super) struct PerView<T> {
    transport: T,
    end_to_end: T,
}

/// The totals of one view with a share.
#[derive(Serialize)]
pub(super) struct Total {
    ipv4: PerMeasure<u128>,
    ipv6: PerMeasure<u128>,
    share: PerMeasure<Option<f64>>,
    /// The bounds that hold the share with 95 %, where something was sampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<PerMeasure<Option<[f64; 2]>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<PerMeasure<Option<u128>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_unknown: Option<InnerUnknown>,
}

/// What of the end-to-end view has an inside that cannot be seen.
#[derive(Serialize)]
struct InnerUnknown {
    packets: u128,
    octets: u128,
    wire_octets: u128,
}

impl From<TunnelCount> for InnerUnknown {
    fn from(count: TunnelCount) -> Self {
        let TunnelCount { packets, inner_octets: octets, wire_octets, .. } = count;
        Self { packets, octets, wire_octets }
    }
}

/// All traffic, with the share of the profile.
pub(super) fn totals(summary: &Summary) -> Totals {
    let total = |view| Total {
        interval: interval(summary, view),
        ..total(&summary.totals[view], &Whole::of(summary, view))
    };
    let mut end_to_end = total(View::EndToEnd);
    end_to_end.inner_unknown = Some(inner_unknown(summary).into());
    let as_exported = summary.as_exported().map(|all| {
        let whole = Whole::of_all(summary, all);
        self::total(&all, &whole)
    });
    Totals { transport: total(View::Transport), end_to_end, as_exported }
}

/// The interval of a view's share by each measure; `None` where nothing was
/// sampled.
fn interval(summary: &Summary, view: View) -> Option<PerMeasure<Option<[f64; 2]>>> {
    let bounds = |measure| summary.interval(view, measure).map(|(low, high)| [low, high]);
    summary.is_sampled(view).then(|| PerMeasure::of(bounds))
}

/// The traffic of the profile, with its share and what that is a share of.
pub(super) fn profile_totals(summary: &Summary) -> PerView<Total> {
    let total = |view| {
        let whole = Whole::of(summary, view);
        Total { denominator: Some(denominator(&whole)), ..total(&whole.kept, &whole) }
    };
    PerView { transport: total(View::Transport), end_to_end: total(View::EndToEnd) }
}

fn total(tally: &Tally, whole: &Whole) -> Total {
    Total {
        ipv4: counts(&tally.v4),
        ipv6: counts(&tally.v6),
        share: values(|measure| whole.share(measure)),
        interval: None,
        denominator: None,
        inner_unknown: None,
    }
}

fn denominator(whole: &Whole) -> PerMeasure<Option<u128>> {
    PerMeasure::of(|measure| whole.denominator(measure))
}

/// Every profile that the summary can tell, by its name.
pub(super) struct Profiles<'a>(pub(super) &'a Summary);

impl Serialize for Profiles<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let profiles = Profile::ALL.into_iter();
        serializer.collect_map(
            profiles.filter_map(|profile| Some((profile.key(), one_profile(self.0, profile)?))),
        )
    }
}

#[derive(Serialize)]
struct OneProfile {
    definition: &'static str,
    transport: ProfileShare,
    end_to_end: ProfileShare,
}

#[derive(Serialize)]
struct ProfileShare {
    ipv6: PerMeasure<u128>,
    denominator: PerMeasure<Option<u128>>,
    share: PerMeasure<Option<f64>>,
}

fn one_profile(summary: &Summary, profile: Profile) -> Option<OneProfile> {
    let share = |view| {
        let whole = Whole::under(summary, profile, view)?;
        Some(ProfileShare {
            ipv6: counts(&whole.kept.v6),
            denominator: denominator(&whole),
            share: values(|measure| whole.share(measure)),
        })
    };
    Some(OneProfile {
        definition: profile.definition(),
        transport: share(View::Transport)?,
        end_to_end: share(View::EndToEnd)?,
    })
}
