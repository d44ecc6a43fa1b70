//! Writing flow records: the packets of the capture are drawn as they are there,
//! but counted alone; each flow's count becomes records.

use super::encoder::{Encoder, FlowFormat};
use super::entry::{Entry, Key};
use crate::model::{Account, IpVersion, TimeSpan, Timestamp, View};
use crate::synth::compose::Composer;
use crate::synth::flow::Sent;
use crate::synth::generate::{Clock, write_in};
use crate::synth::kind::Kind;
use crate::synth::population::Population;
use crate::synth::rng::{Rng, Stream};
use crate::synth::truth::cell;
use crate::synth::writer::{Container, Sflow};
use crate::synth::{Link, Recipe, SynthError, Truth};
use std::io::Write;

/// Octets gathered before they are written.
const BUFFER: usize = 256 * 1024;
/// Octets of a record at most, so that 32 bits hold its counters.
const MOST: u64 = 1 << 31;
/// Milliseconds that a device's clock of 32 bits counts, and some to spare.
const UPTIME: u64 = u32::MAX as u64 - 120_000;
/// Nanoseconds since 1970 that fit a header's 32 bits of seconds.
const LAST_TIME: u64 = u32::MAX as u64 * 1_000_000_000;

/// Writes the flows of the traffic that `recipe` describes, as records of
/// `format`, and returns what is in the file: the packets and octets of the
/// capture of the same recipe, without what is not IP (and without IPv6 where the
/// format cannot say it). Original lengths of frames are not told and are 0.
///
/// A record stands for at most `record_packets` packets of its flow, for all of
/// them where that is 0; in sFlow each stands for one, and what is not IP is there
/// too, with its lengths. Memory is that of the flows.
///
/// # Errors
/// When the recipe contradicts itself, or its times do not fit the format, before
/// anything is written; or when `out` refuses.
pub fn write_flows(
    recipe: &Recipe,
    format: FlowFormat,
    record_packets: u64,
    out: &mut dyn Write,
) -> Result<Truth, SynthError> {
    recipe.check()?;
    check_times(recipe, format)?;
    let start = recipe.start.nanoseconds().unsigned_abs();
    let blocks = blocks(recipe, format, record_packets, start)?;
    let Some(encoder) = Encoder::new(format, start, blocks) else { return samples(recipe, out) };
    let mut population = Population::new(recipe)?;
    let mut file = File::new(encoder, out);
    let told = records(recipe, format, record_packets, &mut population, &mut file)?;
    file.out.flush()?;
    Ok(truth(recipe, &mut population, &told, file.written))
}

/// How many blocks the file has, where its format tells them at the front: the same
/// records, counted alone.
fn blocks(
    recipe: &Recipe,
    format: FlowFormat,
    record_packets: u64,
    start: u64,
) -> Result<u32, SynthError> {
    let Some(encoder) = Encoder::new(format, start, 0).filter(|_| format.tells_its_length()) else {
        return Ok(0);
    };
    let mut nowhere = std::io::sink();
    let mut file = File::new(encoder, &mut nowhere);
    records(recipe, format, record_packets, &mut Population::new(recipe)?, &mut file)?;
    Ok(file.encoder.blocks())
}

/// Writes each packet as a sample.
fn samples(recipe: &Recipe, out: &mut dyn Write) -> Result<Truth, SynthError> {
    if recipe.link != Link::Ethernet {
        let what = "another link type than Ethernet here";
        return Err(SynthError::NotInContainer { container: "sFlow", what });
    }
    let recipe = Recipe { snap_len: Sflow::SNAP_LEN, ..recipe.clone() };
    let mut truth = write_in(&recipe, Container::Sflow(Sflow::default()), out)?;
    // Datagrams tell no time of day.
    truth.time = None;
    for view in View::ALL {
        for version in IpVersion::ALL {
            let cell = &mut truth.totals[view][version];
            cell.flows = u64::try_from(cell.packets).unwrap_or(u64::MAX);
        }
    }
    Ok(truth)
}

/// The gaps between packets are below twice their mean.
fn check_times(recipe: &Recipe, format: FlowFormat) -> Result<(), SynthError> {
    let span = recipe.interval_ns.saturating_mul(2).saturating_mul(recipe.packets);
    let end = span.saturating_add(recipe.start.nanoseconds().unsigned_abs());
    if end > LAST_TIME || format.has_uptime() && span / 1_000_000 > UPTIME {
        return Err(SynthError::TimeOutOfRange);
    }
    Ok(())
}

/// A file being written.
struct File<'a> {
    encoder: Encoder,
    buffer: Vec<u8>,
    out: &'a mut dyn Write,
    written: u64,
}

