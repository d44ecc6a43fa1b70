//! The files of nfdump's collectors (nfcapd, sfcapd, nfpcapd), layouts 1 and 2.
//!
//! A file is a header and blocks; a block is a run of records, compressed on its
//! own or not at all. Layout 1 (nfdump 1.6) describes the optional fields of a
//! record in an extension map that comes before it; in layout 2 (nfdump 1.7)
//! each record lists its elements. Numbers are in the byte order of the machine
//! that wrote them, which is little-endian wherever nfdump is met.
//!
//! What the counters mean: a collector that knew of sampling has multiplied them
//! before it wrote the record, and says so in a flag of it. The octets are those
//! that the exporter counted (IP octets); sfcapd writes lengths of frames.

mod detect;
mod elements;
mod exporters;
mod extension_map;
mod field;
mod header;
mod inflate;
mod lzo;
mod parts;
mod reader;
mod records;
#[cfg(test)]
mod tests;
mod usual;

pub use detect::detect;
pub use reader::NfcapdReader;
