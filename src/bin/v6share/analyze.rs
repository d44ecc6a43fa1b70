//! `v6share analyze`: captures in, shares out.

use super::batch::Batch;
use super::cli::Analyze;
use super::exit::Exit;
use super::progress::Progress;
use super::save::Kept;
use super::{by, message, networks, output};
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};
use v6share::error::Error;
use v6share::flowlog::Mapping;
use v6share::input::{self, FileList, Found, Place, Request, Separator, Source};
use v6share::model::{AutoOptions, Dimension, Profile, TimeBins, TimeWindow, TunnelOptions};
use v6share::pipeline::{self, Control, Networks, Sharing};
use v6share::report;
use v6share::summary::{Settings, Status, Summary};

/// Carries it out.
pub(crate) fn run(arguments: &Analyze) -> Exit {
    let Some(request) = request(arguments) else {
        message::error(&"no input: give captures, or pipe one in (see v6share analyze --help)");
        return Exit::Failure;
    };
    let Some(Choices { sharing, networks, mapping }) = choices(arguments) else {
        return Exit::Failure;
    };
    let started = Instant::now();
    let Some(mut found) = find(arguments, &request) else { return Exit::Failure };
    let control = Control::default();
    interrupt_on_signal(&control);
    let progress = (!arguments.quiet).then(|| Progress::start(&found.sources, &control)).flatten();
    let tell = |error: &Error| match &progress {
        Some(progress) => progress.suspend(|| message::error(error)),
        None => message::error(error),
    };
    let options = pipeline::Options { networks, mapping, ..options(arguments, &control) };
    let read = read(arguments, &mut found, &sharing, &options, &tell);
    drop(progress);
    let mut summary = match read {
        Ok(summary) => summary,
        Err(why) => {
            message::error(&why);
            return Exit::Failure;
        }
    };
    if !arguments.quiet {
        tell_copies(&summary);
        tell_age(&summary, &options);
        tell_remarks(&summary);
    }
    if arguments.verbose {
        tell_speed(&summary, &control, started);
    }
    if let Err(why) = finish(arguments, &mut summary, &found.sources) {
        message::error(&why);
        return Exit::Failure;
    }
    exit(arguments, &summary)
}

/// Finds what to read, and tells what is odd about it; `None` where the result would
/// be written over it.
fn find(arguments: &Analyze, request: &Request) -> Option<Found> {
    let mut found = input::discover(request);
    let output = arguments.present.output.as_deref();
    let kept = arguments.save.file();
    for path in [output].into_iter().chain(kept.map(Some)) {
        let apart = output::keep_apart(path, &mut found).and_then(|()| output::check(path));
        if let Err(error) = apart {
            message::error(&error);
            return None;
        }
    }
    if let Some(folder) = &arguments.save.save_each {
        leave_out(&mut found, folder);
    }
    if !arguments.quiet {
        for note in &found.notes {
            message::note(note);
        }
    }
    let range = arguments.save.check(output).and_then(|()| arguments.range.cut(&mut found));
    if let Err(why) = range.and_then(|()| arguments.save.give_name(&mut found)) {
        message::error(&why);
        return None;
    }
    if found.sources.is_empty() && found.errors.is_empty() {
        message::error(
            &"nothing to read: what was given holds no files (check the folders and lists)",
        );
    }
    Some(found)
}

/// Leaves out what lies in the folder of the results: where that is within a folder of
/// inputs, a later run would take them for some.
fn leave_out(found: &mut Found, folder: &Path) {
    let Ok(folder) = folder.canonicalize() else { return };
    let is_result = |source: &Source| match &source.place {
        Place::Path(path) => path.canonicalize().is_ok_and(|path| path.starts_with(&folder)),
        Place::Stdin => false,
    };
    let before = found.sources.len();
    found.sources.retain(|source| !is_result(source));
    if let left @ 1.. = before - found.sources.len() {
        let files = counted(left as u64, "file");
        found.notes.push(format!("{files} left out: the results are in {}", folder.display()));
    }
}

