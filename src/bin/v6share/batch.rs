//! `--save-each`: one kept result an input, and what is there already is not
//! read again.
//!
//! A file is named by the content of its input and by the input's name, appears
//! whole or not at all, and carries path, length and time of change of the input:
//! by these, and by equal settings, a later run knows it again. Two runs at once
//! in one folder do some work twice and no harm.

use super::{output, save, stored};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use v6share::error::Error;
use v6share::input::{Place, Source};
use v6share::model::{NetworkTable, hexadecimal};
use v6share::pipeline::{self, Options, Sharing};
use v6share::summary::store::{self, StoreError};
use v6share::summary::{Status, Summary};

/// What a batch needs to know.
pub(crate) struct Batch<'b> {
    /// Where the results are kept.
    pub(crate) folder: &'b Path,
    /// Inputs that are read at once; 0 for as many as there are threads.
    pub(crate) jobs: usize,
    /// Whether each result has the digest of its input.
    pub(crate) digest: bool,
    pub(crate) sharing: &'b Sharing,
    pub(crate) options: &'b Options,
    pub(crate) tell: &'b (dyn Fn(&Error) + Sync),
}

/// What became of the inputs.
#[derive(Debug)]
pub(crate) struct Done {
    /// The sum of all of them.
    pub(crate) summary: Summary,
    /// Inputs that were not read, because their results were there.
    pub(crate) known: usize,
}

/// What is there already.
struct Kept {
    files: HashMap<Stamp, PathBuf>,
    /// The same by the name of the input alone, as it was or is.
    by_name: HashMap<String, Vec<PathBuf>>,
    /// The tables of networks of this run: a result that was made with others says
    /// something else.
    networks: Vec<NetworkTable>,
}

impl Kept {
    /// Removes the results of an input as it was before: added up with the one in
    /// `file` they would count twice.
    fn remove_others(&self, stamp: &Stamp, file: &Path) {
        let all = self.by_name.get(&stamp.name).into_iter().flatten();
        for old in all.filter(|old| *old != file) {
            // Another run may have removed it.
            let _ = fs::remove_file(old);
        }
    }
}

/// What the workers share.
struct State {
    sum: Summary,
    known: usize,
    /// The first result that could not be kept.
    failed: Option<String>,
}

