//! The handler for SIGBUS: a mapped file that shrinks must not end the process.
//!
//! Touching a page of a map that lies behind the file's end raises SIGBUS, as
//! does a page that the disk cannot deliver, whatever was populated before. The
//! handler finds the map in the [`Registry`], marks it, puts zero pages under
//! the fault and returns; the reader goes on with zeros and learns of it from
//! the mark. A fault that belongs to no map here is passed to whoever handled
//! SIGBUS before, so that the process dies as it would have.
#![allow(unsafe_code, reason = "a signal handler, and the pages it replaces")]

use super::registry::{Registration, Registry};
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;
use std::sync::OnceLock;

/// Maps that can live at once: far more than workers, since each reads one.
const MAPS: usize = 1024;

/// The maps that live now.
static REGISTRY: Registry<MAPS> = Registry::new();

/// What the handler must know, complete before it is installed.
struct Before {
    /// Bytes of a page.
    page: usize,
    /// Who handled SIGBUS before.
    action: libc::sigaction,
}

/// Set before the handler is installed; reading it is one atomic load.
static BEFORE: OnceLock<Before> = OnceLock::new();

/// Whether the handler could be installed; it is tried once.
static INSTALLED: OnceLock<bool> = OnceLock::new();

/// Guards a map against SIGBUS until the registration is dropped, which must be
/// before the map goes. `None`: there is no room or no handler, do not map.
pub(super) fn guard(addresses: Range<usize>) -> Option<Registration> {
    if !*INSTALLED.get_or_init(install) {
        return None;
    }
    REGISTRY.register(addresses)
}

/// Bytes of a page of memory.
pub(super) fn page_size() -> usize {
    // SAFETY: sysconf takes a number and has no preconditions.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(page).ok().filter(|page| page.is_power_of_two()).unwrap_or(4096)
}

fn install() -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: a null action asks for the present one, written to `action`.
    if unsafe { libc::sigaction(libc::SIGBUS, ptr::null(), action.as_mut_ptr()) } != 0 {
        return false;
    }
    // SAFETY: sigaction returned 0, so it filled `action`.
    let action = unsafe { action.assume_init() };
    // Known before the first signal can arrive: the handler never waits.
    BEFORE.get_or_init(|| Before { page: page_size(), action });
    let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = on_sigbus;
    // SAFETY: all-zero is a valid sigaction: no handler, no flags, no mask.
    let mut ours: libc::sigaction = unsafe { std::mem::zeroed() };
    ours.sa_sigaction = handler as usize;
    // On the alternate stack, because the standard library's own handler, to
    // which a foreign fault is passed, reports stack overflows from there.
    ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: `ours` is complete; the handler calls async-signal-safe functions
    // only and reads statics that were set above.
    unsafe { libc::sigaction(libc::SIGBUS, &raw const ours, ptr::null_mut()) == 0 }
}

/// Runs in the thread that touched the page, between two of its instructions.
/// It neither allocates nor locks; on success errno stays as it was.
extern "C" fn on_sigbus(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    let Some(before) = BEFORE.get() else { return };
    // SAFETY: with SA_SIGINFO the kernel passes a valid siginfo; for SIGBUS the
    // address is one of its fields, whatever it holds for a signal that was sent.
    let (address, code) = unsafe { ((*info).si_addr() as usize, (*info).si_code) };
    // A code of 0 or less: somebody sent the signal, there is no fault.
    if code > 0
        && let Some(live) = REGISTRY.find(address)
    {
        // Marked before the zeros can be read, so that nobody who sees the
        // zeros can miss the mark.
        live.mark_shrunk();
        if zero_from(address, live.addresses().end, before.page) {
            return;
        }
    }
    pass_on(&before.action, signal, info, context, code > 0);
}

/// Puts zero pages under the map from the page of `address` to its end. All of
/// the rest, not the one page: a file's end was passed, so each later page would
/// fault as well, and single pages here and there would use up the kernel's
/// 65,530 mappings a process.
fn zero_from(address: usize, end: usize, page: usize) -> bool {
    let start = address & !(page - 1);
    let Some(end) = end.checked_next_multiple_of(page) else { return false };
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
    // SAFETY: the range lies within a map of ours (rounded to its pages, as the
    // kernel mapped it), which lives as long as the access that faulted borrows
    // it. Read-only zeros take the place of read-only file pages.
    let zeros =
        unsafe { libc::mmap(start as *mut c_void, end - start, libc::PROT_READ, flags, -1, 0) };
    zeros != libc::MAP_FAILED
}

/// Hands a signal that is not ours to whoever handled it before.
fn pass_on(
    before: &libc::sigaction,
    signal: c_int,
    info: *mut libc::siginfo_t,
    context: *mut c_void,
    fault: bool,
) {
    let function = before.sa_sigaction;
    if function == libc::SIG_DFL || function == libc::SIG_IGN {
        // SAFETY: `before` came from sigaction. A fault is raised again when the
        // instruction is run again; a signal that was sent has to be sent again.
        unsafe {
            libc::sigaction(signal, before, ptr::null_mut());
            if !fault {
                libc::raise(signal);
            }
        }
    } else if before.sa_flags & libc::SA_SIGINFO != 0 {
        // SAFETY: a handler installed with SA_SIGINFO has this signature.
        let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) =
            unsafe { std::mem::transmute(function) };
        handler(signal, info, context);
    } else {
        // SAFETY: a handler installed without SA_SIGINFO has this signature.
        let handler: extern "C" fn(c_int) = unsafe { std::mem::transmute(function) };
        handler(signal);
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    /// Set in the child that is meant to die.
    const CHILD: &str = "V6SHARE_TEST_SIGBUS";

    /// Runs the named test again in a child of its own and returns its signal.
    fn signal_of(test: &str) -> Option<i32> {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program)
            .args(["--exact", &format!("input::map::sigbus::tests::{test}")])
            .env(CHILD, "1")
            .output()
            .unwrap();
        output.status.signal()
    }

    #[test]
    fn a_fault_outside_our_maps_still_kills() {
        if std::env::var_os(CHILD).is_none() {
            assert_eq!(signal_of("a_fault_outside_our_maps_still_kills"), Some(libc::SIGBUS));
            return;
        }
        assert!(super::guard(0x1000..0x2000).is_some());
        let file = tempfile::tempfile().unwrap();
        // SAFETY: a new mapping of an empty file, touched on purpose.
        unsafe {
            let map = libc::mmap(
                std::ptr::null_mut(),
                4096,
                libc::PROT_READ,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            );
            std::ptr::read_volatile(map.cast::<u8>());
        }
    }

    #[test]
    fn a_signal_that_was_sent_still_kills() {
        if std::env::var_os(CHILD).is_none() {
            assert_eq!(signal_of("a_signal_that_was_sent_still_kills"), Some(libc::SIGBUS));
            return;
        }
        assert!(super::guard(0x1000..0x2000).is_some());
        // SAFETY: raise has no preconditions. Twice: the standard library's
        // handler takes the first for a fault, and only resets the action.
        unsafe {
            libc::raise(libc::SIGBUS);
            libc::raise(libc::SIGBUS);
        }
    }
}
