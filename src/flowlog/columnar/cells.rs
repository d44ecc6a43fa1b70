//! One column of a batch as the values of its rows: the type is found once a
//! batch, a value without allocation.

use crate::fields::address;
use crate::flowlog::Column;
use crate::flowlog::text::Value;
use crate::model::{IpAddress, IpVersion, Timestamp};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, LargeBinaryArray, LargeStringArray,
    StringArray, StringViewArray,
};
use arrow_schema::{DataType, TimeUnit};

/// A column of a batch.
pub(super) struct Cells<'a> {
    array: &'a dyn Array,
    /// False where no value is missing, which spares asking.
    gaps: bool,
    values: Values<'a>,
}

/// Its values by their type.
enum Values<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
    F32(&'a [f32]),
    F64(&'a [f64]),
    /// Whole numbers that databases keep as decimals.
    Decimal(&'a [i128]),
    /// Since 1970, in units of so many nanoseconds.
    Time(&'a [i64], i64),
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Binary(&'a BinaryArray),
    LargeBinary(&'a LargeBinaryArray),
    BinaryView(&'a BinaryViewArray),
    Fixed(&'a FixedSizeBinaryArray),
    /// Octets or 32-bit numbers that are addresses.
    Address(Box<Values<'a>>),
    /// Keys into values.
    Dictionary(Vec<usize>, Box<Cells<'a>>),
    /// Nothing that a column can hold.
    Odd,
}

impl<'a> Cells<'a> {
    /// The column `array`, which is read as `column`.
    pub(super) fn new(array: &'a dyn Array, column: Column) -> Self {
        let values = Values::of(array, column);
        let binary = matches!(
            values,
            Values::U32(_)
                | Values::Binary(_)
                | Values::LargeBinary(_)
                | Values::BinaryView(_)
                | Values::Fixed(_)
        );
        let values =
            if binary && is_address(column) { Values::Address(Box::new(values)) } else { values };
        Self { array, gaps: array.null_count() > 0, values }
    }

    /// The value of a row; `row` lies within the batch.
    #[inline]
    pub(super) fn value(&self, row: usize) -> Value<'a> {
        if self.gaps && self.array.is_null(row) {
            return Value::Absent;
        }
        self.values.at(row)
    }
}

fn is_address(column: Column) -> bool {
    use Column::{Destination, Destination6, Exporter, Source, Source6};
    matches!(column, Source | Destination | Source6 | Destination6 | Exporter)
}

impl<'a> Values<'a> {
    fn of(array: &'a dyn Array, column: Column) -> Self {
        match array.data_type() {
            DataType::Int8 => Self::I8(array.as_primitive::<Int8Type>().values()),
            DataType::Int16 => Self::I16(array.as_primitive::<Int16Type>().values()),
            DataType::Int32 => Self::I32(array.as_primitive::<Int32Type>().values()),
            DataType::Int64 => Self::I64(array.as_primitive::<Int64Type>().values()),
            DataType::UInt8 => Self::U8(array.as_primitive::<UInt8Type>().values()),
            DataType::UInt16 => Self::U16(array.as_primitive::<UInt16Type>().values()),
            DataType::UInt32 => Self::U32(array.as_primitive::<UInt32Type>().values()),
            DataType::UInt64 => Self::U64(array.as_primitive::<UInt64Type>().values()),
            DataType::Float32 => Self::F32(array.as_primitive::<Float32Type>().values()),
            DataType::Float64 => Self::F64(array.as_primitive::<Float64Type>().values()),
            DataType::Decimal128(_, 0) => {
                Self::Decimal(array.as_primitive::<Decimal128Type>().values())
            }
            DataType::Timestamp(unit, _) => Self::time(array, *unit),
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Binary => Self::Binary(array.as_binary()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary()),
            DataType::BinaryView => Self::BinaryView(array.as_binary_view()),
            DataType::FixedSizeBinary(_) => Self::Fixed(array.as_fixed_size_binary()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                // Keys of missing values may be anything; they are not asked for.
                let keys = if dictionary.values().is_empty() {
                    Vec::new()
                } else {
                    dictionary.normalized_keys()
                };
                let values = Cells::new(dictionary.values().as_ref(), column);
                Self::Dictionary(keys, Box::new(values))
            }
            _ => Self::Odd,
        }
    }

    fn time(array: &'a dyn Array, unit: TimeUnit) -> Self {
        match unit {
            TimeUnit::Second => {
                Self::Time(array.as_primitive::<TimestampSecondType>().values(), 1_000_000_000)
            }
            TimeUnit::Millisecond => {
                Self::Time(array.as_primitive::<TimestampMillisecondType>().values(), 1_000_000)
            }
            TimeUnit::Microsecond => {
                Self::Time(array.as_primitive::<TimestampMicrosecondType>().values(), 1_000)
            }
            TimeUnit::Nanosecond => {
                Self::Time(array.as_primitive::<TimestampNanosecondType>().values(), 1)
            }
        }
    }

    #[inline]
    fn at(&self, row: usize) -> Value<'a> {
        match self {
            Self::I8(values) => signed(values[row].into()),
            Self::I16(values) => signed(values[row].into()),
            Self::I32(values) => signed(values[row].into()),
            Self::I64(values) => signed(values[row]),
            Self::U8(values) => Value::Number(values[row].into()),
            Self::U16(values) => Value::Number(values[row].into()),
            Self::U32(values) => Value::Number(values[row].into()),
            Self::U64(values) => Value::Number(values[row]),
            Self::F32(values) => double(values[row].into()),
            Self::F64(values) => double(values[row]),
            Self::Decimal(values) => u64::try_from(values[row]).map_or(Value::Odd, Value::Number),
            Self::Time(values, unit) => {
                let time = i128::from(values[row]) * i128::from(*unit);
                Timestamp::from_wide(time).map_or(Value::Absent, Value::Time)
            }
            Self::Text(values) => Value::Text(values.value(row).as_bytes()),
            Self::LargeText(values) => Value::Text(values.value(row).as_bytes()),
            Self::TextView(values) => Value::Text(values.value(row).as_bytes()),
            Self::Binary(_) | Self::LargeBinary(_) | Self::BinaryView(_) | Self::Fixed(_) => {
                self.octets(row).map_or(Value::Odd, Value::Text)
            }
            Self::Address(values) => values.address(row),
            Self::Dictionary(keys, values) => match keys.get(row) {
                Some(key) => values.value(*key),
                None => Value::Absent,
            },
            Self::Odd => Value::Odd,
        }
    }

    fn octets(&self, row: usize) -> Option<&'a [u8]> {
        match self {
            Self::Binary(values) => Some(values.value(row)),
            Self::LargeBinary(values) => Some(values.value(row)),
            Self::BinaryView(values) => Some(values.value(row)),
            Self::Fixed(values) => Some(values.value(row)),
            _ => None,
        }
    }

    /// An address in binary: 4 or 16 octets, or a number; text where the octets
    /// are that of an address, as some writers leave text unmarked.
    fn address(&self, row: usize) -> Value<'a> {
        if let Self::U32(values) = self {
            return Value::Address(IpVersion::V4, IpAddress::from_v4(values[row].to_be_bytes()));
        }
        let Some(octets) = self.octets(row) else { return Value::Odd };
        if address(octets).is_some() {
            return Value::Text(octets);
        }
        if let Ok(octets) = <[u8; 4]>::try_from(octets) {
            return Value::Address(IpVersion::V4, IpAddress::from_v4(octets));
        }
        match <[u8; 16]>::try_from(octets) {
            // IPv4-mapped addresses are IPv4 (RFC 4291 section 2.5.5.2).
            Ok([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d]) => {
                Value::Address(IpVersion::V4, IpAddress::from_v4([a, b, c, d]))
            }
            Ok(octets) => Value::Address(IpVersion::V6, IpAddress::from_v6(octets)),
            Err(_) => Value::Text(octets),
        }
    }
}

#[inline]
#[expect(clippy::cast_precision_loss, reason = "negative: no counter, whatever its digits")]
fn signed<'a>(value: i64) -> Value<'a> {
    match u64::try_from(value) {
        Ok(number) => Value::Number(number),
        Err(_) => Value::Double(value as f64),
    }
}

/// Whole numbers come as doubles from tools that have no other way to leave a
/// value out.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within 0 to 2^53"
)]
fn double<'a>(value: f64) -> Value<'a> {
    if value.is_nan() {
        Value::Absent
    } else if value.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&value) {
        Value::Number(value as u64)
    } else {
        Value::Double(value)
    }
}
