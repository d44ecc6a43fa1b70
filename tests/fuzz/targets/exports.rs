//! Datagrams of NetFlow, IPFIX and sFlow, one after the other, whole and in steps.
#![no_main]

mod told;

use libfuzzer_sys::fuzz_target;
use v6share::flowlog::{ExportLimits, ExportReader, ExportSession, detect_export};

fuzz_target!(|data: &[u8]| {
    let Some(format) = detect_export(data) else { return };
    let reader = || {
        let session = ExportSession::new(ExportLimits::default());
        ExportReader::new(session, format, None)
    };
    let mut whole_reader = reader();
    let (whole, end) = told::whole(&mut whole_reader, data);
    let mut rest = told::Told::default();
    whole_reader.into_session().finish(&mut rest);
    let mut in_steps = reader();
    assert_eq!(told::in_steps(&mut in_steps, data, 1 + data.len() % 61), (whole, end));
    let mut again = told::Told::default();
    in_steps.into_session().finish(&mut again);
    assert_eq!(rest, again);
});
