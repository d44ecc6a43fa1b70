//! Flow logs of Azure: of network security groups (versions 1 and 2) and of
//! virtual networks. A document holds records, which hold flows as text.
//! <https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview>
//! <https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview>
//!
//! ```text
//! NSG 1  time,source,destination,sport,dport,T|U,I|O,A|D
//! NSG 2  ... ,B|C|E,packets out,bytes out,packets back,bytes back
//! VNet   time,source,destination,sport,dport,number,I|O,B|C|E|D,encryption,
//!        packets out,bytes out,packets back,bytes back
//! ```
//!
//! Each tuple is a record: the begin of a flow (which has no counts yet), and what
//! was added to it until it went on or ended. Both directions are added. What was
//! denied is no traffic. What layer the bytes are of the service does not say.

use super::super::{Column, FlowSink, FlowStop};
use super::lines::shown;
use super::row::{Row, Value};
use super::told::Told;
use crate::model::Excluded;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::ops::ControlFlow;

/// The name of the format in the report.
pub(super) const FORMAT: &str = "azure_flow";

/// The lists that documents keep their records in.
pub(super) const ENVELOPES: [&str; 1] = ["records"];

/// Hands on the flows of one record of a document.
pub(super) fn record<S: FlowSink>(
    text: &[u8],
    at: u64,
    sink: &mut S,
    told: &mut Told,
) -> ControlFlow<FlowStop> {
    let (mut stop, mut tuples) = (None, 0_u64);
    let mut each = |text: &str| {
        tuples += 1;
        if stop.is_none()
            && let ControlFlow::Break(why) = tuple(text, at, sink, told)
        {
            stop = Some(why);
        }
    };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let walked = Walk { each: &mut each, tuples: false }.deserialize(&mut deserializer);
    let walked = walked.and_then(|()| deserializer.end());
    if let Some(stop) = stop {
        return ControlFlow::Break(stop);
    }
    match walked {
        Err(error) => {
            told.bad.tell(sink, at, || format!("`{}` is no record: {error}", shown(text)));
        }
        Ok(()) if tuples == 0 => sink.exclude(Excluded::OtherRecord, 1),
        Ok(()) => {}
    }
    ControlFlow::Continue(())
}

/// Hands on one flow.
fn tuple<S: FlowSink>(text: &str, at: u64, sink: &mut S, told: &mut Told) -> ControlFlow<FlowStop> {
    let mut row = Row::default();
    if !fill(text.as_bytes(), &mut row) {
        told.bad.tell(sink, at, || format!("`{text}` is no flow tuple"));
        return ControlFlow::Continue(());
    }
    told.row(sink, &row, at)
}

/// Where the counts begin, in every version that has them.
const COUNTS: usize = 9;

/// Puts the parts of a tuple into their columns; false where it has too few.
fn fill<'a>(text: &'a [u8], row: &mut Row<'a>) -> bool {
    let mut parts = [&b""[..]; 14];
    let mut count = 0;
    for part in text.split(|b| *b == b',') {
        let Some(place) = parts.get_mut(count) else { return false };
        *place = part.trim_ascii();
        count += 1;
    }
    let mut set = |column: Column, value: &'a [u8]| row[column as usize] = Value::Text(value);
    set(Column::Start, parts[0]);
    set(Column::Source, parts[1]);
    set(Column::Destination, parts[2]);
    set(Column::SourcePort, parts[3]);
    set(Column::DestinationPort, parts[4]);
    set(
        Column::Protocol,
        match parts[5] {
            b"T" => b"6",
            b"U" => b"17",
            number => number,
        },
    );
    // The decision of a security group, the state of a virtual network's flow.
    if parts[7] == b"D" {
        set(Column::Action, b"deny");
    }
    if count > COUNTS {
        if count < COUNTS + 4 {
            return false;
        }
        set(Column::Packets, parts[COUNTS]);
        set(Column::Octets, parts[COUNTS + 1]);
        set(Column::ReversePackets, parts[COUNTS + 2]);
        set(Column::ReverseOctets, parts[COUNTS + 3]);
    }
    count >= 8
}

/// Walks through all of a value, and hands on the texts of every list called
/// `flowTuples`.
struct Walk<'f, F> {
    each: &'f mut F,
    /// True within such a list.
    tuples: bool,
}

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for Walk<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record with flowTuples")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.tuples {
            (self.each)(text);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Walk { each: self.each, tuples: self.tuples })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Tuples => map.next_value_seed(Walk { each: self.each, tuples: true })?,
                Key::Inner => map.next_value_seed(Walk { each: self.each, tuples: false })?,
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A key, by what may lie below it.
enum Key {
    Tuples,
    Inner,
    Other,
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(match name {
                    "flowTuples" => Key::Tuples,
                    "records" | "properties" | "flows" | "flowRecords" | "flowGroups" => Key::Inner,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
#[path = "azure_tests.rs"]
mod azure_tests;
