//! Which keys of an object are looked at, and where their values go.

use super::super::super::{Column, Mapping};

/// Values beside the columns that a format looks at.
pub(super) const EXTRAS: usize = 4;

/// Where the protocol is that brought a record to its collector.
pub(super) const CAME_BY: usize = 0;

/// Where the value of a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Place {
    /// Into a column of the row.
    Column(Column),
    /// Beside the row, for the format's own use.
    Extra(usize),
    /// A list of texts, for the format's own use.
    List,
    /// Only that it is there counts: the number of times is kept beside the row.
    Presence(usize),
}

/// What becomes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Branch {
    /// Its value goes somewhere.
    Leaf(Place),
    /// Keys of the object that it holds are looked at.
    Inner(Tree),
}

/// The keys of one object, in the order of their lengths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Tree {
    keys: Vec<(Box<str>, Branch)>,
    /// Where the keys of each length begin, and of all that are longer.
    begins: Vec<u16>,
    /// A number that no other object of the same record has.
    pub(super) id: u16,
}

impl Tree {
    /// A tree of paths; `.` stands between the keys of objects within objects,
    /// and for itself where a tool writes the path as one key.
    pub(in super::super) fn of(paths: &[(&str, Place)]) -> Self {
        let mut tree = Self::default();
        for (path, place) in paths {
            tree.insert(path, *place);
        }
        tree.index(&mut 0);
        tree
    }

    /// The tree of what a mapping names. IPv4 and IPv6 have keys of their own in
    /// some logs, of which a record has one: its twin is looked at too.
    pub(in super::super) fn of_mapping(mapping: &Mapping) -> Self {
        use Column::{Destination, Destination6, Source, Source6};
        let mut tree = Self::default();
        for (column, name) in mapping.pairs() {
            tree.insert(name, Place::Column(column));
            let (digit, twin, other) = match column {
                Source => ('4', '6', Source6),
                Destination => ('4', '6', Destination6),
                Source6 => ('6', '4', Source),
                Destination6 => ('6', '4', Destination),
                _ => continue,
            };
            if mapping.name(other).is_none() && name.contains(digit) {
                tree.insert(&name.replace(digit, &twin.to_string()), Place::Column(other));
            }
        }
        // What goflow2 calls the protocol that a record came by.
        for name in ["type", "Type"] {
            tree.insert(name, Place::Extra(CAME_BY));
        }
        tree.index(&mut 0);
        tree
    }

    /// Puts a path in, once as one key and once as keys within keys. What was
    /// there first stays.
    fn insert(&mut self, path: &str, place: Place) {
        if !self.keys.iter().any(|(key, _)| **key == *path) {
            self.keys.push((path.into(), Branch::Leaf(place)));
        }
        let Some((first, rest)) = path.split_once('.') else { return };
        let at = self.keys.iter().position(|(key, _)| **key == *first).unwrap_or_else(|| {
            self.keys.push((first.into(), Branch::Inner(Self::default())));
            self.keys.len() - 1
        });
        if let Branch::Inner(inner) = &mut self.keys[at].1 {
            inner.insert(rest, place);
        }
    }

    fn index(&mut self, trees: &mut u16) {
        self.id = *trees;
        *trees = trees.saturating_add(1);
        self.keys.sort_by_key(|(key, _)| key.len());
        let longest = self.keys.last().map_or(0, |(key, _)| key.len());
        self.begins = (0..=longest + 1)
            .map(|len| self.keys.partition_point(|(key, _)| key.len() < len))
            .map(|at| u16::try_from(at).unwrap_or(u16::MAX))
            .collect();
        for (_, branch) in &mut self.keys {
            if let Branch::Inner(inner) = branch {
                inner.index(trees);
            }
        }
    }

    /// What becomes of `key`.
    #[inline]
    pub(super) fn branch(&self, key: &[u8]) -> Option<&Branch> {
        self.numbered(self.number(key)?)
    }

    /// What becomes of the key with a number of [`Self::number`].
    #[inline]
    pub(super) fn numbered(&self, number: u16) -> Option<&Branch> {
        self.keys.get(usize::from(number)).map(|(_, branch)| branch)
    }

    /// The number of `key`, where it is looked at.
    #[inline]
    pub(super) fn number(&self, key: &[u8]) -> Option<u16> {
        let begin = *self.begins.get(key.len())?;
        let end = *self.begins.get(key.len() + 1)?;
        let same_length = self.keys.get(usize::from(begin)..usize::from(end))?;
        let at = same_length.iter().position(|(known, _)| known.as_bytes() == key)?;
        Some(begin + u16::try_from(at).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(tree: &Tree, path: &[&str]) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        match tree.branch(first.as_bytes())? {
            Branch::Leaf(place) if rest.is_empty() => Some(*place),
            Branch::Inner(inner) => leaf(inner, rest),
            Branch::Leaf(_) => None,
        }
    }

    #[test]
    fn a_path_is_found_flat_and_nested() {
        let source = Place::Column(Column::Source);
        let tree = Tree::of(&[("source.ip", source), ("a", Place::Extra(0)), ("b", Place::List)]);
        assert_eq!(leaf(&tree, &["source.ip"]), Some(source));
        assert_eq!(leaf(&tree, &["source", "ip"]), Some(source));
        assert_eq!(leaf(&tree, &["b"]), Some(Place::List));
        assert_eq!(leaf(&tree, &["c"]), None);
        assert_eq!(leaf(&tree, &["longer than any"]), None);
        assert_eq!(leaf(&Tree::default(), &[""]), None);
    }

    #[test]
    fn the_twin_of_a_family_is_looked_at() {
        let mapping = "src=src4_addr,dst=dst4_addr,octets=in_bytes".parse().unwrap();
        let tree = Tree::of_mapping(&mapping);
        assert_eq!(leaf(&tree, &["src6_addr"]), Some(Place::Column(Column::Source6)));
        assert_eq!(leaf(&tree, &["src4_addr"]), Some(Place::Column(Column::Source)));
    }
}
