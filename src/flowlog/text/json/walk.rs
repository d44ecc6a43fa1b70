//! One pass over an object: the values that a tree names go to their places,
//! the others are passed over. The usual object is read by [`super::scan`], all
//! others here.

use super::super::row::{Row, Value};
use super::scan;
use super::trail::Trail;
use super::tree::{Branch, EXTRAS, Place, Tree};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Texts of one list that are kept.
const LISTED: usize = 8;

/// The values of one record.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Slots<'a> {
    /// Those of the columns.
    pub row: Row<'a>,
    /// Those beside them.
    pub extra: [Value<'a>; EXTRAS],
    /// The first texts of the list.
    pub list: [&'a str; LISTED],
    /// How many there are.
    pub listed: usize,
}

impl<'a> Slots<'a> {
    /// Reads one JSON object and nothing after it.
    ///
    /// # Errors
    /// It is no JSON, or no object.
    pub(in super::super) fn parse(tree: &Tree, text: &'a [u8]) -> Result<Self, serde_json::Error> {
        let mut slots = Self::default();
        slots.fill(tree, &mut Trail::default(), text)?;
        Ok(slots)
    }

    /// The same into slots that were used before, along the keys of the last object.
    #[inline]
    pub(super) fn fill(
        &mut self,
        tree: &Tree,
        trail: &mut Trail,
        text: &'a [u8],
    ) -> Result<(), serde_json::Error> {
        self.clear();
        match scan::fill(tree, trail, text, self) {
            Some(()) => Ok(()),
            None => self.fill_general(tree, text),
        }
    }

    /// Reads any object.
    #[inline(never)]
    fn fill_general(&mut self, tree: &Tree, text: &'a [u8]) -> Result<(), serde_json::Error> {
        self.clear();
        let mut deserializer = serde_json::Deserializer::from_slice(text);
        Object { tree, slots: self, top: true }.deserialize(&mut deserializer)?;
        deserializer.end()
    }

    /// The values of an object by serde_json alone.
    #[cfg(test)]
    pub(super) fn general(tree: &Tree, text: &'a [u8]) -> Result<Self, serde_json::Error> {
        let mut slots = Self::default();
        slots.fill_general(tree, text)?;
        Ok(slots)
    }

    #[inline]
    fn clear(&mut self) {
        (self.row, self.extra, self.listed) = (Row::default(), Default::default(), 0);
    }

    /// The texts of the list.
    pub(in super::super) fn list(&self) -> &[&'a str] {
        &self.list[..self.listed]
    }
}

/// The value that a number is.
pub(super) fn scalar(text: &[u8]) -> Option<Value<'_>> {
    Scalar.deserialize(&mut serde_json::Deserializer::from_slice(text)).ok()
}

/// Visitor methods for values that are not of the kind that is looked for.
macro_rules! passed_over {
    ($($method:ident($type:ty))*) => {
        $(fn $method<E>(self, _: $type) -> Result<(), E> { Ok(()) })*
        fn visit_unit<E>(self) -> Result<(), E> { Ok(()) }
    };
}

/// Reads an object by a tree.
struct Object<'t, 's, 'de> {
    tree: &'t Tree,
    slots: &'s mut Slots<'de>,
    /// True for the record itself, which must be an object.
    top: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_, 'de> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.top {
            deserializer.deserialize_map(self)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Object<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    passed_over! { visit_bool(bool) visit_u64(u64) visit_i64(i64) visit_f64(f64) visit_str(&str) }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(branch) = map.next_key_seed(Key { tree: self.tree })? {
            match branch {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Branch::Inner(tree)) => {
                    map.next_value_seed(Object { tree, slots: self.slots, top: false })?;
                }
                Some(Branch::Leaf(Place::Column(column))) => {
                    self.slots.row[*column as usize] = map.next_value_seed(Scalar)?;
                }
                Some(Branch::Leaf(Place::Extra(at))) => {
                    self.slots.extra[*at] = map.next_value_seed(Scalar)?;
                }
                Some(Branch::Leaf(Place::Presence(at))) => {
                    map.next_value::<IgnoredAny>()?;
                    self.slots.extra[*at] = Value::Number(1);
                }
                Some(Branch::Leaf(Place::List)) => {
                    map.next_value_seed(List { slots: self.slots })?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| ())
    }
}

