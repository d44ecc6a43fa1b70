//! Files of registry statistics, from names to records: opened, decompressed,
//! read in one pass, their digests taken and held against the `.md5` files that
//! lie beside them.

use super::mapped::shrunk;
use crate::error::{Cause, Error};
use crate::input::{self, Content, Opened, Place, Source};
use crate::model::hexadecimal;
use crate::registry::{Collection, FileInfo, Md5Verdict, Reader};
use md5::Md5;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes asked for at once of what is not mapped.
const PIECE: usize = 1 << 18;
/// Bytes of a `.md5` file that are looked at.
const MD5_FILE: u64 = 4096;

/// Reads all sources into a collection. Errors are told to `on_error` as they
/// come and stand with their file in the collection; the rest is read.
///
/// A name that ends in `.md5`, `.sha256`, `.asc` or `.sig` is that of a digest or
/// a signature, and is passed over.
pub fn read_statistics(
    sources: &[Source],
    into: &mut Collection,
    on_error: &mut dyn FnMut(&Error),
) -> bool {
    let mut all_well = true;
    for source in sources.iter().filter(|source| !is_beside(&source.name)) {
        let at = into.files.len();
        for error in read(source, into) {
            all_well = false;
            if into.files.len() == at {
                // It could not even be opened.
                into.files.push(FileInfo { name: source.name.clone(), ..FileInfo::default() });
            }
            into.files[at].errors.push(error.what());
            on_error(&error);
        }
    }
    all_well
}

/// Whether a file only says something of the file beside it.
fn is_beside(name: &str) -> bool {
    [".md5", ".sha256", ".asc", ".sig"].iter().any(|ending| name.ends_with(ending))
}

fn read(source: &Source, into: &mut Collection) -> Vec<Error> {
    let failed = |cause| Error { input: source.name.clone(), position: None, cause };
    let opened = match input::open(source, &Arc::default(), &Arc::default()) {
        Ok(opened) => opened,
        Err(error) => return vec![error],
    };
    let at = into.files.len();
    let compression = opened.compression.map(input::Compression::key);
    let wanted = wanted_md5(source);
    let mut reader = Reader::new(into, &source.name);
    let mut digests = Digests { sha256: Sha256::new(), md5: wanted.is_some().then(Md5::new) };
    let error = feed(source, opened, &mut reader, &mut digests);
    let full = reader.full();
    let end = reader.finish();
    let file = &mut into.files[at];
    file.compression = compression;
    file.sha256 = hexadecimal(&digests.sha256.finalize());
    let mut errors: Vec<Error> = error.into_iter().collect();
    if let Err(none) = end {
        // A stream that failed early is told as that.
        if errors.is_empty() {
            errors.push(failed(Cause::NotStatistics { looks_like: none.looks_like }));
        }
        return errors;
    }
    if full {
        errors.push(failed(Cause::Malformed("there are more records than are kept".into())));
    }
    if let (Some(wanted), Some(md5)) = (wanted, digests.md5) {
        errors.extend(verify(source, file, wanted, &hexadecimal(&md5.finalize())));
    }
    errors.extend(faults(source, into, at));
    errors
}

/// What is wrong with the lines of a file, and what it promises and has not.
fn faults(source: &Source, collection: &Collection, at: usize) -> Vec<Error> {
    let account = &collection.files[at].account;
    let more = account.bad().saturating_sub(account.first_faults.len() as u64);
    let mut errors: Vec<Error> = account
        .first_faults
        .iter()
        .map(|fault| Error {
            input: source.name.clone(),
            position: Some(crate::error::Position::Line(fault.line)),
            cause: Cause::BadLine(fault.fault.what().into()),
        })
        .collect();
    let mut add = |what: String| {
        let cause = Cause::BadLine(what);
        errors.push(Error { input: source.name.clone(), position: None, cause });
    };
    if more > 0 {
        add(format!("{more} more lines cannot be read"));
    }
    for section in collection.sections.iter().filter(|section| section.file == at) {
        for difference in collection.differences(section).iter().filter(|d| d.is_loss()) {
            add(difference.to_string());
        }
    }
    errors
}

