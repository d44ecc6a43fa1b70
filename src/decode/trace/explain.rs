//! A frame decoded before witnesses.

use super::super::decoder::Decoder;
use super::super::general;
use super::recorder::Recorder;
use crate::model::{Decoded, Frame, Layer};

impl Decoder {
    /// Decodes one frame by the general path, and tells which headers it found.
    #[must_use]
    pub fn explain(&self, frame: &Frame<'_>) -> (Decoded, Vec<Layer>) {
        let mut recorder = Recorder::new(frame.captured);
        let decoded = general::decode_watched(self, frame, &mut recorder);
        (decoded, recorder.layers())
    }
}
