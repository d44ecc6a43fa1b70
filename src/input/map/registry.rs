//! The maps that live now, in a form that a signal handler may read.
//!
//! A fixed array of atomics: no locks, no allocation. A slot is claimed,
//! written, live, free again; its sequence number counts these steps, so that a
//! reader who meets a slot in change knows it and passes on. The map that
//! faulted is borrowed by the thread that faulted: its own slot is never in
//! change then, and is always found.

use std::ops::Range;
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicUsize, fence};

/// Room for `N` maps.
pub(super) struct Registry<const N: usize> {
    slots: [Slot; N],
}

/// One map, or room for one.
struct Slot {
    /// `4n` free, `4n + 1` claimed, `4n + 2` live; dropping adds 2.
    sequence: AtomicUsize,
    /// First address of the map.
    start: AtomicUsize,
    /// Address behind its last byte.
    end: AtomicUsize,
    /// A fault was caught in it.
    shrunk: AtomicBool,
}

const STEP: usize = 4;
const CLAIMED: usize = 1;
const LIVE: usize = 2;

/// A map's place in the registry, given back on drop.
pub(super) struct Registration {
    slot: &'static Slot,
}

/// Tells of one map whether a fault was caught in it: one load each time.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'m> {
    shrunk: &'m AtomicBool,
}

impl Watch<'static> {
    /// That of bytes that nothing can take away.
    pub(super) fn never() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self { shrunk: &NEVER }
    }
}

impl Watch<'_> {
    /// Whether no fault was caught in the map so far.
    #[inline(always)]
    #[must_use]
    pub fn intact(self) -> bool {
        // Keeps the reads of the map's bytes before the reading of the mark:
        // zeros that were read are never taken for the file's. On x86-64 the
        // fence is no instruction.
        fence(Acquire);
        !self.shrunk.load(Relaxed)
    }
}

/// A live map as the handler found it.
pub(super) struct Live {
    slot: &'static Slot,
    addresses: Range<usize>,
}

impl<const N: usize> Registry<N> {
    pub(super) const fn new() -> Self {
        Self { slots: [const { Slot::free() }; N] }
    }

    /// Enters a map. `None` when every slot is taken.
    pub(super) fn register(&'static self, addresses: Range<usize>) -> Option<Registration> {
        let slot = self.slots.iter().find(|slot| slot.claim())?;
        slot.start.store(addresses.start, SeqCst);
        slot.end.store(addresses.end, SeqCst);
        slot.shrunk.store(false, SeqCst);
        slot.sequence.fetch_add(LIVE - CLAIMED, SeqCst);
        Some(Registration { slot })
    }

    /// The live map that holds an address. Async-signal-safe.
    pub(super) fn find(&'static self, address: usize) -> Option<Live> {
        self.slots.iter().find_map(|slot| {
            let addresses = slot.addresses()?;
            addresses.contains(&address).then_some(Live { slot, addresses })
        })
    }
}

impl Slot {
    const fn free() -> Self {
        Self {
            sequence: AtomicUsize::new(0),
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            shrunk: AtomicBool::new(false),
        }
    }

    fn claim(&self) -> bool {
        let now = self.sequence.load(SeqCst);
        now.is_multiple_of(STEP)
            && self.sequence.compare_exchange(now, now + CLAIMED, SeqCst, SeqCst).is_ok()
    }

    /// Both ends of a live map, read as one: `None` when the slot is not live
    /// or changed meanwhile.
    fn addresses(&self) -> Option<Range<usize>> {
        let sequence = self.sequence.load(SeqCst);
        if sequence % STEP != LIVE {
            return None;
        }
        let addresses = self.start.load(SeqCst)..self.end.load(SeqCst);
        (self.sequence.load(SeqCst) == sequence).then_some(addresses)
    }
}

impl Registration {
    /// Tells whether a fault was caught in the map.
    #[inline]
    pub(super) fn watch(&self) -> Watch<'_> {
        Watch { shrunk: &self.slot.shrunk }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.slot.sequence.fetch_add(STEP - LIVE, SeqCst);
    }
}

impl Live {
    /// Marks the map as one that shrank. Async-signal-safe.
    pub(super) fn mark_shrunk(&self) {
        self.slot.shrunk.store(true, SeqCst);
    }

    /// Where the map lies.
    pub(super) fn addresses(&self) -> Range<usize> {
        self.addresses.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn finds_live_maps_only() {
        static REGISTRY: Registry<4> = Registry::new();
        let first = REGISTRY.register(100..200).unwrap();
        let second = REGISTRY.register(200..300).unwrap();
        assert_eq!(REGISTRY.find(199).unwrap().addresses(), 100..200);
        assert_eq!(REGISTRY.find(200).unwrap().addresses(), 200..300);
        assert!(REGISTRY.find(99).is_none());
        REGISTRY.find(150).unwrap().mark_shrunk();
        assert!(!first.watch().intact());
        assert!(second.watch().intact());
        drop(first);
        assert!(REGISTRY.find(150).is_none());
        assert!(REGISTRY.register(100..200).unwrap().watch().intact(), "a slot starts anew");
    }

    #[test]
    fn says_when_it_is_full() {
        static REGISTRY: Registry<2> = Registry::new();
        let first = REGISTRY.register(0..1).unwrap();
        let _second = REGISTRY.register(1..2).unwrap();
        assert!(REGISTRY.register(2..3).is_none());
        drop(first);
        assert!(REGISTRY.register(2..3).is_some());
    }

    #[test]
    fn never_shows_two_halves() {
        // Each thread enters ranges of its own width; what is found must have
        // the width that belongs to where it starts.
        static REGISTRY: Registry<3> = Registry::new();
        thread::scope(|scope| {
            for width in 1..=2_usize {
                scope.spawn(move || {
                    for round in 0..20_000 {
                        let start = width * 1_000_000 + round * 10;
                        drop(REGISTRY.register(start..start + width));
                    }
                });
            }
            for _ in 0..20_000 {
                for slot in &REGISTRY.slots {
                    if let Some(range) = slot.addresses() {
                        assert_eq!(range.len(), range.start / 1_000_000);
                    }
                }
            }
        });
    }
}
