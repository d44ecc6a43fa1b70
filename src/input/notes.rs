//! What the user should know though nothing failed, in measured quantity.

/// Notes that are told one by one; a folder given twice would make thousands.
const TOLD: usize = 10;

/// Notes as they come up.
#[derive(Default)]
pub(super) struct Notes {
    told: Vec<String>,
    untold: usize,
}

impl Notes {
    /// Adds one.
    pub(super) fn add(&mut self, note: String) {
        if self.told.len() < TOLD {
            self.told.push(note);
        } else {
            self.untold += 1;
        }
    }

    /// The first of them, and how many more there were.
    pub(super) fn told(mut self) -> Vec<String> {
        match self.untold {
            0 => {}
            1 => self.told.push("1 more such note is left out".into()),
            more => self.told.push(format!("{more} more such notes are left out")),
        }
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_counted() {
        let told = |count: usize| {
            let mut notes = Notes::default();
            (0..count).for_each(|number| notes.add(number.to_string()));
            notes.told()
        };
        assert_eq!(told(TOLD).len(), TOLD);
        assert_eq!(told(TOLD + 1)[TOLD], "1 more such note is left out");
        assert_eq!(told(TOLD + 20)[TOLD], "20 more such notes are left out");
    }
}
