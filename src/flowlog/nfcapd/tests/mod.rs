//! Files built record by record, in every compression, cut and flipped.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths and numbers of a test's own making"
)]

mod build;
mod damage;
mod layout_1;
mod layout_2;
mod sink;
mod usual;
