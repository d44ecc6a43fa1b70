//! Two things at once.

use std::panic::resume_unwind;
use std::thread;

/// Does one thing here and another in a thread beside, or one after the other where the
/// system refuses one more.
pub(crate) fn beside<A, B: Send>(here: impl FnOnce() -> A, there: impl Fn() -> B + Sync) -> (A, B) {
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, &there);
        let here = here();
        let there = match other {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => there(),
        };
        (here, there)
    })
}
