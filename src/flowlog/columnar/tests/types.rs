//! Every type in which a column of a flow log is met.

use super::build::{Way, read, table, text, write};
use crate::model::{FlowRecord, IpVersion, Timestamp};
use arrow_array::builder::{FixedSizeBinaryBuilder, StringDictionaryBuilder};
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{
    ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Decimal128Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, LargeBinaryArray, LargeStringArray,
    StringViewArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray, UInt8Array, UInt16Array, UInt32Array,
    UInt64Array,
};
use std::sync::Arc;

fn ways() -> [Way; 2] {
    [Way::Parquet(parquet::basic::Compression::UNCOMPRESSED), Way::Stream(None)]
}

/// The flow of a table with one row whose columns are common ones, but for those
/// that are given.
fn one(given: &[(&'static str, ArrayRef)]) -> [Result<FlowRecord, String>; 2] {
    let common: [(&str, ArrayRef); 4] = [
        ("src", text(&["192.0.2.1"])),
        ("dst", text(&["192.0.2.2"])),
        ("packets", text(&["3"])),
        ("start", text(&["1700000000"])),
    ];
    let mut columns: Vec<_> = given.to_vec();
    columns.extend(common.into_iter().filter(|(name, _)| given.iter().all(|(g, _)| g != name)));
    ways().map(|way| {
        let (kept, stop) = read(&write(way, &[table(columns.clone())]));
        assert_eq!(stop, None);
        kept.flows.first().copied().ok_or_else(|| kept.remarks.join(";"))
    })
}

fn packets(array: impl arrow_array::Array + 'static) -> [Result<u64, String>; 2] {
    one(&[("packets", Arc::new(array))]).map(|flow| flow.map(|flow| flow.packets))
}

fn both<T: Clone>(value: T) -> [Result<T, String>; 2] {
    [Ok(value.clone()), Ok(value)]
}

#[test]
fn counters() {
    assert_eq!(packets(Int8Array::from(vec![7])), both(7));
    assert_eq!(packets(Int16Array::from(vec![7])), both(7));
    assert_eq!(packets(Int32Array::from(vec![7])), both(7));
    assert_eq!(packets(UInt8Array::from(vec![200])), both(200));
    assert_eq!(packets(UInt16Array::from(vec![60_000])), both(60_000));
    assert_eq!(packets(UInt32Array::from(vec![4_000_000_000])), both(4_000_000_000));
    assert_eq!(packets(UInt64Array::from(vec![u64::MAX])), both(u64::MAX));
    assert_eq!(packets(Float64Array::from(vec![7.0])), both(7), "an integer with gaps, elsewhere");
    assert_eq!(packets(Float32Array::from(vec![7.0])), both(7));
    assert_eq!(packets(Float64Array::from(vec![f64::NAN])), both(0));
    assert_eq!(packets(Int32Array::from(vec![None::<i32>])), both(0));
    let decimal = Decimal128Array::from(vec![7]).with_precision_and_scale(20, 0).unwrap();
    assert_eq!(packets(decimal), both(7));
    let none = |array: ArrayRef| one(&[("packets", array)]).map(|flow| flow.is_err());
    assert_eq!(none(Arc::new(Float64Array::from(vec![7.5]))), [true; 2]);
    assert_eq!(none(Arc::new(Int32Array::from(vec![-7]))), [true; 2]);
    assert_eq!(none(Arc::new(BooleanArray::from(vec![true]))), [true; 2]);
    let scaled = Decimal128Array::from(vec![7]).with_precision_and_scale(20, 2).unwrap();
    assert_eq!(none(Arc::new(scaled)), [true; 2]);
}

#[test]
fn texts_of_every_kind() {
    let protocol = |array: ArrayRef| {
        one(&[("proto", array)]).map(|flow| flow.map(|flow| flow.protocol.unwrap().0))
    };
    assert_eq!(protocol(Arc::new(LargeStringArray::from(vec!["tcp"]))), both(6));
    assert_eq!(protocol(Arc::new(StringViewArray::from(vec!["TCP"]))), both(6));
    assert_eq!(protocol(Arc::new(BinaryArray::from_vec(vec![b"ICMP"]))), both(1));
    assert_eq!(protocol(Arc::new(LargeBinaryArray::from_vec(vec![b"udp"]))), both(17));
    assert_eq!(protocol(Arc::new(BinaryViewArray::from(vec![&b"udp"[..]]))), both(17));
    let mut keys = StringDictionaryBuilder::<Int8Type>::new();
    keys.append_value("udp");
    assert_eq!(protocol(Arc::new(keys.finish())), both(17));
    let mut missing = StringDictionaryBuilder::<Int32Type>::new();
    missing.append_null();
    let flows = one(&[("proto", Arc::new(missing.finish()))]);
    assert!(flows.iter().all(|flow| flow.as_ref().unwrap().protocol.is_none()));
}

#[test]
fn addresses_in_binary() {
    let source = |array: ArrayRef| {
        one(&[("src", array)]).map(|flow| {
            flow.map(|flow| flow.source.unwrap().to_std(flow.family.unwrap()).to_string())
        })
    };
    let shown = |text: &str| both(text.to_owned());
    let fixed = |octets: &[u8]| -> ArrayRef {
        let mut builder = FixedSizeBinaryBuilder::new(octets.len() as i32);
        builder.append_value(octets).unwrap();
        Arc::new(builder.finish())
    };
    let six: std::net::Ipv6Addr = "2001:db8::1".parse().unwrap();
    assert_eq!(source(fixed(&six.octets())), shown("2001:db8::1"));
    assert_eq!(source(fixed(&[192, 0, 2, 7])), shown("192.0.2.7"));
    let mapped: std::net::Ipv6Addr = "::ffff:192.0.2.9".parse().unwrap();
    assert_eq!(source(fixed(&mapped.octets())), shown("192.0.2.9"));
    let octets = [192, 0, 2, 8];
    assert_eq!(source(Arc::new(BinaryArray::from_vec(vec![&octets]))), shown("192.0.2.8"));
    let unmarked = b"2001:db8::1:2:34";
    assert_eq!(unmarked.len(), 16);
    let text = Arc::new(BinaryArray::from_vec(vec![unmarked]));
    assert_eq!(source(text), shown("2001:db8::1:2:34"), "text that is not marked as such");
    assert_eq!(source(Arc::new(UInt32Array::from(vec![0xc000_0205]))), shown("192.0.2.5"));
    assert!(one(&[("src", fixed(&[1, 2, 3]))]).iter().all(Result::is_err));
    assert_eq!(one(&[("src", fixed(&[9; 4]))])[0].as_ref().unwrap().family, Some(IpVersion::V4));
}

#[test]
fn times() {
    let start = |array: ArrayRef| {
        one(&[("start", array)])
            .map(|flow| flow.map(|flow| flow.start.map_or(0, Timestamp::nanoseconds)))
    };
    let second = 1_000_000_000;
    let at = both(1_000 * second);
    assert_eq!(start(Arc::new(TimestampSecondArray::from(vec![1_000]))), at);
    assert_eq!(start(Arc::new(TimestampMillisecondArray::from(vec![1_000_000]))), at);
    assert_eq!(start(Arc::new(TimestampMicrosecondArray::from(vec![1_000_000_000]))), at);
    assert_eq!(start(Arc::new(TimestampNanosecondArray::from(vec![1_000 * second]))), at);
    assert_eq!(start(Arc::new(TimestampSecondArray::from(vec![i64::MAX]))), both(0));
    let fraction = Float64Array::from(vec![1_700_000_000.25]);
    assert_eq!(start(Arc::new(fraction)), both(1_700_000_000_250_000_000));
    let date = text(&["2023-11-14T22:13:20Z"]);
    assert_eq!(start(date), both(1_700_000_000 * second));
}
