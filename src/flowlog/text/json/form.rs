//! Learning the form of a record: what stands between its values, and what becomes of
//! these.

use super::super::super::Column;
use super::super::quick::Addresses;
use super::scan::{number_end, text_end};
use super::shape::word;
use super::tree::{Branch, CAME_BY, Place, Tree};

/// Bytes that are compared at once.
const AT_ONCE: usize = 16;

/// Steps of a form at most.
const STEPS: usize = 128;

/// Brackets within brackets that are followed.
const DEEP: u32 = 32;

/// Some bytes between two values, and what follows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The bytes, the first lowest, and zeros where they are less than sixteen.
    pub bits: u128,
    /// Ones for each of them.
    pub mask: u128,
    pub len: u8,
    pub what: What,
}

/// What stands behind the bytes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// More such bytes, or the end.
    Nothing,
    /// An address, with its place; its quotes belong to the bytes around it.
    Address(usize),
    /// A whole number for a column.
    Number(Column),
    /// Text for a column.
    Text(Column),
    /// The protocol that brought the record to its collector.
    CameBy,
    /// Text, a number, or a word that nobody looks at.
    OtherText,
    OtherNumber,
    OtherWord,
}

/// Walks over a record that was read.
pub(super) struct Learner<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the bytes begin that belong to no step yet.
    since: usize,
    steps: Vec<Step>,
}

impl<'a> Learner<'a> {
    /// The form of a record, where it is one that is followed: its values are texts,
    /// whole numbers and words, in objects within objects. The record was read, so it
    /// is known to be JSON.
    pub(super) fn steps(tree: &Tree, text: &'a [u8]) -> Option<Box<[Step]>> {
        let mut learner = Self { text, at: 0, since: 0, steps: Vec::new() };
        learner.object(Some(tree), DEEP)?;
        if learner.at != text.len() {
            return None;
        }
        learner.between(What::Nothing);
        (learner.steps.len() <= STEPS).then(|| learner.steps.into())
    }

    /// Ends the bytes before a value.
    fn between(&mut self, what: What) {
        let bytes = self.text.get(self.since..self.at).unwrap_or_default();
        let mut chunks = bytes.chunks(AT_ONCE).peekable();
        while let Some(chunk) = chunks.next() {
            let what = if chunks.peek().is_some() { What::Nothing } else { what };
            let number = |fill: &dyn Fn(u8) -> u8| {
                chunk.iter().rev().fold(0, |bits, byte| bits << 8 | u128::from(fill(*byte)))
            };
            let (bits, mask) = (number(&|byte| byte), number(&|_| u8::MAX));
            let len = u8::try_from(chunk.len()).unwrap_or(u8::MAX);
            self.steps.push(Step { bits, mask, len, what });
        }
    }

    /// Ends the bytes before a value, which itself ends at `end`.
    fn value(&mut self, what: What, end: usize) {
        self.between(what);
        (self.at, self.since) = (end, end);
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn object(&mut self, tree: Option<&Tree>, deep: u32) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        self.expect(b'{')?;
        self.spaces();
        if self.expect(b'}').is_some() {
            return Some(());
        }
        loop {
            self.expect(b'"')?;
            let end = text_end(self.text, self.at);
            let key = self.text.get(self.at..end)?;
            self.at = end;
            self.expect(b'"')?;
            self.spaces();
            self.expect(b':')?;
            self.spaces();
            self.member(tree.and_then(|tree| tree.branch(key)), deep)?;
            self.spaces();
            if self.expect(b'}').is_some() {
                return Some(());
            }
            self.expect(b',')?;
            self.spaces();
            if self.steps.len() > STEPS {
                return None;
            }
        }
    }

    /// The value of a key.
    fn member(&mut self, branch: Option<&Branch>, deep: u32) -> Option<()> {
        let place = match branch {
            Some(Branch::Leaf(place)) => Some(*place),
            Some(Branch::Inner(_)) | None => None,
        };
        match self.peek()? {
            b'{' => match branch {
                Some(Branch::Inner(tree)) => self.object(Some(tree), deep),
                Some(Branch::Leaf(_)) => None,
                None => self.object(None, deep),
            },
            b'"' => {
                self.at += 1;
                let end = text_end(self.text, self.at);
                self.value(text_for(place)?, end);
                self.expect(b'"')
            }
            b'-' | b'0'..=b'9' => {
                let end = number_end(self.text, self.at)?;
                let is_whole = self.text.get(self.at..end)?.iter().all(u8::is_ascii_digit);
                let what = match place {
                    // What serde_json reads into a value must not be too large for it.
                    None if branch.is_none() => What::OtherNumber,
                    Some(Place::Column(column)) if is_whole => What::Number(column),
                    _ => return None,
                };
                self.value(what, end);
                Some(())
            }
            b'[' if place.is_none() => self.empty_list(),
            b't' | b'f' | b'n' if place.is_none() => {
                let len = word(self.text.get(self.at..)?)?;
                self.value(What::OtherWord, self.at + len);
                Some(())
            }
            _ => None,
        }
    }

    /// A list of nothing belongs to the bytes around it; others have no form.
    fn empty_list(&mut self) -> Option<()> {
        self.expect(b'[')?;
        self.spaces();
        self.expect(b']')
    }
}

/// What becomes of text.
fn text_for(place: Option<Place>) -> Option<What> {
    Some(match place {
        None => What::OtherText,
        Some(Place::Column(column)) => match Addresses::place(column) {
            Some(place) => What::Address(place),
            None => What::Text(column),
        },
        Some(Place::Extra(CAME_BY)) => What::CameBy,
        Some(_) => return None,
    })
}
