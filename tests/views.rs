//! Tunnels and translated packets from the observation to the report: whatever
//! a decoder opens, the profiles side by side are those of one run each, and
//! every breakdown adds up to the totals of its view.

use serde_json::{Value, json};
use v6share::aggregate::{Names, Tables, Totals};
use v6share::model::{
    Account, AnomalyCounts, Context, Dimension, Encapsulation, IpAddress, IpHeader, IpProtocol,
    IpVersion, Observation, Profile, TunnelLayer, TunnelPath, Views,
};
use v6share::report::{self, Format};
use v6share::summary::{InputSummary, Settings, Status, Summary};

fn header(version: IpVersion, protocol: IpProtocol, port: u16, octets: u64) -> IpHeader {
    let address = match version {
        IpVersion::V4 => IpAddress::from_v4([192, 0, 2, 1]),
        IpVersion::V6 => IpAddress::from_v6([0x20; 16]),
    };
    let ports = matches!(protocol, IpProtocol::TCP | IpProtocol::UDP).then_some((50_000, port));
    let (source, destination, protocol) = (Some(address), None, Some(protocol));
    IpHeader { version, source, destination, protocol, ports, octets, traffic_class: None }
}

fn packet(
    encapsulation: Encapsulation,
    layers: &[TunnelLayer],
    outer: IpHeader,
    inner: Option<IpHeader>,
) -> Observation {
    let mut path = TunnelPath::NATIVE;
    layers.iter().for_each(|layer| path.push(*layer));
    let opaque = layers.last() == Some(&TunnelLayer::Esp);
    Observation {
        timestamp: None,
        wire_octets: outer.octets + 14,
        outer,
        inner,
        encapsulation,
        path,
        inner_unknown: opaque,
    }
}

/// Native, tunnelled, translated and opaque packets, control traffic inside and
/// outside, each kind in a number and a size of its own.
fn packets() -> Vec<Observation> {
    use Encapsulation as E;
    use IpProtocol as P;
    use IpVersion::{V4, V6};
    use TunnelLayer as L;
    let four = |protocol, port, octets| header(V4, protocol, port, octets);
    let six = |protocol, port, octets| header(V6, protocol, port, octets);
    let kinds = [
        packet(E::Native, &[], four(P::TCP, 443, 1500), None),
        packet(E::Native, &[], four(P::UDP, 53, 80), None),
        packet(E::Native, &[], six(P::TCP, 443, 1400), None),
        packet(E::Native, &[], six(P::ICMPV6, 0, 96), None),
        packet(
            E::SixInFour,
            &[L::Ipv4, L::Ipv6],
            four(P::IPV6, 0, 720),
            Some(six(P::TCP, 80, 700)),
        ),
        packet(
            E::SixToFour,
            &[L::Ipv4, L::Ipv6],
            four(P::IPV6, 0, 120),
            Some(six(P::UDP, 53, 100)),
        ),
        packet(
            E::Vxlan,
            &[L::Ipv4, L::Udp, L::Vxlan, L::Ethernet, L::Ipv4],
            four(P::UDP, 4789, 650),
            Some(four(P::TCP, 179, 600)),
        ),
        packet(
            E::FourInSix,
            &[L::Ipv6, L::Ipv4],
            six(P::IPV4, 0, 340),
            Some(four(P::UDP, 443, 300)),
        ),
        packet(
            E::Gre,
            &[L::Ipv4, L::Gre, L::Ipv6, L::Esp],
            four(P::GRE, 0, 224),
            Some(six(P::ESP, 0, 200)),
        ),
        packet(E::Esp, &[L::Ipv6, L::Esp], six(P::ESP, 0, 180), None),
        packet(E::Nat64, &[], six(P::TCP, 4242, 1280), None),
        packet(E::Nat64, &[], six(P::UDP, 53, 110), None),
    ];
    let times = |(at, kind): (usize, &Observation)| vec![*kind; at + 1];
    kinds.iter().enumerate().flat_map(times).collect()
}

fn summary(settings: Settings) -> Summary {
    let plan = settings.plan();
    let (mut tables, mut totals) = (Tables::new(&plan), Totals::new(&plan));
    let mut account = Account::default();
    for packet in packets() {
        tables.observe(&packet, &Context::default());
        account.records += 1;
        account.wire_octets += u128::from(packet.wire_octets);
        match packet.outer.version {
            IpVersion::V4 => account.ipv4 += 1,
            IpVersion::V6 => account.ipv6 += 1,
        }
    }
    tables.drain_into(&mut totals);
    let input = InputSummary {
        name: "built".to_owned(),
        format: None,
        compression: None,
        status: Status::Complete,
        error: None,
        bytes: 0,
        account,
        anomalies: AnomalyCounts::default(),
        suspected_copies: None,
        flows: None,
        digest: None,
        part: None,
        time: None,
    };
    Summary::new(settings, &totals, &Names::default(), vec![input])
}

