//! Keeping a result: `--save`, `--digest` and `--emit`.

use super::{message, output};
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use v6share::input::{Found, Place, Source};
use v6share::model::hexadecimal;
use v6share::summary::store::{self, Row, StoreError};
use v6share::summary::{Settings, Summary};

/// The options.
#[derive(Debug, Args)]
#[command(next_help_heading = "Keeping the result")]
pub(crate) struct SaveArgs {
    /// Keep the whole result in FILE (Parquet), to merge, compare and report later; - for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,

    /// Keep the SHA-256 of every input file with it: the files are read twice
    #[arg(long)]
    pub(crate) digest: bool,

    /// Keep one result an input in DIR, and do not read again what is there
    ///
    /// A file is named by the content of its input. Run again after an interruption,
    /// or with more inputs: inputs whose path, length and time of change are those of
    /// a result in DIR are not read; where an input has changed, its result is replaced. `v6share merge DIR -o FILE` adds them up. Each
    /// input is read by itself: files of one export stream, which share templates,
    /// belong into one run without --save-each.
    #[arg(long, value_name = "DIR")]
    pub(crate) save_each: Option<PathBuf>,

    /// Inputs that --save-each reads at once; 0 for one a thread
    #[arg(long, value_name = "N", default_value_t = 0, requires = "save_each")]
    pub(crate) jobs: usize,

    /// The name of standard input in the result, or of the only input
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Write the rows of the kept form to standard output in place of a report
    #[arg(long, value_enum, value_name = "FORM", conflicts_with_all = ["format", "output"])]
    pub(crate) emit: Option<EmitArg>,
}

/// `--emit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmitArg {
    /// A stream of Arrow IPC
    Arrow,
    /// A Parquet file
    Parquet,
    /// One JSON object a line
    Ndjson,
}

/// Where the result went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Nowhere, or into a file: the report is still to be written.
    Elsewhere,
    /// To standard output, in place of a report.
    OnStandardOutput,
}

impl SaveArgs {
    /// The file that the result is kept in.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.save.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Finds out whether the result can go where it shall: before hours are spent on
    /// it.
    pub(crate) fn check(&self, output: Option<&Path>) -> Result<(), String> {
        let is_output = |file: &&Path| output.is_some_and(|output| output::is_same(file, output));
        if let Some(file) = self.file().filter(is_output) {
            return Err(format!(
                "{}: --save and --output both write to it: give two files",
                file.display()
            ));
        }
        let saved = self.save.as_deref() == Some(Path::new("-"));
        if saved && self.emit.is_some() {
            return Err("--save - and --emit both write to standard output: give one".into());
        }
        no_terminal(saved || self.emit.is_some_and(|form| form != EmitArg::Ndjson))
    }

    /// Finds out whether a result of these settings can be kept, where it shall be.
    pub(crate) fn check_settings(&self, settings: &Settings) -> Result<(), String> {
        let is_kept = self.save.is_some() || self.save_each.is_some() || self.emit.is_some();
        if is_kept { store::check(settings).map_err(in_words) } else { Ok(()) }
    }

    /// Names the input that is meant.
    pub(crate) fn give_name(&self, found: &mut Found) -> Result<(), String> {
        let Some(name) = &self.name else { return Ok(()) };
        // What cannot be read is an input too.
        if let ([source], []) = (found.sources.as_mut_slice(), found.errors.as_slice()) {
            source.name.clone_from(name);
            return Ok(());
        }
        let mut streams =
            found.sources.iter_mut().filter(|source| source.place == Place::Stdin).peekable();
        if streams.peek().is_none() && found.errors.is_empty() {
            return Err(
                "--name: it names standard input or the only input, and these are files (leave it out)".into(),
            );
        }
        streams.for_each(|source| source.name.clone_from(name));
        Ok(())
    }

    /// Keeps the summary as the options say.
    pub(crate) fn keep(&self, summary: &mut Summary, sources: &[Source]) -> Result<Kept, String> {
        if self.digest {
            add_digests(summary, sources)?;
        }
        let mut kept = Kept::Elsewhere;
        if let Some(path) = &self.save {
            if path == Path::new("-") {
                kept = Kept::OnStandardOutput;
            }
            to_file(summary, path)?;
        }
        if let Some(form) = self.emit {
            emit(summary, form)?;
            kept = Kept::OnStandardOutput;
        }
        Ok(kept)
    }
}

/// Writes a summary to a file, whole or not at all, or to standard output for `-`.
pub(crate) fn to_file(summary: &Summary, path: &Path) -> Result<(), String> {
    no_terminal(path == Path::new("-"))?;
    let bytes = summary.rows().and_then(|rows| store::to_parquet(&rows)).map_err(in_words)?;
    let path = (path != Path::new("-")).then_some(path);
    output::write(path, |out| out.write_all(&bytes)).map_err(|error| error.to_string())
}

fn emit(summary: &Summary, form: EmitArg) -> Result<(), String> {
    let rows = summary.rows().map_err(in_words)?;
    let written = match form {
        EmitArg::Arrow => {
            let bytes = store::to_arrow(&rows).map_err(in_words)?;
            output::write(None, |out| out.write_all(&bytes))
        }
        EmitArg::Parquet => {
            let bytes = store::to_parquet(&rows).map_err(in_words)?;
            output::write(None, |out| out.write_all(&bytes))
        }
        EmitArg::Ndjson => output::write(None, |out| lines(&rows, out)),
    };
    written.map_err(|error| error.to_string())
}

/// Refuses to write what is not text to a terminal.
fn no_terminal(binary: bool) -> Result<(), String> {
    match binary && io::stdout().is_terminal() {
        true => Err("standard output is a terminal, and the result is not text (send it to a file or a pipe)".into()),
        false => Ok(()),
    }
}

fn lines(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, row)?;
        writeln!(out)?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn in_words(error: StoreError) -> String {
    error.to_string()
}

/// Adds the digests of the files that were read.
fn add_digests(summary: &mut Summary, sources: &[Source]) -> Result<(), String> {
    let mut digests = BTreeMap::new();
    for source in sources {
        match &source.place {
            Place::Path(path) if path.is_file() => {
                let digest =
                    digest(path).map_err(|error| format!("{}: no digest: {error}", source.name))?;
                digests.insert(source.name.as_str(), digest);
            }
            _ => message::note(&format!(
                "{}: no digest: it can be read only once (save it to a file first)",
                source.name
            )),
        }
    }
    for input in &mut summary.inputs {
        input.digest = digests.get(input.name.as_str()).cloned();
    }
    Ok(())
}

/// The SHA-256 of a file's bytes, in hexadecimal digits.
pub(crate) fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(len) => hash.update(&buffer[..len]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hexadecimal(&hash.finalize()))
}
