//! What the outside may see of a run, and do to it, while it goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Shared between a run and who watches it.
#[derive(Clone, Debug, Default)]
pub struct Control {
    pub(super) stop: Arc<AtomicBool>,
    pub(super) bytes: Arc<AtomicU64>,
    pub(super) records: Arc<AtomicU64>,
}

impl Control {
    /// Ends the run soon: what was read until then is its result, marked as
    /// interrupted.
    pub fn interrupt(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// True after [`Control::interrupt`].
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Bytes of the inputs as stored that were read so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Records counted so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }
}
