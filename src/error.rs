//! An input failed: which one, where in it, what is wrong and what to do.
//!
//! Trouble with one record is a value ([`crate::model::Anomaly`]); this is the
//! second tier: an input that cannot be read to its end. What was read of it
//! before stays counted. The third tier, the run's exit code, is the program's.

use std::fmt;
use std::io;

/// Why an input could not be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub struct Error {
    /// The input as the user named it; `-` is standard input.
    pub input: String,
    /// Where in the input the trouble lies.
    pub position: Option<Position>,
    /// What is wrong.
    #[source]
    pub cause: Cause,
}

/// A place in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Byte offset from the start.
    Byte(u64),
    /// Byte offset in what a compressed input decompresses to.
    DecompressedByte(u64),
    /// Line, counted from 1.
    Line(u64),
    /// Packet of a capture, counted from 1.
    Packet(u64),
}

/// What is wrong with an input.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The operating system refused.
    #[error("{0}")]
    Io(#[source] io::Error),
    /// There is nothing in it.
    #[error("the input is empty")]
    Empty,
    /// The first bytes are those of no supported format; `looks_like` says what
    /// they are where that is known.
    #[error("not a capture or flow log{}", looks_like.map_or(String::new(), |what| format!(": it looks like {what}")))]
    Unrecognised {
        /// What the bytes look like, where that is known.
        looks_like: Option<&'static str>,
    },
    /// Packets were asked for, and the input holds flow records.
    #[error("a flow log or flow export, which holds no packets")]
    NoPackets,
    /// The input ends within a record.
    #[error("cut short: the {unit} here needs {needed} bytes and {present} are left")]
    CutShort {
        /// What was being read: a file header, a record, a block.
        unit: &'static str,
        /// Bytes it needs from its start, as far as that is known.
        needed: u64,
        /// Bytes that are left.
        present: u64,
    },
    /// The bytes contradict the format.
    #[error("{0}")]
    Malformed(String),
    /// The input is no file of registry statistics; `looks_like` says what it is
    /// where that is known.
    #[error("no file of registry statistics{}", looks_like.map_or(String::new(), |what| format!(": it looks like {what}")))]
    NotStatistics {
        /// What the bytes look like, where that is known.
        looks_like: Option<&'static str>,
    },
    /// A line of a text file says nothing that can be used, or lines are missing.
    #[error("{0}")]
    BadLine(String),
    /// The digest beside a file is not that of the file.
    #[error("{0}")]
    Digest(String),
    /// The compressed stream is damaged or cut.
    #[error("the {format} stream is damaged or cut short: {source}")]
    Compression {
        /// Which compression.
        format: &'static str,
        /// What the decompressor said.
        source: io::Error,
    },
    /// The compressed stream may be sound, but asks for what is not given: more
    /// memory than the limit, a dictionary.
    #[error("this {format} stream cannot be decompressed here: {what}")]
    CompressionUnsupported {
        /// Which compression.
        format: &'static str,
        /// What it asks for.
        what: String,
    },
    /// The file became shorter while it was mapped.
    #[error("the file shrank from {mapped} to {now} bytes while it was read")]
    Shrunk {
        /// Length when it was opened.
        mapped: u64,
        /// Length when it was found shorter.
        now: u64,
    },
    /// A table of networks cannot be used.
    #[error("{what}")]
    Table {
        /// What is wrong with it.
        what: String,
        /// What to do.
        advice: &'static str,
    },
    /// A part of the input was asked for, and cannot be read.
    #[error("a range of it cannot be read: {what}")]
    Range {
        /// Why.
        what: String,
        /// What to do.
        advice: &'static str,
    },
    /// A defect of this program: a worker panicked over this input.
    #[error("internal error: {0}")]
    Defect(String),
    /// The user interrupted the run while this input was being read.
    #[error("interrupted by the user")]
    Interrupted,
}

impl Cause {
    /// What the user can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Io(error) => match error.kind() {
                io::ErrorKind::NotFound => "check the path",
                io::ErrorKind::PermissionDenied => {
                    "make it readable for this user, or run as one who may read it"
                }
                io::ErrorKind::IsADirectory => "give the folder as an argument, then it is walked",
                io::ErrorKind::InvalidInput => "check the arguments",
                _ => "check the disk or the network file system and run again",
            },
            Self::Empty => "check the process that should have written it",
            Self::Unrecognised { .. } => {
                "give a capture (pcap, pcapng, ERF, snoop) or a flow log (NetFlow, IPFIX, sFlow, nfcapd, cloud and sensor logs, tables with --map), plain or compressed with gzip, zstd, xz, bzip2 or lz4"
            }
            Self::CutShort { .. } => {
                "what came before is counted; if the capture is still being written, run again when it is done"
            }
            Self::Malformed(_) => {
                "what came before is counted; take the capture again or repair the file"
            }
            Self::NoPackets => "give the capture; v6share analyze counts flow records",
            Self::NotStatistics { .. } => {
                "it should begin with a line such as 2|ripencc|20240101|...; download it again"
            }
            Self::BadLine(_) => "the rest of it counts; download it again, or repair it",
            Self::Digest(_) => "it counts all the same; download both again",
            Self::Compression { .. } => {
                "what came before is counted; test the file with its own tool and copy it again"
            }
            Self::CompressionUnsupported { .. } => "decompress it with its own tool and pipe it in",
            Self::Shrunk { .. } => "give a file that nobody truncates, or pipe it in",
            Self::Table { advice, .. } | Self::Range { advice, .. } => advice,
            Self::Defect(_) => {
                "the figures may be wrong; this is a defect of v6share, please report it with the input"
            }
            Self::Interrupted => "what came before is counted",
        }
    }
}

impl Error {
    /// An error of the operating system.
    #[must_use]
    pub fn io(input: impl Into<String>, error: io::Error) -> Self {
        Self { input: input.into(), position: None, cause: Cause::Io(error) }
    }

    /// The message without the input's name, as it stands in the report: cause
    /// and place.
    #[must_use]
    pub fn what(&self) -> String {
        match self.position {
            Some(position) => format!("{position}: {}", self.cause),
            None => self.cause.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let input = if self.input == "-" { "standard input" } else { &self.input };
        write!(f, "{input}: {} ({})", self.what(), self.cause.advice())
    }
}

impl Position {
    /// The place `offset` bytes into an input's content.
    pub(crate) fn in_content(offset: u64, compressed: bool) -> Self {
        if compressed { Self::DecompressedByte(offset) } else { Self::Byte(offset) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(offset) => write!(f, "at byte {offset}"),
            Self::DecompressedByte(offset) => write!(f, "at byte {offset} after decompression"),
            Self::Line(line) => write!(f, "in line {line}"),
            Self::Packet(number) => write!(f, "in packet {number}"),
        }
    }
}
