//! What the tests build with: packets that read like packets, captures that
//! read like captures, numbers that are random and the same every time.
//!
//! Nothing here uses the parsers that are tested: every byte is laid out from
//! the RFC or the format's own description.

#![allow(dead_code, unused_imports, reason = "each test program uses a part of it")]
#![allow(unreachable_pub, reason = "it reads like the library that it stands in for")]

pub mod captures;
pub mod datagrams;
pub mod fixtures;
pub mod layer;
pub mod naive;
pub mod packet;
#[cfg(feature = "columnar")]
pub mod parts;
pub mod pcap;
pub mod pcapng;
pub mod random;
pub mod record;
pub mod run;
pub mod shapes;
pub mod statistics;
pub mod walk;

pub use layer::ByteOrder;
pub use packet::Packet;
pub use pcap::PcapFile;
pub use pcapng::{Interface, PcapNgFile};
pub use random::Random;
pub use record::Record;
