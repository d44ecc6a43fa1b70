//! The lines of a window, and what becomes of those that cannot be read.

use super::super::{FlowSink, FlowStop, Progress, Window};
use crate::error::Position;
use crate::fields::Near;
use crate::model::Undecodable;
use std::ops::ControlFlow;

/// Bytes of a line at most; what is longer is no line of any log.
pub(super) const MAX_LINE: usize = 64 << 20;

/// Takes the lines of a window.
pub(super) trait Lines<'w> {
    /// Where the line at the front of `bytes` ends, if it does.
    #[inline]
    fn end(&mut self, bytes: &'w [u8]) -> Option<usize> {
        memchr::memchr(b'\n', bytes)
    }

    /// Takes that line, without its end, which begins at `at` in the input.
    fn line(&mut self, line: &'w [u8], at: u64) -> ControlFlow<FlowStop>;
}

/// Lines that are found without being looked at.
struct Each<F>(F);

impl<'w, F: FnMut(&'w [u8], u64) -> ControlFlow<FlowStop>> Lines<'w> for Each<F> {
    #[inline]
    fn line(&mut self, line: &'w [u8], at: u64) -> ControlFlow<FlowStop> {
        self.0(line, at)
    }
}

/// Hands on each whole line of the window, without its end, and where it begins
/// in the input. The last one counts without a newline where the input ends.
#[inline]
pub(super) fn each_line<'w>(
    window: Window<'w>,
    each: impl FnMut(&'w [u8], u64) -> ControlFlow<FlowStop>,
) -> Progress {
    take_lines(window, Each(each))
}

/// The same to what looks for the ends of lines itself.
#[inline]
pub(super) fn take_lines<'w>(window: Window<'w>, mut lines: impl Lines<'w>) -> Progress {
    let data = window.data;
    let mut at = 0;
    while at < data.len() {
        let rest = &data[at..];
        let (line, next) = match lines.end(rest) {
            Some(end) => (&rest[..end], at + end + 1),
            None if window.ended => (rest, data.len()),
            None if rest.len() > MAX_LINE => return too_long(window, at),
            None => break,
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let ControlFlow::Break(stop) = lines.line(line, window.offset + at as u64) {
            return Progress { consumed: next, stop: Some(stop) };
        }
        at = next;
    }
    Progress { consumed: at, stop: None }
}

/// The line of a window that begins at `at` in the input, among the bytes around it.
#[inline(always)]
pub(super) fn near(window: Window<'_>, at: u64) -> Near<'_> {
    let start = usize::try_from(at.saturating_sub(window.offset)).unwrap_or(usize::MAX);
    Near::new(window.data, start)
}

fn too_long(window: Window<'_>, at: usize) -> Progress {
    let stop = FlowStop::Malformed {
        at: Position::Byte(window.offset + at as u64),
        what: format!("a line of more than {MAX_LINE} bytes: this is no log of lines"),
    };
    Progress { consumed: at, stop: Some(stop) }
}

/// Lines that cannot be read: all are counted, the first are told in full.
#[derive(Clone, Debug, Default)]
pub(super) struct BadLines {
    told: u32,
}

/// Remarks in full; the sink shows fewer.
const TOLD: u32 = 16;

impl BadLines {
    /// Counts one as undecodable; `what` says what is wrong with it.
    #[cold]
    pub(super) fn tell<S: FlowSink>(
        &mut self,
        sink: &mut S,
        at: u64,
        what: impl FnOnce() -> String,
    ) {
        sink.undecodable(Undecodable::BadLine, 1);
        if self.told < TOLD {
            self.told += 1;
            sink.remark(Position::Byte(at), &what());
        } else {
            sink.remark(Position::Byte(at), "another record that cannot be read");
        }
    }
}

/// A value of an input as a message shows it: at most 40 characters, on one line.
pub(in crate::flowlog) fn shown(text: &[u8]) -> String {
    let cut = &text[..text.len().min(160)];
    let text = String::from_utf8_lossy(cut);
    let mut shown: String =
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(40).collect();
    if shown.len() < text.len() || cut.len() == 160 {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(data: &[u8], ended: bool) -> (Vec<(Vec<u8>, u64)>, usize) {
        let mut seen = Vec::new();
        let progress = each_line(Window { data, offset: 100, ended }, |line, at| {
            seen.push((line.to_vec(), at));
            ControlFlow::Continue(())
        });
        assert_eq!(progress.stop, None);
        (seen, progress.consumed)
    }

    #[test]
    fn a_line_ends_with_its_newline_or_with_the_input() {
        let (seen, consumed) = lines(b"a\r\n\nbc", false);
        assert_eq!(seen, [(b"a".to_vec(), 100), (b"".to_vec(), 103)]);
        assert_eq!(consumed, 4);
        let (seen, consumed) = lines(b"a\r\n\nbc", true);
        assert_eq!(seen.last(), Some(&(b"bc".to_vec(), 104)));
        assert_eq!(consumed, 6);
    }

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        assert_eq!(shown(b"a\tb"), "a\u{fffd}b");
        assert_eq!(shown(&[b'x'; 41]), format!("{}…", "x".repeat(40)));
    }
}
