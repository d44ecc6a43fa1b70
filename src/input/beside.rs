//! Decompression in a thread of its own, while what came before is read.
//!
//! One compressed input keeps one worker busy with decompression alone. Where
//! another core is idle, the two share the work: what takes longer, which is
//! decompression, then is all that shows.

use super::block::{Block, BlockReader, failed};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Decoded bytes handed over at a time: enough that handing over costs nothing,
/// and little enough that they are still in a cache when they are read.
const BLOCK: usize = 256 << 10;

/// Blocks that may wait to be read: what bounds the memory of a stream.
const WAITING: usize = 4;

/// Decoded bytes, none at the end of the stream, or why there are no more.
type Handed = io::Result<Block>;

/// Reads what another thread decodes.
///
/// The thread ends with the stream, with its first error, or when it finds that
/// nobody reads any more.
#[derive(Debug)]
pub(super) struct Beside {
    decoded: Receiver<Handed>,
    /// Takes back what was read.
    used: Sender<Box<[u8]>>,
    reader: BlockReader,
    ended: bool,
    /// Nobody reads any more.
    gone: Arc<AtomicBool>,
}

impl Beside {
    /// Lets a thread read `source` from here on; gives it back where the system
    /// refuses one.
    pub(super) fn over(source: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        let (decoded, from_thread) = sync_channel(WAITING);
        let (used, to_thread) = channel();
        // A thread takes what it runs with it, also where it cannot be started: the
        // source is sent to it once it is there.
        let (give, take) = sync_channel::<Box<dyn Read + Send>>(1);
        let gone = Arc::<AtomicBool>::default();
        let reader_gone = Arc::clone(&gone);
        let work = move || {
            if let Ok(source) = take.recv() {
                decode(source, &decoded, &to_thread, &reader_gone);
            }
        };
        if thread::Builder::new().name("decompress".to_owned()).spawn(work).is_err() {
            return source;
        }
        let refused = give.send(source);
        debug_assert!(refused.is_ok(), "the thread waits for it");
        let reader = BlockReader::default();
        Box::new(Self { decoded: from_thread, used, reader, ended: false, gone })
    }

    /// Waits for the next block.
    fn next(&mut self) -> io::Result<()> {
        let read = self.reader.go_on(Block::default());
        if !read.is_empty() {
            // Where the thread has ended it needs no more.
            let _ = self.used.send(read);
        }
        // A thread that says nothing more has failed.
        let block = self.decoded.recv().unwrap_or_else(|_| Err(failed()))?;
        self.ended = block.len == 0;
        self.reader.go_on(block);
        Ok(())
    }
}

impl Read for Beside {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.reader.is_at_end() && !self.ended && !out.is_empty() {
            self.next()?;
        }
        Ok(self.reader.read(out))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

/// Hands over block after block, until the stream ends or nobody takes them.
fn decode(
    mut source: Box<dyn Read + Send>,
    to: &SyncSender<Handed>,
    used: &Receiver<Box<[u8]>>,
    gone: &AtomicBool,
) {
    loop {
        let mut bytes = used.try_recv().unwrap_or_else(|_| vec![0; BLOCK].into());
        let (len, error) = fill(&mut source, &mut bytes, gone);
        let at_end = len == 0;
        let mut taken = true;
        if len > 0 || error.is_none() {
            taken = to.send(Ok(Block { bytes, len })).is_ok();
        }
        match error {
            Some(error) => {
                // What came before it is handed over first.
                let _ = to.send(Err(error));
                return;
            }
            None if at_end || !taken => return,
            None => (),
        }
    }
}

/// Reads until the block is full, the stream ends or it fails, or nobody wants it: a
/// slow pipe may take long to fill a block.
fn fill(source: &mut dyn Read, block: &mut [u8], gone: &AtomicBool) -> (usize, Option<io::Error>) {
    let mut len = 0;
    while len < block.len() && !gone.load(Ordering::Relaxed) {
        match source.read(&mut block[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return (len, Some(error)),
        }
    }
    (len, None)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{drain, noise};
    use super::*;
    use std::io::Cursor;
    use std::sync::atomic::AtomicUsize;
    use std::time::{Duration, Instant};

    fn beside(source: impl Read + Send + 'static) -> Box<dyn Read> {
        Beside::over(Box::new(source))
    }

    #[test]
    fn gives_the_same_bytes_in_their_order() {
        for len in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 9 * BLOCK + 12_345] {
            let all = noise(len);
            let (read, end) = drain(beside(Cursor::new(all.clone())));
            assert!(end.is_ok());
            assert!(read == all, "{len}");
        }
    }

    /// Reads nothing any more once it has ended, and goes on saying so.
    #[test]
    fn an_end_stays_an_end() {
        let mut reader = beside(Cursor::new(b"abc".to_vec()));
        let mut out = [0; 8];
        assert_eq!(reader.read(&mut []).unwrap(), 0);
        assert_eq!(reader.read(&mut out[..2]).unwrap(), 2);
        assert_eq!(reader.read(&mut out).unwrap(), 1);
        assert_eq!(reader.read(&mut out).unwrap(), 0);
        assert_eq!(reader.read(&mut out).unwrap(), 0);
    }

    #[test]
    fn an_error_comes_behind_the_bytes_before_it() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged"))
            }
        }
        for len in [0, 7, BLOCK, 3 * BLOCK + 1] {
            let all = noise(len);
            let (read, end) = drain(beside(Cursor::new(all.clone()).chain(Fails)));
            assert!(read == all, "{len}");
            assert_eq!(end.unwrap_err().to_string(), "it is damaged");
        }
        let mut reader = beside(Fails);
        assert!(reader.read(&mut [0; 4]).is_err());
        assert!(reader.read(&mut [0; 4]).is_err());
    }

    #[test]
    fn a_thread_that_panics_is_no_end_of_the_stream() {
        struct Panics(usize);
        impl Read for Panics {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(1).expect("a defect");
                Ok(out.len())
            }
        }
        let (read, end) = drain(beside(Panics(2)));
        assert_eq!(read.len(), 2 * BLOCK);
        assert!(end.unwrap_err().to_string().contains("has failed"));
    }

    #[test]
    fn nothing_is_read_for_nobody() {
        struct Endless(Arc<AtomicUsize>);
        impl Read for Endless {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                self.0.fetch_add(1, Ordering::SeqCst);
                Ok(out.len())
            }
        }
        let reads = Arc::new(AtomicUsize::new(0));
        let mut reader = beside(Endless(Arc::clone(&reads)));
        assert_eq!(reader.read(&mut [0; 10]).unwrap(), 10);
        // What waits is bounded, and with its reader the thread goes: then the
        // source is dropped with what it holds.
        assert!(reads.load(Ordering::SeqCst) <= WAITING + 3);
        drop(reader);
        is_let_go(&reads);
    }

    /// A slow source would take minutes to fill a block.
    #[test]
    fn nobody_waits_for_a_block_in_vain() {
        struct Drips(Arc<AtomicUsize>);
        impl Read for Drips {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                self.0.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(1));
                Ok(1)
            }
        }
        let reads = Arc::new(AtomicUsize::new(0));
        let reader = beside(Drips(Arc::clone(&reads)));
        while reads.load(Ordering::SeqCst) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        drop(reader);
        is_let_go(&reads);
    }

    /// Until the thread has dropped its source.
    fn is_let_go(held: &Arc<AtomicUsize>) {
        let begun = Instant::now();
        while Arc::strong_count(held) > 1 {
            assert!(begun.elapsed() < Duration::from_secs(20), "the thread goes on");
            thread::sleep(Duration::from_millis(1));
        }
    }
}
