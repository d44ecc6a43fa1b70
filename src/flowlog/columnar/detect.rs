//! Which columnar format bytes begin with.

/// A columnar format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnarFormat {
    /// Apache Parquet.
    Parquet,
    /// An Arrow IPC file (Feather version 2).
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
}

/// What stands at both ends of a Parquet file.
pub(super) const PARQUET_MAGIC: &[u8] = b"PAR1";
/// The same where its table of contents is encrypted.
pub(super) const PARQUET_ENCRYPTED: &[u8] = b"PARE";
/// What an Arrow file begins with, padded to eight octets.
pub(super) const ARROW_MAGIC: &[u8] = b"ARROW1";
/// What stands before each message of an Arrow stream.
pub(super) const CONTINUATION: [u8; 4] = [0xff; 4];
/// The message that describes the columns is no longer than this in any log.
const LONGEST_SCHEMA: u32 = 16 << 20;

impl ColumnarFormat {
    /// The format's word in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::ArrowFile => "arrow-file",
            Self::ArrowStream => "arrow-stream",
        }
    }
}

/// The columnar format that `first`, the first bytes of an input, begins; `None`
/// for anything else.
#[must_use]
pub fn detect(first: &[u8]) -> Option<ColumnarFormat> {
    if first.starts_with(PARQUET_MAGIC) || first.starts_with(PARQUET_ENCRYPTED) {
        return Some(ColumnarFormat::Parquet);
    }
    if first.starts_with(ARROW_MAGIC) {
        return Some(ColumnarFormat::ArrowFile);
    }
    // A stream: the continuation, a length in whole words, and a table of the
    // message whose offset is a small number.
    let [marker, length, root] = first.as_chunks::<4>().0.first_chunk::<3>()?;
    let length = u32::from_le_bytes(*length);
    let root = u32::from_le_bytes(*root);
    let plausible = (16..LONGEST_SCHEMA).contains(&length) && length % 8 == 0;
    (*marker == CONTINUATION && plausible && (4..64).contains(&root))
        .then_some(ColumnarFormat::ArrowStream)
}
