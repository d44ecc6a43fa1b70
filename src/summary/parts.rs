//! Parts of one capture, read apart from each other, made one input again: proven
//! to join, without a gap and without an overlap.
//!
//! Each part was read from a guessed boundary between two records, maybe on another
//! machine. It is right exactly if the part before it ended there, in the same
//! state of the format; the first one begins with the file. So all guesses are
//! proven together, by comparing ends and beginnings.

use super::{InputSummary, Status, Summary};
use crate::model::{Part, TimeSpan};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What is let pass when parts are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// Parts may be missing, or not join: those of such a capture stay parts.
    pub incomplete: bool,
    /// Traffic may count twice: parts that overlap stay parts.
    pub twice: bool,
}

/// Parts of a capture that do not join, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unjoined {
    /// Nothing was read from one part to the next.
    #[error(
        "{input}: nothing of bytes {from} to {to} is in the parts given (read it with --range {from}-{to} --exact-start, or keep the parts as they are with v6share merge --allow-incomplete)"
    )]
    Gap {
        /// The input's name.
        input: String,
        /// Where the part before ends.
        from: u64,
        /// Where the next one was asked to begin, or the file ends.
        to: u64,
    },
    /// A part was read from a place that is no boundary of the capture, or with
    /// other descriptions than those in force there.
    #[error(
        "{input}: the part that ends at byte {ended} and the one that begins at byte {began} do not join{}: its beginning was guessed wrong (read that part again with --range {ended}-{} --exact-start)",
        if ended == began { ", for the interfaces described before them differ" } else { "" },
        asked_end.map_or(String::new(), |end| end.to_string())
    )]
    WrongGuess {
        /// The input's name.
        input: String,
        /// Where the part before ends.
        ended: u64,
        /// Where the next one was taken to begin.
        began: u64,
        /// The end of the range that is to be read again.
        asked_end: Option<u64>,
    },
    /// Two parts hold the same bytes.
    #[error(
        "{input}: bytes {from} to {to} are in two of the parts, and their traffic would count twice (leave one out, or add them up all the same with v6share merge --allow-same-input)"
    )]
    Overlap {
        /// The input's name.
        input: String,
        /// The first byte that both have.
        from: u64,
        /// The byte behind the last one.
        to: u64,
    },
    /// The capture ends before the part.
    #[error(
        "{input}: the capture ends at byte {end}, for what stands there is no record; the part that begins at byte {began} is none of it (leave it out, or keep the parts as they are with v6share merge --allow-incomplete)"
    )]
    BehindTheEnd {
        /// The input's name.
        input: String,
        /// Where the capture ends.
        end: u64,
        /// Where the part begins.
        began: u64,
    },
    /// Parts of one name are not of one file.
    #[error(
        "{input}: the parts are of different files, for {what} (name the files apart, or read all parts of one file)"
    )]
    OtherFile {
        /// The input's name.
        input: String,
        /// What tells them apart.
        what: &'static str,
    },
    /// The whole capture is there beside parts of it.
    #[error(
        "{input}: it is there as a whole and in parts, and its traffic would count twice (leave the parts out, or add them up all the same with v6share merge --allow-same-input)"
    )]
    Whole {
        /// The input's name.
        input: String,
    },
}

impl Summary {
    /// Makes one input of the parts of a capture, where all of them are there: what
    /// one run over the whole capture gives. It depends on which parts there are,
    /// and not on the order in which they were merged.
    ///
    /// # Errors
    /// When parts are missing, overlap, or do not join, unless that is let pass;
    /// nothing is changed then.
    pub fn join_parts(&mut self, tolerance: Tolerance) -> Result<(), Unjoined> {
        let mut joined = Vec::new();
        let mut groups: BTreeMap<_, Vec<&InputSummary>> = BTreeMap::new();
        for input in &self.inputs {
            match &input.part {
                None => joined.push(input.clone()),
                Some(part) => {
                    let file = (&input.name, part.of, &part.head, input.format, &input.digest);
                    groups.entry(file).or_default().push(input);
                }
            }
        }
        if groups.is_empty() {
            return Ok(());
        }
        let groups: Vec<_> = groups.into_values().collect();
        for parts in &groups {
            let whole = self.whole_of(parts[0]).map_or_else(|| join(parts), Err);
            let whole = whole.map_err(|why| other_file(parts, &groups).unwrap_or(why));
            match whole {
                Ok(whole) => joined.push(whole),
                Err(why) if why.passes(tolerance) => {
                    joined.extend(parts.iter().map(|&part| part.clone()));
                }
                Err(why) => return Err(why),
            }
        }
        self.inputs = joined;
        self.sum_inputs();
        Ok(())
    }