/// Looks a key up without keeping it.
struct Key<'t> {
    tree: &'t Tree,
}

impl<'de, 't> DeserializeSeed<'de> for Key<'t> {
    type Value = Option<&'t Branch>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'t> Visitor<'_> for Key<'t> {
    type Value = Option<&'t Branch>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.tree.branch(key.as_bytes()))
    }
}

/// Reads one value of any kind.
struct Scalar;

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = Value<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(text.as_bytes()))
    }

    /// Text with escapes, which nothing that a column holds needs.
    fn visit_str<E>(self, _: &str) -> Result<Value<'de>, E> {
        Ok(Value::Odd)
    }

    #[inline]
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }

    #[allow(clippy::cast_precision_loss, reason = "only that it is below zero matters")]
    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Double(number as f64))
    }

    #[inline]
    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Double(number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Odd)
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Value<'de>, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Value::Odd)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value<'de>, A::Error> {
        IgnoredAny.visit_map(map).map(|_| Value::Odd)
    }
}

/// Reads a list of texts; one text alone is a list of one.
struct List<'s, 'de> {
    slots: &'s mut Slots<'de>,
}

impl<'de> List<'_, 'de> {
    fn push(&mut self, text: &'de str) {
        if let Some(place) = self.slots.list.get_mut(self.slots.listed) {
            *place = text;
            self.slots.listed += 1;
        }
    }
}

impl<'de> DeserializeSeed<'de> for List<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    passed_over! { visit_bool(bool) visit_u64(u64) visit_i64(i64) visit_f64(f64) visit_str(&str) }

    fn visit_borrowed_str<E>(mut self, text: &'de str) -> Result<(), E> {
        self.push(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element_seed(Scalar)? {
            if let Value::Text(text) = value
                && let Ok(text) = std::str::from_utf8(text)
            {
                self.push(text);
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        IgnoredAny.visit_map(map).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::Column;
    use super::*;

    fn tree() -> Tree {
        Tree::of(&[
            ("src", Place::Column(Column::Source)),
            ("flow.bytes", Place::Column(Column::Octets)),
            ("flow.start", Place::Column(Column::Start)),
            ("kind", Place::Extra(1)),
            ("parents", Place::List),
            ("vpc", Place::Presence(0)),
        ])
    }

    #[test]
    fn values_go_to_their_places() {
        let text = br#" {"x":[1,{"src":2}],"src":"192.0.2.1","flow":{"bytes":7,"start":1.5,"y":{}},
            "kind":null,"vpc":{"a":1},"parents":["a","b",3]} "#;
        let tree = tree();
        let slots = Slots::parse(&tree, text).unwrap();
        assert_eq!(slots.row[Column::Source as usize], Value::Text(b"192.0.2.1"));
        assert_eq!(slots.row[Column::Octets as usize], Value::Number(7));
        assert_eq!(slots.row[Column::Start as usize], Value::Double(1.5));
        assert_eq!(slots.extra[..2], [Value::Number(1), Value::Absent]);
        assert_eq!(slots.list(), ["a", "b"]);
    }

    #[test]
    fn odd_values_are_odd_and_no_error() {
        let tree = tree();
        let text = br#"{"src":["a"],"flow":3,"kind":"a\u0041","parents":{"a":1}}"#;
        let slots = Slots::parse(&tree, text).unwrap();
        assert_eq!(slots.row[Column::Source as usize], Value::Odd);
        assert_eq!(slots.row[Column::Octets as usize], Value::Absent);
        assert_eq!(slots.extra[1], Value::Odd);
        let many = br#"{"parents":["1","2","3","4","5","6","7","8","9"],"src":-1}"#;
        let slots = Slots::parse(&tree, many).unwrap();
        assert_eq!(slots.listed, LISTED);
        assert_eq!(slots.row[Column::Source as usize], Value::Double(-1.0));
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        let tree = tree();
        for text in ["", "[]", "3", "{", r#"{"src":"a"} x"#, r#"{"src":}"#, r#"{"src":"\x"}"#] {
            assert!(Slots::parse(&tree, text.as_bytes()).is_err(), "{text}");
        }
        let deep = format!("{}1{}", "{\"flow\":".repeat(10_000), "}".repeat(10_000));
        let _ = Slots::parse(&tree, deep.as_bytes());
    }
}
