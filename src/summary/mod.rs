//! What remains of a run: all tables, the account of every record, and what is
//! known of every input. It knows nothing of packets, and makes no shares.

mod breakdown;
mod flow_facts;
mod flows;
mod input;
mod leaves;
mod merge;
mod parts;
mod prefix_table;
mod settings;
mod sizes;
pub mod store;
mod whole;

pub use breakdown::{Breakdown, Rows};
pub use flows::FlowSummary;
pub use input::{InputSummary, Status};
pub use merge::{SeenInputs, Unmergeable};
pub use parts::{Tolerance, Unjoined};
pub use settings::Settings;
pub use sizes::{SizeDistribution, SizeQuantiles};
pub use whole::{ProtocolTable, Summary};

pub use crate::aggregate::{
    DistinctAddresses, DistinctSet, DistinctWhat, EXACT_UP_TO, FlowTotals, TunnelCount, TunnelKey,
};
