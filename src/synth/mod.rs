//! The generator of captures and flow logs: files with every total known
//! beforehand.
//!
//! A [`Recipe`] says what shall be in a capture; [`write()`] composes it, record
//! after record, and returns the [`Truth`]: what the generator intended when it
//! composed each packet, never what decoding its own bytes would give. The same
//! recipe gives the same bytes on every machine.
//!
//! ```
//! use v6share::synth::{Recipe, write};
//!
//! let recipe = Recipe { packets: 1_000, flows: 50, prefixes: 20, ..Recipe::default() };
//! let mut capture = Vec::new();
//! let truth = write(&recipe, &mut capture)?;
//! assert_eq!(truth.account.records, 1_000);
//! # Ok::<(), v6share::synth::SynthError>(())
//! ```

mod address;
mod alias;
mod check;
mod checksum;
mod compose;
mod configured;
mod error;
mod fit;
mod flow;
mod flow_log;
mod fragment;
mod generate;
mod ip;
mod kind;
mod layout;
mod link;
mod payload;
mod population;
mod recipe;
mod rng;
mod sizes;
mod transport;
mod truth;
mod truth_json;
mod truth_prefixes;
mod tunnel;
mod writer;
mod zipf;

#[cfg(test)]
mod tests;

pub use configured::{
    DS_LITE_PREFIX, LW4O6_PREFIX, MAP_E_PREFIX, MAP_T_PREFIX, SIIT_DC_PREFIX, SIX_RD_PREFIX,
    XLAT464_PREFIX, tunnel_options,
};
pub use error::SynthError;
pub use flow_log::{FlowFormat, write_flows};
pub use generate::write;
pub use kind::Mechanism;
pub use recipe::{ByteOrder, FileFormat, Link, ProtocolMix, Recipe, Resolution, Sizes, TunnelMix};
pub use truth::{Features, Truth};
pub use truth_prefixes::{PerFamily, PrefixTruth};
