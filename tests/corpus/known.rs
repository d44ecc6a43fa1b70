//! Where our figures and those of the references differ, and why; and for how
//! many captures each kind of figure holds.

/// Four of its frames have a version field that tshark 4.0 does not know; the
/// program reads the time stamp's width from it and the IPv4 header behind it.
const ARISTA: &str = "captures/tcpdump/tests/arista_ether.pcap";
const ARISTA_REASON: &str = "tshark 4.0 stops at a version of the Arista time stamp that we read";
/// A pseudo-wire control word with a sequence number, then Ethernet and IPv4.
const EOMPLS: &str = "captures/akvorado/outlet/flow/decoder/testdata/mpls-eompls-invalid-cw.pcap";
const EOMPLS_REASON: &str = "we open the control word of RFC 4448, which tshark does not try";

/// Kind of figure, capture, reason.
pub(crate) const KNOWN: &[(&str, &str, &str)] = &[
    ("family", ARISTA, ARISTA_REASON),
    ("octets", ARISTA, ARISTA_REASON),
    ("protocols", ARISTA, ARISTA_REASON),
    ("family", EOMPLS, EOMPLS_REASON),
    ("octets", EOMPLS, EOMPLS_REASON),
    ("protocols", EOMPLS, EOMPLS_REASON),
    (
        "family of malformed",
        "captures/ntopng/fuzz/corpus/fuzz_dissect_packet/atm-oam-heapoverflow.pcap",
        "tshark takes the pseudo-header of SunATM off the original length",
    ),
    (
        "family of malformed",
        "captures/tcpdump/tests/atm-heapoverflow.pcap",
        "tshark takes the pseudo-header of SunATM off the original length",
    ),
    (
        "family of rare",
        "captures/tcpdump/tests/802_15_4-data.pcap",
        "tshark expands 6LoWPAN; IEEE 802.15.4 is no supported link type",
    ),
    (
        "family of rare",
        "captures/tcpdump/tests/LINKTYPE_USER2_PKTAP.pcap",
        "tshark takes the private link type USER2 for PKTAP",
    ),
    (
        "family of rare",
        "captures/tcpdump/tests/cve2015-0261-ipv6.pcap",
        "tshark does not read SLIP; tcpdump sees two IPv6 packets, as we do",
    ),
    (
        "time",
        "captures/ntopng/fuzz/corpus/fuzz_dissect_packet/frf15-heapoverflow.pcap",
        "808,464,432 microseconds are no fraction of a second, which tshark carries over",
    ),
    (
        "time",
        "captures/tcpflow/tests/bug8.pcap",
        "8,915,240 microseconds are no fraction of a second, which tshark carries over",
    ),
    (
        "time",
        "captures/zeek/testing/btest/Traces/ldap/issue-32.pcapng",
        "the oracle's last time went through a float: the file says 823355668 as we do",
    ),
];

/// For how many captures each kind of figure holds; the account for all.
pub(crate) const LEAST: &[(&str, u64)] = &[
    ("account", 967),
    ("family", 682),
    ("family of malformed", 202),
    ("family of rare", 25),
    ("octets", 682),
    ("protocols", 682),
    ("time", 670),
];

/// As [`KNOWN`], for addresses.
pub(crate) const KNOWN_ADDRESSES: &[(&str, &str, &str)] = &[
    ("both sides", ARISTA, ARISTA_REASON),
    ("destinations", ARISTA, ARISTA_REASON),
    ("sources", ARISTA, ARISTA_REASON),
    ("both sides", EOMPLS, EOMPLS_REASON),
    ("destinations", EOMPLS, EOMPLS_REASON),
    ("sources", EOMPLS, EOMPLS_REASON),
    // The same packets under keys of two addresses.
    ("destinations of pairs", ARISTA, ARISTA_REASON),
    ("destinations of pairs", EOMPLS, EOMPLS_REASON),
    ("sources of pairs", ARISTA, ARISTA_REASON),
    ("sources of pairs", EOMPLS, EOMPLS_REASON),
    // And cut to prefixes, and as a set.
    ("destination prefixes", ARISTA, ARISTA_REASON),
    ("destination prefixes", EOMPLS, EOMPLS_REASON),
    ("distinct", ARISTA, ARISTA_REASON),
    ("distinct", EOMPLS, EOMPLS_REASON),
    ("leaves", ARISTA, ARISTA_REASON),
    ("leaves", EOMPLS, EOMPLS_REASON),
    ("leaves of pairs", ARISTA, ARISTA_REASON),
    ("leaves of pairs", EOMPLS, EOMPLS_REASON),
    ("prefixes of pairs", ARISTA, ARISTA_REASON),
    ("prefixes of pairs", EOMPLS, EOMPLS_REASON),
    ("source prefixes", ARISTA, ARISTA_REASON),
    ("source prefixes", EOMPLS, EOMPLS_REASON),
];

/// As [`LEAST`], for addresses.
pub(crate) const LEAST_ADDRESSES: &[(&str, u64)] = &[
    ("both sides", 682),
    ("both sides in a triple", 682),
    ("destination prefixes", 682),
    ("destinations", 682),
    ("destinations of pairs", 682),
    ("distinct", 682),
    ("leaves", 682),
    ("leaves of pairs", 682),
    ("prefixes of pairs", 682),
    ("source prefixes", 682),
    ("sources", 682),
    ("sources of pairs", 682),
];

const NOTHING_KNOWN: &str = "not a capture or flow log";
const JSON: &str = "not a capture or flow log: it looks like JSON";
const TEXT: &str = "not a capture or flow log: it looks like text";
const ZEEK: &str = "not a capture or flow log: it looks like a Zeek log";
/// A log of connections that says nothing of packets or octets.
pub(crate) const NO_COLUMN: &str = "no column is known for octets or packets";
/// Read to its end.
const COMPLETE: &str = "complete";

