//! What takes the records of a flow log: the counterpart of a capture's sink.

use crate::error::Position;
use crate::model::{
    Anomalies, BriefFlow, Excluded, Exporter, ExporterFacts, FlowDetails, FlowRecord, Frame, NotIp,
    Sampling, Undecodable,
};
use std::ops::ControlFlow;

/// Takes what a decoder finds, in the order of the bytes. Each record of the
/// input goes to exactly one of these, once.
pub trait FlowSink {
    /// A flow record with traffic. One whose family is unknown comes here too.
    /// `Break` ends the reading.
    fn flow(&mut self, record: &FlowRecord, odd: Anomalies) -> ControlFlow<()>;

    /// Whether a [`Self::brief`] flow is all that is asked of most records: where it
    /// is not, none need be made.
    fn takes_brief(&self) -> bool {
        false
    }

    /// The same as [`Self::flow`] of a record that has all that a brief flow has, and
    /// nothing odd; `None` where it was not taken and must be handed on as a whole.
    fn brief(
        &mut self,
        _: &BriefFlow,
        _: Option<&Exporter>,
        _: Sampling,
    ) -> Option<ControlFlow<()>> {
        None
    }

    /// Whether a [`Self::detailed`] flow is all that is asked of most records.
    fn takes_detailed(&self) -> bool {
        false
    }

    /// The same as [`Self::brief`] with details.
    fn detailed(
        &mut self,
        _: &BriefFlow,
        _: &FlowDetails,
        _: Option<&Exporter>,
        _: Sampling,
    ) -> Option<ControlFlow<()>> {
        None
    }

    /// A sampled packet of which the exporter sends the first bytes (sFlow raw
    /// packet headers, PSAMP `dataLinkFrameSection`): `frame` is decoded as a
    /// captured one would be; `about` says who sent it, when, and under what
    /// sampling; its counts and keys mean nothing.
    fn sample(&mut self, frame: &Frame<'_>, about: &FlowRecord) -> ControlFlow<()>;

    /// A record with traffic that is not IP.
    fn not_ip(&mut self, what: NotIp);

    /// `records` of which nobody can say.
    fn undecodable(&mut self, why: Undecodable, records: u64);

    /// `records` that are no traffic.
    fn exclude(&mut self, why: Excluded, records: u64);

    /// Something that the user should know, with its place: the first few are
    /// shown, all are counted. Told beside the account, never in its stead.
    fn remark(&mut self, at: Position, what: &str);

    /// Whether anything depends on the ports of records: where nothing does, a reader
    /// need not read them.
    fn wants_ports(&self) -> bool {
        true
    }

    /// What is known of an exporter at the end.
    fn exporter(&mut self, exporter: Exporter, facts: &ExporterFacts);
}
