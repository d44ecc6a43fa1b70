//! Containers: what stands around the frames in a file.

mod erf;
mod output;
mod pcap;
mod pcapng;
mod sflow;
mod snoop;

pub(super) use output::{Container, Output, Record};
pub(super) use sflow::Sflow;
