//! Opens the compression of one block.

use super::header::MAX_BLOCK;
use super::lzo;
use bzip2::{Decompress, Status};
use lz4_flex::block::DecompressError;

/// How blocks are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    /// Not at all.
    None,
    /// LZO1X.
    Lzo,
    /// A bzip2 stream.
    Bzip2,
    /// An LZ4 block without a frame.
    Lz4,
    /// A Zstandard frame.
    Zstd,
}

/// What a buffer begins with; a block of nfdump is about 1 MiB.
const FIRST_BUFFER: usize = 2 << 20;

/// Opens blocks into a buffer that is used again and again.
#[derive(Default)]
pub(super) struct Inflater {
    out: Vec<u8>,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Inflater {
    /// What `input` decompresses to.
    ///
    /// # Errors
    ///
    /// Says in words what is wrong with the block.
    pub(super) fn open<'a>(
        &'a mut self,
        compression: Compression,
        input: &'a [u8],
    ) -> Result<&'a [u8], String> {
        if compression != Compression::None && self.out.is_empty() {
            self.out = vec![0; FIRST_BUFFER];
        }
        let put = match compression {
            Compression::None => return Ok(input),
            Compression::Lzo => lzo::decompress(input, &mut self.out, MAX_BLOCK)
                .map_err(|damage| format!("damaged LZO: {}", damage.what()))?,
            Compression::Lz4 => self.lz4(input)?,
            Compression::Bzip2 => self.bzip2(input)?,
            Compression::Zstd => self.zstd(input)?,
        };
        Ok(&self.out[..put])
    }

    /// Makes the buffer larger, for a decompressor that starts anew.
    fn renew(&mut self, needed: usize, name: &str) -> Result<(), String> {
        if needed > MAX_BLOCK {
            return Err(format!("{name}: it is longer than a block may be"));
        }
        if needed > self.out.len() {
            self.out = vec![0; needed];
        }
        Ok(())
    }

    fn lz4(&mut self, input: &[u8]) -> Result<usize, String> {
        loop {
            match lz4_flex::block::decompress_into(input, &mut self.out) {
                Ok(put) => return Ok(put),
                Err(DecompressError::OutputTooSmall { .. }) => {
                    self.renew(self.out.len() * 2, "LZ4")?;
                }
                Err(error) => return Err(format!("damaged LZ4: {error}")),
            }
        }
    }

    fn bzip2(&mut self, input: &[u8]) -> Result<usize, String> {
        let mut stream = Decompress::new(false);
        loop {
            let [taken, put] = [stream.total_in(), stream.total_out()]
                .map(|total| usize::try_from(total).unwrap_or(usize::MAX));
            let rest = input.get(taken..).unwrap_or_default();
            if put == self.out.len() {
                if put >= MAX_BLOCK {
                    return Err("bzip2: it is longer than a block may be".to_owned());
                }
                self.out.resize((put * 2).min(MAX_BLOCK), 0);
            }
            match stream.decompress(rest, &mut self.out[put..]) {
                Ok(Status::StreamEnd) => {
                    return usize::try_from(stream.total_out()).map_err(|error| error.to_string());
                }
                Ok(_) if stream.total_in() == taken as u64 && stream.total_out() == put as u64 => {
                    return Err("damaged bzip2: it is cut".to_owned());
                }
                Ok(_) => {}
                Err(error) => return Err(format!("damaged bzip2: {error}")),
            }
        }
    }

    fn zstd(&mut self, input: &[u8]) -> Result<usize, String> {
        // nfdump states the content's size; where it is not stated, all is given.
        let needed = match zstd::zstd_safe::get_frame_content_size(input) {
            Ok(Some(size)) => usize::try_from(size).unwrap_or(usize::MAX),
            _ => MAX_BLOCK,
        };
        self.renew(needed, "zstd")?;
        if self.zstd.is_none() {
            let made = zstd::bulk::Decompressor::new().map_err(|error| error.to_string())?;
            self.zstd = Some(made);
        }
        let Some(zstd) = &mut self.zstd else { return Err("no zstd decompressor".to_owned()) };
        let put = zstd.decompress_to_buffer(input, &mut self.out[..]);
        put.map_err(|error| format!("damaged zstd: {error}"))
    }
}
