//! How many stored bytes of an input were read, for who watches the run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts the stored bytes of one input, each once: however often the input is
/// opened, and from how many places and by how many threads it is read.
#[derive(Debug, Default)]
pub struct Consumed {
    /// Bytes of all inputs.
    all: Arc<AtomicU64>,
    /// All bytes of this input before this place are counted.
    up_to: AtomicU64,
}

impl Consumed {
    /// Counts an input, of which nothing was read, among all.
    #[must_use]
    pub fn among(all: &Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self { all: Arc::clone(all), up_to: AtomicU64::new(0) })
    }

    /// All before this place is read.
    pub(super) fn reached(&self, place: u64) {
        let before = self.up_to.fetch_max(place, Relaxed);
        self.all.fetch_add(place.saturating_sub(before), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn each_byte_counts_once_whoever_comes_to_it() {
        let all = Arc::new(AtomicU64::new(7));
        let (one, other) = (Consumed::among(&all), Consumed::among(&all));
        thread::scope(|scope| {
            for step in 1..5 {
                let one = &one;
                scope.spawn(move || (0..=1000 / step).for_each(|at| one.reached(at * step)));
            }
        });
        other.reached(30);
        other.reached(20);
        assert_eq!(all.load(Relaxed), 7 + 1000 + 30);
    }
}
