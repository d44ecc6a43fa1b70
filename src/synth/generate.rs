//! Writing a capture: packet after packet, each of a flow drawn by popularity.

use super::compose::Composer;
use super::payload::Payloads;
use super::population::Population;
use super::rng::{Rng, Stream};
use super::sizes::SizeTable;
use super::writer::{Container, Output, Record};
use super::{Recipe, SynthError, Truth};
use crate::model::{TimeSpan, Timestamp};
use std::io::Write;

/// Writes the capture that `recipe` describes and returns what is in it.
///
/// `out` is written in large pieces and needs no buffer of its own. Memory is
/// that of the flows, whatever the number of packets.
///
/// # Errors
/// When the recipe contradicts itself, before anything is written; or when
/// `out` refuses.
pub fn write(recipe: &Recipe, out: &mut dyn Write) -> Result<Truth, SynthError> {
    recipe.check()?;
    let mut population = Population::new(recipe)?;
    let mut output = Output::new(out, Container::new(recipe));
    let time = write_records(recipe, &mut population, &mut output)?;
    let file_octets = output.end()?;
    Ok(Truth::of(recipe, &population, time, file_octets))
}

/// Composes all records. Returns the times of the first and the last.
fn write_records(
    recipe: &Recipe,
    population: &mut Population,
    output: &mut Output<'_>,
) -> Result<Option<TimeSpan>, SynthError> {
    let Population { flows, layouts, templates, table: Some(table), .. } = population else {
        return Ok(None);
    };
    let mut rng = Rng::new(recipe.seed, Stream::Packets);
    let composer = Composer {
        payloads: Payloads::new(&mut Rng::new(recipe.seed, Stream::Payload)),
        sizes: SizeTable::new(recipe.sizes),
        snap_len: if recipe.snap_len == 0 { usize::MAX } else { recipe.snap_len as usize },
    };
    let mut clock = Clock::new(recipe);
    for number in 0..recipe.packets {
        let flow = &mut flows[table.draw(rng.bits())];
        let layout = &layouts[usize::from(flow.layout)];
        let template = &templates[flow.template as usize..][..layout.head];
        if number > 0 {
            clock.advance(&mut rng);
        }
        output.record(|frame| Record {
            nanoseconds: clock.reading(),
            lens: composer.compose(frame, template, layout, flow, &mut rng),
        })?;
    }
    Ok((recipe.packets > 0).then(|| clock.span()))
}

/// The time of the records.
struct Clock {
    /// Nanoseconds since 1970 at the first record.
    first: u64,
    /// Nanoseconds since 1970 now.
    now: u64,
    /// Gaps lie below this many nanoseconds.
    gaps: u64,
    /// Nanoseconds of a tick of the file.
    tick: u64,
}

impl Clock {
    /// The clock of a checked recipe: its times are positive and fit.
    fn new(recipe: &Recipe) -> Self {
        let now = recipe.start.nanoseconds().unsigned_abs();
        let gaps = recipe.interval_ns.saturating_mul(2).saturating_add(1);
        Self { first: now, now, gaps, tick: recipe.resolution.nanoseconds() }
    }

    #[inline]
    fn advance(&mut self, rng: &mut Rng) {
        self.now += rng.below(self.gaps);
    }

    /// The time as the file can say it.
    #[inline]
    fn reading(&self) -> u64 {
        self.now - self.now % self.tick
    }

    fn span(&self) -> TimeSpan {
        let time = |nanoseconds: u64| {
            let whole = nanoseconds - nanoseconds % self.tick;
            Timestamp::from_nanoseconds(i64::try_from(whole).unwrap_or(i64::MAX))
        };
        TimeSpan { first: time(self.first), last: time(self.now) }
    }
}
