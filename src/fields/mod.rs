//! Fields of lines of text: IP addresses and decimal numbers, read from the bytes
//! around them. Flow logs and tables of networks are made of them.
//!
//! What is usual is read without a branch for each byte, for how long an address or a
//! number is cannot be foretold; all else goes the plain way, which is the oracle.

mod address;
mod address_in;
mod marks;
mod near;
mod number;

pub(crate) use address::address;
pub(crate) use address_in::{address_at, address_in, address_of};
pub(crate) use marks::{EACH, LOW, marks_64, marks_of_both, zero_bytes};
pub(crate) use near::Near;
pub(crate) use number::{decimal, leading_digits, unsigned, unsigned_in};
