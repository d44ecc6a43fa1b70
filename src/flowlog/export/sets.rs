//! The sets of NetFlow v9 and IPFIX: templates, options and data, in the order in
//! which they come.

use super::bytes::be16;
use super::clock::Clock;
use super::element::Slot;
use super::plan::{Field, Plan};
use super::record::{Context, Template};
use super::sampling::{self, SamplerTable, Scope};
use super::stream::{Stream, StreamKey};
use super::template_set::{FIRST_TEMPLATE, Malformed, TemplateSet, Told};
use super::waiting::Waiting;
use super::{ExportFormat, ExportSession, Limits};
use crate::error::Position;
use crate::flowlog::FlowSink;
use crate::model::{Excluded, Undecodable};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The sets of one datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sets<'a> {
    pub(super) key: StreamKey,
    pub(super) clock: Clock,
    pub(super) bytes: &'a [u8],
    pub(super) at: Position,
}

/// What the sets of a datagram meant for its sequence number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    /// Data records, those of options too.
    pub(super) records: u32,
    /// True where some could not be counted.
    pub(super) uncertain: bool,
}

/// Reads all sets of a datagram.
pub(super) fn read<S: FlowSink>(
    session: &mut ExportSession,
    sets: &Sets<'_>,
    sink: &mut S,
) -> ControlFlow<(), Counted> {
    session.make_room(&sets.key, sets.at, sink);
    let ExportSession { limits, streams, samplers, waiting, fields, weight, .. } = session;
    let stream = streams.hear(sets.key);
    let before = stream.templates.weight;
    let mut reading = Reading {
        sets,
        stream,
        samplers,
        limits,
        waiting_octets: waiting,
        fields,
        sink,
        counted: Counted::default(),
    };
    let flow = reading.all();
    let counted = reading.counted;
    *weight = (*weight + stream.templates.weight).saturating_sub(before);
    flow?;
    ControlFlow::Continue(counted)
}

/// Reads a set of data, or of options, with its template. Says how many records
/// it holds.
pub(super) fn decode<S: FlowSink>(
    template: &Template,
    key: &StreamKey,
    set: &Waiting,
    body: &[u8],
    known: (&mut SamplerTable, &mut Option<u64>, usize),
    sink: &mut S,
) -> ControlFlow<(), u32> {
    let (samplers, init, most) = known;
    if template.plan.length == 0 {
        sink.undecodable(Undecodable::MalformedRecord, 1);
        return ControlFlow::Continue(0);
    }
    let (count, rest) = if template.options {
        options(template, key, body, (samplers, init, most), sink)
    } else {
        let exporter = key.exporter();
        let samplers = samplers.of(key);
        let context = Context { exporter, clock: set.clock, init: *init, samplers };
        template.read(body, &context, sink)?
    };
    // What is behind the last record pads, if it is up to three octets or zeros (RFC
    // 7011 section 3.3.1). Where the set is cut, that is counted already.
    if !set.cut && rest.len() > 3 && rest.iter().any(|octet| *octet != 0) {
        sink.undecodable(Undecodable::MalformedRecord, 1);
    }
    ControlFlow::Continue(count)
}

/// Learns from records of options: intervals of sampling, and when the device
/// started. Says how many there are, and what is behind them.
fn options<'b, S: FlowSink>(
    template: &Template,
    key: &StreamKey,
    body: &'b [u8],
    known: (&mut SamplerTable, &mut Option<u64>, usize),
    sink: &mut S,
) -> (u32, &'b [u8]) {
    let (samplers, init, most) = known;
    let plan = &template.plan;
    let mut count = 0;
    let read = template.each(body, |_, _, values| {
        count += 1;
        let started = values.of(Slot::SystemInit);
        *init = if started != 0 { Some(started) } else { *init };
        let domain = u32::try_from(values.of(Slot::ScopeDomain)).unwrap_or(0);
        let domain = if domain != 0 { domain } else { key.domain };
        let interface = u32::try_from(values.of(Slot::ScopeInterface)).unwrap_or(0);
        let scope = match interface {
            _ if plan.has(Slot::Sampler) => Scope::Sampler(values.of(Slot::Sampler)),
            0 => Scope::Domain,
            interface => Scope::Interface(interface),
        };
        samplers.learn(StreamKey { domain, ..*key }, scope, sampling::told(plan, values), most);
        ControlFlow::Continue(())
    });
    if count > 0 {
        sink.exclude(Excluded::OptionsRecord, count.into());
    }
    (count, read.continue_value().unwrap_or_default())
}

/// Reads the sets of one datagram, one after the other.
struct Reading<'a, 'b, S> {
    sets: &'a Sets<'b>,
    stream: &'a mut Stream,
    samplers: &'a mut SamplerTable,
    limits: &'a Limits,
    waiting_octets: &'a mut usize,
    fields: &'a mut Vec<Field>,
    sink: &'a mut S,
    counted: Counted,
}

