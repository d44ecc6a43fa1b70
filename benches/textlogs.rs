//! How many bytes of a flow log that is text are read in a second, by one
//! thread, over the shapes that clouds and sensors write? The log lies in memory;
//! nothing is aggregated but the totals, which are held against the truth.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::ops::ControlFlow;
use v6share::error::Position;
use v6share::flowlog::text::{TextOptions, detect};
use v6share::flowlog::{FlowReader as _, FlowSink, Window};
use v6share::model::{
    Anomalies, Excluded, Exporter, ExporterFacts, FlowRecord, Frame, NotIp, Undecodable,
};

/// Lines of a log: large enough to leave the caches.
const LINES: u64 = 100_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    flows: [u64; 2],
    packets: [u64; 2],
    octets: [u64; 2],
    others: u64,
}

impl FlowSink for Totals {
    fn flow(&mut self, record: &FlowRecord, _: Anomalies) -> ControlFlow<()> {
        let Some(family) = record.family else { panic!("{record:?}") };
        self.flows[family.index()] += 1;
        self.packets[family.index()] += record.packets;
        self.octets[family.index()] += record.octets + record.wire_octets;
        ControlFlow::Continue(())
    }

    fn sample(&mut self, _: &Frame<'_>, _: &FlowRecord) -> ControlFlow<()> {
        panic!("no text holds frames")
    }

    fn not_ip(&mut self, what: NotIp) {
        panic!("{what:?}")
    }

    fn undecodable(&mut self, why: Undecodable, _: u64) {
        panic!("{why:?}")
    }

    fn exclude(&mut self, _: Excluded, records: u64) {
        self.others += records;
    }

    fn remark(&mut self, at: Position, what: &str) {
        panic!("{at}: {what}")
    }

    fn exporter(&mut self, _: Exporter, _: &ExporterFacts) {}
}

/// A flow as every log tells it.
struct Flow {
    source: String,
    destination: String,
    ports: (u64, u64),
    packets: u64,
    octets: u64,
    second: u64,
}

/// Flows of which three in ten are IPv6, and what they add up to.
fn flows() -> (Vec<Flow>, Totals) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut totals = Totals::default();
    let mut flow = || {
        let family = usize::from(random(10) < 3);
        let mut address = || match family {
            0 => format!("10.{}.{}.{}", random(256), random(256), random(256)),
            _ => format!("2600:1f18:{:x}:{:x}::{:x}", random(65536), random(65536), random(65536)),
        };
        let (source, destination) = (address(), address());
        let (packets, size) = (1 + random(100), 40 + random(1400));
        let octets = packets * size;
        totals.flows[family] += 1;
        totals.packets[family] += packets;
        totals.octets[family] += octets;
        let ports = (1024 + random(60_000), 443);
        Flow { source, destination, ports, packets, octets, second: 1_700_000_000 + random(86_400) }
    };
    let flows = (0..LINES).map(|_| flow()).collect();
    (flows, totals)
}

/// A log with one line a flow.
fn log(header: &str, flows: &[Flow], line: impl Fn(&Flow) -> String) -> String {
    let mut text = header.to_owned();
    for flow in flows {
        writeln!(text, "{}", line(flow)).expect("memory takes it");
    }
    text
}

fn vpc(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, second } = flow;
    format!(
        "2 123456789010 eni-1235b8ca123456789 {source} {destination} {} {} 6 {packets} {octets} {second} {} ACCEPT OK",
        ports.0,
        ports.1,
        second + 60
    )
}

fn gcp(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, .. } = flow;
    format!(
        "{{\"insertId\": \"ut8lbrffooxyw\", \"jsonPayload\": {{\"bytes_sent\": \"{octets}\", \"connection\": {{\"dest_ip\": \
         \"{destination}\", \"dest_port\": {}, \"protocol\": 6, \"src_ip\": \"{source}\", \"src_port\": {}}}, \
         \"dest_location\": {{\"asn\": 15169, \"continent\": \"America\", \"country\": \"usa\"}}, \"src_instance\": \
         {{\"project_id\": \"my-sample-project\", \"region\": \"us-east1\", \"vm_name\": \"kibana\", \"zone\": \
         \"us-east1-b\"}}, \"src_vpc\": {{\"project_id\": \"my-sample-project\", \"subnetwork_name\": \"default\", \
         \"vpc_name\": \"default\"}}, \"end_time\": \"2019-06-14T03:45:37.301953198Z\", \"packets_sent\": \"{packets}\", \
         \"reporter\": \"SRC\", \"rtt_msec\": \"36\", \"start_time\": \"2019-06-14T03:45:37.186193305Z\"}}, \"logName\": \
         \"projects/my-sample-project/logs/compute.googleapis.com%2Fvpc_flows\", \"receiveTimestamp\": \
         \"2019-06-14T03:50:10.845445834Z\", \"resource\": {{\"labels\": {{\"location\": \"us-east1-b\", \"project_id\": \
         \"my-sample-project\", \"subnetwork_id\": \"758019854043528829\"}}, \"type\": \"gce_subnetwork\"}}, \
         \"timestamp\": \"2019-06-14T03:50:10.845445834Z\"}}",
        ports.1, ports.0
    )
}

