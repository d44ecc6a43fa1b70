//! A progress bar on standard error: bytes, rate and time left.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use v6share::input::{Place, Source};
use v6share::model::ByteRange;
use v6share::pipeline::Control;

const REFRESH: Duration = Duration::from_millis(100);

/// A bar that follows a run until it is dropped.
pub(crate) struct Progress {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    bar: ProgressBar,
}

impl Progress {
    /// Starts a bar where somebody can see it.
    pub(crate) fn start(sources: &[Source], control: &Control) -> Option<Self> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = match total(sources) {
            Some(total) => ProgressBar::new(total).with_style(style(
                "{bar:30} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left{msg}",
            )),
            None => ProgressBar::new_spinner()
                .with_style(style("{spinner} {binary_bytes}, {binary_bytes_per_sec}{msg}")),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let done = Arc::new(AtomicBool::new(false));
        let (bar_there, done_there, control) = (bar.clone(), Arc::clone(&done), control.clone());
        let thread = std::thread::spawn(move || {
            while !done_there.load(Ordering::Relaxed) {
                bar_there.set_position(control.bytes());
                bar_there.set_message(format!(", {} records", control.records()));
                std::thread::park_timeout(REFRESH);
            }
        });
        Some(Self { done, thread: Some(thread), bar })
    }

    /// Runs `f` while the bar is out of the way of what it prints.
    pub(crate) fn suspend(&self, f: impl FnOnce()) {
        self.bar.suspend(f);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic in the bar must not hide the result.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

/// Bytes of all inputs as stored; `None` where one has no size.
fn total(sources: &[Source]) -> Option<u64> {
    let mut total = 0;
    for source in sources {
        let Place::Path(path) = &source.place else { return None };
        let metadata = std::fs::metadata(path).ok()?;
        if !metadata.is_file() {
            return None;
        }
        let range = source.cut.map_or(ByteRange::ALL, |cut| cut.range);
        let end = range.end.map_or(metadata.len(), |end| end.min(metadata.len()));
        total += end.saturating_sub(range.start);
    }
    Some(total)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