fn feed(
    source: &Source,
    opened: Opened,
    reader: &mut Reader<'_>,
    digests: &mut Digests,
) -> Option<Error> {
    match opened.content {
        Content::Mapped(map) => {
            digests.update(map.bytes());
            reader.push(map.bytes());
            shrunk(&map).map(|cause| Error { input: source.name.clone(), position: None, cause })
        }
        Content::Stream(mut stream) => {
            let mut buffer = vec![0; PIECE];
            while !reader.full() {
                match stream.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(read) => {
                        digests.update(&buffer[..read]);
                        reader.push(&buffer[..read]);
                    }
                    Err(error) => return Some(stream.error(&source.name, error)),
                }
            }
            None
        }
    }
}

/// The digests of what a file holds, without its compression.
struct Digests {
    sha256: Sha256,
    md5: Option<Md5>,
}

impl Digests {
    fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
    }
}

/// What the `.md5` file beside a source says.
struct Wanted {
    beside: PathBuf,
    /// `None` where there is no digest in it.
    digest: Option<String>,
}

/// Finds the `.md5` file: of the file as it is stored, or of what it was before
/// somebody compressed it.
fn wanted_md5(source: &Source) -> Option<Wanted> {
    let Place::Path(path) = &source.place else { return None };
    let with_ending = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".md5");
        PathBuf::from(name)
    };
    let candidates = [with_ending(path), with_ending(&path.with_extension(""))];
    let beside = candidates.into_iter().find(|beside| beside.is_file())?;
    let mut text = Vec::new();
    let read = File::open(&beside).and_then(|file| file.take(MD5_FILE).read_to_end(&mut text));
    let digest = read.ok().and_then(|_| md5_in(&text));
    Some(Wanted { beside, digest })
}

/// The digest in a `.md5` file: `MD5 (name) = digest` as BSD writes it, `digest
/// name` as GNU does, or the digest alone. The name is often that of a dated
/// file, and says nothing.
fn md5_in(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let words = text.split(|c: char| c.is_whitespace() || c == '=');
    let mut digests =
        words.filter(|word| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit()));
    digests.next().map(str::to_owned)
}

/// Holds the digest against the one that is wanted.
fn verify(source: &Source, file: &mut FileInfo, wanted: Wanted, found: &str) -> Option<Error> {
    let beside = wanted.beside.display().to_string();
    let failed = |cause| Some(Error { input: source.name.clone(), position: None, cause });
    let Some(digest) = wanted.digest else {
        file.md5 = Md5Verdict::Unreadable;
        return failed(Cause::Digest(format!("{beside} holds no MD5 digest")));
    };
    if digest == found || stored_md5(source, file.compression).as_deref() == Some(&*digest) {
        file.md5 = Md5Verdict::Verified;
        return None;
    }
    file.md5 = Md5Verdict::Differs;
    failed(Cause::Digest(format!("its MD5 digest is {found}, and {beside} says {digest}")))
}

/// The digest of a compressed file as it is stored.
fn stored_md5(source: &Source, compression: Option<&str>) -> Option<String> {
    compression?;
    let Place::Path(path) = &source.place else { return None };
    let mut file =
        fs::metadata(path).ok().filter(fs::Metadata::is_file).and(File::open(path).ok())?;
    let mut md5 = Md5::new();
    let mut buffer = vec![0; PIECE];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hexadecimal(&md5.finalize())),
            read => md5.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_digest_is_read() {
        let digest = Some("4623c7498dab9874cc022b42aef5a684".to_owned());
        for text in [
            "MD5 (delegated-afrinic-extended-latest) = 4623c7498dab9874cc022b42aef5a684",
            "4623C7498DAB9874CC022B42AEF5A684  delegated\n",
            "4623c7498dab9874cc022b42aef5a684 *delegated\r\n",
            "4623c7498dab9874cc022b42aef5a684",
        ] {
            assert_eq!(md5_in(text.as_bytes()), digest, "{text}");
        }
        assert_eq!(md5_in(b"<html>404</html>"), None);
        assert_eq!(md5_in(b"\xff\xfe"), None);
    }
}
