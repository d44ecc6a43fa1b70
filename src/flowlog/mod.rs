//! Flow logs and flow exports: bytes into [`FlowRecord`](crate::model::FlowRecord)s.
//!
//! One module a family of formats. Each tells its own bytes by their content,
//! decodes records one by one into a [`FlowSink`], allocates nothing per record,
//! and is total: any bytes give records, named trouble, or both.
//!
//! What a record says is handed on as it stands: nothing is scaled here, and
//! nothing is counted. What is no traffic is handed on too, with its reason.

#[cfg(feature = "columnar")]
pub mod columnar;
mod export;
#[cfg(test)]
mod kept_tests;
mod mapping;
mod mapping_names;
pub mod nfcapd;
mod reader;
mod sink;
pub mod text;

pub use export::{
    ExportFormat, ExportReader, ExportSession, Limits as ExportLimits, Received,
    detect as detect_export,
};
pub use mapping::{Column, Columns, InvalidMapping, Mapping, MissingColumn};
pub use reader::{FlowReader, FlowStop, Progress, Window};
pub use sink::FlowSink;
