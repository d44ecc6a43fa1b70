//! To come.

pub mod link;
