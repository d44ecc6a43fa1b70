//! Where JSON values begin and end, for documents that are not one record a
//! line: found by brackets and quotes alone, so that a record is parsed once,
//! when all of it is there, and one that is no JSON costs only itself.

/// The end of the value that begins at the front of `text`, or `None` where it
/// is not all there. A value that is neither object nor array nor text ends
/// before what follows it.
pub(super) fn value_end(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'{' | b'[' => closing(&text[1..], 1).map(|end| end + 1),
        b'"' => string_end(&text[1..]).map(|end| end + 1),
        _ => text.iter().position(|b| matches!(b, b',' | b']' | b'}') || b.is_ascii_whitespace()),
    }
}

/// The end of what closes `depth` brackets that are open before `text`.
pub(super) fn closing(text: &[u8], mut depth: usize) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => at += string_end(&text[at + 1..])?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of a text whose opening quote stands before `text`.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// What the front of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// An object around a list of records, which begin this many bytes further.
    Opens(usize),
    /// Something else: a record.
    No,
    /// More is needed to tell.
    Short,
}

/// True where `text` is an object that holds, among values of its own, the list
/// called one of `names`.
pub(super) fn envelope(text: &[u8], names: &[&str]) -> Envelope {
    let mut at = 1;
    loop {
        at += spaces(&text[at.min(text.len())..]);
        let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) else {
            return Envelope::Short;
        };
        if rest[0] != b'"' {
            return Envelope::No;
        }
        let Some(end) = value_end(rest) else { return Envelope::Short };
        let key = &rest[1..end - 1];
        at += end;
        at += spaces(&text[at..]);
        if text.get(at).is_some_and(|b| *b != b':') {
            return Envelope::No;
        }
        at += 1;
        at += spaces(text.get(at..).unwrap_or_default());
        let Some(value) = text.get(at..).filter(|value| !value.is_empty()) else {
            return Envelope::Short;
        };
        if value[0] == b'[' && names.iter().any(|name| name.as_bytes() == key) {
            return Envelope::Opens(at + 1);
        }
        let Some(end) = value_end(value) else { return Envelope::Short };
        at += end;
        at += spaces(&text[at..]);
        match text.get(at) {
            Some(b',') => at += 1,
            Some(_) => return Envelope::No,
            None => return Envelope::Short,
        }
    }
}

/// How many bytes of white space are at the front.
pub(super) fn spaces(text: &[u8]) -> usize {
    text.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_ends_with_its_last_bracket() {
        for (text, end) in [
            (r#"{"a":"}\"{","b":[{}]} rest"#, Some(21)),
            (r#"[1,2] "#, Some(5)),
            (r#""a\\" "#, Some(5)),
            ("123,", Some(3)),
            ("true", None),
            (r#"{"a":"}"#, None),
            (r#"{"a":"\"#, None),
            ("", None),
        ] {
            assert_eq!(value_end(text.as_bytes()), end, "{text}");
        }
    }

    #[test]
    fn an_envelope_is_told_from_a_record() {
        let of = |text: &str| envelope(text.as_bytes(), &["records", "logEvents"]);
        assert_eq!(of(r#"{ "records" : [ {}"#), Envelope::Opens(15));
        assert_eq!(of(r#"{"a":1,"b":["c"],"logEvents":[]}"#), Envelope::Opens(30));
        assert_eq!(of(r#"{"records":{"a":1}}"#), Envelope::No);
        assert_eq!(of(r#"{"a":"b"}"#), Envelope::No);
        assert_eq!(of("{}"), Envelope::No);
        for short in ["{", r#"{"rec"#, r#"{"records""#, r#"{"records":"#, r#"{"a":[1"#, r#"{"a":1"#]
        {
            assert_eq!(of(short), Envelope::Short, "{short}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_bounds_within_them(
            text in proptest::collection::vec(
                prop_oneof![Just(b'{'), Just(b'"'), Just(b'\\'), Just(b':'), Just(b'['), any::<u8>()],
                0..60,
            ),
        ) {
            prop_assert!(value_end(&text).is_none_or(|end| end <= text.len()));
            if let Envelope::Opens(at) = envelope(&text, &["records"]) {
                prop_assert!(at <= text.len());
            }
        }
    }
}