impl<'b, S: FlowSink> Reading<'_, 'b, S> {
    fn all(&mut self) -> ControlFlow<()> {
        let mut rest = self.sets.bytes;
        while let (Some(id), Some(length)) = (be16(rest, 0), be16(rest, 2)) {
            let length = usize::from(length);
            if length < 4 {
                // Zeros fill a datagram up; anything else is no set.
                if rest.iter().any(|octet| *octet != 0) {
                    self.malformed("a set of an export is shorter than its own header");
                }
                return ControlFlow::Continue(());
            }
            let (set, behind) = rest.split_at(length.min(rest.len()));
            let cut = length > set.len();
            self.set(id, &set[4..], cut)?;
            if cut {
                self.malformed("a set of an export goes on beyond its datagram");
            }
            rest = behind;
        }
        ControlFlow::Continue(())
    }

    fn malformed(&mut self, what: &str) {
        self.counted.uncertain = true;
        self.sink.undecodable(Undecodable::MalformedRecord, 1);
        self.sink.remark(self.sets.at, what);
    }

    fn set(&mut self, id: u16, body: &'b [u8], cut: bool) -> ControlFlow<()> {
        match (self.sets.key.format, id) {
            (ExportFormat::NetFlow9, 0) | (ExportFormat::Ipfix, 2) => self.templates(body, false),
            (ExportFormat::NetFlow9, 1) | (ExportFormat::Ipfix, 3) => self.templates(body, true),
            (_, id) if id >= FIRST_TEMPLATE => self.data(id, body, cut),
            _ => {
                self.malformed("a set of an export has an identifier that means nothing");
                ControlFlow::Continue(())
            }
        }
    }

    fn templates(&mut self, body: &[u8], options: bool) -> ControlFlow<()> {
        let format = self.sets.key.format;
        let mut set = TemplateSet::new(format, options, body);
        loop {
            match set.next(self.fields) {
                Ok(None) => return ControlFlow::Continue(()),
                Ok(Some(Told::AllWithdrawn)) => self.stream.templates.withdraw_all(options),
                Ok(Some(Told::Withdrawn(id))) => self.stream.templates.withdraw(id),
                Ok(Some(Told::Template(id))) => {
                    let plan = Plan::compile(format, self.fields, options);
                    self.learn(id, Template::new(plan, options))?;
                }
                Err(Malformed) => {
                    self.sink.remark(self.sets.at, "a template of an export is cut or malformed");
                    return ControlFlow::Continue(());
                }
            }
        }
    }

    /// Keeps a template, and reads what waited for it.
    fn learn(&mut self, id: u16, template: Template) -> ControlFlow<()> {
        self.stream.ipv6_observable |= template.tells_ipv6();
        let template = Arc::new(template);
        let Limits { templates, weight, .. } = *self.limits;
        if self.stream.templates.limit(templates, weight) {
            self.sink.remark(
                self.sets.at,
                "more templates than are remembered: the least recently used are forgotten",
            );
        }
        self.stream.templates.insert(id, Arc::clone(&template));
        for waiting in self.stream.waiting.take(id) {
            *self.waiting_octets = self.waiting_octets.saturating_sub(waiting.size());
            self.decode(&template, &waiting, &waiting.body)?;
        }
        ControlFlow::Continue(())
    }

    fn data(&mut self, id: u16, body: &'b [u8], cut: bool) -> ControlFlow<()> {
        let Sets { clock, at, .. } = *self.sets;
        let mut set = Waiting { body: Box::default(), clock, at, cut };
        if let Some(template) = self.stream.templates.of(id) {
            self.counted.records += self.decode(&template, &set, body)?;
            return ControlFlow::Continue(());
        }
        self.counted.uncertain = true;
        let size = body.len() + Waiting::OVERHEAD;
        let room = self.limits.waiting.saturating_sub(*self.waiting_octets) >= size
            && self.limits.waiting_each.saturating_sub(self.stream.waiting.octets) >= size;
        if room {
            set.body = body.into();
            *self.waiting_octets += size;
            self.stream.waiting.push(id, set);
        } else {
            self.sink.undecodable(Undecodable::MissingTemplate, 1);
            self.sink
                .remark(at, "more data waits for templates than is kept: it is counted and left");
        }
        ControlFlow::Continue(())
    }

    fn decode(&mut self, template: &Template, set: &Waiting, body: &[u8]) -> ControlFlow<(), u32> {
        let known = (&mut *self.samplers, &mut self.stream.init, self.limits.streams);
        decode(template, &self.sets.key, set, body, known, self.sink)
    }
}
