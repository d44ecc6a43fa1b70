//! Captures: a stream that trickles against the slice, and both paths of decoding.
#![no_main]

#[path = "../../support/walk.rs"]
#[allow(dead_code, reason = "each user needs a part of it")]
mod walk;

use libfuzzer_sys::fuzz_target;
use v6share::decode::{decode, decode_general};
use v6share::model::{Frame, LinkType};

fuzz_target!(|data: &[u8]| {
    let Some(whole) = walk::slice(data) else { return };
    let chunk = 1 + data.len() % 97;
    assert_eq!(walk::stream(data, chunk).as_ref(), Some(&whole));
    for seen in &whole.frames {
        let frame = Frame {
            link_type: seen.link_type.map(LinkType),
            timestamp: None,
            captured: &seen.captured,
            original_len: seen.original,
            fcs_len: seen.fcs_len,
            interface: seen.interface,
        };
        assert_eq!(decode(&frame), decode_general(&frame));
    }
});
