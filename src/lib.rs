//! v6share measures how much of a network's traffic is IPv6, and how much is
//! IPv4.

pub mod aggregate;
pub mod capture;
pub mod decode;
pub mod error;
pub mod input;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod summary;
pub mod synth;
pub mod wire;
