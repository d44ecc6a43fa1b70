//! The nouns of the search: what is asked for, and what is found.

use super::list::FileList;
use crate::error::Error;
use crate::model::Cut;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Files, folders, patterns, or `-` for standard input.
    pub arguments: Vec<OsString>,
    /// Lists of more such, without patterns; read after the arguments.
    pub lists: Vec<FileList>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name as shown: the path, with what is not UTF-8 replaced; `-` for
    /// standard input.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// The part of it that shall be read; all of it without.
    pub cut: Option<Cut>,
}

impl Source {
    /// The input at a path.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { name: shown(&path), place: Place::Path(path), cut: None }
    }

    /// Standard input.
    #[must_use]
    pub fn stdin() -> Self {
        Self { name: "-".into(), place: Place::Stdin, cut: None }
    }
}

/// A path as shown. An empty one would leave a message without a subject.
pub(super) fn shown(path: &Path) -> String {
    if path.as_os_str().is_empty() { "\"\"".into() } else { path.to_string_lossy().into_owned() }
}

/// Where an input is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the file system.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// What there is to read.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of the request, and within a folder in that of the paths.
    pub sources: Vec<Source>,
    /// What cannot be read: a missing path, a folder that is closed to us, a
    /// list that is none, a pattern that matches nothing.
    pub errors: Vec<Error>,
    /// What the user should know, though nothing failed.
    pub notes: Vec<String>,
}
