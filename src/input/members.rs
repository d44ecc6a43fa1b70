//! Undoes a compression whose files may hold many members, one after another:
//! gzip members, zstd frames, xz and bzip2 streams.
//!
//! One loop for all, because they share their rules: members follow each other
//! without a gap, zero bytes after a member are padding, anything else there is
//! told, and whatever was decoded before a damage is handed out before it.
//! The ready-made readers of the crates differ in all of these (flate2 drops
//! the bytes of the call that fails, and takes padding for a header).

use super::read_ahead::ReadAhead;
use std::io::{self, BufRead, Read};

/// A decompressor as a state machine: bytes in, bytes out, no I/O.
pub(super) trait Engine: Send {
    /// Decodes as much as fits.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// Gets ready for another member.
    fn restart(&mut self) -> io::Result<()>;
}

/// What one call of [`Engine::step`] did.
pub(super) struct Step {
    /// Stored bytes that were taken.
    pub(super) consumed: usize,
    /// Decoded bytes that were given, also when the outcome is an error.
    pub(super) produced: usize,
    /// Where in the member this ended.
    pub(super) outcome: io::Result<Progress>,
}

/// Where in a member the decoder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Within,
    AtEnd,
}

/// The decoded bytes of all members.
pub(super) struct Members<E> {
    source: ReadAhead,
    engine: E,
    place: Place,
    /// Members read to their end.
    complete: u64,
    /// Decoded bytes of the present member.
    decoded: u64,
}

/// Where a reader of members stands, as a place of the stored bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boundary {
    Within,
    /// A member has ended, and behind its padding this comes, be it a member or
    /// not.
    Member(u64),
    /// A member has ended, and with it the file.
    End(u64),
}

enum Place {
    Between,
    Within,
    /// The error is due once the bytes before it are handed out; taken when it
    /// has been.
    Failed(Option<io::Error>),
}

impl<E: Engine> Members<E> {
    /// Over a source that starts with a member.
    pub(super) fn new(source: ReadAhead, engine: E) -> Self {
        Self { source, engine, place: Place::Within, complete: 0, decoded: 0 }
    }

    /// Where complete members came before the source: what is told of bytes that
    /// are no member depends on it.
    pub(super) fn behind_others(self) -> Self {
        Self { complete: 1, ..self }
    }

    /// Stored bytes that were decoded or skipped.
    pub(super) fn position(&self) -> u64 {
        self.source.position()
    }

    /// Where this stands; skips padding to find out.
    ///
    /// # Errors
    /// What is wrong with the member, once the bytes before it are handed out.
    pub(super) fn boundary(&mut self) -> io::Result<Boundary> {
        match &mut self.place {
            Place::Within => Ok(Boundary::Within),
            Place::Failed(error) => {
                Err(error.take().unwrap_or_else(|| io::Error::other("it has failed")))
            }
            Place::Between => {
                let more = self.source.skip_zeros()?;
                let at = self.source.position();
                Ok(if more { Boundary::Member(at) } else { Boundary::End(at) })
            }
        }
    }

    /// Starts the member at this boundary.
    pub(super) fn start(&mut self) -> io::Result<()> {
        self.decoded = 0;
        self.engine.restart()?;
        self.place = Place::Within;
        Ok(())
    }

    /// One step within a member, not past its end: bytes decoded, 0 when it takes
    /// more steps.
    pub(super) fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let input = self.source.fill_buf()?;
        let at_end = input.is_empty();
        let step = self.engine.step(input, out);
        self.source.consume(step.consumed);
        self.decoded += step.produced as u64;
        let trouble = match step.outcome {
            Ok(Progress::AtEnd) => {
                self.complete += 1;
                self.place = Place::Between;
                return Ok(step.produced);
            }
            Ok(Progress::Within) if step.produced > 0 || step.consumed > 0 => {
                return Ok(step.produced);
            }
            Ok(Progress::Within) if at_end => io::ErrorKind::UnexpectedEof.into(),
            Ok(Progress::Within) => io::Error::other("the decompressor is stuck"),
            Err(error) => error,
        };
        self.place = Place::Failed(Some(self.explained(trouble)));
        Ok(step.produced)
    }

    /// What comes behind a complete member and decodes to nothing may be no
    /// member at all.
    fn explained(&self, error: io::Error) -> io::Error {
        if self.complete > 0 && self.decoded == 0 && error.kind() != io::ErrorKind::Unsupported {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("other bytes follow what is complete ({error})"),
            )
        } else if error.kind() == io::ErrorKind::UnexpectedEof {
            io::Error::new(error.kind(), "it ends too early")
        } else {
            error
        }
    }
}

