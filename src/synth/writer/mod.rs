//! Containers: what stands around the frames in a file.

mod output;
mod pcap;
mod pcapng;

pub(super) use output::{Container, Output, Record};
