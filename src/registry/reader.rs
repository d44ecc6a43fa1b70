//! Bytes in, records out: in one pass, in pieces of any size, whatever they are.

use super::account::RecordAnomaly;
use super::collection::{Collection, FileInfo};
use super::fault::Fault;
use super::line::{Line, RecordLine, VersionLine};
use super::record::{Record, RegistryId};
use super::section::Section;

/// Bytes of a line at the most. The longest of the registries has 110.
const MAX_LINE: usize = 4096;
/// Records of all files together at the most: some forty times what the five
/// registries have, and 3 GB of memory.
const MAX_RECORDS: usize = 30_000_000;

/// Reads one file into a [`Collection`].
///
/// The whole file may come in one piece, and any bytes may be split between two.
pub struct Reader<'c> {
    into: &'c mut Collection,
    file: usize,
    /// The beginning of a line whose end has not come.
    carry: Vec<u8>,
    /// Within a line that is too long already.
    skipping: bool,
    /// Whether anything was read that makes this a file of statistics.
    recognised: bool,
    /// The first bytes that are not blank, to tell what they look like.
    first: Option<&'static str>,
    /// The name of the record before, which is nearly always that of the next.
    registry: Option<(Vec<u8>, RegistryId)>,
    full: bool,
}

/// The input is no file of statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotStatistics {
    /// What it looks like, where that is known.
    pub looks_like: Option<&'static str>,
}

impl<'c> Reader<'c> {
    /// A reader of the file of that name.
    pub fn new(into: &'c mut Collection, name: &str) -> Self {
        let file = into.files.len();
        into.files.push(FileInfo { name: name.to_owned(), ..FileInfo::default() });
        Self {
            into,
            file,
            carry: Vec::new(),
            skipping: false,
            recognised: false,
            first: None,
            registry: None,
            full: false,
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.into.files[self.file].bytes += bytes.len() as u64;
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            if self.carry.is_empty() && !self.skipping {
                self.line(line);
            } else {
                self.keep(line);
                self.end_of_line();
            }
            rest = after;
        }
        self.keep(rest);
    }

    /// Ends the file. A last line without an end is a line all the same.
    ///
    /// # Errors
    /// When there was nothing in it that belongs to the format.
    pub fn finish(mut self) -> Result<usize, NotStatistics> {
        if self.skipping || !self.carry.is_empty() {
            self.end_of_line();
        }
        self.close_section();
        if self.recognised { Ok(self.file) } else { Err(NotStatistics { looks_like: self.first }) }
    }

    /// Whether nothing more is taken: there are as many records as are kept.
    #[must_use]
    pub fn full(&self) -> bool {
        self.full
    }

    fn keep(&mut self, part: &[u8]) {
        if self.skipping {
            return;
        }
        if self.carry.len() + part.len() > MAX_LINE {
            self.skipping = true;
            self.carry.clear();
            return;
        }
        self.carry.extend_from_slice(part);
    }

    fn end_of_line(&mut self) {
        let line = std::mem::take(&mut self.carry);
        if std::mem::take(&mut self.skipping) {
            self.account(|account| {
                account.lines += 1;
                account.fault(Fault::Length);
            });
        } else {
            self.line(&line);
        }
        self.carry = line;
        self.carry.clear();
    }

    fn account(&mut self, change: impl FnOnce(&mut super::FileAccount)) {
        change(&mut self.into.files[self.file].account);
    }

    fn line(&mut self, line: &[u8]) {
        let line = if self.into.files[self.file].account.lines == 0 {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        } else {
            line
        };
        self.into.files[self.file].account.lines += 1;
        let parsed =
            if line.len() > MAX_LINE { Line::Bad(Fault::Length) } else { Line::parse(line) };
        match parsed {
            Line::Blank => self.account(|account| account.blank += 1),
            Line::Comment => self.account(|account| account.comments += 1),
            Line::Version(version) => self.version(&version),
            Line::Summary { registry, kind, count } => match self.into.intern_registry(registry) {
                Some(registry) => {
                    self.recognised = true;
                    self.account(|account| account.summaries += 1);
                    self.section(registry).summaries.push((registry, kind, count));
                }
                None => self.bad(Fault::TooMany, line),
            },
            Line::Record(record) => self.record(&record, line),
            Line::Bad(fault) => self.bad(fault, line),
        }
    }