/// Reads all inputs: at once, or with `--save-each` one by one.
fn read(
    arguments: &Analyze,
    found: &mut Found,
    sharing: &Sharing,
    options: &pipeline::Options,
    tell: &(dyn Fn(&Error) + Sync),
) -> Result<Summary, String> {
    let missing = std::mem::take(&mut found.errors);
    let Some(folder) = &arguments.save.save_each else {
        let settings = sharing.settings();
        let summary = pipeline::analyze(&found.sources, missing, settings, options, tell);
        return Ok(sharing.apply(summary));
    };
    let (jobs, digest) = (arguments.save.jobs, arguments.save.digest);
    let batch = Batch { folder, jobs, digest, sharing, options, tell };
    let done = batch.read(&found.sources, missing)?;
    if !arguments.quiet && done.known > 0 {
        let known = counted(done.known as u64, "input");
        message::note(&format!("{known} not read again: the results are in {}", folder.display()));
    }
    Ok(done.summary)
}

/// Keeps and shows the result.
fn finish(arguments: &Analyze, summary: &mut Summary, sources: &[Source]) -> Result<(), String> {
    let kept = arguments.save.keep(summary, sources)?;
    if kept == Kept::OnStandardOutput {
        return Ok(());
    }
    let written = arguments.present.write(|options, out| report::write(summary, options, out));
    written.map_err(|error| error.to_string())
}

/// What to read: without any input, standard input where something may be there.
fn request(arguments: &Analyze) -> Option<Request> {
    let separator = if arguments.null { Separator::Nul } else { Separator::Newline };
    let lists = arguments.files_from.iter();
    let mut request = Request {
        arguments: arguments.inputs.clone(),
        lists: lists.map(|path| FileList { path: path.clone(), separator }).collect(),
    };
    if request.arguments.is_empty() && request.lists.is_empty() {
        if std::io::stdin().is_terminal() {
            return None;
        }
        request.arguments.push("-".into());
    }
    Some(request)
}

/// What is chosen, and the tables that it needs.
struct Choices {
    sharing: Sharing,
    networks: Option<Networks>,
    mapping: Option<Mapping>,
}

/// The choices; `None` where something is wrong with them, which was told.
fn choices(arguments: &Analyze) -> Option<Choices> {
    let tell = |why: String| message::error(&why);
    let tunnels = arguments.tunnels.options().map_err(tell).ok()?;
    let mapping = mapping(arguments).map_err(tell).ok()?;
    let settings = settings(arguments, tunnels).map_err(tell).ok()?;
    arguments.save.check_settings(&settings).map_err(tell).ok()?;
    let control = Control::default();
    let threads = options(arguments, &control).threads;
    let networks = arguments.networks.read(&control, threads, arguments.quiet).ok()?;
    let resolver = networks.as_ref().map(|networks| &*networks.resolver);
    if let Some(missing) = networks::missing(&settings.breakdowns, resolver) {
        message::error(&missing);
        return None;
    }
    let by_host = |by: &Dimension| matches!(by, Dimension::Host(_));
    if settings.hosts.is_empty() && settings.breakdowns.iter().flatten().any(by_host) {
        message::error(&"--by host needs what ties addresses: give --host-rule V6PREFIX=V4PREFIX");
        return None;
    }
    let sharing = arguments.sharing.sharing(settings).map_err(tell).ok()?;
    Some(Choices { sharing, networks, mapping })
}

/// The choices; or why they are none.
fn settings(arguments: &Analyze, tunnels: TunnelOptions) -> Result<Settings, String> {
    let window =
        TimeWindow::new(arguments.from, arguments.to).map_err(|why| format!("--to: {why}"))?;
    let bins = TimeBins::new(arguments.bin, &arguments.tz).map_err(|why| format!("--tz: {why}"))?;
    let profile: Option<Profile> = arguments.profile.into();
    Ok(Settings {
        measure: arguments.measure.into(),
        profile: profile.unwrap_or_default(),
        all_profiles: profile.is_none(),
        views: arguments.view.into(),
        breakdowns: by::breakdowns(&arguments.by, &arguments.prefix_len),
        prefix_side: arguments.prefix_side.into(),
        auto: AutoOptions { share: arguments.auto_share, keys: arguments.auto_keys },
        hosts: arguments.host_rule.clone(),
        distinct: arguments.distinct,
        tunnels,
        dedup: arguments.dedup,
        flows: arguments.flows.options(),
        bins,
        window,
        ..Settings::default()
    })
}

