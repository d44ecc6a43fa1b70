//! The answer in one sentence, and what limits it.

use super::flow_notes;
use super::number::{counted, duration, percent, short_bytes};
use super::page::{Ink, Page};
use crate::model::{Measure, Profile, Tally, View};
use crate::report::share::{Ratio, Whole, both};
use crate::summary::{Status, Summary};
use std::io;

/// Writes the headline, what was measured, and the warnings.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let headline = headline(summary);
    page.paragraph(&headline.sentence, &headline.strong, Ink::Strong)?;
    if summary.settings.profile != Profile::IpOnly {
        let profile = summary.settings.profile;
        page.paragraph(
            &format!("Profile {}: {}.", profile.key(), profile.definition()),
            "",
            Ink::Plain,
        )?;
    }
    let handed_on = &summary.settings.handed_on;
    if !handed_on.is_nothing() {
        page.paragraph(&format!("To be handed on: {handed_on}."), "", Ink::Plain)?;
    }
    if let Some(measured) = measured(summary) {
        page.paragraph(&measured, "", Ink::Plain)?;
    }
    for warning in warnings(summary) {
        page.paragraph(&warning, &warning, Ink::Warning)?;
    }
    Ok(())
}

struct Headline {
    sentence: String,
    /// The part of it that is the answer.
    strong: String,
}

impl Headline {
    fn plain(sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self { strong: sentence.clone(), sentence }
    }
}

fn headline(summary: &Summary) -> Headline {
    let view = summary.settings.views.first();
    let whole = Whole::of(summary, view);
    if summary.account.records == 0 && summary.totals[view].is_zero() {
        return Headline::plain(nothing(summary));
    }
    if summary.totals[view].is_zero() {
        let records = counted(summary.account.records.into(), "record");
        return Headline::plain(format!(
            "No IP traffic was seen: none of the {records} read is known to be an IPv4 or IPv6 packet."
        ));
    }
    if whole.kept.is_zero() {
        return Headline::plain(format!(
            "No traffic of the profile {} was seen: it keeps none of the IP traffic measured.",
            summary.settings.profile.key()
        ));
    }
    if !whole.is_observable() {
        return Headline::plain(
            "The share of IPv6 is not observable: no exporter that was read could show IPv6, which \
             is not the same as 0\u{a0}%.",
        );
    }
    if whole.kept.v6.is_zero() {
        return no_ipv6(summary, view);
    }
    match answer(summary, &whole) {
        Some((measure, ratio)) => share(summary, view, measure, ratio),
        None => Headline::plain("IPv6 was seen, but there is no measure to make a share of."),
    }
}

/// None in this view: the other may have some, inside tunnels.
fn no_ipv6(summary: &Summary, view: View) -> Headline {
    let strong = "No IPv6 was seen".to_owned();
    let traffic = traffic(summary.settings.profile);
    let mut sentence = format!("{strong}: 0\u{a0}% of {traffic} ({} view).", view.name());
    let others = View::ALL.into_iter().filter(|view| !Whole::of(summary, *view).kept.v6.is_zero());
    for other in others {
        sentence = format!("{sentence} The {} view has some: see the totals.", other.name());
    }
    Headline { sentence, strong }
}

fn share(summary: &Summary, view: View, measure: Measure, ratio: Ratio) -> Headline {
    let profile = summary.settings.profile;
    let (traffic, view) = (traffic(profile), view.name());
    let strong = percent(Some(ratio));
    let held = strong.replace(' ', "\u{a0}");
    let mut basis = format!("by {}, {view} view, profile {}", measure.name(), profile.key());
    if profile == Profile::IpOnly {
        basis = format!("{basis}: {}", profile.definition());
    }
    Headline { sentence: format!("IPv6 carries {held} of {traffic} ({basis})."), strong }
}

/// The share by the measure asked for, or by the next that has one.
fn answer(summary: &Summary, whole: &Whole) -> Option<(Measure, Ratio)> {
    [summary.settings.measure, Measure::Octets, Measure::WireOctets, Measure::Packets]
        .into_iter()
        .find_map(|measure| Some((measure, whole.share(measure)?)))
}

