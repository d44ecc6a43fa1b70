//! Where a part of a capture begins: the first record at or behind the byte that
//! was asked for.
//!
//! It is guessed as for a piece of a capture that is split ([`Chain::guess`]), or
//! found by walking the headers before it where nothing can be guessed. A guess may
//! be wrong. Nothing here can tell: the parts can, once they are together
//! ([`crate::summary::Summary::join_parts`]).

use super::Control;
use super::mapped::shrunk;
use crate::capture::{Chain, FIRST_BYTES, Place, Sink, Stop};
use crate::error::Cause;
use crate::input::Map;
use crate::model::{Cut, CutStart, Frame, Part, hexadecimal};
use sha2::{Digest, Sha256};
use std::ops::{ControlFlow, Range};

/// Bytes that are walked between two looks at the control.
const STRIDE: usize = 4 << 20;
/// Where pieces begin, so that they lie on pages.
const PAGE: usize = 4096;

/// A part that is ready to be read.
pub(super) struct Stretch<C> {
    /// Where its first record begins.
    pub(super) place: Place<C>,
    /// The bytes that are cut into pieces.
    pub(super) within: Range<usize>,
    /// What is known of it beforehand.
    pub(super) part: Part,
}

/// Finds the part of a mapped capture whose first record begins at `first`.
pub(super) fn locate<C: Chain>(
    cut: &Cut,
    first: Place<C>,
    map: &Map,
    control: &Control,
) -> Result<Stretch<C>, Cause> {
    let data = map.bytes();
    let start = usize::try_from(cut.range.start).ok().filter(|start| *start <= data.len());
    let start = start.ok_or_else(|| {
        range(
            format!("it begins at byte {}, and the file has {}", cut.range.start, data.len()),
            "give a range that begins within the file",
        )
    })?;
    let search = Search { data, map, control };
    let found = match cut.start {
        _ if start <= first.at => Found::At(first),
        CutStart::Record => search.record(first, start)?,
        CutStart::Anywhere => search.any(first, start)?,
    };
    if let Some(cause) = shrunk(map) {
        return Err(cause);
    }
    let end = cut.range.end.and_then(|end| usize::try_from(end).ok()).unwrap_or(data.len());
    let (place, until) = match found {
        Found::At(place) => (place, end.min(data.len())),
        Found::Behind(place) => (place, 0),
    };
    // Records begin before the end or not at all.
    let within = place.at - place.at % PAGE..until;
    let within = if place.at < until { within } else { place.at..place.at };
    let part = Part {
        from: if cut.range.holds_first() { 0 } else { place.at as u64 },
        reached: place.at as u64,
        of: map.len(),
        ended: false,
        asked: cut.range,
        states: [place.chain.state(), String::new()],
        head: head(data),
    };
    Ok(Stretch { place, within, part })
}

fn head(data: &[u8]) -> String {
    hexadecimal(&Sha256::digest(&data[..data.len().min(FIRST_BYTES)]))
}

/// Where the first record of a part is.
enum Found<C> {
    At(Place<C>),
    /// The capture ends before the part, here.
    Behind(Place<C>),
}

struct Search<'m> {
    data: &'m [u8],
    map: &'m Map,
    control: &'m Control,
}

impl Search<'_> {
    /// The record that begins at `start`.
    fn record<C: Chain>(&self, first: Place<C>, start: usize) -> Result<Found<C>, Cause> {
        if !C::CHANGES {
            return Ok(Found::At(Place { at: start, chain: first.chain }));
        }
        match self.walk(first, start)? {
            Found::At(place) if place.at != start => Err(range(
                format!("no block begins at byte {start}; the next one begins at {}", place.at),
                "give where one begins, or leave --exact-start out",
            )),
            found => Ok(found),
        }
    }

    /// The first record that begins at `start` or behind it.
    fn any<C: Chain>(&self, first: Place<C>, start: usize) -> Result<Found<C>, Cause> {
        if start == self.data.len() {
            return Ok(Found::Behind(Place { at: start, chain: first.chain }));
        }
        let before = preamble(self.data, first.clone(), start);
        match before.chain.guess(self.data, start) {
            Some(at) => Ok(Found::At(Place { at, chain: before.chain })),
            None => self.walk(first, start),
        }
    }

    /// Goes over all headers before `until`.
    fn walk<C: Chain>(&self, mut place: Place<C>, until: usize) -> Result<Found<C>, Cause> {
        while place.at < until {
            if self.control.interrupted() {
                return Err(Cause::Interrupted);
            }
            let before = place.at;
            let walk = place.chain.walk(self.data, before, until.min(before + STRIDE));
            place.at = walk.end;
            self.map.release(before..walk.end);
            if walk.stop != Stop::Limit {
                return Ok(Found::Behind(place));
            }
        }
        Ok(Found::At(place))
    }
}

/// Goes over what stands before the first packet and before `until`, so that its
/// descriptions are known wherever reading begins.
pub(super) fn preamble<C: Chain>(data: &[u8], mut first: Place<C>, until: usize) -> Place<C> {
    struct FirstPacket;
    impl Sink for FirstPacket {
        fn frame(&mut self, _: Frame<'_>) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    if C::CHANGES {
        first.at = first.chain.read(data, first.at, until, &mut FirstPacket).end;
    }
    first
}

fn range(what: String, advice: &'static str) -> Cause {
    Cause::Range { what, advice }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Capture, detect};
    use crate::synth::{FileFormat, Recipe, write};

    struct Packets(u64);

    impl Sink for Packets {
        fn frame(&mut self, _: Frame<'_>) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }

    /// Else every piece but the first would be read in vain, and again in order.
    #[test]
    fn behind_the_preamble_a_pcapng_capture_can_be_read_from_its_middle() {
        let recipe = Recipe { packets: 1000, format: FileFormat::PcapNg, ..Recipe::default() };
        let mut data = Vec::new();
        write(&recipe, &mut data).unwrap();
        let Ok(Some((Capture::PcapNg(chain), at))) = detect(&data, true) else {
            panic!("it is a pcapng capture")
        };
        let first = preamble(&data, Place { at, chain }, data.len());
        let read = |from: usize| {
            let (mut chain, mut packets) = (first.chain.clone(), Packets(0));
            let walk = chain.read(&data, from, data.len(), &mut packets);
            (walk.stop, packets.0)
        };
        assert_eq!(read(first.at), (Stop::Limit, 1000));
        let middle = first.chain.guess(&data, data.len() / 2).expect("a block");
        let (stop, packets) = read(middle);
        assert_eq!(stop, Stop::Limit);
        assert!((1..1000).contains(&packets), "{packets}");
    }
}
