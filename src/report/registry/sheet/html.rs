//! A page as one HTML file that needs nothing else: no script, no font, no
//! address. It is set for A4 paper and for a screen, in black and white.

use super::page::{Block, Page};
use std::io::{self, Write};

const STYLE: &str = "\
@page { size: A4; margin: 10mm 13mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 58rem; color: #000; background: #fff;
  font: 0.875rem/1.4 \"Liberation Sans\", Arial, Helvetica, sans-serif; hyphens: manual; }
h1 { font-size: 1.45rem; line-height: 1.2; margin: 0 0 0.15rem; }
h2 { font-size: 1rem; margin: 1.1rem 0 0.35rem; padding-bottom: 0.15rem;
  border-bottom: 1px solid #000; break-after: avoid; }
p { margin: 0.35rem 0; }
.subtitle { margin: 0 0 0.8rem; }
.lead { font-size: 0.95rem; }
table { border-collapse: collapse; width: 100%; margin: 0.3rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.14rem 0 0.14rem 0.9rem; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { border-bottom: 1px solid #000; font-weight: 600; }
tbody tr + tr > * { border-top: 1px solid #ccc; }
tbody th { font-weight: normal; }
.charts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.4rem 1.2rem; }
figure { margin: 0.4rem 0; break-inside: avoid; }
figcaption { font-size: 0.78rem; line-height: 1.3; margin-top: 0.2rem; }
svg { display: block; width: 100%; height: auto; }
ul { margin: 0.3rem 0; padding-left: 1.1rem; }
.small { font-size: 0.78rem; line-height: 1.35; }
code { font: 0.92em \"Liberation Mono\", \"Courier New\", monospace; overflow-wrap: anywhere; }
@media screen and (max-width: 44rem) { .charts { grid-template-columns: 1fr; }
  body { padding: 1rem; overflow-x: auto; } }
@media print { body { max-width: none; padding: 0; font-size: 8pt; line-height: 1.22; }
  h1 { font-size: 13.5pt; } h2 { font-size: 9.2pt; margin: 1.9mm 0 0.6mm; padding-bottom: 0.3mm; }
  .lead { font-size: 8.6pt; } .subtitle { margin-bottom: 1mm; } p { margin: 0.6mm 0; }
  .small, figcaption { font-size: 6.7pt; line-height: 1.2; } table { margin: 0.4mm 0; }
  th, td { padding-top: 0.15mm; padding-bottom: 0.15mm; } figure { margin: 0.6mm 0; }
  .charts { gap: 0 5mm; } ul { margin: 0.5mm 0; padding-left: 3.4mm; } }
";

pub(super) fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let tag = page.language.tag();
    let title = escaped(&page.title);
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>")?;
    writeln!(out, "<h1>{title}</h1>\n<p class=\"subtitle\">{}</p>", escaped(&page.subtitle))?;
    for paragraph in &page.lead {
        writeln!(out, "<p class=\"lead\">{}</p>", escaped(paragraph))?;
    }
    for section in &page.sections {
        writeln!(out, "<section>\n<h2>{}</h2>", escaped(&section.heading))?;
        for block in &section.blocks {
            write_block(block, out)?;
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn write_block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escaped(text)),
        Block::List(items) => {
            writeln!(out, "<ul class=\"small\">")?;
            for item in items {
                writeln!(out, "<li>{}</li>", escaped(item))?;
            }
            writeln!(out, "</ul>")
        }
        Block::Table { head, rows } => write_table(head, rows, out),
        Block::Charts(charts) => {
            writeln!(out, "<div class=\"charts\">")?;
            for chart in charts {
                let caption = escaped(&chart.caption);
                writeln!(
                    out,
                    "<figure>\n{}\n<figcaption>{caption}</figcaption>\n</figure>",
                    chart.svg
                )?;
            }
            writeln!(out, "</div>")
        }
        Block::Sources(sources) => {
            writeln!(out, "<ul class=\"small\">")?;
            for (words, digest) in sources {
                writeln!(out, "<li>{}<br><code>{}</code></li>", escaped(words), escaped(digest))?;
            }
            writeln!(out, "</ul>")
        }
    }
}

fn write_table(head: &[String], rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<table>\n<thead><tr>")?;
    for cell in head {
        write!(out, "<th scope=\"col\">{}</th>", escaped(cell))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for (at, cell) in row.iter().enumerate() {
            match at {
                0 => write!(out, "<th scope=\"row\">{}</th>", escaped(cell))?,
                _ => write!(out, "<td>{}</td>", escaped(cell))?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>")
}

/// Text within elements and attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
