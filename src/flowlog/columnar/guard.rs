//! Where the code of the format's crates runs.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a step of a decoder and tells in words why it failed. The crates panic
/// over some damaged files (a page that refers to a dictionary which is not there)
/// where they should say so; what panicked is not used again, and the input ends
/// with an error like any other damaged one.
pub(super) fn guarded<T, E: Display>(
    what: &str,
    step: impl FnOnce() -> Result<T, E>,
) -> Result<T, String> {
    let why = match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its decoder gave up".to_owned(),
    };
    Err(format!("damaged {what}: {why}; write the file anew, or copy it again"))
}
