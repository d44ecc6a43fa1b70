//! Flow logs that are text, whole and in steps.
#![no_main]

mod told;

use libfuzzer_sys::fuzz_target;
use v6share::flowlog::text::{TextOptions, detect};

fuzz_target!(|data: &[u8]| {
    let reader = || detect(data, true, &TextOptions::default());
    let Some(mut first) = reader() else { return };
    let whole = told::whole(&mut first, data);
    let Some(mut second) = reader() else { panic!("it was recognised before") };
    assert_eq!(told::in_steps(&mut second, data, 1 + data.len() % 61), whole);
});
