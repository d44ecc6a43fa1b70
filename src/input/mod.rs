//! What to read: from the words of a command line to bytes.
//!
//! Two steps. `discover` turns arguments, folders, patterns and lists into
//! `Source`s, opening none of them. `open` opens one: it looks at what the
//! file is and at its first bytes, never at its name, undoes compression, and
//! hands on a `Map` where it can and a `Stream` where it must.
//!
//! Nothing here knows what a capture is; `looks_like` only puts a name to
//! what is none, for the message.

mod map;

pub use map::Map;
