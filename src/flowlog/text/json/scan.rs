//! The usual object in one pass over its bytes: text without escapes in ASCII,
//! brackets that are not deep. Whatever else there is goes to serde_json, which reads
//! all objects and says what is wrong with those that are none; it is the oracle in
//! the tests. What is read here serde_json would read, and to the same values.

use super::super::row::Value;
use super::trail::Trail;
use super::tree::{Branch, Place, Tree};
use super::walk::{Slots, scalar};
use crate::fields::{EACH, LOW, leading_digits, zero_bytes};

/// Brackets within brackets that are followed.
const DEEP: u32 = 32;

/// Fills slots, which are empty, with the values of an object and nothing after it;
/// `None` where it is not a usual one: the slots then hold some of them.
#[inline]
pub(super) fn fill<'a>(
    tree: &Tree,
    trail: &mut Trail,
    text: &'a [u8],
    slots: &mut Slots<'a>,
) -> Option<()> {
    let mut scan = Scan { text, at: 0, trail, step: 0 };
    scan.spaces();
    scan.expect(b'{')?;
    scan.object(tree, slots, DEEP)?;
    scan.spaces();
    (scan.at == text.len()).then_some(())
}

/// A place in a text.
struct Scan<'a, 't> {
    text: &'a [u8],
    at: usize,
    trail: &'t mut Trail,
    /// The place in the trail.
    step: usize,
}

impl<'a> Scan<'a, '_> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes over white space.
    #[inline(always)]
    fn spaces(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Reads the object whose bracket was read.
    fn object(&mut self, tree: &Tree, slots: &mut Slots<'a>, deep: u32) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        self.spaces();
        if self.expect(b'}').is_some() {
            return Some(());
        }
        loop {
            match self.known_key(tree)?.and_then(|number| tree.numbered(number)) {
                None => self.pass(deep)?,
                Some(Branch::Leaf(Place::Column(column))) => {
                    self.scalar(deep, &mut slots.row[*column as usize])?;
                }
                Some(Branch::Leaf(Place::Extra(at))) => {
                    self.scalar(deep, &mut slots.extra[*at])?;
                }
                Some(Branch::Leaf(Place::Presence(at))) => {
                    self.pass(deep)?;
                    slots.extra[*at] = Value::Number(1);
                }
                Some(Branch::Inner(inner)) => {
                    if self.expect(b'{').is_some() {
                        self.object(inner, slots, deep)?;
                    } else {
                        // It has no keys, but must be a value that serde_json can read.
                        self.scalar(deep, &mut Value::Absent)?;
                    }
                }
                Some(Branch::Leaf(Place::List)) => self.empty_list()?,
            }
            if self.is_last(b'}')? {
                return Some(());
            }
        }
    }

    /// Reads a key of a tree up to its value, and gives its number there.
    #[inline(always)]
    fn known_key(&mut self, tree: &Tree) -> Option<Option<u16>> {
        let rest = self.text.get(self.at..)?;
        if let Some((len, number)) = self.trail.follow(rest, tree, &mut self.step) {
            self.at += len;
            // More space than the last time.
            self.spaces();
            return Some(number);
        }
        let start = self.at;
        let number = tree.number(self.key()?);
        self.trail.learn(self.text.get(start..self.at)?, tree, number, &mut self.step);
        Some(number)
    }

    /// Reads a key and the colon behind it, up to its value.
    #[inline(always)]
    fn key(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let key = self.string()?;
        self.spaces();
        self.expect(b':')?;
        self.spaces();
        Some(key)
    }

    /// Reads what is behind a value: true for the closing bracket, false for a comma
    /// and the white space behind it.
    #[inline(always)]
    fn is_last(&mut self, closing: u8) -> Option<bool> {
        self.spaces();
        let byte = self.peek()?;
        self.at += 1;
        if byte == b',' {
            self.spaces();
            return Some(false);
        }
        (byte == closing).then_some(true)
    }

    /// Reads text whose opening quote was read, to behind its closing one.
    #[inline(always)]
    fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        self.at = text_end(self.text, start);
        let text = self.text.get(start..self.at);
        self.expect(b'"')?;
        text
    }

    /// Reads one value of any kind into its place: moved there, it would wait for its
    /// own stores.
    #[inline]
    fn scalar(&mut self, deep: u32, to: &mut Value<'a>) -> Option<()> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                *to = Value::Text(self.string()?);
            }
            first @ b'0'..=b'9' => {
                let rest = self.text.get(self.at..)?;
                let (number, digits) = leading_digits(rest);
                let goes_on = matches!(rest.get(digits), Some(b'.' | b'e' | b'E' | b'0'..=b'9'));
                if goes_on || first == b'0' && digits > 1 {
                    *to = self.fraction()?;
                } else {
                    self.at += digits;
                    *to = Value::Number(number);
                }
            }
            b'-' => *to = self.fraction()?,
            b'n' => {
                self.word(b"null")?;
                *to = Value::Absent;
            }
            _ => {
                self.pass(deep)?;
                *to = Value::Odd;
            }
        }
        Some(())
    }

    /// A number with a fraction, or below zero, or of many digits: its value is what
    /// serde_json makes of it.
    #[inline(never)]
    fn fraction(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        self.number()?;
        scalar(self.text.get(start..self.at)?)
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(word).then(|| self.at += word.len())
    }

    /// Passes over a list of nothing; what is in others is left to serde_json.
    fn empty_list(&mut self) -> Option<()> {
        self.expect(b'[')?;
        self.spaces();
        self.expect(b']')
    }

    /// Passes over one value.
    #[inline]
    fn pass(&mut self, deep: u32) -> Option<()> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                self.string().map(|_| ())
            }
            b'-' | b'0'..=b'9' => self.number(),
            b'n' => self.word(b"null"),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'{' => self.pass_object(deep),
            b'[' => self.pass_list(deep),
            _ => None,
        }
    }

    fn pass_object(&mut self, deep: u32) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        self.at += 1;
        self.spaces();
        if self.expect(b'}').is_some() {
            return Some(());
        }
        loop {
            self.key()?;
            self.pass(deep)?;
            if self.is_last(b'}')? {
                return Some(());
            }
        }
    }

    fn pass_list(&mut self, deep: u32) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        self.at += 1;
        self.spaces();
        if self.expect(b']').is_some() {
            return Some(());
        }
        loop {
            self.pass(deep)?;
            if self.is_last(b']')? {
                return Some(());
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        self.at = number_end(self.text, self.at)?;
        Some(())
    }
}