fn eve(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, .. } = flow;
    format!(
        "{{\"timestamp\":\"2022-09-13T08:51:07.179000+0000\",\"flow_id\":2201947712275396,\"in_iface\":\"ens4\",\
         \"event_type\":\"flow\",\"src_ip\":\"{source}\",\"src_port\":{},\"dest_ip\":\"{destination}\",\"dest_port\":{},\
         \"proto\":\"TCP\",\"app_proto\":\"tls\",\"flow\":{{\"pkts_toserver\":{packets},\"pkts_toclient\":0,\
         \"bytes_toserver\":{octets},\"bytes_toclient\":0,\"start\":\"2022-09-13T08:44:07.185000+0000\",\"end\":\
         \"2022-09-13T08:51:07.177000+0000\",\"age\":420,\"state\":\"closed\",\"reason\":\"timeout\",\"alerted\":false}},\
         \"tcp\":{{\"tcp_flags\":\"1f\",\"tcp_flags_ts\":\"1f\",\"tcp_flags_tc\":\"1b\",\"syn\":true,\"fin\":true}}}}",
        ports.0, ports.1
    )
}

fn goflow2(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, second } = flow;
    format!(
        "{{\"type\":\"IPFIX\",\"time_received_ns\":{second}000000000,\"sequence_num\":178910,\"sampling_rate\":1,\
         \"sampler_address\":\"192.0.2.9\",\"time_flow_start_ns\":{second}000000000,\"time_flow_end_ns\":{second}000000000,\
         \"bytes\":{octets},\"packets\":{packets},\"src_addr\":\"{source}\",\"dst_addr\":\"{destination}\",\"etype\":\"\",\
         \"proto\":\"TCP\",\"src_port\":{},\"dst_port\":{},\"in_if\":3,\"out_if\":4}}",
        ports.0, ports.1
    )
}

const ZEEK: &str = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\t\
    service\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\t\
    orig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n";

fn zeek(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, second } = flow;
    format!(
        "{second}.090842\tCi85EB2YjUI9a2eql6\t{source}\t{}\t{destination}\t{}\ttcp\tssl\t3.000158\t0\t0\tSF\tT\tT\t0\t\
         ShADad\t{packets}\t{octets}\t0\t0\t-",
        ports.0, ports.1
    )
}

fn zeek_json(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, second } = flow;
    format!(
        "{{\"ts\":{second}.090842,\"uid\":\"Ci85EB2YjUI9a2eql6\",\"id.orig_h\":\"{source}\",\"id.orig_p\":{},\
         \"id.resp_h\":\"{destination}\",\"id.resp_p\":{},\"proto\":\"tcp\",\"service\":\"ssl\",\"duration\":3.000158,\
         \"orig_bytes\":0,\"resp_bytes\":0,\"conn_state\":\"SF\",\"local_orig\":true,\"local_resp\":true,\
         \"missed_bytes\":0,\"history\":\"ShADad\",\"orig_pkts\":{packets},\"orig_ip_bytes\":{octets},\"resp_pkts\":0,\
         \"resp_ip_bytes\":0}}",
        ports.0, ports.1
    )
}

fn csv(flow: &Flow) -> String {
    let Flow { source, destination, ports, packets, octets, second } = flow;
    format!("{second}.5,{source},{destination},{},{},TCP,{packets},{octets}", ports.0, ports.1)
}

fn reading(criterion: &mut Criterion) {
    let (flows, truth) = flows();
    let csv_header = "start,src_ip,dst_ip,src_port,dst_port,proto,packets,bytes\n";
    let logs = [
        ("aws_vpc", log("", &flows, vpc)),
        ("zeek_conn", log(ZEEK, &flows, zeek)),
        ("csv", log(csv_header, &flows, csv)),
        ("gcp_vpc", log("", &flows, gcp)),
        ("suricata_eve", log("", &flows, eve)),
        ("zeek_conn_json", log("", &flows, zeek_json)),
        ("goflow2_json", log("", &flows, goflow2)),
    ];
    let mut group = criterion.benchmark_group("textlogs");
    for (name, text) in &logs {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), text, |bench, text| {
            bench.iter(|| {
                let data = text.as_bytes();
                let reader = detect(&data[..4096], false, &TextOptions::default());
                let mut totals = Totals::default();
                let window = Window { data, offset: 0, ended: true };
                let progress = reader.expect("a flow log").read(window, &mut totals);
                assert_eq!((progress.stop, totals), (None, truth));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