impl<E: Engine> Read for Members<E> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.boundary()? {
                Boundary::Within => {}
                Boundary::Member(_) => self.start()?,
                Boundary::End(_) => return Ok(0),
            }
            match self.step(out)? {
                0 => {}
                decoded => return Ok(decoded),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::engines::{Bzip2, Gzip, XZ_MEMORY, Xz, Zstd};
    use super::super::samples::{SKIPPABLE, ahead, bzip2, drain, gzip, noise, xz, zstd};
    use super::*;
    use std::io::Write;

    fn plain() -> Vec<u8> {
        noise(300_000)
    }

    type Encode = fn(&[u8]) -> Vec<u8>;
    type Decode = fn(ReadAhead) -> Box<dyn Read>;

    fn all() -> [(Encode, Decode); 4] {
        [
            (gzip, |from| Box::new(Members::new(from, Gzip::new()))),
            (zstd, |from| Box::new(Members::new(from, Zstd::new().unwrap()))),
            (xz, |from| Box::new(Members::new(from, Xz::new(XZ_MEMORY).unwrap()))),
            (bzip2, |from| Box::new(Members::new(from, Bzip2::new()))),
        ]
    }

    fn decode(decode: Decode, stored: &[u8]) -> (Vec<u8>, io::Result<()>) {
        drain(decode(ahead(stored)))
    }

    #[test]
    fn one_member_many_members_empty_members() {
        let plain = plain();
        for (encode, decoder) in all() {
            let (head, tail) = plain.split_at(1000);
            let file = [encode(head), encode(b""), encode(tail)].concat();
            let (decoded, end) = decode(decoder, &file);
            assert!(end.is_ok());
            assert!(decoded == plain);
        }
    }

    #[test]
    fn zeros_behind_and_between_members_are_padding() {
        for (encode, decoder) in all() {
            let file = [encode(b"one"), vec![0; 2052], encode(b"two"), vec![0; 5000]].concat();
            let (decoded, end) = decode(decoder, &file);
            assert!(end.is_ok());
            assert_eq!(decoded, b"onetwo");
        }
    }

    #[test]
    fn other_bytes_behind_a_member_are_told() {
        for (encode, decoder) in all() {
            for behind in [&b"garbage, much longer than a header"[..], b"\x01", b"\0\0x"] {
                let (decoded, end) = decode(decoder, &[&encode(b"one"), behind].concat());
                assert_eq!(decoded, b"one");
                let error = end.unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::InvalidData);
                assert!(error.to_string().starts_with("other bytes follow"), "{error}");
            }
        }
    }

    #[test]
    fn a_cut_gives_all_before_it_and_then_the_error() {
        let plain = plain();
        for (encode, decoder) in all() {
            let stored = encode(&plain);
            for cut in [5, 9, stored.len() / 2, stored.len() - 1] {
                let (decoded, end) = decode(decoder, &stored[..cut]);
                assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
                assert!(plain.starts_with(&decoded));
            }
            let (decoded, _) = decode(decoder, &stored[..stored.len() - 1]);
            assert!(decoded.len() > plain.len() / 2, "{} of {}", decoded.len(), plain.len());
        }
    }

    #[test]
    fn damage_gives_what_was_sound_and_then_an_error() {
        let plain = plain();
        for (encode, decoder) in all() {
            let first = encode(&plain[..100_000]);
            let mut stored = [first.clone(), encode(&plain[100_000..])].concat();
            let at = first.len() + (stored.len() - first.len()) / 2;
            stored[at..at + 16].fill(0xff);
            let (decoded, end) = decode(decoder, &stored);
            assert!(decoded.len() >= 100_000);
            assert!(decoded[..100_000] == plain[..100_000]);
            assert!(end.is_err());
        }
    }

    /// How many bytes come, and which error, with buffers of these sizes.
    fn told(decoder: Decode, stored: &[u8], ahead: u64, room: usize) -> (usize, Option<String>) {
        let source = ReadAhead::new(io::Cursor::new(stored.to_vec()), Some(ahead));
        let (mut reader, mut all, mut out) = (decoder(source), 0, vec![0; room]);
        loop {
            match reader.read(&mut out) {
                Ok(0) => return (all, None),
                Ok(read) => all += read,
                Err(error) => return (all, Some(error.to_string())),
            }
        }
    }

    /// Where codes are wrong the decoder has other words with much room than with
    /// little.
    #[test]
    fn damage_of_gzip_is_told_alike_with_any_buffers() {
        // Such that it is compressed, not stored.
        let text: Vec<u8> = plain().iter().map(|byte| byte & 0x0f).collect();
        let (sound, decoder) = (gzip(&text), all()[0].1);
        for at in (20..sound.len()).step_by(sound.len() / 60) {
            let mut stored = sound.clone();
            stored[at] ^= 0x5a;
            let whole = told(decoder, &stored, 1 << 20, text.len() * 2);
            assert_eq!(told(decoder, &stored, 512, 1), whole, "{at}");
            assert_eq!(told(decoder, &stored, 512, 700), whole, "{at}");
        }
    }

    /// Otherwise a damage would show at another place with another number of threads.
    #[test]
    fn what_comes_before_a_damage_depends_on_no_buffer() {
        // What compresses, so that damage shows within a block.
        let plain: Vec<_> = noise(700_000).iter().map(|byte| byte & 0x17).collect();
        for (encode, decoder) in all() {
            let stored = encode(&plain);
            for part in 1..24 {
                let mut damaged = stored.clone();
                let at = stored.len() * part / 24;
                damaged[at..][..8].fill(0xff);
                let [first, others @ ..] =
                    [(1 << 20, 1 << 20), (512, 1 << 20), (1 << 20, 1000), (700, 333)]
                        .map(|(ahead, room)| told(decoder, &damaged, ahead, room));
                assert_eq!(others, [(); 3].map(|()| first.clone()), "{at} of {}", stored.len());
            }
        }
    }

    /// The decoder of bzip2 says of a block that it goes wrong, not how far it came.
    /// That of xz comes some bytes less far with room for one: it is left out.
    #[test]
    fn what_comes_before_a_damaged_octet_depends_on_no_buffer() {
        let few: Vec<_> = noise(3000).iter().map(|octet| octet / 64).collect();
        let [gzip, zstd, _, bzip2] = all();
        for (encode, decoder) in [gzip, zstd, bzip2] {
            let stored = [encode(b"the first"), encode(&few), encode(b"the last")].concat();
            for at in 0..stored.len() {
                let mut damaged = stored.clone();
                damaged[at] ^= 0x16;
                let [first, others @ ..] = [(5000, 5000), (600, 638), (1000, 7), (600, 1)]
                    .map(|(ahead, room)| told(decoder, &damaged, ahead, room));
                assert_eq!(others, [(); 3].map(|()| first.clone()), "{at} of {}", stored.len());
            }
        }
    }

    #[test]
    fn memory_is_bounded_and_the_message_says_so() {
        // A frame header that asks for a window of 2^28, then a raw block.
        let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90, 0x01, 0x00, 0x00];
        let (_, end) = decode(all()[1].1, &frame);
        let error = end.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported, "{error}");
        assert!(error.to_string().contains("128 MiB"));

        let small: Decode = |from| Box::new(Members::new(from, Xz::new(1 << 20).unwrap()));
        let mut large = liblzma::write::XzEncoder::new(Vec::new(), 6);
        large.write_all(&plain()).unwrap();
        let (_, end) = decode(small, &large.finish().unwrap());
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::Unsupported);
    }

    #[test]
    fn zstd_skips_skippable_frames() {
        let file = [&zstd(b"one"), SKIPPABLE, &zstd(b"two"), SKIPPABLE].concat();
        let (decoded, end) = decode(all()[1].1, &file);
        assert!(end.is_ok());
        assert_eq!(decoded, b"onetwo");
    }
}
