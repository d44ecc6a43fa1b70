//! The keys at the front of a log, for recognising what it is: read as far as
//! there is something, for the first record may not be all there.

/// Bytes that are looked at; what begins beyond them decides nothing, so that it
/// does not matter how much of the input was at hand.
const FRONT: usize = 16 << 10;

/// The paths of the keys of the first records, each once, in their order; `.`
/// stands between the keys of objects within objects.
pub(in super::super) fn paths(first: &[u8]) -> Vec<String> {
    let text = &first[..first.len().min(FRONT)];
    let mut walk = Walk::default();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' => walk.open(true),
            b'[' => walk.open(false),
            b'}' | b']' => walk.close(),
            b',' => walk.key_comes(),
            b'"' => {
                let Some(end) = string_end(&text[at..]) else { break };
                walk.string(&text[at..at + end]);
                at += end + 1;
            }
            _ => {}
        }
    }
    walk.paths
}

fn string_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

#[derive(Default)]
struct Walk {
    /// For each open bracket: the key that is at hand (objects), and whether the
    /// next text is a key.
    open: Vec<(Option<String>, bool)>,
    paths: Vec<String>,
}

/// Brackets within brackets that are followed, and paths that are kept.
const DEEP: usize = 64;
const MANY: usize = 512;

impl Walk {
    fn open(&mut self, object: bool) {
        if self.open.len() < DEEP {
            self.open.push((None, object));
        }
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn key_comes(&mut self) {
        if let Some((key @ Some(_), expected)) = self.open.last_mut() {
            *key = None;
            *expected = true;
        }
    }

    fn string(&mut self, text: &[u8]) {
        let Some((key, expected @ true)) = self.open.last_mut() else { return };
        *expected = false;
        *key = Some(String::from_utf8_lossy(text).into_owned());
        let path: Vec<&str> = self.open.iter().filter_map(|(key, _)| key.as_deref()).collect();
        let path = path.join(".");
        if self.paths.len() < MANY && !self.paths.contains(&path) {
            self.paths.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_lines_arrays_and_cut_records() {
        let lines = br#"{"a":1,"b":{"c":"x","d":[1,"y"]}}
            {"a":2,"e":null,"f":"cut"#;
        assert_eq!(paths(lines), ["a", "b", "b.c", "b.d", "e", "f"]);
        let array = br#"[{"a":{"b":[{"c":1}]}},{"d":"#;
        assert_eq!(paths(array), ["a", "a.b", "a.b.c", "d"]);
        assert_eq!(paths(b"]]}}{\"a\":\""), ["a"]);
        assert!(paths(&[b'['; 100_000]).is_empty());
    }
}