/// Says where a table of networks is of another time than the traffic.
fn tell_age(summary: &Summary, options: &pipeline::Options) {
    if let (Some(networks), Some(traffic)) = (&options.networks, summary.time) {
        networks.age_notes(traffic).iter().for_each(|note| message::note(note));
    }
}

/// Says where copies of frames are suspected: the shares may count packets
/// twice.
fn tell_copies(summary: &Summary) {
    let mut suspected = summary
        .inputs
        .iter()
        .filter_map(|input| input.suspected_copies.map(|copies| (input.name.as_str(), copies)));
    let Some((name, copies)) = suspected.next() else { return };
    let others = match suspected.count() {
        0 => String::new(),
        more => format!(", and there are many in {}", counted(more as u64, "other input")),
    };
    message::note(&format!(
        "{name}: {} of its first {} are copies of one before{others}; if frames were captured \
         twice, --dedup 1000 leaves copies out",
        copies.copies,
        counted(copies.frames, "IP frame"),
    ));
}

/// Says what readers of flow logs remarked.
fn tell_remarks(summary: &Summary) {
    for input in &summary.inputs {
        let Some(flows) = &input.flows else { continue };
        let name = if input.name == "-" { "standard input" } else { &input.name };
        for remark in &flows.remarks {
            message::note(&format!("{name}: {remark}"));
        }
        let more = flows.remarks_in_all - flows.remarks.len() as u64;
        if more > 0 {
            message::note(&format!("{name}: and {}", counted(more, "more remark")));
        }
    }
}

/// The mapping of columns that the user gives or names.
fn mapping(arguments: &Analyze) -> Result<Option<Mapping>, String> {
    arguments.flows.mapping(&arguments.tunnels)
}

fn options(arguments: &Analyze, control: &Control) -> pipeline::Options {
    let mut options = pipeline::Options { control: control.clone(), ..Default::default() };
    if arguments.threads > 0 {
        options.threads = arguments.threads;
    }
    if let Some(piece) = arguments.piece_size {
        options.piece = piece;
    }
    options
}

/// Signals that come as close as this are one: timeout(1) and many a wrapper
/// send it to the program and then to its whole group. Nobody presses Ctrl-C
/// twice that fast and means two things.
const SAME_SIGNAL: Duration = Duration::from_millis(500);

/// The first signal ends the run and prints what there is, the second one ends
/// the program.
fn interrupt_on_signal(control: &Control) {
    let control = control.clone();
    let mut first: Option<Instant> = None;
    let handler = move || match first {
        None => {
            first = Some(Instant::now());
            control.interrupt();
        }
        Some(first) if first.elapsed() < SAME_SIGNAL => {}
        Some(_) => std::process::exit(130),
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        message::note(&format!("Ctrl-C will end the program without a result: {error}"));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a speed for people")]
fn tell_speed(summary: &Summary, control: &Control, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    let (records, bytes) = (summary.account.records, control.bytes());
    message::note(&format!(
        "{}, {}, {} in {seconds:.3} s: {:.2} million records/s, {:.1} MB/s",
        counted(summary.inputs.len() as u64, "input"),
        counted(records, "record"),
        counted(bytes, "byte"),
        records as f64 / seconds / 1e6,
        bytes as f64 / seconds / 1e6,
    ));
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn exit(arguments: &Analyze, summary: &Summary) -> Exit {
    let inputs = &summary.inputs;
    let all = !inputs.is_empty() && inputs.iter().all(|input| input.status == Status::Complete);
    if arguments.keep_going || (all && !summary.interrupted) {
        Exit::Success
    } else {
        Exit::Failure
    }
}