    /// Says so where the whole of the capture that `part` is of is there, too.
    fn whole_of(&self, part: &InputSummary) -> Option<Unjoined> {
        let is_whole = |input: &&InputSummary| {
            let differ = input.digest.is_some() && part.digest.is_some();
            let same = if differ { input.digest == part.digest } else { input.name == part.name };
            input.part.is_none() && input.account.records > 0 && same
        };
        let whole = self.inputs.iter().find(is_whole)?;
        Some(Unjoined::Whole { input: whole.name.clone() })
    }
}

impl Unjoined {
    fn passes(&self, tolerance: Tolerance) -> bool {
        match self {
            Self::Overlap { .. } | Self::Whole { .. } => tolerance.twice,
            Self::OtherFile { .. } => false,
            Self::Gap { .. } | Self::WrongGuess { .. } | Self::BehindTheEnd { .. } => {
                tolerance.incomplete
            }
        }
    }
}

/// Where parts that do not join have the name of others: what tells them apart.
fn other_file(parts: &[&InputSummary], groups: &[Vec<&InputSummary>]) -> Option<Unjoined> {
    let mine = parts[0];
    let is_other =
        |group: &&Vec<&InputSummary>| group[0].name == mine.name && !std::ptr::eq(group[0], mine);
    let other = groups.iter().find(is_other)?[0];
    let (a, b) = (mine.part.as_deref()?, other.part.as_deref()?);
    let what = match () {
        () if a.of != b.of => "their lengths differ",
        () if a.head != b.head || mine.format != other.format => "they begin differently",
        () => "their digests differ, or one part has none",
    };
    Some(Unjoined::OtherFile { input: mine.name.clone(), what })
}

/// The input that the parts are.
fn join<'a>(all: &[&'a InputSummary]) -> Result<InputSummary, Unjoined> {
    let mut parts: Vec<(&'a InputSummary, &Part)> =
        all.iter().filter_map(|&input| Some((input, input.part.as_deref()?))).collect();
    parts.sort_by_key(|(_, part)| (part.from, part.reached));
    let gap = |(input, part): (&InputSummary, &Part), from| {
        Err(Unjoined::Gap { input: input.name.clone(), from, to: part.of })
    };
    let any = parts[0];
    // What is empty adds nothing, and proves nothing but the end of the capture.
    let (empty, parts): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(_, part)| part.is_empty());
    let (Some((first, begin)), Some(last)) = (parts.first().copied(), parts.last().copied()) else {
        return gap(any, 0);
    };
    if begin.from > 0 {
        return Err(Unjoined::Gap { input: first.name.clone(), from: 0, to: begin.asked.start });
    }
    // Where the capture ends: in the part, or in an empty one that begins where it did.
    let end = |of: &(&'a InputSummary, &Part)| {
        let goes_on = |(_, part): &&(&InputSummary, &Part)| {
            part.ended && part.from == of.1.reached && part.states[0] == of.1.states[1]
        };
        if of.1.ended { Some(of.0) } else { empty.iter().find(goes_on).map(|(input, _)| *input) }
    };
    for pair in parts.windows(2) {
        proven(&first.name, (pair[0].1, end(&pair[0]).is_some()), pair[1].1)?;
    }
    let Some(end) = end(&last) else { return gap(last, last.1.reached) };
    let mut whole = first.clone();
    for (input, _) in &parts[1..] {
        whole.bytes = whole.bytes.saturating_add(input.bytes);
        whole.account.merge(&input.account);
        whole.anomalies.merge(&input.anomalies);
        whole.time = TimeSpan::join(whole.time, input.time);
    }
    whole.part = None;
    whole.error.clone_from(&end.error);
    whole.status = match (&whole.error, whole.account.records) {
        (None, _) => Status::Complete,
        (Some(_), 0) => Status::Failed,
        (Some(_), _) => Status::Partial,
    };
    Ok(whole)
}

/// Whether `next` goes on where `before` ended, which may be the end of the capture.
fn proven(input: &str, (before, is_end): (&Part, bool), next: &Part) -> Result<(), Unjoined> {
    let (input, end, begin) = (input.to_owned(), before.reached, next.from);
    let asked_apart = before.asked.end.is_some_and(|end| end <= next.asked.start);
    if is_end && (asked_apart || begin >= end) {
        return Err(Unjoined::BehindTheEnd { input, end, began: begin });
    }
    // Records between the two would be in `next`, had it begun where it should.
    let asked_for_all = next.asked.start <= end;
    match begin.cmp(&end) {
        Ordering::Equal if before.states[1] == next.states[0] => Ok(()),
        Ordering::Less if !asked_apart => {
            Err(Unjoined::Overlap { input, from: begin, to: end.min(next.reached) })
        }
        Ordering::Greater if !asked_for_all => {
            Err(Unjoined::Gap { input, from: end, to: next.asked.start })
        }
        _ => {
            // A record may reach over all of the range: nothing is left to read then.
            let asked_end = next.asked.end.map(|asked| asked.max(end));
            Err(Unjoined::WrongGuess { input, ended: end, began: begin, asked_end })
        }
    }
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
