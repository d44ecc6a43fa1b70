//! Observations into tallies.
//!
//! Each worker has [`Tables`] of its own with 64-bit cells; they are drained
//! into one [`Totals`] with 128-bit counts before any cell can overflow, and at
//! the end. What was read from a wrong place in a capture is taken away from
//! them again: counts form a group, so it leaves no trace.
//!
//! A packet without a tunnel is the same in both views, and is counted once for
//! both; only packets whose views differ are counted for each. A translated packet
//! has one header, and counts as IPv4 end to end under its IPv6 keys.
//!
//! A set of distinct addresses, and leaves that were cut, cannot be taken away again: where they
//! are asked for ([`Plan::is_final`]), nothing is read from a place that is not proven.
//!
//! Flow records, whose amounts may be of any width, go into [`Totals`] at once, but
//! for the plain ones, which [`FlowTables`] count as packets are.

mod beyond;
mod cell;
mod distinct;
mod exporters;
mod facts;
mod far_map;
mod flow;
mod flow_tables;
mod key_table;
mod keyed;
mod keyed_table;
mod keys;
mod layout;
mod owners;
mod places;
mod plan;
mod prefix;
mod prefix_map;
mod prefix_row;
mod prefix_rows;
mod prefix_slot;
mod prefix_sort;
mod prefix_totals;
mod protocol;
mod quick;
mod quick_cells;
mod quick_flows;
mod region;
mod several;
mod sift;
mod size;
mod small_cell;
mod small_row;
mod tables;
mod totals;
mod tunnel;

pub use distinct::{DistinctAddresses, DistinctSet, DistinctWhat, EXACT_UP_TO, REGISTERS, Sketch};
pub use flow::FlowTotals;
pub use flow_tables::{FlowTables, PlainFlow};
pub use keyed::Names;
pub use layout::MAX_DIMENSIONS;
pub use plan::Plan;
pub(crate) use prefix_row::PrefixRow;
pub(crate) use prefix_rows::PrefixRows;
pub use prefix_totals::PrefixTotals;
pub use quick::Gathered;
pub use tables::Tables;
pub use totals::{Totals, ViewTotals};
pub use tunnel::{TunnelCount, TunnelKey};
