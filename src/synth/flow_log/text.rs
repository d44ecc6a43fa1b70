//! Flow records as text: AWS VPC, Zeek, comma-separated values, JSON lines.

use super::encoder::FlowFormat;
use super::entry::Entry;
use std::io::Write;

/// The columns of the two formats that are nobody's own.
const CSV_HEADER: &str = "start,end,src,dst,sport,dport,proto,packets,octets,sampling\n";
const VPC_HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
                          packets bytes start end action log-status\n";
const ZEEK_HEADER: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n\
    #unset_field\t-\n#path\tconn\n\
    #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t\
    orig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\t\
    orig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n\
    #types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\t\
    bool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n";

/// Lines being written.
pub(super) struct Text {
    format: FlowFormat,
    lines: u64,
}

impl Text {
    pub(super) fn new(format: FlowFormat) -> Self {
        Self { format, lines: 0 }
    }

    pub(super) fn begin(&self, out: &mut Vec<u8>) {
        let header = match self.format {
            FlowFormat::Csv => CSV_HEADER,
            FlowFormat::Vpc => VPC_HEADER,
            FlowFormat::Zeek => ZEEK_HEADER,
            _ => "",
        };
        out.extend_from_slice(header.as_bytes());
    }

    pub(super) fn record(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        self.lines += 1;
        let line = match self.format {
            FlowFormat::Vpc => vpc(entry, out),
            FlowFormat::Zeek => zeek(entry, self.lines, out),
            FlowFormat::JsonLines => json(entry, out),
            _ => csv(entry, out),
        };
        line.expect("a Vec takes all that is written");
    }
}

fn csv(entry: &Entry, out: &mut Vec<u8>) -> std::io::Result<()> {
    let ([source, destination], [sport, dport]) = (entry.key.addresses(), entry.key.ports);
    let [start, end] = entry.milliseconds();
    let (protocol, packets, octets) = (entry.key.protocol, entry.packets, entry.octets);
    writeln!(
        out,
        "{start},{end},{source},{destination},{sport},{dport},{protocol},{packets},{octets},1"
    )
}

fn json(entry: &Entry, out: &mut Vec<u8>) -> std::io::Result<()> {
    let ([source, destination], [sport, dport]) = (entry.key.addresses(), entry.key.ports);
    let [start, end] = entry.milliseconds();
    let (protocol, packets, octets) = (entry.key.protocol, entry.packets, entry.octets);
    writeln!(
        out,
        "{{\"start\":{start},\"end\":{end},\"src\":\"{source}\",\"dst\":\"{destination}\",\
         \"sport\":{sport},\"dport\":{dport},\"proto\":{protocol},\"packets\":{packets},\
         \"octets\":{octets},\"sampling\":1}}"
    )
}

fn vpc(entry: &Entry, out: &mut Vec<u8>) -> std::io::Result<()> {
    let ([source, destination], [sport, dport]) = (entry.key.addresses(), entry.key.ports);
    let [start, end] = entry.milliseconds().map(|time| time / 1000);
    let (protocol, packets, octets) = (entry.key.protocol, entry.packets, entry.octets);
    writeln!(
        out,
        "2 123456789010 eni-0123456789abcdef0 {source} {destination} {sport} {dport} {protocol} \
         {packets} {octets} {start} {end} ACCEPT OK"
    )
}

fn zeek(entry: &Entry, number: u64, out: &mut Vec<u8>) -> std::io::Result<()> {
    let ([source, destination], [sport, dport]) = (entry.key.addresses(), entry.key.ports);
    let protocol = match entry.key.protocol {
        6 => "tcp",
        17 => "udp",
        1 | 58 => "icmp",
        _ => "unknown_transport",
    };
    // Microseconds, as Zeek writes them.
    let [start, end] = [entry.first, entry.last].map(|time| time / 1000);
    let span = end - start;
    let (packets, octets) = (entry.packets, entry.octets);
    let (second, fraction) = (start / 1_000_000, start % 1_000_000);
    let (long, rest) = (span / 1_000_000, span % 1_000_000);
    writeln!(
        out,
        "{second}.{fraction:06}\tC{number:017}\t{source}\t{sport}\t{destination}\t{dport}\t\
         {protocol}\t-\t{long}.{rest:06}\t0\t0\tOTH\t-\t-\t0\t-\t{packets}\t{octets}\t0\t0\t-"
    )
}
