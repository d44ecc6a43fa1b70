//! The options that make a result fit to be handed on.

use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use v6share::anonymize::SecretKey;
use v6share::model::PrefixLens;
use v6share::pipeline::{Sharing, SharingOptions};
use v6share::summary::Settings;

/// A key file has at most 64 digits and an end of line; a byte more tells that a
/// file is none.
const MAX_KEY_FILE: u64 = 67;

/// Options about handing a result on.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Handing a result on")]
pub(crate) struct SharingArgs {
    /// Anonymise addresses with the key in KEYFILE (32 random bytes, or 64
    /// hexadecimal digits): prefix-preserving, as Crypto-PAn; shares stay the same
    #[arg(long, value_name = "KEYFILE")]
    anonymize: Option<PathBuf>,

    /// Cut addresses to so many bits, such as 24,48
    #[arg(long, value_name = "V4,V6")]
    truncate: Option<PrefixLens>,

    /// Fold rows that rest on fewer than N distinct addresses into one
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    min_cell: u64,
}

impl SharingArgs {
    /// How a result of these settings is handed on.
    pub(crate) fn sharing(&self, settings: Settings) -> Result<Sharing, String> {
        let key = self.anonymize.as_deref().map(read_key).transpose()?;
        let options = SharingOptions { key, truncate: self.truncate, min_cell: self.min_cell };
        Sharing::new(options, settings).map_err(|error| error.to_string())
    }
}

fn read_key(path: &Path) -> Result<SecretKey, String> {
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_KEY_FILE).read_to_end(&mut content))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    SecretKey::from_file(&content).map_err(|error| format!("{}: {error}", path.display()))
}