/// What is told of the files of each folder of flows.
pub(crate) const FLOW_FILES: &[(&str, &[&str])] = &[
    ("azure-nsg", &[COMPLETE]),
    ("azure-vnet", &[COMPLETE]),
    ("gcp-vpc", &[COMPLETE]),
    ("ipfix-file", &[COMPLETE]),
    ("ipfix-raw", &[COMPLETE]),
    ("mmdb", &[NOTHING_KNOWN]),
    ("mrt", &[NOTHING_KNOWN, TEXT]),
    ("netflow-pcap", &[COMPLETE]),
    ("netflow-raw", &[COMPLETE]),
    ("nfcapd", &[COMPLETE]),
    ("pfx2as", &[TEXT]),
    ("rir-delegated", &[TEXT]),
    ("sflow-pcap", &[COMPLETE]),
    ("suricata-eve", &[COMPLETE]),
    ("vpc-aws", &[COMPLETE]),
    ("zeek-conn", &[COMPLETE, JSON, NO_COLUMN, TEXT, ZEEK]),
    ("zeek-other", &[JSON, ZEEK]),
];

/// nfdump 1.7.1 says IPv6 where a record has room for both families. tshark (and,
/// where it has a result of these exports, pmacct) counts in the exports of these
/// files what we count here.
const BOTH: &str =
    "records with both addresses, one of them zero: the other tells the family, as tshark has it";
/// As in the exports themselves (`OUTER` below).
const SRV6: &str =
    "as above, and 49 records of SRv6, where the addresses of the outer IPv6 header tell";
/// It says IPv4 where a record has no address.
const OPTIONS: &str = "records without address or counters are options, and no IPv4 flows";
/// As above, and they have counters.
const NO_FAMILY: &str = "records with counters and no address are of unknown family, not IPv4";
/// It counts events as flows.
const EVENTS: &str = "events of a NAT or a firewall without counters carry no traffic";
/// A generator wrote them as 64-bit numbers; nfdump's sums wrap around.
const NEGATIVE: &str = "15 records have negative counters, and are malformed";

/// nfcapd files whose totals differ from those of nfdump, and why.
pub(crate) const KNOWN_NFCAPD: &[(&str, &str)] = &[
    ("akvorado__ethernet-over-mpls-with-control-word", OPTIONS),
    ("akvorado__ipfix-srv6", OPTIONS),
    ("akvorado__juniper-cpid", OPTIONS),
    ("akvorado__nat", EVENTS),
    ("akvorado__physicalinterfaces", BOTH),
    ("logstash__ipfix_test_procera", BOTH),
    ("logstash__netflow9_test_cisco_asa_2", EVENTS),
    ("logstash__netflow9_test_cisco_wlc", NO_FAMILY),
    ("logstash__netflow9_test_nprobe", NO_FAMILY),
    ("nfcap_6000_gener_flows.dat", NEGATIVE),
    ("nfcap_6000_gener_flows.v2lz4", NEGATIVE),
    ("nfcap_6000_gener_flows.v2none", NEGATIVE),
    ("pmacct__102-NFv9-CISCO-f2rd-pretag-sampling-reload-traffic-00", BOTH),
    ("pmacct__111-IPFIXv10-NFv9-IPv6-IPv4-mix_sources-traffic-00", BOTH),
    ("pmacct__401-IPFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources-traffic-00", BOTH),
    ("pmacct__401-IPFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources-traffic-01", BOTH),
    ("pmacct__402-IPFIXv10-BMP-IPv6-high-availability-traffic-00", BOTH),
    ("pmacct__403-IPFIXv10-BMP-IPv6-CISCO-locrib-peerdown-vrf-traffic-00", SRV6),
];

/// Files of exports (or the last of those that were read together) whose totals
/// differ from tshark's, and why.
pub(crate) const KNOWN_EXPORTS: &[(&str, &str)] = &[
    ("netflow/testdata/data+templates.pcap", LATE),
    ("codecs/ipfix.dat", LATE),
    ("softflowd/libpcap__geneve.v9.pcap", LATE),
    ("softflowd/pmacct__traffic-00.v9.pcap", LATE),
    ("softflowd/tcpdump__babel_rfc6126bis.v9.pcap", LATE),
    (
        "testdata/ipfixprobe-data.pcap",
        "the reverse counters of biflows are added here, and are not by tshark",
    ),
    ("testdata/nat.pcap", "events of a NAT, which carry no traffic"),
    (
        "codecs/ipfix_test_barracuda_data256.dat",
        "four events of a firewall among them, which carry no traffic",
    ),
    (
        "codecs/netflow9_test_cisco_asa_2_data.dat",
        "tshark does not sum initiator and responder octets; four events carry no traffic",
    ),
    (
        "codecs/netflow9_test_h3c_data3281.dat",
        "16 FlowSets of one record, as the header counts; tshark stops after the first",
    ),
    (
        "codecs/netflow9_test_nprobe_dpi.dat",
        "a record of 0.0.0.0 to 0.0.0.0 tells no family; behind it is what its template does not describe",
    ),
    ("403-IPFIXv10-BMP-IPv6-CISCO-locrib-peerdown-vrf/traffic-00.pcap", OUTER),
    ("500-IPFIXv10-BGP-CISCO-SRv6/traffic-00.pcap", OUTER),
];

const LATE: &str = "tshark leaves data that comes before its template; where it reads the same twice, the \
                    second time has these figures";
const OUTER: &str = "records of SRv6 have the addresses, protocol (4 or 41) and octets of the outer IPv6 header \
                     first, then those of the inner one, whose family tshark and pmacct count; our \
                     end-to-end view has their packets";
