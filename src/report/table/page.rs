//! The sheet that the sections are written on: width, colour and wrapping.

use super::grid::Grid;
use crate::report::Options;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// No narrower than this, whatever the terminal says.
const MIN_WIDTH: usize = 40;
/// What a section stands in by.
pub(super) const INDENT: usize = 2;

/// Where the table goes.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    /// Rows of a list; `usize::MAX` for all.
    pub(super) top: usize,
    width: Option<usize>,
    paint: Paint,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, options: &Options) -> Self {
        let top = if options.top == 0 { usize::MAX } else { options.top };
        let width = options.width.map(|width| usize::from(width).max(MIN_WIDTH));
        Self { out, top, width, paint: Paint { on: options.color } }
    }

    /// A paragraph at the margin, wrapped; `strong`, which is part or all of
    /// it, is painted where it stands.
    pub(super) fn paragraph(&mut self, text: &str, strong: &str, ink: Ink) -> io::Result<()> {
        for line in wrap(text, self.width) {
            let painted = match line.find(strong) {
                _ if strong == text => self.paint.apply(ink, &line),
                Some(at) if !strong.is_empty() => {
                    let (before, rest) = line.split_at(at);
                    let (found, after) = rest.split_at(strong.len());
                    format!("{before}{}{after}", self.paint.apply(ink, found))
                }
                _ => line,
            };
            writeln!(self.out, "{painted}")?;
        }
        Ok(())
    }

    /// The title of a section, with an empty line before it.
    pub(super) fn title(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.paragraph(title, title, Ink::Strong)
    }

    /// Text of a section, its later lines further in.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let room = self.room(2 * INDENT);
        for (index, line) in wrap(text, room).iter().enumerate() {
            let indent = if index == 0 { INDENT } else { 2 * INDENT };
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// A grid of a section, `depth` steps in.
    pub(super) fn grid(&mut self, grid: &Grid, depth: usize) -> io::Result<()> {
        let indent = INDENT * depth;
        for line in grid.lines(self.room(indent), self.paint) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    fn room(&self, indent: usize) -> Option<usize> {
        self.width.map(|width| width - indent)
    }
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ink {
    /// Ordinary text.
    #[default]
    Plain,
    /// Titles and shares.
    Strong,
    /// Figures of IPv6.
    V6,
    /// What the reader must not miss.
    Warning,
}

/// Adds escape sequences, or none at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) on: bool,
}

impl Paint {
    pub(super) fn apply(self, ink: Ink, text: &str) -> String {
        let style = match ink {
            Ink::Plain => Style::new(),
            Ink::Strong => Style::new().bold(),
            Ink::V6 => AnsiColor::Green.on_default(),
            Ink::Warning => AnsiColor::Yellow.on_default().bold(),
        };
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Breaks at spaces. A word that is longer than the line stays whole, so that a
/// path can be copied; a no-break space (U+00A0) holds words together and is
/// printed as a space.
pub(super) fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let len = word.chars().count();
        let line =
            lines.last_mut().filter(|_| width.is_none_or(|w| used == 0 || used + 1 + len <= w));
        match line {
            Some(line) => {
                if used > 0 {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(word);
                used += len;
            }
            None => {
                lines.push(word.to_owned());
                used = len;
            }
        }
    }
    lines.iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

/// A name from outside, made safe for a terminal: control characters and those
/// that turn the direction of writing are shown as `\u{1b}`.
pub(super) fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_at_spaces_and_keeps_words_whole() {
        assert_eq!(wrap("a bc def", None), ["a bc def"]);
        assert_eq!(wrap("a bc def", Some(4)), ["a bc", "def"]);
        assert_eq!(wrap("abcdefgh i", Some(4)), ["abcdefgh", "i"]);
        assert_eq!(wrap("ab 37.42\u{a0}% c", Some(8)), ["ab", "37.42 %", "c"]);
        assert_eq!(wrap("", Some(4)), [""]);
    }

    #[test]
    fn names_cannot_write_to_the_terminal() {
        assert_eq!(safe("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\u{a}b");
        assert_eq!(safe("\u{202e}fdp"), "\\u{202e}fdp");
        assert_eq!(safe("Straße 東京.pcap"), "Straße 東京.pcap");
    }
}
