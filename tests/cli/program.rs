//! Runs the program in an environment of its own and keeps what comes out.

use crate::capture::Counts;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program, without anything in the environment that colours its output
/// and with nothing on standard input.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_v6share"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "COLUMNS"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm").stdin(Stdio::null());
    command
}

/// `v6share analyze` with arguments, ready for more.
pub(crate) fn analyze<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = program();
    command.arg("analyze").args(arguments);
    command
}

/// The program as a user whom permissions bind. They do not bind root, so root
/// runs a copy in `folder`, which others can reach, as the user nobody.
pub(crate) fn as_common_user(folder: &Path) -> Command {
    if fs::metadata("/proc/self").expect("Linux has /proc").uid() != 0 {
        return program();
    }
    let copy = folder.join("v6share");
    // Another process copies: a file open for writing here would be inherited by
    // what other tests start, and could not be run until they end.
    let mut cp = Command::new("cp");
    let copied = cp.arg(env!("CARGO_BIN_EXE_v6share")).arg(&copy).status();
    assert!(copied.expect("cp is there").success());
    fs::set_permissions(&copy, Permissions::from_mode(0o755)).expect("the copy is ours");
    let mut command = Command::new(copy);
    command.uid(65_534).gid(65_534).stdin(Stdio::null());
    command
}

/// What came out of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The totals of the JSON report, which must close.
    pub(crate) fn counts(&self) -> Counts {
        counts(&self.json())
    }

    /// The one message, which it must be; without its start.
    pub(crate) fn message(&self) -> &str {
        let mut lines = self.stderr.lines();
        let line = lines.next().unwrap_or_else(|| panic!("no message: {self:?}"));
        assert_eq!(lines.next(), None, "more than one message: {self:?}");
        line.strip_prefix("v6share: ").unwrap_or_else(|| panic!("{line}"))
    }

    /// Asserts that all went well and nothing was said.
    #[track_caller]
    pub(crate) fn is_quiet(&self) -> &Self {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        self
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn ends_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is text"),
            stderr: String::from_utf8(output.stderr).expect("standard error is text"),
        }
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    command.output().expect("the program starts").into()
}

/// Runs `analyze --format json` with arguments.
pub(crate) fn json<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Ran {
    run(analyze(arguments).args(["--format", "json"]))
}

/// The report of one input, of which nothing is said.
pub(crate) fn report(path: &str, more: &[&str]) -> Value {
    json([&[path], more].concat()).is_quiet().json()
}

/// Writes a file, and gives its path.
pub(crate) fn write(folder: &TempDir, name: &str, content: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).expect("the folder is ours");
    path.display().to_string()
}

/// Runs `analyze --format json` with bytes on standard input, through a pipe.
pub(crate) fn json_of_pipe<A: AsRef<OsStr>>(
    bytes: &[u8],
    arguments: impl IntoIterator<Item = A>,
) -> Ran {
    let command = analyze(arguments);
    let mut command = assert_cmd::Command::from_std(command);
    command.args(["--format", "json"]).write_stdin(bytes).output().expect("it starts").into()
}

/// Standard input from a file.
pub(crate) fn from_file(path: &Path) -> Stdio {
    File::open(path).expect("it was written before").into()
}

/// The totals of a report; the law of conservation must hold.
pub(crate) fn counts(report: &Value) -> Counts {
    let account = &report["account"];
    assert_eq!(account["closed"], true, "{account}");
    let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("{report}"));
    let family = |family: &str| &report["totals"]["transport"][family];
    let counts = Counts {
        records: number(&account["records"]),
        v4_packets: number(&family("ipv4")["packets"]),
        v4_octets: number(&family("ipv4")["octets"]),
        v6_packets: number(&family("ipv6")["packets"]),
        v6_octets: number(&family("ipv6")["octets"]),
    };
    assert_eq!(number(&account["ipv4"]), counts.v4_packets);
    assert_eq!(number(&account["ipv6"]), counts.v6_packets);
    counts
}

/// Name, status and error of each input, in the order of the report.
pub(crate) fn inputs(report: &Value) -> Vec<(String, String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let input = |input: &Value| {
        (text(&input["name"]).unwrap(), text(&input["status"]).unwrap(), text(&input["error"]))
    };
    report["inputs"].as_array().unwrap().iter().map(input).collect()
}
