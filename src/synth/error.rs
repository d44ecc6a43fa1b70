//! Why no capture was written.

use std::io;

/// A recipe that cannot be followed, or an output that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A part is not a number from 0 to 1.
    #[error("`{field}` is {value}: a part lies between 0 and 1")]
    PartOutOfRange {
        /// The field of the recipe, or the mechanism whose part it is.
        field: &'static str,
        /// Its value.
        value: f64,
    },
    /// Parts that exclude one another add up to more than the whole.
    #[error("{group} add up to {sum}: at most 1 is there to share")]
    PartsExceedOne {
        /// Which parts.
        group: &'static str,
        /// Their sum.
        sum: f64,
    },
    /// The parts of the protocols are not the whole.
    #[error("the parts of the protocols add up to {sum}, which must be 1")]
    ProtocolsIncomplete {
        /// Their sum.
        sum: f64,
    },
    /// The exponent of the popularity is none.
    #[error("`zipf` is {value}: the exponent lies between 0 and 10")]
    ZipfOutOfRange {
        /// The exponent.
        value: f64,
    },
    /// Packets shall be shorter than their headers.
    #[error("packets of {size} octets are shorter than their headers: {minimum} at least")]
    SizeTooSmall {
        /// Octets asked for.
        size: u16,
        /// Octets of the longest headers that the recipe calls for.
        minimum: usize,
    },
    /// Packets shall be longer than their length fields can say.
    #[error("packets of {size} octets are too long for this recipe: {maximum} at most")]
    SizeTooLarge {
        /// Octets asked for.
        size: u16,
        /// Octets that are possible.
        maximum: u16,
    },
    /// Packets, but no flow they could belong to.
    #[error("`flows` is 0, but there are packets to write")]
    NoFlows,
    /// More kinds of packets than flows.
    #[error("{flows} flows cannot be of {kinds} kinds ({group}): a flow has one of each")]
    TooFewFlows {
        /// Flows asked for.
        flows: u32,
        /// Kinds asked for.
        kinds: usize,
        /// Kinds of what.
        group: &'static str,
    },
    /// More flows than are kept in memory.
    #[error("{flows} flows are too many: {maximum} at most")]
    TooManyFlows {
        /// Flows asked for.
        flows: u32,
        /// Flows that are possible.
        maximum: u32,
    },
    /// A family has addresses but no prefix for them.
    #[error("{prefixes} prefixes are too few: one for each family in use, {minimum} at least")]
    TooFewPrefixes {
        /// Prefixes asked for.
        prefixes: u32,
        /// Families in use.
        minimum: u32,
    },
    /// More prefixes than there are.
    #[error("{prefixes} prefixes are too many: {maximum} at most")]
    TooManyPrefixes {
        /// Prefixes asked for.
        prefixes: u32,
        /// Prefixes that are possible.
        maximum: u32,
    },
    /// Tags, labels and sessions exist on Ethernet alone.
    #[error("`{field}` needs link type Ethernet")]
    NeedsEthernet {
        /// The field of the recipe, or the mechanism whose part it is.
        field: &'static str,
    },
    /// The container has no way to say it.
    #[error("{container} cannot hold {what}")]
    NotInContainer {
        /// The container.
        container: &'static str,
        /// What was asked for.
        what: &'static str,
    },
    /// Without a link layer there is nothing but IP.
    #[error("`non_ip` needs a link layer, and link type Raw has none")]
    NonIpNeedsLink,
    /// A record's time would lie outside what the file can say.
    #[error("the times of the records leave what the file can hold: start earlier or pack closer")]
    TimeOutOfRange,
    /// The output refused.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
}
