//! Tables written by the tests, in every container and type, cut and flipped.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "numbers of a test's own making"
)]

mod build;
mod containers;
mod damage;
mod tables;
mod types;