fn report(settings: Settings) -> Value {
    let summary = summary(settings);
    assert!(summary.closed());
    let mut bytes = Vec::new();
    let options = report::Options { format: Format::Json, ..report::Options::default() };
    report::write(&summary, &options, &mut bytes).expect("a vector takes everything");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[test]
fn all_profiles_side_by_side_are_those_of_one_run_each() {
    let all = report(Settings { all_profiles: true, ..Settings::default() });
    for profile in Profile::ALL {
        let one = report(Settings { profile, ..Settings::default() });
        let totals = if profile == Profile::IpOnly { "totals" } else { "profile_totals" };
        for view in ["transport", "end_to_end"] {
            let (ours, theirs) = (&all["profiles"][profile.key()][view], &one[totals][view]);
            assert_eq!(ours["share"], theirs["share"], "{profile:?} {view}");
            assert_eq!(ours["ipv6"], theirs["ipv6"], "{profile:?} {view}");
            if profile != Profile::IpOnly {
                assert_eq!(ours["denominator"], theirs["denominator"], "{profile:?} {view}");
            }
        }
    }
    let packets = |profile: &str, view: &str| {
        let share = &all["profiles"][profile][view];
        (share["ipv6"]["packets"].clone(), share["denominator"]["packets"].clone())
    };
    // The nth kind has n packets.
    assert_eq!(packets("ip-only", "transport"), (json!(3 + 4 + 8 + 10 + 11 + 12), json!(78)));
    assert_eq!(packets("ip-only", "end_to_end"), (json!(3 + 4 + 5 + 6 + 9 + 10), json!(78)));
    assert_eq!(packets("native-only", "end_to_end"), (json!(3 + 4), json!(1 + 2 + 3 + 4)));
    let user = |less: u64| json!(78 - less);
    assert_eq!(packets("user-traffic", "transport"), (json!(3 + 8 + 10 + 11), user(2 + 4 + 12)));
    assert_eq!(
        packets("user-traffic", "end_to_end"),
        (json!(3 + 5 + 9 + 10), user(2 + 4 + 6 + 7 + 12))
    );
}

#[test]
fn every_breakdown_adds_up_to_its_view() {
    use Dimension as D;
    let all = [D::Protocol, D::Port, D::Service, D::Encapsulation, D::EncapsulationPath];
    let breakdowns = all.map(|by| vec![by]).to_vec();
    let report = report(Settings { views: Views::Both, breakdowns, ..Settings::default() });
    let figure =
        |value: &Value, path: &str| value.pointer(path).and_then(Value::as_u64).expect("a count");
    for breakdown in report["breakdowns"].as_array().expect("an array") {
        let rows = breakdown["rows"].as_array().expect("an array");
        let sum = |path: &str| rows.iter().map(|row| figure(row, path)).sum::<u64>();
        let total = |view: &str, figures: &str| {
            IpVersion::ALL.map(|family| {
                figure(&report["totals"][view], &format!("/{}/{figures}", family.key()))
            })
        };
        let by = &breakdown["by"];
        if let Some(view) = breakdown["view"].as_str() {
            for measure in ["packets", "octets", "wire_octets"] {
                let families = ["ipv4", "ipv6"].map(|family| sum(&format!("/{family}/{measure}")));
                assert_eq!(families, total(view, measure), "{by} {view}");
            }
        } else {
            let all = |view, measure| total(view, measure).iter().sum::<u64>();
            assert_eq!(sum("/packets"), all("transport", "packets"), "{by}");
            assert_eq!(sum("/octets_outer"), all("transport", "octets"), "{by}");
            assert_eq!(sum("/octets_inner"), all("end_to_end", "octets"), "{by}");
            assert_eq!(sum("/wire_octets"), all("transport", "wire_octets"), "{by}");
        }
    }
    // 9 packets whose inner header is known to be IPv6 and opaque, 10 of ESP.
    assert_eq!(
        report["totals"]["end_to_end"]["inner_unknown"],
        json!({"packets": 19, "octets": 9 * 200 + 10 * 180, "wire_octets": 9 * 238 + 10 * 194})
    );
}

#[test]
fn ports_follow_the_header_of_their_view() {
    let breakdowns = vec![vec![Dimension::Service]];
    let report = report(Settings { views: Views::Both, breakdowns, ..Settings::default() });
    let packets = |at: usize, service: Option<&str>, family: &str| {
        let rows = report["breakdowns"][at]["rows"].as_array().expect("an array");
        let row = rows.iter().find(|row| row["key"]["service"] == json!(service));
        row.map_or(0, |row| row[family]["packets"].as_u64().expect("a count"))
    };
    assert_eq!((packets(0, Some("vxlan"), "ipv4"), packets(1, Some("vxlan"), "ipv4")), (7, 0));
    assert_eq!((packets(0, Some("bgp"), "ipv4"), packets(1, Some("bgp"), "ipv4")), (0, 7));
    // Translated: the ports of one header, IPv6 here and IPv4 end to end.
    assert_eq!(
        (packets(0, Some("tcp/4242"), "ipv6"), packets(1, Some("tcp/4242"), "ipv4")),
        (11, 11)
    );
    assert_eq!(packets(0, None, "ipv4") + packets(0, None, "ipv6"), 4 + 5 + 6 + 8 + 9 + 10);
}
