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
pub(in super::super) struct Trail {
    steps: Vec<Step>,
}

/// What stood between two values.
#[derive(Clone, Copy, Debug)]
struct Step {
    words: [u64; LONGEST / 8],
    masks: [u64; LONGEST / 8],
    /// How many bytes it has; 0 where there were too many of them.
    len: u8,
    /// Whose key it is.
    tree: u16,
    /// Its number there, where it is looked at.
    number: Option<u16>,
}

impl Step {
    fn new(text: &[u8], tree: u16, number: Option<u16>) -> Self {
        let mut step = Self { words: [0; 4], masks: [0; 4], len: 0, tree, number };
        if let (1..=LONGEST, Ok(len)) = (text.len(), u8::try_from(text.len())) {
            step.len = len;
            let (mut bytes, mut mask) = ([0; LONGEST], [0; LONGEST]);
            bytes[..text.len()].copy_from_slice(text);
            mask[..text.len()].fill(u8::MAX);
            step.words = words(&bytes);
            step.masks = words(&mask);
        }
        step
    }

    #[inline(always)]
    fn is(&self, words: &[u64; LONGEST / 8], tree: u16) -> bool {
        let mut other = u64::from(self.tree != tree) | u64::from(self.len == 0);
        for (at, word) in words.iter().enumerate() {
            other |= (word ^ self.words[at]) & self.masks[at];
        }
        other == 0
    }
}

#[inline(always)]
fn words(bytes: &[u8; LONGEST]) -> [u64; LONGEST / 8] {
    let (eights, _) = bytes.as_chunks::<8>();
    std::array::from_fn(|at| u64::from_le_bytes(eights[at]))
}

/// A short text with zeros behind it.
#[inline(never)]
fn padded(text: &[u8]) -> [u8; LONGEST] {
    let mut bytes = [0; LONGEST];
    bytes.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    bytes
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
        let front = match text.first_chunk() {
            Some(front) => words(front),
            // No key has a byte of zero.
            None => words(&padded(text)),
        };
        for ahead in 0..2 {
            let known = self.steps.get(*step + ahead)?;
            if known.is(&front, tree.id) {
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
