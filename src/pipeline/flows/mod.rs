//! Flow logs and flow exports: from the reader of a format to the tables.

mod captured;
mod counter;
mod directions;
mod drive;
mod gathered;
mod log;
mod pieces;
mod seen;
mod session;

pub(super) use counter::{FlowCounter, Rules};
pub(super) use directions::Directions;
pub(super) use drive::read_stream;
pub(super) use log::{FlowFormat, FlowLog};
pub(super) use pieces::job;
pub(super) use session::{Bytes, Pending, Session};