    fn bad(&mut self, fault: Fault, line: &[u8]) {
        if self.first.is_none() && !self.recognised {
            self.first = Some(looks_like(line));
        }
        let fault = if std::str::from_utf8(line).is_ok() { fault } else { Fault::Encoding };
        self.account(|account| account.fault(fault));
    }

    fn version(&mut self, line: &VersionLine<'_>) {
        let Some(registry) = self.into.intern_registry(line.registry) else {
            return self.bad(Fault::TooMany, line.registry);
        };
        self.recognised = true;
        self.account(|account| account.versions += 1);
        self.close_section();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let at = self.into.records.len();
        self.into.sections.push(Section {
            file: self.file,
            registry,
            version: text(line.version),
            serial: text(line.serial),
            date: Section::date_of(line.serial, line.end, line.offset),
            stated: line.records,
            summaries: Vec::new(),
            records: at..at,
            with_id: 0,
        });
    }

    fn close_section(&mut self) {
        let end = self.into.records.len();
        if let Some(section) = self.into.sections.last_mut().filter(|s| s.file == self.file) {
            section.records.end = end;
        }
    }

    /// The section that a line belongs to; one without a version line where the
    /// file's beginning is missing.
    fn section(&mut self, registry: RegistryId) -> &mut Section {
        let file = self.file;
        if self.into.sections.last().is_none_or(|section| section.file != file) {
            let at = self.into.records.len();
            self.into.sections.push(Section {
                file,
                registry,
                version: String::new(),
                serial: String::new(),
                date: None,
                stated: None,
                summaries: Vec::new(),
                records: at..at,
                with_id: 0,
            });
        }
        self.into.sections.last_mut().expect("there is one now")
    }

    fn record(&mut self, line: &RecordLine<'_>, whole: &[u8]) {
        if self.into.records.len() >= MAX_RECORDS {
            self.full = true;
            return self.bad(Fault::TooMany, whole);
        }
        let Some(registry) = self.registry(line.registry) else {
            return self.bad(Fault::TooMany, whole);
        };
        let holder = match line.holder {
            b"" => None,
            id if std::str::from_utf8(id).is_err() => return self.bad(Fault::Encoding, whole),
            id => match self.into.holders.intern(registry, id) {
                None => return self.bad(Fault::TooMany, whole),
                // Who holds what nobody holds is the registry's own affair.
                holder => holder.filter(|_| line.status.is_delegated()),
            },
        };
        self.recognised = true;
        self.section(registry).with_id += u64::from(holder.is_some());
        let account = &mut self.into.files[self.file].account;
        account.records += 1;
        for (odd, anomaly) in [
            (line.date.is_err(), RecordAnomaly::BadDate),
            (line.country.is_err(), RecordAnomaly::BadCountry),
            (line.status == super::Status::Other, RecordAnomaly::UnknownStatus),
            (line.date == Ok(None) && line.status.is_delegated(), RecordAnomaly::NoDate),
        ] {
            if odd {
                account.anomaly(anomaly);
            }
        }
        self.into.records.push(Record {
            first: line.first,
            last: line.last,
            holder,
            date: line.date.unwrap_or(None),
            country: line.country.unwrap_or(None),
            registry,
            kind: line.kind,
            status: line.status,
        });
    }

    fn registry(&mut self, name: &[u8]) -> Option<RegistryId> {
        if let Some((last, id)) = &self.registry
            && last == name
        {
            return Some(*id);
        }
        let id = self.into.intern_registry(name)?;
        self.registry = Some((name.to_vec(), id));
        Some(id)
    }
}

/// What a line that is none of the format's looks like.
fn looks_like(line: &[u8]) -> &'static str {
    let start = line.trim_ascii_start();
    let begins =
        |with: &[u8]| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if begins(b"<!doctype html") || begins(b"<html") || begins(b"<head") || begins(b"<script") {
        "an HTML page, such as the message of a web server"
    } else if begins(b"<?xml") || begins(b"<error") {
        "an XML document, such as the message of a web server"
    } else if begins(b"{") || begins(b"[") {
        "a JSON document"
    } else if begins(b"MD5 (") || is_digest(start) {
        "the digest of a file, and not the file"
    } else if std::str::from_utf8(line).is_ok() {
        "text of another kind"
    } else {
        "binary data"
    }
}

/// Digits of an MD5 or SHA digest, and a name behind them.
fn is_digest(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    [32, 40, 64, 128].contains(&digits) && line.get(digits).is_none_or(u8::is_ascii_whitespace)
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod reader_tests;
