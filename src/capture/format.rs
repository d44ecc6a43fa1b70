//! Which format the bytes are: told by their content, never by a name.

use super::{Erf, Pcap, PcapNg, Snoop, Stop, snoop};

/// Bytes from the start of an input that [`detect`] wants to see, where there
/// are as many.
pub const FIRST_BYTES: usize = 64 << 10;

/// A capture of a known format, ready at its first record.
#[derive(Clone, Debug)]
pub enum Capture {
    /// Classic pcap.
    Pcap(Pcap),
    /// pcapng.
    PcapNg(PcapNg),
    /// Endace ERF.
    Erf(Erf),
    /// Solaris snoop.
    Snoop(Snoop),
}

impl Capture {
    /// The name in the report.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match self {
            Self::Pcap(_) => "pcap",
            Self::PcapNg(_) => "pcapng",
            Self::Erf(_) => "erf",
            Self::Snoop(_) => "snoop",
        }
    }
}

/// Recognises a capture by its first bytes; gives it with the offset of its
/// first record. `whole` says that `first` is the whole input. `Ok(None)` means
/// that the bytes are of no known format.
///
/// # Errors
/// The format is known, but its file header is cut or malformed; the name is
/// that of the format.
pub fn detect(first: &[u8], whole: bool) -> Result<Option<(Capture, usize)>, (&'static str, Stop)> {
    let opened = |name, result: Result<(Capture, usize), Stop>| match result {
        Ok(found) => Ok(Some(found)),
        Err(stop) => Err((name, stop)),
    };
    match first {
        _ if is_pcap_magic(first) => {
            opened("pcap", Pcap::open(first).map(|(chain, at)| (Capture::Pcap(chain), at)))
        }
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => {
            opened("pcapng", PcapNg::open(first).map(|(chain, at)| (Capture::PcapNg(chain), at)))
        }
        _ if first.starts_with(&snoop::MAGIC) => {
            opened("snoop", Snoop::open(first).map(|(chain, at)| (Capture::Snoop(chain), at)))
        }
        _ if Erf::detect(first, whole) => Ok(Some((Capture::Erf(Erf), 0))),
        _ => Ok(None),
    }
}

/// The six magic numbers of classic pcap, as bytes.
fn is_pcap_magic(first: &[u8]) -> bool {
    const MAGICS: [[u8; 4]; 6] = [
        [0xd4, 0xc3, 0xb2, 0xa1],
        [0xa1, 0xb2, 0xc3, 0xd4],
        [0x4d, 0x3c, 0xb2, 0xa1],
        [0xa1, 0xb2, 0x3c, 0x4d],
        [0x34, 0xcd, 0xb2, 0xa1],
        [0xa1, 0xb2, 0xcd, 0x34],
    ];
    MAGICS.iter().any(|magic| first.starts_with(magic))
}
