//! v6share measures how much of a network's traffic is IPv6, and how much is
//! IPv4: exactly, in parallel, from packet captures and flow logs.
//!
//! # The life of a packet
//!
//! 1. [`input`] finds what to read (files, folders, patterns, lists, standard
//!    input), looks at its first bytes and never at its name, opens compression,
//!    and hands on bytes: a memory map where it can, a stream where it must.
//! 2. [`capture`] turns bytes into [`model::Frame`]s. A large capture is cut
//!    into pieces that are read side by side and proven to join. [`flowlog`]
//!    turns them into [`model::FlowRecord`]s, which need no decoding.
//! 3. [`decode`] turns a frame into a [`model::Observation`] (link layer, outer
//!    IP header, the tunnels opened on the way, inner IP header), or says by
//!    name why it cannot. [`wire`] holds the headers that it reads.
//! 4. [`network`] says whose an address is: label, autonomous system, country,
//!    direction.
//! 5. [`aggregate`] adds the observation to its cell of every table: protocol,
//!    prefix, packet size. Each worker has tables of its own.
//! 6. [`summary`] is what remains of a run: all tables in full, the account of
//!    every record, and what became of every input.
//! 7. [`report`] makes shares out of it, in one place, and writes them.
//!    [`compare`] sets two results side by side.
//! 8. [`pipeline`] is the only one who knows them all.
//!
//! Apart from packets, [`registry`] reads what the Internet registries publish
//! of who holds which addresses.
//!
//! [`model`] holds the nouns, [`error`] what can go wrong with an input, and
//! [`synth`] writes captures whose totals are known beforehand.
//!
//! The word *share* and every other figure are defined in [`definitions`].
//!
//! # A run
//!
//! ```
//! use v6share::input::{Request, discover};
//! use v6share::model::{IpVersion, View};
//! use v6share::pipeline::{Options, analyze};
//! use v6share::summary::Settings;
//!
//! let request = Request { arguments: vec!["fixtures/mixed/input.pcap".into()], lists: vec![] };
//! let found = discover(&request);
//! let summary =
//!     analyze(&found.sources, found.errors, Settings::default(), &Options::default(), &|error| {
//!         eprintln!("{error}");
//!     });
//! assert!(summary.closed());
//! assert_eq!(summary.totals[View::Transport][IpVersion::V6].packets, 167);
//! ```
//!
//! # Three tiers of trouble
//!
//! Trouble with a record is a value, [`model::Anomaly`], and is counted; the
//! record still counts in the family that it shows. Trouble with an input is an
//! [`error::Error`] with input, offset and cause; what was read before stays,
//! and the run goes on. What that means for the run is the program's to decide.

pub mod aggregate;
pub mod anonymize;
mod cache;
pub mod capture;
pub mod compare;
pub mod decode;
pub mod error;
mod fields;
pub mod flowlog;
pub mod input;
pub mod model;
pub mod network;
pub mod pipeline;
pub mod registry;
pub mod report;
pub mod summary;
pub mod synth;
mod vectors;
pub mod wire;

#[doc = include_str!("definitions.md")]
pub mod definitions {}
