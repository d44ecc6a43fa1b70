//! `v6share synth`: a recipe in, a capture or a flow log and its truth out.

use super::exit::Exit;
use super::{message, output};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use v6share::model::Timestamp;
use v6share::synth::{
    self, ByteOrder, FileFormat, FlowFormat, Link, ProtocolMix, Recipe, Resolution, Sizes,
    SynthError, Truth, TunnelMix,
};

/// Arguments of `synth`.
#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// The file to write (- for standard output)
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    /// Write the flows of the same packets instead of the packets: what an exporter would make of
    /// them. NetFlow 5 leaves IPv6 out, and all but sFlow, which samples every packet, leave out
    /// what is not IP
    #[arg(
        long = "as",
        value_enum,
        value_name = "FORMAT",
        conflicts_with_all = ["snap_len", "container", "big_endian"]
    )]
    flow_format: Option<FlowFormatArg>,

    /// Packets that one flow record stands for at most, 0 for all of its flow
    #[arg(long, value_name = "N", default_value_t = 0, requires = "flow_format")]
    record_packets: u64,

    /// Also write the true totals to FILE, as JSON with the keys of the report
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,

    /// Tell the tally of each prefix in the truth too
    #[arg(long, requires = "truth")]
    prefix_truth: bool,

    /// Start of the pseudo-random sequence: the same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Packets: the records of a capture, or what the flows of a flow log sent
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1_000_000)]
    packets: u64,

    /// Part of the native IP packets that are IPv6, 0 to 1
    #[arg(long, value_name = "PART", default_value_t = 0.375)]
    ipv6_share: f64,

    /// Octets of the IP packets: imix, full (records of about 757 octets), or a number
    #[arg(long, value_name = "MIX", default_value = "imix", value_parser = sizes)]
    sizes: Sizes,

    /// Flows that packets are drawn from
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    flows: u32,

    /// Distinct /24 and /48, in total
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    prefixes: u32,

    /// Exponent of Zipf's law for the popularity of flows
    #[arg(long, value_name = "S", default_value_t = 1.0)]
    zipf: f64,

    /// Parts of the protocols, which add up to 1; other is SCTP, ESP and protocol 253
    #[arg(
        long,
        value_name = "NAME=PART,...",
        default_value = "tcp=0.8,udp=0.17,icmp=0.02,other=0.01",
        value_parser = protocols
    )]
    protocols: ProtocolMix,

    /// Parts of the tunnels and translators: 6in4, 6to4, 6rd, isatap, teredo, 4in6, ds-lite, lw4o6,
    /// map-e, ipip, 6in6, gre, vxlan, geneve, gtp-u, ayiya, nvgre, vxlan-gpe, l2tp, etherip,
    /// mpls-in-ip, mpls-in-udp, lisp, capwap, srv6, ah, nat64, map-t, 464xlat, siit-dc, ipcomp,
    /// wireguard
    ///
    /// Some of them a prefix alone tells, of which analyze must be told: --6rd-prefix 3fff:6d::/32,
    /// --ds-lite-prefix 3fff:d5::/48, --lw4o6-prefix 3fff:46::/48, --map-e-prefix 3fff:ae::/48,
    /// --map-t-prefix 3fff:a7::/96, --464xlat-prefix 3fff:464::/96 and --siit-dc-prefix
    /// 3fff:dc::/96.
    #[arg(long, value_name = "NAME=PART,...", default_value = "", value_parser = tunnels)]
    tunnels: TunnelMix,

    /// Part of the packets with a VLAN tag
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    vlan: f64,

    /// Part of the packets with two VLAN tags
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    qinq: f64,

    /// Part of the packets under two MPLS labels
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    mpls: f64,

    /// Part of the packets in a PPPoE session
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    pppoe: f64,

    /// Part of the native IPv6 packets with extension headers
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    extension_headers: f64,

    /// Part of the native packets that are fragments
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    fragments: f64,

    /// Part of the records that are not IP
    #[arg(long, value_name = "PART", default_value_t = 0.0)]
    non_ip: f64,

    /// Octets stored of each frame, 0 for all
    #[arg(long, value_name = "OCTETS", default_value_t = 0)]
    snap_len: u32,

    /// The container
    #[arg(long, value_enum, default_value = "pcap")]
    container: Container,

    /// Write the container in big-endian order
    #[arg(long)]
    big_endian: bool,

    /// Timestamps in nanoseconds instead of microseconds
    #[arg(long)]
    nanoseconds: bool,

    /// Link type of the interface
    #[arg(long, value_enum, default_value = "ethernet")]
    link: LinkArg,

    /// Time of the first record, in nanoseconds since 1970
    #[arg(long, value_name = "NS", default_value_t = 1_767_225_600_000_000_000)]
    start: i64,

    /// Mean gap between records, in nanoseconds
    #[arg(long, value_name = "NS", default_value_t = 10_000)]
    interval: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Container {
    Pcap,
    Pcapng,
    Erf,
    Snoop,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FlowFormatArg {
    Ipfix,
    Netflow9,
    Netflow5,
    Nfcapd,
    Vpc,
    Zeek,
    Csv,
    Jsonl,
    Sflow,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LinkArg {
    Ethernet,
    Raw,
    LinuxSll,
    LinuxSll2,
}

/// Carries it out.
pub(crate) fn run(arguments: &Synth) -> Exit {
    let recipe = recipe(arguments);
    let stdout = arguments.output == Path::new("-");
    let path = (!stdout).then_some(arguments.output.as_path());
    match check_truth(path, arguments.truth.as_deref())
        .map_err(Into::into)
        .and_then(|()| write(arguments, &recipe, path))
    {
        Ok(Some(truth)) => {
            tell(&truth);
            arguments.truth.as_deref().map_or(Exit::Success, |path| write_truth(path, &truth))
        }
        // Nobody wanted the rest of it.
        Ok(None) => Exit::Success,
        Err(error) => {
            message::error(&error);
            Exit::Failure
        }
    }
}

/// Finds out whether the truth can be written, beside the file.
fn check_truth(path: Option<&Path>, truth: Option<&Path>) -> Result<(), String> {
    if let (Some(path), Some(truth)) = (path, truth)
        && output::is_same(path, truth)
    {
        return Err(format!(
            "{}: --output and --truth both write to it: give two files",
            truth.display()
        ));
    }
    output::check(truth).map_err(|error| error.to_string())
}

/// Writes the file; no truth where the reader closed the pipe.
fn write(
    arguments: &Synth,
    recipe: &Recipe,
    path: Option<&Path>,
) -> Result<Option<Truth>, Box<dyn std::error::Error>> {
    let mut outcome = None;
    let written = output::write(path, |out| match generate(arguments, recipe, out) {
        Err(SynthError::Io(error)) => Err(error),
        other => {
            let refused = other.is_err();
            outcome = Some(other);
            if refused { Err(std::io::ErrorKind::InvalidInput.into()) } else { Ok(()) }
        }
    });
    match outcome {
        Some(Err(refused)) => Err(refused.into()),
        Some(Ok(truth)) => Ok(written.map(|()| Some(truth))?),
        None => Ok(written.map(|()| None)?),
    }
}

fn generate(
    arguments: &Synth,
    recipe: &Recipe,
    out: &mut dyn std::io::Write,
) -> Result<Truth, SynthError> {
    let Some(format) = arguments.flow_format else { return synth::write(recipe, out) };
    let format = match format {
        FlowFormatArg::Ipfix => FlowFormat::Ipfix,
        FlowFormatArg::Netflow9 => FlowFormat::NetFlow9,
        FlowFormatArg::Netflow5 => FlowFormat::NetFlow5,
        FlowFormatArg::Nfcapd => FlowFormat::Nfcapd,
        FlowFormatArg::Vpc => FlowFormat::Vpc,
        FlowFormatArg::Zeek => FlowFormat::Zeek,
        FlowFormatArg::Csv => FlowFormat::Csv,
        FlowFormatArg::Jsonl => FlowFormat::JsonLines,
        FlowFormatArg::Sflow => FlowFormat::Sflow,
    };
    synth::write_flows(recipe, format, arguments.record_packets, out)
}

fn write_truth(path: &Path, truth: &Truth) -> Exit {
    let written = output::write(Some(path), |out| {
        serde_json::to_writer_pretty(&mut *out, &truth.to_json())?;
        out.write_all(b"\n")
    });
    match written {
        Ok(()) => Exit::Success,
        Err(error) => {
            message::error(&error);
            Exit::Failure
        }
    }
}

/// The true totals in one line.
fn tell(truth: &Truth) {
    let totals = &truth.totals.transport;
    message::note(&format!(
        "{} records: IPv4 {} packets and {} octets, IPv6 {} packets and {} octets",
        truth.account.records,
        totals.v4.packets,
        totals.v4.octets,
        totals.v6.packets,
        totals.v6.octets,
    ));
}

fn recipe(arguments: &Synth) -> Recipe {
    Recipe {
        seed: arguments.seed,
        packets: arguments.packets,
        ipv6_share: arguments.ipv6_share,
        sizes: arguments.sizes,
        flows: arguments.flows,
        prefixes: arguments.prefixes,
        zipf: arguments.zipf,
        protocols: arguments.protocols,
        vlan: arguments.vlan,
        qinq: arguments.qinq,
        mpls: arguments.mpls,
        pppoe: arguments.pppoe,
        tunnels: arguments.tunnels,
        extension_headers: arguments.extension_headers,
        fragments: arguments.fragments,
        non_ip: arguments.non_ip,
        snap_len: arguments.snap_len,
        format: match arguments.container {
            Container::Pcap => FileFormat::Pcap,
            Container::Pcapng => FileFormat::PcapNg,
            Container::Erf => FileFormat::Erf,
            Container::Snoop => FileFormat::Snoop,
        },
        byte_order: if arguments.big_endian { ByteOrder::Big } else { ByteOrder::Little },
        resolution: if arguments.nanoseconds { Resolution::Nano } else { Resolution::Micro },
        link: match arguments.link {
            LinkArg::Ethernet => Link::Ethernet,
            LinkArg::Raw => Link::Raw,
            LinkArg::LinuxSll => Link::LinuxSll,
            LinkArg::LinuxSll2 => Link::LinuxSll2,
        },
        start: Timestamp::from_nanoseconds(arguments.start),
        interval_ns: arguments.interval,
        keep_prefix_truth: arguments.prefix_truth,
    }
}

fn sizes(text: &str) -> Result<Sizes, String> {
    match text {
        "imix" => Ok(Sizes::Imix),
        "full" => Ok(Sizes::Full),
        number => number
            .parse()
            .map(Sizes::Fixed)
            .map_err(|_| "expected imix, full, or a number of octets up to 65535".into()),
    }
}

fn protocols(text: &str) -> Result<ProtocolMix, String> {
    let mut mix = ProtocolMix { tcp: 0.0, udp: 0.0, icmp: 0.0, other: 0.0 };
    for (name, part) in parts(text)? {
        *match name {
            "tcp" => &mut mix.tcp,
            "udp" => &mut mix.udp,
            "icmp" => &mut mix.icmp,
            "other" => &mut mix.other,
            _ => return Err(format!("no protocol {name}: there are tcp, udp, icmp and other")),
        } = part;
    }
    Ok(mix)
}

fn tunnels(text: &str) -> Result<TunnelMix, String> {
    let mut mix = TunnelMix::default();
    for (name, part) in parts(text)? {
        let place = mix.part_mut(name);
        *place.ok_or_else(|| format!("no tunnel {name}: see --help"))? = part;
    }
    Ok(mix)
}

/// `a=0.1,b=0.2` as pairs.
fn parts(text: &str) -> Result<Vec<(&str, f64)>, String> {
    let pair = |item| {
        let (name, part) = str::split_once(item, '=')?;
        Some((name, part.parse().ok()?))
    };
    text.split(',')
        .filter(|item| !item.is_empty())
        .map(|item| {
            pair(item).ok_or_else(|| format!("expected NAME=PART, such as tcp=0.8, and not {item}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use v6share::model::Encapsulation;

    /// The arguments alone.
    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        synth: Synth,
    }

    #[test]
    fn every_mechanism_can_be_asked_for_and_is_named_in_the_help() {
        let mut command = Arguments::command();
        let help = command.render_long_help().to_string();
        let help: Vec<_> = help.split(|c: char| c.is_whitespace() || c == ',').collect();
        for class in Encapsulation::ALL {
            let key = class.key();
            // ESP is a protocol of native packets here.
            if !matches!(class, Encapsulation::Native | Encapsulation::Esp) {
                assert!(tunnels(&format!("{key}=0.1")).is_ok(), "{key}");
                assert!(help.contains(&key), "{key}");
            }
        }
    }

    #[test]
    fn the_help_names_the_prefixes_that_analyze_must_be_told() {
        let help = Arguments::command().render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for (name, prefix) in [
            ("6rd", synth::SIX_RD_PREFIX),
            ("ds-lite", synth::DS_LITE_PREFIX),
            ("lw4o6", synth::LW4O6_PREFIX),
            ("map-e", synth::MAP_E_PREFIX),
            ("map-t", synth::MAP_T_PREFIX),
            ("464xlat", synth::XLAT464_PREFIX),
            ("siit-dc", synth::SIIT_DC_PREFIX),
        ] {
            assert!(help.contains(&format!("--{name}-prefix {prefix}")), "{name}: {help}");
        }
    }
}
