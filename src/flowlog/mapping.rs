//! Which column of a table is which field of a flow record: what the user says
//! with `--map`, and what common names say without it. Text, JSON and columnar
//! logs share it.

use super::mapping_names::{Rank, meaning};
use std::fmt;
use std::str::FromStr;

/// A field of a flow record that a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Column {
    /// Source address, of either family (IPFIX IE 8, 27).
    Source,
    /// Destination address, of either family (IE 12, 28).
    Destination,
    /// Source address where IPv6 has a column of its own; one that is not zero
    /// goes before [`Self::Source`].
    Source6,
    /// Destination address where IPv6 has a column of its own.
    Destination6,
    /// Protocol: a number or a name (IE 4).
    Protocol,
    /// Packets (IE 2).
    Packets,
    /// IP-layer octets, or octets of a layer that the source leaves open (IE 1).
    Octets,
    /// Packets of the other direction of a biflow.
    ReversePackets,
    /// Octets of the other direction of a biflow.
    ReverseOctets,
    /// Layer-2 octets (IE 352).
    WireOctets,
    /// When the first packet was seen.
    Start,
    /// When the last packet was seen.
    End,
    /// Seconds from the first packet to the last, where the end has no column.
    Duration,
    /// One of how many packets was counted (IE 34, 305).
    Sampling,
    /// Source port (IE 7).
    SourcePort,
    /// Destination port (IE 11).
    DestinationPort,
    /// Number of the ingress interface (IE 10).
    Input,
    /// Number of the egress interface (IE 14).
    Output,
    /// Address of the exporter.
    Exporter,
    /// Observation domain or source id.
    Domain,
    /// 4 or 6 (IE 60), `IPv4` or `IPv6`.
    Family,
    /// EtherType (IE 256), decimal or `0x`.
    EtherType,
    /// 0 or `ingress`, 1 or `egress` (IE 61).
    Direction,
    /// What a firewall did with it: the words for "not let through" exclude it.
    Action,
    /// `OK`, `NODATA`, `SKIPDATA` of cloud logs.
    Status,
}

impl Column {
    /// How many there are.
    pub const COUNT: usize = 25;

    /// All columns, in the order in which a mapping is shown.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Source,
        Self::Destination,
        Self::Source6,
        Self::Destination6,
        Self::Protocol,
        Self::Packets,
        Self::Octets,
        Self::ReversePackets,
        Self::ReverseOctets,
        Self::WireOctets,
        Self::Start,
        Self::End,
        Self::Duration,
        Self::Sampling,
        Self::SourcePort,
        Self::DestinationPort,
        Self::Input,
        Self::Output,
        Self::Exporter,
        Self::Domain,
        Self::Family,
        Self::EtherType,
        Self::Direction,
        Self::Action,
        Self::Status,
    ];

    /// The word for it in `--map`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Source => "src",
            Self::Destination => "dst",
            Self::Source6 => "src6",
            Self::Destination6 => "dst6",
            Self::Protocol => "proto",
            Self::Packets => "packets",
            Self::Octets => "octets",
            Self::ReversePackets => "reverse_packets",
            Self::ReverseOctets => "reverse_octets",
            Self::WireOctets => "wire_octets",
            Self::Start => "start",
            Self::End => "end",
            Self::Duration => "duration",
            Self::Sampling => "sampling",
            Self::SourcePort => "sport",
            Self::DestinationPort => "dport",
            Self::Input => "input",
            Self::Output => "output",
            Self::Exporter => "exporter",
            Self::Domain => "domain",
            Self::Family => "family",
            Self::EtherType => "ethertype",
            Self::Direction => "direction",
            Self::Action => "action",
            Self::Status => "status",
        }
    }

    /// The column that `--map` calls `key`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }
}

/// What the user says about columns: `src=SrcAddr,dst=DstAddr,octets=Bytes`.
/// What it leaves out is recognised by common names.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Mapping {
    names: [Option<String>; Column::COUNT],
}

/// Why a text is no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{what}: a mapping is field=column pairs with commas between, such as src=SrcAddr,dst=DstAddr,octets=Bytes; the fields are {}",
    fields()
)]
pub struct InvalidMapping {
    what: String,
}

fn fields() -> String {
    Column::ALL.map(Column::key).join(", ")
}

impl FromStr for Mapping {
    type Err = InvalidMapping;

    fn from_str(text: &str) -> Result<Self, InvalidMapping> {
        let mut mapping = Self::default();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, name) = pair
                .split_once('=')
                .ok_or_else(|| InvalidMapping { what: format!("`{pair}` has no `=`") })?;
            let (key, name) = (key.trim(), name.trim());
            let column = Column::from_key(key)
                .ok_or_else(|| InvalidMapping { what: format!("there is no field `{key}`") })?;
            if name.is_empty() {
                return Err(InvalidMapping { what: format!("`{key}` names no column") });
            }
            if mapping.name(column).is_some() {
                return Err(InvalidMapping { what: format!("`{key}` is there twice") });
            }
            mapping.set(column, name);
        }
        if mapping.is_empty() {
            return Err(InvalidMapping { what: "there is nothing in it".into() });
        }
        Ok(mapping)
    }
}

