//! How many inputs were read, and each that was not read to its end.

use super::number::{counted, exact, short_bytes};
use super::page::{Page, safe};
use crate::model::Part;
use crate::summary::{InputSummary, Status, Summary};
use std::io;

/// Writes the count, then the inputs that are partial or failed.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    let inputs = &summary.inputs;
    if inputs.is_empty() {
        return Ok(());
    }
    page.title("Inputs")?;
    let bytes = inputs.iter().map(|input| u128::from(input.bytes)).sum();
    let size = match bytes {
        0..1000 => counted(bytes, "byte"),
        _ => format!("{} ({} bytes)", short_bytes(bytes), exact(bytes)),
    };
    let compressed = inputs.iter().any(|input| input.compression.is_some());
    page.text(&format!(
        "{}, {size}{}: {}",
        counted(inputs.len() as u128, "input"),
        if compressed { " after decompression" } else { "" },
        by_status(inputs)
    ))?;
    let mut parts = inputs.iter().filter_map(|input| Some((input, input.part.as_deref()?)));
    for (input, part) in parts.by_ref().take(page.top) {
        page.text(&format!("{}: a part, {}", safe(&input.name), stretch(part)))?;
    }
    if let more @ 1.. = parts.count() {
        page.text(&format!("and {} more parts", exact(more as u128)))?;
    }
    let mut left = inputs.iter().filter(|input| input.status != Status::Complete);
    for input in left.by_ref().take(page.top) {
        page.text(&trouble(input))?;
    }
    match left.count() {
        0 => Ok(()),
        more => page.text(&format!("and {} more", exact(more as u128))),
    }
}

/// `2 complete, 1 partial`.
fn by_status(inputs: &[InputSummary]) -> String {
    let counts = [Status::Complete, Status::Partial, Status::Failed].map(|status| {
        let count = inputs.iter().filter(|input| input.status == status).count();
        (count > 0).then(|| format!("{} {}", exact(count as u128), status.key()))
    });
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `bytes 24 to 1,040 of 5,000 (asked for 0-1000)`.
fn stretch(part: &Part) -> String {
    let [from, reached, of] = [part.from, part.reached, part.of].map(|n| exact(n.into()));
    format!("bytes {from} to {reached} of {of} (asked for {})", part.asked)
}

fn trouble(input: &InputSummary) -> String {
    let read = match input.status {
        Status::Failed => String::new(),
        _ => format!(" after {}", counted(input.account.records.into(), "record")),
    };
    let error = input.error.as_deref().map_or(String::new(), |error| format!(": {}", safe(error)));
    format!("{}: {}{read}{error}", safe(&input.name), input.status.key())
}
