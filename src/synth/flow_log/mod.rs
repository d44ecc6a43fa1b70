//! The same traffic as flow records: what an exporter would make of the packets
//! that a capture of the recipe holds.

mod encoder;
mod entry;
mod ipfix;
mod netflow5;
mod netflow9;
mod nfcapd;
mod packet;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use encoder::FlowFormat;
pub use write::write_flows;