impl fmt::Display for Mapping {
    /// As it is given to `--map`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (column, name) in self.pairs() {
            write!(f, "{separator}{}={name}", column.key())?;
            separator = ",";
        }
        Ok(())
    }
}

impl Mapping {
    /// The column of the table that holds `column`, where the mapping says so.
    #[must_use]
    pub fn name(&self, column: Column) -> Option<&str> {
        self.names[column as usize].as_deref()
    }

    /// Says that the column called `name` holds `column`.
    pub fn set(&mut self, column: Column, name: impl Into<String>) {
        self.names[column as usize] = Some(name.into());
    }

    /// True where nothing is mapped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs().next().is_none()
    }

    /// What is mapped, in the order of [`Column::ALL`].
    pub fn pairs(&self) -> impl Iterator<Item = (Column, &str)> {
        Column::ALL.into_iter().filter_map(|column| Some((column, self.name(column)?)))
    }
}

/// Where the columns of one table are: the result of a mapping and a header.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Columns {
    at: [Option<usize>; Column::COUNT],
    /// The mapping that was used, as it can be given to `--map`.
    used: Mapping,
}

/// A table without a column that is needed, or not with the one that was named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{what}; the columns there are: {there}; name the right one with --map, such as --map {example}"
)]
pub struct MissingColumn {
    what: String,
    there: String,
    example: &'static str,
}

/// Names of a header that a message lists at most.
const LISTED: usize = 64;

impl MissingColumn {
    fn new(what: String, example: &'static str, names: &[&str]) -> Self {
        let mut there = names.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
        if names.len() > LISTED {
            there.push_str(&format!(" and {} more", names.len() - LISTED));
        }
        Self { what, there, example }
    }
}

impl Columns {
    /// Finds the columns in a header: those of `mapping` by its names (as they
    /// are written, else without regard to case), the others by common names.
    ///
    /// # Errors
    /// A column that the mapping names is not there, or one that is needed has no
    /// name that is known: an address or the family, and one of the counters.
    pub fn find(names: &[&str], mapping: Option<&Mapping>) -> Result<Self, MissingColumn> {
        let mut columns = Self::default();
        for (column, name) in mapping.iter().flat_map(|mapping| mapping.pairs()) {
            let at = position(names, name).ok_or_else(|| {
                let what =
                    format!("there is no column `{name}`, which --map gives as {}", column.key());
                MissingColumn::new(what, "src=NAME,dst=NAME,octets=NAME", names)
            })?;
            columns.set(column, at, name);
        }
        columns.recognise(names);
        columns.check(names)?;
        Ok(columns)
    }

    /// Gives the columns that are still free to those that common names mean; of
    /// two that mean the same the first counts.
    fn recognise(&mut self, names: &[&str]) {
        for rank in [Rank::Total, Rank::Usual, Rank::Fallback] {
            for (at, name) in names.iter().enumerate() {
                let Some((_, column)) = meaning(name).filter(|(known, _)| *known == rank) else {
                    continue;
                };
                if self.position(column).is_none()
                    && !self.at.contains(&Some(at))
                    && !self.in_total(column, names)
                {
                    self.set(column, at, name);
                }
            }
        }
    }

    /// True where the sum of both directions is there, so that one of them would
    /// be counted twice.
    fn in_total(&self, column: Column, names: &[&str]) -> bool {
        let sum = match column {
            Column::ReversePackets => Column::Packets,
            Column::ReverseOctets => Column::Octets,
            _ => return false,
        };
        let name = self.position(sum).map(|at| names[at]);
        name.and_then(meaning).is_some_and(|(rank, _)| rank == Rank::Total)
    }

    fn check(&self, names: &[&str]) -> Result<(), MissingColumn> {
        let has = |columns: &[Column]| columns.iter().any(|c| self.position(*c).is_some());
        let missing = |what: &str, example| Err(MissingColumn::new(what.into(), example, names));
        if !has(&[Column::Family]) {
            if !has(&[Column::Source, Column::Source6]) {
                return missing("no column is known for the source address (src)", "src=NAME");
            }
            if !has(&[Column::Destination, Column::Destination6]) {
                return missing("no column is known for the destination address (dst)", "dst=NAME");
            }
        }
        if !has(&[Column::Octets, Column::Packets, Column::WireOctets]) {
            return missing("no column is known for octets or packets", "octets=NAME,packets=NAME");
        }
        Ok(())
    }

    /// Says that `column` is in the table's column `at`, called `name`.
    pub fn set(&mut self, column: Column, at: usize, name: &str) {
        self.at[column as usize] = Some(at);
        self.used.set(column, name);
    }

    /// Which column of the table holds `column`, counted from 0.
    #[must_use]
    pub fn position(&self, column: Column) -> Option<usize> {
        self.at[column as usize]
    }

