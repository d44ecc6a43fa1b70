//! Words that the program knows by address, found again from stored text.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Words kept, at most, and octets of one: a stored file cannot make memory grow
/// beyond this.
const WORDS: usize = 1024;
const LONGEST: usize = 64;

/// The same word for the life of the program; `None` where it is too long, or
/// there are too many.
#[must_use]
pub fn kept_word(text: &str) -> Option<&'static str> {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(word) = kept.get(text) {
        return Some(word);
    }
    if text.len() > LONGEST || kept.len() >= WORDS {
        return None;
    }
    let word: &'static str = Box::leak(text.to_owned().into_boxed_str());
    kept.insert(word);
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_kept_once_and_a_long_one_never() {
        let (one, two) = (kept_word("kept once"), kept_word("kept once"));
        assert!(std::ptr::eq(one.unwrap(), two.unwrap()));
        assert_eq!(kept_word(&"x".repeat(LONGEST + 1)), None);
    }
}
