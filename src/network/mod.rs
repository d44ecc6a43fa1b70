//! Whose an address is: the operator's own networks and labels, the autonomous
//! system that announces it, the country, and with them the direction of traffic.
//!
//! Tables are told by their content and read whole before the first packet; a
//! table that is damaged is an error, and nothing of it is used. All of them
//! answer by longest prefix match ([`AddressTable`]); [`NetworkTables`] holds them
//! together and is what a breakdown asks, as [`crate::model::Resolver`]. Nothing
//! here opens a file: bytes come from the pipeline.

mod beside;
pub mod date;
pub mod delegated;
pub mod kind;
pub mod mmdb;
pub mod mrt;
mod networks_csv;
pub mod networks_file;
mod networks_toml;
mod origins;
pub mod prefix_to_as;
mod reading;
mod resolve;
mod table;
mod written;

pub(crate) use beside::beside;
pub use networks_file::LabelledNetworks;
pub use origins::{OriginBuilder, Origins};
pub use reading::{Trouble, whole};
pub use resolve::NetworkTables;
pub use table::{AddressTable, TableBuilder};