    /// What was found, as it can be given to `--map`.
    #[must_use]
    pub fn used(&self) -> &Mapping {
        &self.used
    }

    /// True where a header has the name of an address among others that mean
    /// something: enough to take it for the header of a flow log, and to name what
    /// else it would need.
    #[must_use]
    pub fn resembles(names: &[&str]) -> bool {
        let known: Vec<Column> = names.iter().filter_map(|name| Some(meaning(name)?.1)).collect();
        let address = |column: &Column| {
            use Column::{Destination, Destination6, Source, Source6};
            matches!(column, Source | Destination | Source6 | Destination6)
        };
        names.len() >= 3 && known.len() >= 3 && known.iter().any(address)
    }
}

fn position(names: &[&str], wanted: &str) -> Option<usize> {
    names
        .iter()
        .position(|name| *name == wanted)
        .or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_discriminants() {
        for (index, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index);
            assert_eq!(Column::from_key(column.key()), Some(column));
        }
    }

    #[test]
    fn a_mapping_is_written_as_it_is_read() {
        let text = "src=SrcAddr,dst=DstAddr,octets=Bytes,sport=l4 port";
        let mapping: Mapping =
            " dst = DstAddr, src=SrcAddr,octets=Bytes,sport=l4 port".parse().unwrap();
        assert_eq!(mapping.to_string(), text);
        assert_eq!(mapping.name(Column::Octets), Some("Bytes"));
        assert_eq!(mapping.name(Column::Packets), None);
    }

    #[test]
    fn what_is_no_mapping_is_named() {
        for (text, part) in [
            ("", "there is nothing in it"),
            ("src", "`src` has no `=`"),
            ("source=a", "there is no field `source`"),
            ("src=", "`src` names no column"),
            ("src=a,src=b", "`src` is there twice"),
        ] {
            let error = text.parse::<Mapping>().unwrap_err().to_string();
            assert!(error.starts_with(part), "{error}");
            assert!(error.contains("reverse_octets"), "{error}");
        }
    }

    #[test]
    fn a_mapping_goes_before_common_names_and_these_fill_the_rest() {
        let names = ["bytes", "src_addr", "dst_addr", "Volume", "packets"];
        let plain = Columns::find(&names, None).unwrap();
        assert_eq!(plain.position(Column::Octets), Some(0));
        assert_eq!(
            plain.used().to_string(),
            "src=src_addr,dst=dst_addr,packets=packets,octets=bytes"
        );
        let mapping: Mapping = "octets=volume".parse().unwrap();
        let mapped = Columns::find(&names, Some(&mapping)).unwrap();
        assert_eq!(mapped.position(Column::Octets), Some(3));
        assert_eq!(mapped.position(Column::Source), Some(1));
    }

    #[test]
    fn a_missing_column_is_named_with_what_there_is() {
        let error = |names: &[&str], mapping: Option<&str>| {
            let mapping = mapping.map(|text| text.parse().unwrap());
            Columns::find(names, mapping.as_ref()).unwrap_err().to_string()
        };
        let told = error(&["a", "dst", "bytes"], None);
        assert!(
            told.contains("source address (src); the columns there are: a, dst, bytes;"),
            "{told}"
        );
        let told = error(&["src", "b", "bytes"], None);
        assert!(told.contains("destination address (dst)"), "{told}");
        let told = error(&["src", "dst", "c"], None);
        assert!(told.contains("octets or packets"), "{told}");
        let told = error(&["src", "dst", "bytes"], Some("octets=Volume"));
        assert!(
            told.starts_with("there is no column `Volume`, which --map gives as octets"),
            "{told}"
        );
        assert!(Columns::find(&["family", "bytes"], None).is_ok(), "the family is enough");
    }

    #[test]
    fn a_sum_of_both_directions_is_not_added_to_one_of_them() {
        let names =
            ["SrcAddr", "DstAddr", "SrcBytes", "DstBytes", "TotBytes", "DstPkts", "SrcPkts"];
        let columns = Columns::find(&names, None).unwrap();
        assert_eq!(columns.position(Column::Octets), Some(4));
        assert_eq!(columns.position(Column::ReverseOctets), None);
        assert_eq!(columns.position(Column::Packets), Some(6));
        assert_eq!(columns.position(Column::ReversePackets), Some(5));
    }

    #[test]
    fn the_start_of_the_flow_goes_before_when_it_was_received() {
        let names = ["time_received", "src_addr", "dst_addr", "bytes", "time_flow_start"];
        let columns = Columns::find(&names, None).unwrap();
        assert_eq!(columns.position(Column::Start), Some(4));
        assert_eq!(Columns::find(&names[..4], None).unwrap().position(Column::Start), Some(0));
    }

    #[test]
    fn a_header_resembles_a_flow_log_only_with_an_address() {
        assert!(Columns::resembles(&["src", "sport", "proto"]));
        assert!(!Columns::resembles(&["start", "end", "proto", "bytes"]));
        assert!(!Columns::resembles(&["src", "name", "colour"]));
    }
}
