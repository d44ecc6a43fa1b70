//! What to read: from the words of a command line to bytes.
//!
//! Two steps. [`discover()`] turns arguments, folders, patterns and lists into
//! [`Source`]s, opening none of them. [`open()`] opens one: it looks at what the
//! file is and at its first bytes, never at its name, undoes compression, and
//! hands on a [`Map`] where it can and a [`Stream`] where it must.
//!
//! Nothing here knows what a capture is; [`looks_like`] only puts a name to
//! what is none, for the message.

mod beside;
mod block;
mod compression;
mod consumed;
mod discover;
mod engines;
mod list;
mod lz4;
mod lz4_frame;
mod magic;
mod map;
mod member_run;
mod members;
mod notes;
mod open;
mod origin;
mod pattern;
mod read_ahead;
mod run_queue;
#[cfg(test)]
mod samples;
mod side_by_side;
#[cfg(test)]
mod side_by_side_tests;
mod source;
mod stored;
mod stream;
mod walk;

pub use compression::Compression;
pub use consumed::Consumed;
pub use discover::discover;
pub use list::{FileList, Separator};
pub use magic::looks_like;
pub use map::Map;
pub use open::{Content, Opened, open};
pub use source::{Found, Place, Request, Source};
pub use stream::Stream;
