//! One packet explained: the headers that decoding passed, each with its place
//! and its telling fields.
//!
//! The places come from the decoding itself ([`super::watch`]). Only what lies
//! within a place is read again here, to show it: nothing of it is counted.

mod explain;
mod field;
mod ip;
mod link;
mod recorder;
mod tunnel;

#[cfg(test)]
mod tests;
