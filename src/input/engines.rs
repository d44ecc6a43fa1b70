//! The decompressors of [`Members`](super::members::Members): four crates under
//! one trait, with their memory bounded.

use super::members::{Engine, Progress, Step};
use flate2::FlushDecompress;
use std::io;
use zstd::stream::raw::{InBuffer, Operation, OutBuffer};

/// Memory that an xz stream may ask for: the presets need 65 MiB at the most,
/// the format allows 4 GiB.
pub(super) const XZ_MEMORY: u64 = 1 << 30;

/// gzip (RFC 1952).
pub(super) struct Gzip(flate2::Decompress);

/// zstd (RFC 8878), windows up to 128 MiB, the library's own limit.
///
/// A call that fails gives nothing, not even what it had decoded before it came to
/// the damage. So that what comes before a damage depends on no buffer, the library
/// is never given more than it needs for one block, and that only when all it had
/// decoded before is handed out.
pub(super) struct Zstd {
    decoder: zstd::stream::raw::Decoder<'static>,
    /// Stored bytes that are its next step: of a header, or of a block.
    next: usize,
    /// Decoded bytes may wait for room.
    waiting: bool,
}

/// xz.
pub(super) struct Xz {
    stream: liblzma::stream::Stream,
    memory: u64,
}

/// bzip2.
///
/// Where the bytes of a block go wrong, a call fails and does not say how many it gave
/// before; the library then stands where it stood before the call, and gives them when
/// it has less room. So that what comes before a damage depends on no buffer, it is
/// given room only for a block that it has read.
pub(super) struct Bzip2(bzip2::Decompress);

impl Gzip {
    pub(super) fn new() -> Self {
        Self(flate2::Decompress::new_gzip(15))
    }
}

impl Engine for Gzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let outcome = self.0.decompress(input, output, FlushDecompress::None);
        step(
            before,
            (self.0.total_in(), self.0.total_out()),
            match outcome {
                Ok(flate2::Status::StreamEnd) => Ok(Progress::AtEnd),
                Ok(_) => Ok(Progress::Within),
                Err(error) if is_of_its_loop(&error) => {
                    Err(damaged(&"deflate decompression error: invalid code or distance"))
                }
                Err(error) => Err(damaged(&error)),
            },
        )
    }

    fn restart(&mut self) -> io::Result<()> {
        // Keeps the gzip wrapping; the argument is for zlib streams.
        self.0.reset(true);
        Ok(())
    }
}

/// What the loop of zlib-rs over codes finds wrong. With much room in its buffers
/// it says "repeated call with bad state" of each, with little what it is: the same
/// file should be told of in the same words however it is read.
fn is_of_its_loop(error: &flate2::DecompressError) -> bool {
    const WORDS: [&str; 4] = [
        "repeated call with bad state",
        "invalid distance too far back",
        "invalid distance code",
        "invalid literal/length code",
    ];
    error.message().is_some_and(|words| WORDS.contains(&words))
}

impl Zstd {
    /// Octets of a block's header (RFC 8878 section 3.1.1.2), which the library asks
    /// for together with the block before it.
    const BLOCK_HEADER: usize = 3;

    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { decoder: zstd::stream::raw::Decoder::new()?, next: 1, waiting: false })
    }

    fn run(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut input = InBuffer::around(input);
        let mut output = OutBuffer::around(output);
        let outcome = match self.decoder.run(&mut input, &mut output) {
            Ok(0) => Ok(Progress::AtEnd),
            Ok(next) => {
                self.next = next.saturating_sub(Self::BLOCK_HEADER).max(1);
                Ok(Progress::Within)
            }
            Err(error) => Err(explained(&error)),
        };
        self.waiting = output.pos() == output.capacity();
        Step { consumed: input.pos(), produced: output.pos(), outcome }
    }
}

impl Engine for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        if self.waiting {
            let step = self.run(&[], output);
            if step.produced > 0 || !matches!(step.outcome, Ok(Progress::Within)) {
                return step;
            }
        }
        self.run(&input[..input.len().min(self.next)], output)
    }

    fn restart(&mut self) -> io::Result<()> {
        (self.next, self.waiting) = (1, false);
        self.decoder.reinit()
    }
}

/// The crate passes on zstd's words, not its numbers.
fn explained(error: &io::Error) -> io::Error {
    let words = error.to_string();
    if words.contains("too much memory") {
        unsupported("its window is larger than 128 MiB (written with --long=28 or more)")
    } else if words.contains("Dictionary") {
        unsupported("it needs a dictionary")
    } else {
        damaged(&words)
    }
}

impl Xz {
    pub(super) fn new(memory: u64) -> io::Result<Self> {
        let stream = liblzma::stream::Stream::new_stream_decoder(memory, 0)?;
        Ok(Self { stream, memory })
    }
}

impl Engine for Xz {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        use liblzma::stream::{Action, Error, Status};
        let before = (self.stream.total_in(), self.stream.total_out());
        let outcome = self.stream.process(input, output, Action::Run);
        step(
            before,
            (self.stream.total_in(), self.stream.total_out()),
            match outcome {
                Ok(Status::StreamEnd) => Ok(Progress::AtEnd),
                Ok(_) => Ok(Progress::Within),
                Err(Error::MemLimit) => Err(unsupported(&format!(
                    "it needs more than {} MiB of memory",
                    self.memory >> 20
                ))),
                Err(error @ (Error::Options | Error::UnsupportedCheck)) => {
                    Err(unsupported(&error.to_string()))
                }
                Err(error) => Err(damaged(&error)),
            },
        )
    }

    fn restart(&mut self) -> io::Result<()> {
        *self = Self::new(self.memory)?;
        Ok(())
    }
}

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self(bzip2::Decompress::new(false))
    }

    /// What it can give of a block that it has read.
    fn waiting(&mut self, output: &mut [u8]) -> Step {
        let step = self.run(&[], output);
        if step.produced > 0 || step.outcome.is_ok() {
            return step;
        }
        let mut room = output.len() / 2;
        while room > 0 {
            let part = self.run(&[], &mut output[..room]);
            if part.produced > 0 {
                return part;
            }
            room /= 2;
        }
        // A byte comes behind a look at the next; without room it waits for that alone.
        self.run(&[], &mut []);
        let room = output.len().min(1);
        let last = self.run(&[], &mut output[..room]);
        if last.produced > 0 { last } else { step }
    }

    fn run(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let outcome = self.0.decompress(input, output);
        step(
            before,
            (self.0.total_in(), self.0.total_out()),
            match outcome {
                Ok(bzip2::Status::StreamEnd) => Ok(Progress::AtEnd),
                Ok(_) => Ok(Progress::Within),
                Err(error) => Err(damaged(&error)),
            },
        )
    }
}

impl Engine for Bzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let step = self.waiting(output);
        if step.produced > 0 || !matches!(step.outcome, Ok(Progress::Within)) {
            return step;
        }
        self.run(input, &mut [])
    }

    fn restart(&mut self) -> io::Result<()> {
        *self = Self::new();
        Ok(())
    }
}

/// From the running totals (stored, decoded) before and after a call.
fn step(before: (u64, u64), after: (u64, u64), outcome: io::Result<Progress>) -> Step {
    let since = |now: u64, then: u64| {
        usize::try_from(now - then).expect("a call takes and gives no more than its slices hold")
    };
    Step { consumed: since(after.0, before.0), produced: since(after.1, before.1), outcome }
}

fn damaged(what: &impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}

/// The stream may be sound, but cannot be decoded here.
pub(super) fn unsupported(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, what)
}