impl<'a> File<'a> {
    fn new(encoder: Encoder, out: &'a mut dyn Write) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER + (2 << 20));
        encoder.begin(&mut buffer);
        Self { encoder, buffer, out, written: 0 }
    }

    fn record(&mut self, entry: &Entry) -> std::io::Result<()> {
        self.encoder.record(entry, &mut self.buffer);
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// What of a flow was not yet written, and what was.
#[derive(Clone, Copy, Default)]
struct Pending {
    packets: u64,
    octets: u64,
    first: u64,
    last: u64,
    records: u64,
}

/// What was written.
struct Told {
    /// Records of each flow.
    records: Vec<u64>,
    time: Option<TimeSpan>,
}

/// Writes all records. What a flow sent that the format cannot say is forgotten.
fn records(
    recipe: &Recipe,
    format: FlowFormat,
    record_packets: u64,
    population: &mut Population,
    file: &mut File<'_>,
) -> Result<Told, SynthError> {
    let keys = keys(format, population);
    let mut pending = vec![Pending::default(); population.flows.len()];
    let mut time: Option<(u64, u64)> = None;
    if let Some(table) = &population.table {
        let mut rng = Rng::new(recipe.seed, Stream::Packets);
        let mut popularity = Rng::new(recipe.seed, Stream::Popularity);
        let (composer, mut clock) = (Composer::new(recipe), Clock::new(recipe));
        for _ in 0..recipe.packets {
            let index = table.draw(popularity.bits());
            let flow = &mut population.flows[index];
            let now = clock.read(&mut rng);
            let octets =
                composer.count(&population.layouts[usize::from(flow.layout)], flow, &mut rng);
            let Some(key) = keys[index] else { continue };
            time = Some((time.map_or(now, |(first, _)| first), now));
            let so_far = &mut pending[index];
            so_far.add(now, octets);
            if so_far.packets == record_packets || so_far.octets >= MOST {
                file.record(&so_far.take(key))?;
            }
        }
    }
    for (so_far, key) in pending.iter_mut().zip(&keys) {
        if let Some(key) = key
            && so_far.packets > 0
        {
            file.record(&so_far.take(*key))?;
        }
    }
    file.encoder.end(&mut file.buffer);
    file.flush()?;
    for (flow, key) in population.flows.iter_mut().zip(&keys) {
        if key.is_none() {
            flow.sent = Sent::default();
        }
    }
    let tick = format.tick();
    let at = |time: u64| {
        Timestamp::from_nanoseconds(i64::try_from(time - time % tick).unwrap_or(i64::MAX))
    };
    Ok(Told {
        records: pending.iter().map(|flow| flow.records).collect(),
        time: time.map(|(first, last)| TimeSpan { first: at(first), last: at(last) }),
    })
}

/// The keys of the flows that the format can say.
fn keys(format: FlowFormat, population: &Population) -> Vec<Option<Key>> {
    let Population { flows, facts, layouts, templates, .. } = population;
    flows
        .iter()
        .zip(facts)
        .map(|(flow, facts)| {
            let layout = &layouts[usize::from(flow.layout)];
            let template = &templates[flow.template as usize..][..layout.head];
            Key::of(facts, layout, template).filter(|key| format.carries(key.version))
        })
        .collect()
}

impl Pending {
    #[inline]
    fn add(&mut self, now: u64, octets: u64) {
        if self.packets == 0 {
            self.first = now;
        }
        self.last = now;
        self.packets += 1;
        self.octets += octets;
    }

    /// The record of what was pending.
    fn take(&mut self, key: Key) -> Entry {
        let Self { packets, octets, first, last, records } = *self;
        *self = Self { records: records + 1, ..Self::default() };
        Entry { key, packets, octets, first, last }
    }
}

fn truth(recipe: &Recipe, population: &mut Population, told: &Told, octets: u64) -> Truth {
    for flow in &mut population.flows {
        flow.sent.wire_octets = 0;
    }
    let mut truth = Truth::of(recipe, population, told.time, octets);
    truth.account = Account::default();
    for (facts, records) in population.facts.iter().zip(&told.records) {
        let Kind::Ip(kind) = facts.kind else { continue };
        truth.account.records += records;
        match kind.carriage.outer {
            IpVersion::V4 => truth.account.ipv4 += records,
            IpVersion::V6 => truth.account.ipv6 += records,
        }
        for view in View::ALL {
            let (version, _) = cell(view, kind, Sent::default(), 0);
            truth.totals[view][version].flows += records;
        }
    }
    truth
}
