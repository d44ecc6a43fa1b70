//! One frame on any link type, on both paths of decoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use v6share::decode::{decode, decode_general};
use v6share::model::{Frame, LinkType};

fuzz_target!(|data: &[u8]| {
    let Some(([link, more_link, a, b, c, d, fcs_len], captured)) = data.split_first_chunk() else {
        return;
    };
    let frame = Frame {
        link_type: Some(LinkType(u16::from_be_bytes([*link, *more_link]))),
        timestamp: None,
        captured,
        original_len: u32::from_be_bytes([*a, *b, *c, *d]),
        fcs_len: *fcs_len,
        interface: 0,
    };
    assert_eq!(decode(&frame), decode_general(&frame));
});
