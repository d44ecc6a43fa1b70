//! The file being written: one large buffer, and the container of its records.

use super::erf::Erf;
use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::sflow::Sflow;
use super::snoop::Snoop;
use crate::synth::compose::{FrameLens, MAX_FRAME};
use crate::synth::{FileFormat, Recipe};
use std::io::{self, Write};

/// Octets gathered before they are written. Small enough for the second cache
/// level, where composing and writing meet.
const BUFFER: usize = 256 * 1024;

/// Octets around a frame: header, padding and trailer.
const MAX_AROUND: usize = 128;

/// A container format.
pub(in crate::synth) enum Container {
    Pcap(Pcap),
    PcapNg(PcapNg),
    Erf,
    Snoop,
    Sflow(Sflow),
}

/// What a container says about a frame.
#[derive(Clone, Copy)]
pub(in crate::synth) struct Record {
    /// Nanoseconds since 1970, a whole number of the file's ticks.
    pub(in crate::synth) nanoseconds: u64,
    pub(in crate::synth) lens: FrameLens,
}

impl Container {
    pub(in crate::synth) fn new(recipe: &Recipe) -> Self {
        match recipe.format {
            FileFormat::Pcap => Self::Pcap(Pcap::new(recipe)),
            FileFormat::PcapNg => Self::PcapNg(PcapNg::new(recipe)),
            FileFormat::Erf => Self::Erf,
            FileFormat::Snoop => Self::Snoop,
        }
    }

    /// Octets of a frame check sequence that it counts in lengths on the wire and
    /// does not hold.
    pub(in crate::synth) fn check_sequence(&self) -> u64 {
        match self {
            Self::Pcap(_) | Self::PcapNg(_) | Self::Snoop => 0,
            Self::Erf | Self::Sflow(_) => Erf::FCS as u64,
        }
    }

    /// What stands before all records.
    fn prologue(&self) -> Vec<u8> {
        match self {
            Self::Pcap(pcap) => pcap.header(),
            Self::PcapNg(pcapng) => pcapng.header_blocks(),
            Self::Snoop => Snoop::header(),
            Self::Erf | Self::Sflow(_) => Vec::new(),
        }
    }

    /// Octets in front of each frame.
    #[inline]
    fn before(&self) -> usize {
        match self {
            Self::Pcap(_) => Pcap::RECORD_HEADER,
            Self::PcapNg(_) => PcapNg::BEFORE_FRAME,
            Self::Erf => Erf::BEFORE_FRAME,
            Self::Snoop => Snoop::RECORD_HEADER,
            Self::Sflow(_) => Sflow::BEFORE_FRAME,
        }
    }

    /// Writes what stands around the frame in `record`. Returns its octets.
    #[inline]
    fn finish(&self, record: Record, octets: &mut [u8]) -> usize {
        match self {
            Self::Pcap(pcap) => pcap.finish(record, octets),
            Self::PcapNg(pcapng) => pcapng.finish(record, octets),
            Self::Erf => Erf::finish(record, octets),
            Self::Snoop => Snoop::finish(record, octets),
            Self::Sflow(sflow) => sflow.finish(record, octets),
        }
    }
}

/// A buffered file of one container.
pub(in crate::synth) struct Output<'a> {
    out: &'a mut dyn Write,
    container: Container,
    buffer: Vec<u8>,
    filled: usize,
    written: u64,
}

impl<'a> Output<'a> {
    /// Begins the file.
    pub(in crate::synth) fn new(out: &'a mut dyn Write, container: Container) -> Self {
        let mut buffer = vec![0; BUFFER + MAX_FRAME + MAX_AROUND];
        let prologue = container.prologue();
        buffer[..prologue.len()].copy_from_slice(&prologue);
        Self { out, container, buffer, filled: prologue.len(), written: 0 }
    }

    /// Appends a record: `compose` writes the frame into at least [`MAX_FRAME`]
    /// octets and says what it is.
    #[inline]
    pub(in crate::synth) fn record(
        &mut self,
        compose: impl FnOnce(&mut [u8]) -> Record,
    ) -> io::Result<()> {
        let octets = &mut self.buffer[self.filled..];
        let record = compose(&mut octets[self.container.before()..]);
        self.filled += self.container.finish(record, octets);
        if self.filled >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer[..self.filled])?;
        self.written += self.filled as u64;
        self.filled = 0;
        Ok(())
    }

    /// Ends the file. Returns its octets.
    pub(in crate::synth) fn end(mut self) -> io::Result<u64> {
        self.flush()?;
        self.out.flush()?;
        Ok(self.written)
    }
}