fn traffic(profile: Profile) -> &'static str {
    match profile {
        Profile::IpOnly => "the IP traffic measured",
        Profile::AllFrames => "all traffic measured, IP or not",
        Profile::NativeOnly => "the native IP traffic measured",
        Profile::UserTraffic => "the user traffic measured",
    }
}

/// Why there is nothing to say.
fn nothing(summary: &Summary) -> String {
    let inputs = &summary.inputs;
    let failed = inputs.iter().filter(|input| input.status == Status::Failed).count();
    match (inputs.len(), failed) {
        (0, _) => "Nothing was read: there was no input.".to_owned(),
        (1, 1) => "Nothing was read: the only input failed.".to_owned(),
        (all, failed) if all == failed => format!("Nothing was read: all {all} inputs failed."),
        (all, _) => {
            format!("Nothing to measure: no record was found in {}.", counted(all as u128, "input"))
        }
    }
}

/// How much stands behind the headline.
fn measured(summary: &Summary) -> Option<String> {
    let view = summary.settings.views.first();
    let total: &Tally = &summary.totals[view];
    if total.is_zero() {
        return None;
    }
    let mut parts = Vec::new();
    let packets = both(total, Measure::Packets);
    if packets > 0 {
        parts.push(counted(packets, "packet"));
    }
    let flows = both(total, Measure::Flows);
    if flows > 0 {
        parts.push(counted(flows, if summary.has_flows() { "flow record" } else { "flow" }));
    }
    parts.push(format!("{} of IP octets", short_bytes(both(total, Measure::Octets))));
    if let Some(span) = summary.time {
        parts.push(duration(span.seconds()));
    }
    let held = parts.iter().map(|part| part.replace(' ', "\u{a0}")).collect::<Vec<_>>();
    Some(format!("Measured: {}.", held.join(", ")))
}

/// What the reader must know before using the figure.
fn warnings(summary: &Summary) -> Vec<String> {
    let mut warnings = Vec::new();
    if summary.interrupted {
        warnings.push(
            "Interrupted: this is what had been read by then; inputs may be missing.".to_owned(),
        );
    }
    warnings.extend(incomplete_inputs(summary));
    warnings.extend(parts(summary));
    warnings.extend(other_measure(summary));
    warnings.extend(flow_notes::notes(summary, summary.settings.measure));
    if !summary.closed() {
        warnings.push(
            "The account does not close: this is a defect of v6share; do not use the figures."
                .to_owned(),
        );
    }
    warnings
}

fn incomplete_inputs(summary: &Summary) -> Option<String> {
    let of = |status| summary.inputs.iter().filter(|input| input.status == status).count();
    let (all, partial, failed) = (summary.inputs.len(), of(Status::Partial), of(Status::Failed));
    if partial + failed == 0 || all == failed {
        return None;
    }
    let from =
        format!("These figures are from {} of {}", all - failed, counted(all as u128, "input"));
    Some(match (partial, failed) {
        (0, failed) => format!("{from}: {failed} failed."),
        (partial, 0) => format!("{from}: {partial} could be read in part only."),
        (partial, failed) => {
            format!("{from}: {failed} failed, {partial} could be read in part only.")
        }
    })
}

/// Says so where captures were read in part because that was asked for.
fn parts(summary: &Summary) -> Option<String> {
    let parts = summary.inputs.iter().filter(|input| input.part.is_some()).count();
    (parts > 0).then(|| {
        let parts = counted(parts as u128, "part");
        format!("These figures hold {parts} of a capture and not the whole of it: see Inputs.")
    })
}

/// Says so where the headline is not by the measure asked for.
fn other_measure(summary: &Summary) -> Option<String> {
    let whole = Whole::of(summary, summary.settings.views.first());
    let asked = summary.settings.measure;
    let (used, _) = answer(summary, &whole)?;
    if used == asked || whole.kept.is_zero() {
        return None;
    }
    let why = match (whole.denominator(asked), asked) {
        (None, _) => format!("the profile {} has none", summary.settings.profile.key()),
        (_, Measure::Flows) => "no flows were counted: a capture holds packets".to_owned(),
        _ => "none were counted".to_owned(),
    };
    Some(format!("There is no share by {} ({why}); {} stand in.", asked.name(), used.name()))
}
