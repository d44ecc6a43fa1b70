//! The command line, as text: what may be said, and how it is explained.

use super::by::By;
use super::generate::Generated;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use v6share::model::{
    AutoOptions, AutoShare, BinWidth, DedupWindow, HostRule, Measure, PrefixLens, Profile, Side,
    TimeWindow, Timestamp, View, Views,
};
use v6share::report::Format;

const EXIT_CODES: &str = "\
Exit codes:
  0  every input was read to its end
  2  wrong usage, nothing to read, or a result that cannot be written
  2  some input failed or was read in part, or Ctrl-C ended the run (the results
     of the rest are printed all the same; --keep-going makes this 0)";

const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncaptures: pcap, pcapng, ERF, snoop\nflow logs: NetFlow v5/v7/v9, IPFIX, sFlow v5, nfcapd, AWS, Azure, GCP, Zeek, EVE, CSV, JSON lines\ncompression: gzip, zstd, xz, bzip2, lz4"
);

/// Adds what a newcomer may have meant to an error of the arguments.
pub(crate) fn advised(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
        && Path::new(word).exists()
    {
        let tip = format!("to measure it: v6share analyze {word}");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Measures how much of a network's traffic is IPv6, and how much is IPv4.
#[derive(Debug, Parser)]
#[command(name = "v6share", version, long_version = LONG_VERSION, max_term_width = 100)]
#[command(after_help = EXIT_CODES, arg_required_else_help = true)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(override_usage = "v6share <COMMAND>\n       v6share --generate <WHAT>")]
pub(crate) struct Cli {
    /// Print the completions of a shell, or the manual, and end
    #[arg(long, value_enum, value_name = "WHAT", required = true)]
    pub(crate) generate: Option<Generated>,

    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Read captures and say how much of their traffic is IPv4 and how much IPv6
    Analyze(Box<Analyze>),
    /// Add up results that were kept with --save
    Merge(Box<super::merge::Merge>),
    /// Show a result that was kept with --save
    Report(Box<super::show::Show>),
    /// Set two results side by side: what changed, and what moved most
    Compare(Box<super::compare::Compare>),
    /// Show how single packets of a capture are counted, and why
    Explain(Box<super::explain::Explain>),
    /// Print the configuration that is in force, as a file that says the same
    Config(Box<super::tunnel_config::TunnelArgs>),
    /// Say who holds which addresses, where and since when, from the registries' statistics
    Registry(Box<super::registry::Registry>),
    /// Write a capture with known totals, to test and to measure with
    Synth(Box<super::synth::Synth>),
}

/// Arguments of `analyze`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Analyze {
    /// Captures and flow logs: files, folders (read recursively), globs, or - for standard input
    ///
    /// Formats and compression are recognised by content, never by name: pcap,
    /// pcapng, ERF and snoop; NetFlow, IPFIX, sFlow, nfcapd, cloud flow logs, Zeek,
    /// EVE, tables and JSON lines; plain or in gzip, zstd, xz, bzip2 or lz4. Without
    /// any input, standard input is read where it is not a terminal.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<OsString>,

    /// Read the names of inputs from LIST, one a line (- for standard input)
    #[arg(long, value_name = "LIST")]
    pub(crate) files_from: Vec<PathBuf>,

    /// The names in LIST are separated by NUL bytes, as `find -print0` writes them
    #[arg(long, short = '0', requires = "files_from")]
    pub(crate) null: bool,

    /// What the traffic is broken down by: one breakdown, its rows by all of these
    /// together; give it again for another breakdown
    ///
    /// Without it there are two: --by protocol --by prefix. The dimensions:
    ///
    ///   protocol             the protocol after IPv6 extension headers
    ///   port                 the well-known port of the two, TCP and UDP apart
    ///   service              the service of that port
    ///   prefix, prefix=V4/V6 the prefix of source or destination (see --prefix-len)
    ///   prefix=auto          the prefixes that carry enough of the traffic (see
    ///                        --auto-share), from /32 and /64 up; with :V4/V6 behind
    ///                        it from those lengths up
    ///   mac                  the Ethernet address of source or destination
    ///   vlan                 the identifiers of the two outermost VLAN tags
    ///   interface            the interface by its number in the capture
    ///   input                the input by its name
    ///   exporter             who exported a flow record
    ///   time                 the bin of time (see --bin and --tz)
    ///   label, label.NAME    the label of --networks, or an attribute of it
    ///   direction            in, out, internal or transit, by the local networks
    ///                        of --networks
    ///   asn                  the origin of the address, from --asn
    ///   country              its country, from --country or --registry
    ///   holder               who holds it by a registry's extended file of --registry,
    ///                        as registry/opaque-id
    ///   host                 the host of an address by --host-rule
    ///   packet-size          the class of the IP packet's octets
    ///   traffic-class        the differentiated services code point
    ///   encapsulation        the class of tunnel or translation and its two
    ///                        families; alone, for both views at once
    ///   encapsulation-path   the headers from the outer to the inner one; alone,
    ///                        for both views at once
    ///
    /// With source- or destination- before it, prefix, label, asn, country, holder, host and mac
    /// go by that end alone.
    /// Else a packet is in the row of each of its ends, and once where both have
    /// the same row.
    #[arg(
        long,
        value_name = "DIMENSION,...",
        default_values = ["protocol", "prefix"],
        verbatim_doc_comment
    )]
    pub(crate) by: Vec<By>,

    /// Bins of a breakdown by time: a time that divides a day (30s, 5m, 1h), 1d or month
    #[arg(long, value_name = "WIDTH", default_value = "1h")]
    pub(crate) bin: BinWidth,

    /// The time zone whose clock the bins follow: an IANA name or an offset
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) tz: String,

    /// Leave out records before TIME (RFC 3339, such as 2026-01-31T12:00:00Z)
    #[arg(long, value_name = "TIME", value_parser = TimeWindow::instant)]
    pub(crate) from: Option<Timestamp>,

    /// Leave out records at TIME and after it
    #[arg(long, value_name = "TIME", value_parser = TimeWindow::instant)]
    pub(crate) to: Option<Timestamp>,

    #[command(flatten)]
    pub(crate) networks: super::networks::NetworkArgs,

    /// Whose header the breakdowns follow: the outer one, the inner one, or each
    #[arg(long, value_enum, default_value = "transport")]
    pub(crate) view: ViewArg,

    /// What the headline share and the order of rows are made of
    #[arg(long, value_enum, default_value = "octets")]
    pub(crate) measure: MeasureArg,

    /// The denominator of every share
    #[arg(long, value_enum, default_value = "ip-only")]
    pub(crate) profile: ProfileArg,

    /// Lengths that prefixes are cut to, IPv4 and IPv6; give it again for another breakdown
    #[arg(long, value_name = "V4,V6", default_value = "24,48")]
    pub(crate) prefix_len: Vec<PrefixLens>,

    /// Whose address counts where a dimension does not say; with both, each of the two
    /// ends, once where both have the same row
    #[arg(long, value_enum, default_value = "both")]
    pub(crate) prefix_side: SideArg,

    /// What an automatic prefix carries at least, in percent of the traffic
    #[arg(long, value_name = "PERCENT", default_value = "1")]
    pub(crate) auto_share: AutoShare,

    /// Keys of a family that automatic prefixes are found among at most
    ///
    /// A key is the two ends of a packet (or one, with a side) and what else stands in
    /// the breakdown. Where there are more, the longest prefixes are cut by four bits
    /// until there are not: the result says so, and is the same for any number of
    /// threads. A million keys take up to 0.4 GB of memory.
    #[arg(long, value_name = "N", default_value_t = AutoOptions::default().keys)]
    pub(crate) auto_keys: usize,

    /// What ties IPv6 addresses to the IPv4 address of their host, for --by host: the
    /// bits behind the one prefix are those behind the other
    ///
    /// 2001:db8:100::/40=10.1.0.0/16 is for customers whose /56 is numbered as their
    /// IPv4 address is; 2001:db8:64::/96=0.0.0.0/0 for addresses that end in one.
    #[arg(long, value_name = "V6PREFIX=V4PREFIX")]
    pub(crate) host_rule: Vec<HostRule>,

    /// Count distinct addresses, /64, /56 and /48 of IPv6 and /24 of IPv4
    ///
    /// Exact up to 65,536 of a kind, beyond that an estimate with a standard error of
    /// 0.41 %. --prefix-side says whose addresses.
    #[arg(long)]
    pub(crate) distinct: bool,

    /// Leave out copies of frames within WINDOW packets, or a time such as 50ms
    ///
    /// For captures of a mirror port that shows both directions, of several
    /// interfaces, or of a loop. A copy is the same from the IP header on, but for
    /// TTL or hop limit and the IPv4 header checksum; the window goes from one copy
    /// to the next. What is left out is counted as excluded. An IPv6 packet that is
    /// sent twice without a change is a copy too: keep the window short. Each input
    /// is then read by one thread.
    #[arg(long, value_name = "WINDOW")]
    pub(crate) dedup: Option<DedupWindow>,

    /// Threads; 0 for one a core
    #[arg(long, short = 'j', value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,

    /// End with 0 though inputs failed; their status stands in the result
    #[arg(long)]
    pub(crate) keep_going: bool,

    /// No progress and no notes on standard error; errors are still told
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say on standard error what is read, and how fast
    #[arg(long, short)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) flows: super::flow_args::FlowArgs,

    #[command(flatten)]
    pub(crate) present: super::present::PresentArgs,

    #[command(flatten)]
    pub(crate) save: super::save::SaveArgs,

    #[command(flatten)]
    pub(crate) range: super::range::RangeArgs,

    #[command(flatten)]
    pub(crate) tunnels: super::tunnel_config::TunnelArgs,

    #[command(flatten)]
    pub(crate) sharing: super::sharing::SharingArgs,

    /// Bytes of the pieces that one capture is split into (for tests)
    #[arg(long, value_name = "BYTES", hide = true)]
    pub(crate) piece_size: Option<usize>,
}