impl Batch<'_> {
    /// Reads all inputs whose results are not there, and keeps those.
    pub(crate) fn read(&self, sources: &[Source], missing: Vec<Error>) -> Result<Done, String> {
        let folder = self.folder.display();
        fs::create_dir_all(self.folder)
            .map_err(|error| format!("{folder}: {error} (give a folder that can be written to)"))?;
        let nothing =
            pipeline::analyze(&[], missing, self.sharing.told().clone(), self.options, self.tell);
        let kept = self.kept(nothing.networks.clone())?;
        let state = Mutex::new(State { sum: nothing, known: 0, failed: None });
        let next = AtomicUsize::new(0);
        let jobs = if self.jobs == 0 { self.options.threads } else { self.jobs };
        let jobs = jobs.clamp(1, sources.len().max(1));
        let options =
            Options { threads: (self.options.threads / jobs).max(1), ..self.options.clone() };
        thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| self.work(sources, &kept, &options, &next, &state));
            }
        });
        let State { mut sum, known, failed } =
            state.into_inner().map_err(|_| "internal error: a worker panicked".to_owned())?;
        sum.interrupted |= self.options.control.interrupted();
        match failed {
            Some(why) => Err(why),
            None => Ok(Done { summary: sum, known }),
        }
    }

    fn work(
        &self,
        sources: &[Source],
        kept: &Kept,
        options: &Options,
        next: &AtomicUsize,
        state: &Mutex<State>,
    ) {
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            if options.control.interrupted() {
                return;
            }
            let read = self.one(source, kept, options);
            let Ok(mut state) = state.lock() else { return };
            let added = read.and_then(|(summary, known)| {
                state.known += usize::from(known);
                state.sum.merge(summary).map_err(|error| error.to_string())
            });
            if let Err(why) = added {
                state.failed.get_or_insert(why);
                return;
            }
        }
    }

    /// The result of one input, and whether it was there already.
    fn one(
        &self,
        source: &Source,
        kept: &Kept,
        options: &Options,
    ) -> Result<(Summary, bool), String> {
        let stamp = Stamp::of(source);
        if let Some(path) = stamp.as_ref().and_then(|stamp| kept.files.get(stamp))
            && let Ok(summary) = stored::bytes(path).and_then(|bytes| stored::summary(path, bytes))
            && summary.settings == *self.sharing.told()
            && summary.networks == kept.networks
            && (!self.digest || summary.inputs.iter().all(|input| input.digest.is_some()))
        {
            stamp.iter().for_each(|stamp| kept.remove_others(stamp, path));
            return Ok((summary, true));
        }
        let settings = self.sharing.settings();
        let sources = std::slice::from_ref(source);
        let summary = pipeline::analyze(sources, Vec::new(), settings, options, self.tell);
        let mut summary = self.sharing.apply(summary);
        let failed = summary.inputs.iter().any(|input| input.status == Status::Failed);
        if summary.interrupted || failed {
            return Ok((summary, false));
        }
        let digest = match &source.place {
            // The whole of a huge file is not read for the name of a part of it.
            _ if source.cut.is_some() && !self.digest => None,
            Place::Path(path) if path.is_file() => match save::digest(path) {
                Ok(digest) => Some(digest),
                Err(error) => {
                    // It counts, and is read again the next time.
                    (self.tell)(&Error::io(&source.name, error));
                    return Ok((summary, false));
                }
            },
            _ => None,
        };
        if self.digest {
            summary.inputs.iter_mut().for_each(|input| input.digest.clone_from(&digest));
        }
        let file = self.keep(&summary, source, digest.as_deref(), stamp.as_ref())?;
        if let Some(stamp) = &stamp {
            kept.remove_others(stamp, &file);
        }
        Ok((summary, false))
    }

    fn keep(
        &self,
        summary: &Summary,
        source: &Source,
        digest: Option<&str>,
        stamp: Option<&Stamp>,
    ) -> Result<PathBuf, String> {
        let in_words = |error: StoreError| format!("{}: {error}", source.name);
        let rows = summary.rows().map_err(in_words)?;
        // What can be read only once is named by what was found in it.
        let content = match digest {
            Some(digest) => digest.to_owned(),
            None => hexadecimal(&Sha256::digest(format!("{:?}", summary.inputs))),
        };
        let named = hexadecimal(&Sha256::digest(format!("{}{}", source.name, part(source))));
        let file = self.folder.join(format!("{}-{}.parquet", &content[..32], &named[..8]));
        let about = stamp.map(|stamp| (STAMP, stamp.text()));
        let about: Vec<_> = about.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let bytes = store::to_parquet_about(&rows, &about).map_err(in_words)?;
        output::write(Some(&file), |out| out.write_all(&bytes))
            .map_err(|error| error.to_string())?;
        Ok(file)
    }

    /// The results in the folder, by what they say of their inputs.
    fn kept(&self, networks: Vec<NetworkTable>) -> Result<Kept, String> {
        let unreadable = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        let mut kept = Kept { files: HashMap::new(), by_name: HashMap::new(), networks };
        for entry in fs::read_dir(self.folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            output::remove_left_behind(&path);
            let stamp = path
                .extension()
                .is_some_and(|extension| extension == "parquet")
                .then(|| fs::File::open(&path).ok())
                .flatten()
                .and_then(|file| store::about(&file, STAMP))
                .and_then(|text| Stamp::read(&text));
            if let Some(stamp) = stamp {
                kept.by_name.entry(stamp.name.clone()).or_default().push(path.clone());
                kept.files.insert(stamp, path);
            }
        }
        Ok(kept)
    }
}

/// Where a file's metadata hold the stamp of its input.
const STAMP: &str = "v6share.input.stamp";

/// By what an unchanged file is known again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Stamp {
    name: String,
    len: u64,
    /// Time of change: seconds and nanoseconds.
    changed: (i64, i64),
}

impl Stamp {
    /// Of a regular file.
    fn of(source: &Source) -> Option<Self> {
        let Place::Path(path) = &source.place else { return None };
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let path = fs::canonicalize(path).ok()?;
        Some(Self {
            name: format!("{}{}\n{}", source.name, part(source), path.display()),
            len: metadata.len(),
            changed: (metadata.mtime(), metadata.mtime_nsec()),
        })
    }

    fn text(&self) -> String {
        format!("{} {} {} {}", self.len, self.changed.0, self.changed.1, self.name)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let len = parts.next()?.parse().ok()?;
        let changed = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { name: parts.next()?.to_owned(), len, changed })
    }
}

/// What tells a part of an input from the others; nothing for a whole one.
fn part(source: &Source) -> String {
    source.cut.map_or(String::new(), |cut| format!(" {} {:?}", cut.range, cut.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_back() {
        let stamp = Stamp { name: "a b\n/c d".into(), len: 7, changed: (-1, 5) };
        assert_eq!(Stamp::read(&stamp.text()), Some(stamp));
        assert_eq!(Stamp::read("7 8"), None);
    }
}
