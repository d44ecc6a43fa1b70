//! What is said of flow logs: which records count, what their columns are, and
//! what an unknown sampling is taken for.

use super::tunnel_config::TunnelArgs;
use clap::Args;
use std::net::IpAddr;
use v6share::flowlog::Mapping;
use v6share::model::{ExportPorts, FlowOptions, IpAddress, IpVersion, Sampling};

/// Options about flow records.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Flow logs and flow exports")]
pub(crate) struct FlowArgs {
    /// Read captures for the NetFlow, IPFIX and sFlow datagrams in them
    ///
    /// Datagrams to UDP ports 2055, 2056, 4432, 4729, 4739, 4740, 6343, 9025,
    /// 9555, 9985, 9995 and 9996, and to any other port where the payload shows by
    /// itself that it is an export; the rest of the capture is then no traffic, and
    /// counted as excluded. All inputs that hold exports are one session, in the
    /// order given.
    #[arg(long)]
    exports: bool,

    /// A UDP port of exports beside the known ones, and no other port; implies --exports
    #[arg(long, value_name = "PORT,...", value_delimiter = ',')]
    export_port: Vec<u16>,

    /// Flow records that do not tell their sampling are of one packet in N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sampling: Option<u64>,

    /// Count also what a security group or a firewall did not let through
    #[arg(long)]
    include_rejected: bool,

    /// Which column of a table is which field, or the name of a mapping in the configuration
    ///
    /// For CSV, TSV, JSON lines, Parquet and Arrow with names of their own, such as
    /// src=SrcAddr,dst=DstAddr,proto=Proto,packets=Packets,octets=Bytes. A file
    /// says the same in [mappings.NAME].
    #[arg(long, value_name = "FIELD=COLUMN,...|NAME")]
    map: Option<String>,

    /// Where an exporter tells of a flow on its way in and on its way out, count the way in
    #[arg(long)]
    dedup_direction: bool,

    /// Count the records of these exporters alone, where several saw the same flows
    #[arg(long, value_name = "ADDRESS,...", value_delimiter = ',')]
    observation_point: Vec<IpAddr>,
}

impl FlowArgs {
    /// The choices that are part of the result.
    pub(crate) fn options(&self) -> FlowOptions {
        let exports = self.exports || !self.export_port.is_empty();
        FlowOptions {
            sampling: self.sampling.map_or(Sampling::Unknown, Sampling::one_in),
            include_rejected: self.include_rejected,
            dedup_direction: self.dedup_direction,
            observation_points: self.observation_point.iter().map(address).collect(),
            exports: exports.then(|| ExportPorts { more: self.export_port.clone() }),
        }
    }

    /// The mapping that `--map` gives or names.
    pub(crate) fn mapping(&self, file: &TunnelArgs) -> Result<Option<Mapping>, String> {
        let Some(map) = &self.map else { return Ok(None) };
        if !map.contains('=') {
            return file.mapping(map).map(Some);
        }
        map.parse().map(Some).map_err(|why| format!("--map {map}: {why}"))
    }
}

fn address(address: &IpAddr) -> (IpVersion, IpAddress) {
    match address.to_canonical() {
        IpAddr::V4(address) => (IpVersion::V4, IpAddress::from_v4(address.octets())),
        IpAddr::V6(address) => (IpVersion::V6, IpAddress::from_v6(address.octets())),
    }
}
