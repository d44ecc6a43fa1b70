//! The keys of the last record, in their order: those of the next one are most often
//! the same, and are then passed over with one comparison each.

use super::tree::Tree;

/// Keys of a record that are remembered.
const STEPS: usize = 64;

/// Bytes of a key that are compared, with its quotes, its colon, and the space
/// around it.
const LONGEST: usize = 32;

/// Keys in the order in which they came, those of objects within objects too.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    steps: Vec<Step>,
}

/// What stood between two values.
#[derive(Clone, Copy, Debug)]
struct Step {
    front: Front,
    mask: Front,
    /// How many bytes it has; 0 where there were too many of them.
    len: u8,
    /// Whose key it is.
    tree: u16,
    /// Its number there, where it is looked at.
    number: Option<u16>,
}

impl Step {
    fn new(text: &[u8], tree: u16, number: Option<u16>) -> Self {
        let mut step = Self { front: Front(0, 0), mask: Front(0, 0), len: 0, tree, number };
        if let (1..=LONGEST, Ok(len)) = (text.len(), u8::try_from(text.len())) {
            step.len = len;
            step.front = Front::of(text);
            step.mask = Front::of(&[u8::MAX; LONGEST][..text.len()]);
        }
        step
    }

    #[inline(always)]
    fn is(&self, front: Front, tree: u16) -> bool {
        let other = (front.0 ^ self.front.0) & self.mask.0 | (front.1 ^ self.front.1) & self.mask.1;
        other == 0 && self.tree == tree && self.len != 0
    }
}

/// The first [`LONGEST`] bytes of a text, zeros behind it where it is shorter: in two
/// numbers, for what goes through memory waits for its own stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Front(u128, u128);

impl Front {
    #[inline(always)]
    fn of(text: &[u8]) -> Self {
        let sixteen = |at: usize| {
            let bytes = text.get(at..).and_then(<[u8]>::first_chunk);
            bytes.map(|bytes| u128::from_le_bytes(*bytes))
        };
        match (sixteen(0), sixteen(16)) {
            (Some(first), Some(second)) => Self(first, second),
            (Some(first), None) => Self(first, behind(text, 16)),
            (None, _) => Self(behind(text, 0), 0),
        }
    }
}

/// The bytes from `at` on, of which there are less than 16, zeros behind them.
#[inline]
fn behind(text: &[u8], at: usize) -> u128 {
    let rest = text.get(at..).unwrap_or_default();
    match (text.last_chunk(), rest.first_chunk(), rest.last_chunk()) {
        // Those that were seen are shifted away.
        (Some(last), ..) if !rest.is_empty() => {
            u128::from_le_bytes(*last) >> (128 - 8 * rest.len())
        }
        (_, Some(first), Some(last)) => {
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            u128::from(first) | u128::from(last) << (8 * (rest.len() - 8))
        }
        _ => rest.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)),
    }
}

impl Trail {
    /// Where the key at the front of `text` is the one that came at `step` the last
    /// time, or the one after it: how long it is, up to its value, and its number in
    /// the tree. `step` is then the next one.
    #[inline(always)]
    pub(super) fn follow(
        &self,
        text: &[u8],
        tree: &Tree,
        step: &mut usize,
    ) -> Option<(usize, Option<u16>)> {
        // No key has a byte of zero.
        let front = Front::of(text);
        for ahead in 0..2 {
            let known = self.steps.get(*step + ahead)?;
            if known.is(front, tree.id) {
                *step += ahead + 1;
                return Some((usize::from(known.len), known.number));
            }
        }
        None
    }

    /// Remembers the key that came at `step`, with all that stands before its value.
    #[inline(never)]
    pub(super) fn learn(
        &mut self,
        text: &[u8],
        tree: &Tree,
        number: Option<u16>,
        step: &mut usize,
    ) {
        let learned = Step::new(text, tree.id, number);
        if let Some(known) = self.steps.get_mut(*step) {
            *known = learned;
        } else if self.steps.len() < STEPS {
            self.steps.push(learned);
        }
        *step += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_have_zeros_behind_them() {
        let text: Vec<u8> = (1..32).collect();
        for len in 0..text.len() {
            let mut whole = [0; LONGEST];
            whole[..len].copy_from_slice(&text[..len]);
            assert_eq!(Front::of(&text[..len]), Front::of(&whole), "{len}");
        }
    }

    #[test]
    fn keys_are_followed_and_one_may_be_missing() {
        let (tree, mut trail) = (Tree::default(), Trail::default());
        let keys: [&[u8]; 3] =
            [b"\"a\":", b"\"b\" : ", b"\"a key of more than thirty-two bytes\":"];
        let mut step = 0;
        for (number, key) in (0..).zip(keys) {
            trail.learn(key, &tree, Some(number), &mut step);
        }
        let follow = |text: &str, mut step: usize| {
            trail.follow(text.as_bytes(), &tree, &mut step).map(|(len, number)| (len, number, step))
        };
        assert_eq!(follow(r#""a":1}"#, 0), Some((4, Some(0), 1)));
        assert_eq!(
            follow(r#""b" : 1,"c":"and much more than thirty-two bytes"}"#, 0),
            Some((6, Some(1), 2))
        );
        assert_eq!(follow(r#""b":1}"#, 1), None, "other space");
        assert_eq!(follow(r#""a key of more than thirty-two bytes":1}"#, 2), None);
    }
}
