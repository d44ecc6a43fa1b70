//! The form of the last records: the bytes between their values, which are most often
//! the same in the next one. A record that follows a form is made at once, by one
//! comparison for each key; every other goes the way of [`super::scan`], which is the
//! oracle in the tests, and may leave its form here.
//!
//! A record of a form differs from one that was read in its values alone, and those are
//! texts without escapes and numbers, as the others were: it is the JSON that the other
//! was.

use super::super::quick::Quick;
use super::super::record::Rules;
use super::super::row::Value;
use super::form::{Learner, Step, What};
use super::scan::{number_end, text_end};
use super::taken::Taken;
use super::tree::Tree;
use crate::fields::{Near, address_at, leading_digits};
use crate::model::FlowRecord;

/// Forms that are kept: of records of either family, with ports and without.
const FORMS: usize = 4;

/// A form is learned for so many records, after the first few: learning costs more than
/// reading a record, and where no two are alike it is in vain.
const PRICE: u32 = 256;
const MOST_CREDIT: u32 = 8 * PRICE;

/// The forms of the last records.
#[derive(Clone, Debug)]
pub(super) struct Shapes {
    forms: Vec<Form>,
    /// The one that the last record had.
    last: usize,
    credit: u32,
}

impl Default for Shapes {
    fn default() -> Self {
        Self { forms: Vec::new(), last: 0, credit: MOST_CREDIT }
    }
}

/// A form, and the last record that had it.
#[derive(Clone, Debug)]
struct Form {
    steps: Box<[Step]>,
    record: FlowRecord,
}

impl Shapes {
    /// The record that a line of `len` bytes is, where it has one of the forms.
    #[inline]
    pub(super) fn follow(
        &mut self,
        line: Near<'_>,
        len: usize,
        wanted: (Rules, bool),
    ) -> Option<&FlowRecord> {
        self.credit = (self.credit + 1).min(MOST_CREDIT);
        let last = self.last;
        for tried in 0..self.forms.len() {
            let at = (last + tried) % self.forms.len();
            let form = self.forms.get_mut(at)?;
            if form.read(line, len, wanted).is_some() {
                self.last = at;
                return self.forms.get(at).map(|form| &form.record);
            }
        }
        None
    }

    /// Learns the form of a record that was read.
    #[inline(never)]
    pub(super) fn learn(&mut self, tree: &Tree, text: &[u8], rules: Rules) {
        let Some(credit) = self.credit.checked_sub(PRICE) else { return };
        self.credit = credit;
        let Some(steps) = Learner::steps(tree, text) else { return };
        if self.forms.iter().any(|form| form.steps == steps) {
            // Its values were unusual.
            return;
        }
        let form = Form { steps, record: Quick::record(rules) };
        if self.forms.len() < FORMS {
            self.last = self.forms.len();
            self.forms.push(form);
        } else {
            self.last = (self.last + 1) % FORMS;
            self.forms[self.last] = form;
        }
    }
}

impl Form {
    /// Fills the record with a line of this form; `None` where it has another: some of
    /// it is then filled.
    #[inline]
    fn read(
        &mut self,
        line: Near<'_>,
        len: usize,
        (rules, wants_ports): (Rules, bool),
    ) -> Option<()> {
        let bytes = line.bytes;
        let (mut at, end) = (line.start(), line.start() + len);
        let mut taken = Taken::new(rules, &mut self.record);
        for step in &self.steps {
            let here = u128::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
            if (here ^ step.bits) & step.mask != 0 {
                return None;
            }
            at += usize::from(step.len);
            match step.what {
                What::Nothing => {}
                What::Address(place) => {
                    let (len, family, address) = address_at(bytes, at)?;
                    taken.addresses.set(place, family, address);
                    at += len;
                }
                What::Number(column) => {
                    let rest = bytes.get(at..)?;
                    let (number, digits) = leading_digits(rest);
                    // The comparison of what follows refuses more digits, and fractions.
                    if digits == 0 || digits > 1 && rest.first() == Some(&b'0') {
                        return None;
                    }
                    taken.take(column, Value::Number(number))?;
                    at += digits;
                }
                What::Text(column) => {
                    let end = text_end(bytes, at);
                    taken.take(column, Value::Text(bytes.get(at..end)?))?;
                    at = end;
                }
                What::OtherText => at = text_end(bytes, at),
                What::OtherNumber => at = number_end(bytes, at)?,
                What::OtherWord => at += word(bytes.get(at..)?)?,
                What::CameBy => {
                    let end = text_end(bytes, at);
                    // Its octets are those of layer 2.
                    if bytes.get(at..end)? == b"SFLOW_5" {
                        return None;
                    }
                    at = end;
                }
            }
        }
        (at == end).then_some(())?;
        taken.finish(wants_ports)
    }
}

/// How long the word at the front is.
pub(super) fn word(text: &[u8]) -> Option<usize> {
    let words: [&[u8]; 3] = [b"true", b"false", b"null"];
    words.iter().find(|word| text.starts_with(word)).map(|word| word.len())
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod shape_tests;
