//! Summaries built by hand, for the tests of every format.

use crate::model::{
    Account, Anomalies, Anomaly, AnomalyCounts, Count, Dimension, Encapsulation, EtherType,
    IpAddress, IpProtocol, IpVersion, Key, LinkType, NotIp, PerView, Prefix, ServicePort, Tally,
    TimeSpan, Timestamp, TunnelLayer, TunnelPath, Undecodable, Value, View,
};
use crate::report::{Options, write};
use crate::summary::{
    FlowTotals, InputSummary, Settings, SizeDistribution, Status, Summary, TunnelCount, TunnelKey,
};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A run without any input.
pub(super) fn empty() -> Summary {
    Summary {
        settings: Settings::default(),
        interrupted: false,
        networks: Vec::new(),
        mixed_networks: false,
        totals: PerView::default(),
        profile_totals: PerView::default(),
        account: Account::default(),
        anomalies: AnomalyCounts::default(),
        time: None,
        inputs: Vec::new(),
        protocols: PerView::default(),
        breakdowns: View::ALL
            .into_iter()
            .flat_map(|view| {
                let all = Settings::default().breakdowns.into_iter();
                all.map(move |by| crate::summary::Breakdown::new(by, view, Vec::new()))
            })
            .collect(),
        distinct: None,
        tunnels: BTreeMap::new(),
        control: None,
        sizes: PerView::default(),
        flows: FlowTotals::default(),
    }
}

/// Packets of 1,000 octets under IPv4 and of 1,100 under IPv6, and 40 octets
/// more on the wire.
pub(super) fn packets(v4: u64, v6: u64) -> Tally {
    let count = |packets: u64, octets: u128| Count {
        packets: packets.into(),
        octets: u128::from(packets) * octets,
        wire_octets: u128::from(packets) * (octets + 40),
        flows: 0,
    };
    Tally { v4: count(v4, 1000), v6: count(v6, 1100) }
}

/// 600 packets of IPv4 and 400 of IPv6; 100 of those of IPv4 are 6in4.
pub(super) fn example() -> Summary {
    let mut summary = empty();
    summary.totals = PerView { transport: packets(600, 400), end_to_end: packets(500, 500) };
    summary.profile_totals = summary.totals;
    summary.account = account();
    summary.anomalies = anomalies();
    let at = |seconds: i64| Timestamp::from_nanoseconds(seconds * 1_000_000_000);
    let span = TimeSpan { first: at(1_767_225_600), last: at(1_767_225_600 + 605) };
    summary.time = Some(span);
    summary.inputs = vec![input("a.pcap", Status::Complete, None)];
    summary.inputs[0].account = summary.account.clone();
    summary.inputs[0].anomalies = summary.anomalies.clone();
    summary.inputs[0].time = summary.time;
    summary.inputs[0].bytes = 1_234_567;
    summary.protocols = PerView {
        transport: protocols(packets(200, 49), 50),
        end_to_end: protocols(packets(100, 139), 60),
    };
    fill(&mut summary);
    summary.sizes.transport = [sizes(1000, 600), sizes(1100, 400)];
    summary.sizes.end_to_end = [sizes(1000, 500), sizes(1100, 500)];
    summary
}