/// Declares an argument's values and what each stands for.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident => $target:ty { $($(#[$help:meta])* $value:ident = $meaning:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, ValueEnum)]
        pub(crate) enum $name { $($(#[$help])* $value,)* }

        impl From<$name> for $target {
            fn from(value: $name) -> Self {
                match value { $($name::$value => $meaning,)* }
            }
        }
    };
}

choices! {
    /// `--view`.
    ViewArg => Views {
        /// The outer IP header: what the network carries
        Transport = Self::One(View::Transport),
        /// The inner IP header: what the two ends speak
        EndToEnd = Self::One(View::EndToEnd),
        /// Both, one after the other
        Both = Self::Both,
    }
}

choices! {
    /// `--measure`.
    MeasureArg => Measure {
        /// IP-layer octets, headers included
        Octets = Self::Octets,
        /// Packets
        Packets = Self::Packets,
        /// Original lengths of the frames
        WireOctets = Self::WireOctets,
        /// Flow records
        Flows = Self::Flows,
    }
}

choices! {
    /// `--profile`: one, or `None` for all.
    ProfileArg => Option<Profile> {
        /// IPv6 / (IPv4 + IPv6)
        IpOnly = Some(Profile::IpOnly),
        /// IPv6 / all frames
        AllFrames = Some(Profile::AllFrames),
        /// ip-only without tunnels and translated packets
        NativeOnly = Some(Profile::NativeOnly),
        /// ip-only without control traffic (ICMP, routing, DNS, NTP, DHCP, ...)
        UserTraffic = Some(Profile::UserTraffic),
        /// The share under each of them, side by side; all else as with ip-only
        All = None,
    }
}

choices! {
    /// `--prefix-side`.
    SideArg => Side {
        /// Source or destination
        Both = Self::Both,
        /// Source alone
        Source = Self::Source,
        /// Destination alone
        Destination = Self::Destination,
    }
}

choices! {
    /// `--format`.
    FormatArg => Format {
        /// For people
        Table = Self::Table,
        /// One document, version 1 of the schema
        Json = Self::Json,
        /// One JSON object a line, flat
        Ndjson = Self::Ndjson,
        /// One row a line, flat
        Csv = Self::Csv,
    }
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless NO_COLOR or TERM=dumb is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_words_of_profile_are_those_of_the_report() {
        for profile in ProfileArg::value_variants() {
            let word = profile.to_possible_value().expect("none is hidden");
            assert_eq!(word.get_name(), Option::from(*profile).map_or("all", Profile::key));
        }
    }
}