/// Where the plain text that begins at `at` ends: at its quote, or at what makes it
/// unusual, or with all that is there.
#[inline(always)]
pub(super) fn text_end(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let marks = special(u64::from_le_bytes(*eight));
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while text.get(at).is_some_and(|byte| !is_special(*byte)) {
        at += 1;
    }
    at
}

/// Where the number that begins at `at` ends: what the grammar of RFC 8259 section 6
/// allows.
pub(super) fn number_end(text: &[u8], mut at: usize) -> Option<usize> {
    let is = |at: usize, bytes: &[u8]| text.get(at).is_some_and(|byte| bytes.contains(byte));
    // Behind one digit and all that follow.
    let digits = |start: usize| {
        let mut at = start;
        while text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > start).then_some(at)
    };
    at += usize::from(is(at, b"-"));
    at = if is(at, b"0") { at + 1 } else { digits(at)? };
    if is(at, b".") {
        at = digits(at + 1)?;
    }
    if is(at, b"eE") {
        at = digits(at + 1 + usize::from(is(at + 1, b"+-")))?;
    }
    Some(at)
}

/// True for what ends plain text, or makes it unusual: a quote, a backslash, control
/// characters, and what is not ASCII.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20 | 0x80..)
}

/// The highest bit of each of eight bytes for which [`is_special`] is true.
#[inline(always)]
fn special(word: u64) -> u64 {
    let quote = zero_bytes(word ^ (EACH * u64::from(b'"')));
    let backslash = zero_bytes(word ^ (EACH * u64::from(b'\\')));
    let printable = (word & LOW) + EACH * (0x80 - 0x20);
    quote | backslash | (word | !printable) & !LOW
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod scan_tests;