/// The example with 140 packets that are not native, its ports, and the control
/// traffic that all profiles need. The totals of both views are those of the
/// tunnels.
pub(super) fn tunnelled() -> Summary {
    use Encapsulation as E;
    use TunnelLayer::{Esp, Ethernet, Gre, Ipv4, Ipv6};
    let (v4, v6) = (IpVersion::V4, IpVersion::V6);
    let mut summary = example();
    let rows = [
        (E::Native, &[][..], v4, Some(v4), 480, 0),
        (E::Native, &[], v6, Some(v6), 380, 0),
        (E::SixInFour, &[Ipv4, Ipv6], v4, Some(v6), 60, 20),
        (E::SixToFour, &[Ipv4, Ipv6], v4, Some(v6), 20, 20),
        (E::Gre, &[Ipv4, Gre, Ipv6], v4, Some(v6), 10, 24),
        (E::Gre, &[Ipv4, Gre, Ethernet, Ipv6], v4, Some(v6), 10, 38),
        (E::Esp, &[Ipv4, Esp], v4, None, 20, 0),
        (E::Nat64, &[], v6, Some(v4), 20, 0),
    ];
    summary.totals = PerView::default();
    for (encapsulation, layers, outer, inner, number, overhead) in rows {
        let mut path = TunnelPath::NATIVE;
        layers.iter().for_each(|layer| path.push(*layer));
        let counted = inner.unwrap_or(outer);
        let outside = packets(number, number)[outer];
        let inside = Count { octets: outside.octets - u128::from(number) * overhead, ..outside };
        summary.totals.transport[outer] += &outside;
        summary.totals.end_to_end[counted] += &inside;
        let count = TunnelCount {
            packets: number.into(),
            outer_octets: outside.octets,
            inner_octets: inside.octets,
            wire_octets: outside.wire_octets,
            flows: 0,
        };
        let key = TunnelKey { encapsulation, path, outer, inner, counted };
        summary.tunnels.insert(key, count);
    }
    summary.profile_totals = summary.totals;
    fill(&mut summary);
    let control = PerView { transport: packets(100, 50), end_to_end: packets(90, 60) };
    summary.control = Some(control);
    summary
}

/// Chooses breakdowns, and fills them in with the rows of the example.
pub(super) fn choose(summary: &mut Summary, breakdowns: &[&[Dimension]]) {
    summary.settings.breakdowns = breakdowns.iter().map(|by| by.to_vec()).collect();
    fill(summary);
}

/// Makes the breakdowns of the settings in both views, with the rows there are.
fn fill(summary: &mut Summary) {
    summary.breakdowns.clear();
    for view in View::ALL {
        for by in &summary.settings.breakdowns {
            let rows: Vec<(Key, Tally)> = match by.as_slice() {
                [Dimension::Protocol] => {
                    let rows = summary.protocols[view].iter();
                    let value = |protocol: Option<IpProtocol>| {
                        protocol.map_or(Value::Unknown, Value::Protocol).into()
                    };
                    rows.map(|(protocol, tally)| (value(*protocol), *tally)).collect()
                }
                [Dimension::Prefix(..)] => {
                    let rows = prefixes().into_iter();
                    let rows = rows.map(|(prefix, tally)| (Value::Prefix(prefix).into(), tally));
                    rows.chain([(Value::Unknown.into(), packets(2, 1))]).collect()
                }
                [Dimension::Port] => {
                    let value =
                        |port: Option<ServicePort>| port.map_or(Value::Unknown, Value::Port);
                    ports().into_iter().map(|(port, tally)| (value(port).into(), tally)).collect()
                }
                [Dimension::Service] => {
                    let value = |port: Option<ServicePort>| match port {
                        Some(port) => port.service().map_or(Value::Port(port), Value::text),
                        None => Value::Unknown,
                    };
                    ports().into_iter().map(|(port, tally)| (value(port).into(), tally)).collect()
                }
                _ => continue,
            };
            summary.breakdowns.push(crate::summary::Breakdown::new(by.clone(), view, rows));
        }
    }
}

fn ports() -> Vec<(Option<ServicePort>, Tally)> {
    let port = |protocol, port| Some(ServicePort { protocol, port });
    vec![
        (port(IpProtocol::TCP, 443), packets(300, 200)),
        (port(IpProtocol::TCP, 53), packets(5, 5)),
        (port(IpProtocol::TCP, 4242), packets(25, 25)),
        (port(IpProtocol::UDP, 443), packets(50, 50)),
        (port(IpProtocol::UDP, 53), packets(20, 20)),
        (None, packets(200, 100)),
    ]
}

/// Sums that pass 2^64.
pub(super) fn huge() -> Summary {
    let mut summary = example();
    let octets = u128::MAX / 4;
    let count =
        Count { packets: u128::from(u64::MAX) / 2, octets, wire_octets: octets + 1, flows: 0 };
    let tally = Tally { v4: count, v6: count };
    summary.totals = PerView { transport: tally, end_to_end: tally };
    summary.profile_totals = summary.totals;
    summary.account.wire_octets = octets * 2;
    summary.protocols.transport.insert(Some(IpProtocol(253)), tally);
    fill(&mut summary);
    let rows = vec![(Value::Prefix(prefix6(0xffff)).into(), tally)];
    let dimensions = summary.settings.breakdowns[1].clone();
    let more = crate::summary::Breakdown::new(dimensions, View::Transport, rows);
    summary.breakdowns[1].merge(more);
    summary
}

