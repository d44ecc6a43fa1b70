//! Ways to read a file.

use super::super::NfcapdReader;
use crate::flowlog::kept_tests::Kept;
use crate::flowlog::{FlowReader, FlowStop, Window};

/// Reads a whole file at once.
pub(super) fn read(data: &[u8]) -> (Kept, Option<FlowStop>) {
    let mut kept = Kept::default();
    let progress = NfcapdReader::new().read(Window { data, offset: 0, ended: true }, &mut kept);
    assert!(progress.consumed <= data.len());
    (kept, progress.stop)
}

/// Reads a file of which `step` more octets come each time.
pub(super) fn read_in_steps(data: &[u8], step: usize) -> (Kept, Option<FlowStop>) {
    let (mut kept, mut reader) = (Kept::default(), NfcapdReader::new());
    let (mut from, mut to) = (0, 0);
    loop {
        to = (to + step).min(data.len());
        let window = Window { data: &data[from..to], offset: from as u64, ended: to == data.len() };
        let progress = reader.read(window, &mut kept);
        from += progress.consumed;
        if progress.stop.is_some() || window.ended {
            return (kept, progress.stop);
        }
    }
}
