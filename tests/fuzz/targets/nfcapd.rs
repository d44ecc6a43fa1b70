//! Files of nfdump, whole and in steps.
#![no_main]

mod told;

use libfuzzer_sys::fuzz_target;
use v6share::flowlog::nfcapd::{NfcapdReader, detect};

fuzz_target!(|data: &[u8]| {
    if !detect(data) {
        return;
    }
    let whole = told::whole(&mut NfcapdReader::new(), data);
    let step = 1 + data.len() % 61;
    assert_eq!(told::in_steps(&mut NfcapdReader::new(), data, step), whole);
});
