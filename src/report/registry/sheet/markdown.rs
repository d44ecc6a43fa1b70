//! A page as CommonMark with tables. Charts are SVG elements within it, which
//! renderers that allow HTML show; their figures stand in the caption's chart
//! alone, so the tables say everything that is needed without them.

use super::page::{Block, Page};
use std::io::{self, Write};

pub(super) fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}\n", escaped(&page.title), escaped(&page.subtitle))?;
    for paragraph in &page.lead {
        writeln!(out, "{}\n", escaped(paragraph))?;
    }
    for section in &page.sections {
        writeln!(out, "## {}\n", escaped(&section.heading))?;
        for block in &section.blocks {
            write_block(block, out)?;
        }
    }
    Ok(())
}

fn write_block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Paragraph(text) => writeln!(out, "{}\n", escaped(text)),
        Block::List(items) => {
            for item in items {
                writeln!(out, "- {}", escaped(item))?;
            }
            writeln!(out)
        }
        Block::Table { head, rows } => {
            let line = |cells: &[String]| {
                cells.iter().map(|cell| format!("| {} ", escaped(cell))).collect::<String>() + "|"
            };
            writeln!(out, "{}", line(head))?;
            writeln!(out, "| --- {}|", "| ---: ".repeat(head.len().saturating_sub(1)))?;
            for row in rows {
                writeln!(out, "{}", line(row))?;
            }
            writeln!(out)
        }
        Block::Charts(charts) => {
            for chart in charts {
                writeln!(out, "{}\n\n*{}*\n", chart.svg, escaped(&chart.caption))?;
            }
            Ok(())
        }
        Block::Sources(sources) => {
            for (words, digest) in sources {
                writeln!(out, "- {}  \n  `{digest}`", escaped(words))?;
            }
            writeln!(out)
        }
    }
}

/// Signs that mean something to Markdown, in names of files above all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
