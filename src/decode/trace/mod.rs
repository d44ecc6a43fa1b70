//! One packet explained: the headers that decoding passed, each with its place
//! and its telling fields.
//!
//! The places come from the decoding itself ([`super::watch`]). Only what lies
//! within a place is read again here, to show it: nothing of it is counted.

mod ip;
mod link;
mod recorder;
mod tunnel;

use super::decoder::Decoder;
use super::general;
use crate::model::{Decoded, Frame, Layer};
use recorder::Recorder;

impl Decoder {
    /// Decodes one frame by the general path, and tells which headers it found.
    #[must_use]
    pub fn explain(&self, frame: &Frame<'_>) -> (Decoded, Vec<Layer>) {
        let mut recorder = Recorder::new(frame.captured);
        let decoded = general::decode_watched(self, frame, &mut recorder);
        (decoded, recorder.layers())
    }
}

/// The name of a field and its value, where it was captured.
type Field = (&'static str, String);

/// The 16 bits at `at`.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|octets| u16::from_be_bytes(*octets))
}

/// The 32 bits at `at`.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|octets| u32::from_be_bytes(*octets))
}

/// A field, where it was captured.
fn field(name: &'static str, value: Option<impl ToString>) -> Option<Field> {
    value.map(|value| (name, value.to_string()))
}

#[cfg(test)]
mod tests;
