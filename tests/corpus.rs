//! Real captures, against totals that tshark, capinfos and libpcap made.
//!
//! Runs where the environment variable `V6SHARE_CORPUS` names the folder of the
//! corpus (with `oracle.tsv`, `oracle_addr.tsv.gz`, `captures` and `flows` in
//! it); elsewhere each test says that it did not run, and passes. The corpus is
//! other people's data and no part of the project.
//!
//! Every figure of every capture is compared. Where ours and theirs differ, the
//! capture stands in `known` with the reason: a difference that is not listed
//! there fails, and so does a kind of figure that holds for fewer captures than
//! it did. A listed capture that differs no more is told and passes.
#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

#[path = "corpus/addresses.rs"]
mod addresses;
#[path = "corpus/exports.rs"]
mod exports;
#[path = "corpus/figures.rs"]
mod figures;
#[path = "corpus/flows.rs"]
mod flows;
#[path = "corpus/known.rs"]
mod known;
#[cfg(feature = "columnar")]
#[path = "corpus/merging.rs"]
mod merging;
#[path = "corpus/networks.rs"]
mod networks;
#[path = "corpus/nfcapd.rs"]
mod nfcapd;
#[path = "corpus/oracle.rs"]
mod oracle;
#[path = "corpus/registry.rs"]
mod registry;
mod support;
#[path = "corpus/text_logs.rs"]
mod text_logs;
#[path = "corpus/ways.rs"]
mod ways;