/// One input read, one read in part, one not at all; the names are hostile.
pub(super) fn broken() -> Summary {
    let mut summary = example();
    let cut = "at byte 24: cut short: the record here needs 16 bytes and 3 are left";
    let mut partial = input("b \u{1b}[31m\"x\",y.pcap", Status::Partial, Some(cut));
    partial.bytes = 27;
    summary.inputs.push(partial);
    summary.inputs.push(input("c.txt", Status::Failed, Some("not a capture")));
    summary
}

/// The report as text.
pub(super) fn text(summary: &Summary, options: &Options) -> String {
    let mut out = Vec::new();
    write(summary, options, &mut out).expect("a Vec takes all");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// An input of which nothing is known but how it ended.
pub(super) fn input(name: &str, status: Status, error: Option<&str>) -> InputSummary {
    InputSummary {
        name: name.to_owned(),
        format: (status != Status::Failed).then_some("pcap"),
        compression: None,
        status,
        error: error.map(str::to_owned),
        bytes: 0,
        account: Account::default(),
        anomalies: AnomalyCounts::default(),
        suspected_copies: None,
        flows: None,
        digest: None,
        part: None,
        time: None,
    }
}

fn account() -> Account {
    let mut account = Account { records: 1012, wire_octets: 1_100_000, ..Account::default() };
    (account.ipv4, account.ipv6) = (600, 400);
    for (what, count) in [
        (NotIp::EtherType(EtherType(0x0806)), 5),
        (NotIp::EtherType(EtherType(0x1234)), 1),
        (NotIp::Llc(0x42), 2),
    ] {
        account.not_ip.insert(what, count);
    }
    account.undecodable.insert(Undecodable::UnsupportedLinkType(LinkType(147)), 3);
    account.undecodable.insert(Undecodable::VersionMismatch, 1);
    account
}

fn anomalies() -> AnomalyCounts {
    let mut counts = AnomalyCounts::default();
    let mut set = Anomalies::NONE;
    set.insert(Anomaly::LengthExceedsFrame);
    counts.observe(set);
    set.insert(Anomaly::TruncatedHeader);
    counts.observe(set);
    counts.excess_octets = 1234;
    counts
}

/// TCP, and beside it `udp`, `icmpv6` packets of ICMPv6 and one cut short.
fn protocols(udp: Tally, icmpv6: u64) -> BTreeMap<Option<IpProtocol>, Tally> {
    BTreeMap::from([
        (Some(IpProtocol::TCP), packets(400, 300)),
        (Some(IpProtocol::UDP), udp),
        (Some(IpProtocol::ICMPV6), packets(0, icmpv6)),
        (None, packets(0, 1)),
    ])
}

fn prefixes() -> Vec<(Prefix, Tally)> {
    vec![
        (prefix4([192, 0, 2, 0]), packets(500, 0)),
        (prefix4([198, 51, 100, 0]), packets(98, 0)),
        (prefix6(0), packets(0, 350)),
        (prefix6(1), packets(0, 49)),
    ]
}

fn prefix4(octets: [u8; 4]) -> Prefix {
    let address = IpAddress::from_v4(Ipv4Addr::from(octets).octets());
    Prefix::new(IpVersion::V4, address, 24)
}

fn prefix6(third: u16) -> Prefix {
    let address = Ipv6Addr::new(0x2001, 0xdb8, third, 0, 0, 0, 0, 0);
    Prefix::new(IpVersion::V6, IpAddress::from_v6(address.octets()), 48)
}

fn sizes(octets: u64, packets: u64) -> SizeDistribution {
    let mut sizes = SizeDistribution::default();
    sizes.add(octets - 500, packets / 2);
    sizes.add(octets + 500, packets / 2);
    sizes
}
