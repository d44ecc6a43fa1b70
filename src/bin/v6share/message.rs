//! What is said to a person, on standard error.

use anstyle::{AnsiColor, Style};
use std::fmt::Display;
use std::io::Write;

/// An error: always told.
pub(crate) fn error(what: &dyn Display) {
    say(AnsiColor::Red.on_default().bold(), "error", what);
}

/// Something worth knowing: told unless `--quiet`.
pub(crate) fn note(what: &dyn Display) {
    say(AnsiColor::Cyan.on_default().bold(), "note", what);
}

/// Writes one line. There is nobody to tell when standard error is closed.
fn say(style: Style, kind: &str, what: &dyn Display) {
    let line = format!("v6share: {style}{kind}{style:#}: {}\n", on_one_line(&what.to_string()));
    let _ = anstream::stderr().write_all(line.as_bytes());
}

/// A file may be named so that it breaks the line or commands the terminal.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_unicode()) } else { line.push(c) }
    }
    line
}
