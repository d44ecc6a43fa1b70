//! The floor: what it costs to touch the first 64 bytes of each packet of a
//! mapped capture by a plain walk, against the same with everything decoded and
//! counted.
fn main() {}
