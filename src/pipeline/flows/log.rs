//! Which flow log an input is, and a reader for it.

#[cfg(feature = "columnar")]
use crate::flowlog::columnar::{self, ColumnarReader};
use crate::flowlog::nfcapd::{self, NfcapdReader};
use crate::flowlog::text::{self, TextOptions, TextReader};
use crate::flowlog::{FlowReader, FlowSink, Progress, Window, detect_export};

/// What an input of flow records is.
#[expect(clippy::large_enum_variant, reason = "there is one an input")]
pub(in crate::pipeline) enum FlowFormat {
    /// A log that stands for itself.
    Log(FlowLog),
    /// Datagrams of exporters: part of the session.
    Export,
}

/// A reader of a log that stands for itself.
#[expect(clippy::large_enum_variant, reason = "there is one an input")]
pub(in crate::pipeline) enum FlowLog {
    #[cfg(feature = "columnar")]
    Columnar(ColumnarReader),
    Nfcapd(NfcapdReader),
    Text(TextReader),
}

impl FlowFormat {
    /// By the first bytes of the input, which are all of it where `ended`.
    pub(in crate::pipeline) fn detect(
        first: &[u8],
        ended: bool,
        options: &TextOptions,
    ) -> Option<Self> {
        #[cfg(feature = "columnar")]
        if let Some(format) = columnar::detect(first) {
            return Some(Self::Log(FlowLog::Columnar(ColumnarReader::new(format, options))));
        }
        if nfcapd::detect(first) {
            return Some(Self::Log(FlowLog::Nfcapd(NfcapdReader::new())));
        }
        if detect_export(first).is_some() {
            return Some(Self::Export);
        }
        text::detect(first, ended, options).map(|reader| Self::Log(FlowLog::Text(reader)))
    }
}

impl FlowReader for FlowLog {
    fn format(&self) -> &'static str {
        match self {
            #[cfg(feature = "columnar")]
            Self::Columnar(reader) => reader.format(),
            Self::Nfcapd(reader) => reader.format(),
            Self::Text(reader) => reader.format(),
        }
    }

    fn read<S: FlowSink>(&mut self, window: Window<'_>, sink: &mut S) -> Progress {
        match self {
            #[cfg(feature = "columnar")]
            Self::Columnar(reader) => reader.read(window, sink),
            Self::Nfcapd(reader) => reader.read(window, sink),
            Self::Text(reader) => reader.read(window, sink),
        }
    }

    fn split(&self, window: Window<'_>) -> Option<Self> {
        match self {
            #[cfg(feature = "columnar")]
            Self::Columnar(reader) => reader.split(window).map(Self::Columnar),
            Self::Nfcapd(reader) => reader.split(window).map(Self::Nfcapd),
            Self::Text(reader) => reader.split(window).map(Self::Text),
        }
    }
}
