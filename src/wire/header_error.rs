//! Why bytes are no header of the kind that was asked for.

use thiserror::Error;

/// What a view's gate says of bytes that it does not let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// The bytes end before the header does.
    #[error("the header is cut")]
    Truncated,
    /// A field has a value that the header's definition rules out.
    #[error("the header contradicts its definition")]
    Malformed,
}
