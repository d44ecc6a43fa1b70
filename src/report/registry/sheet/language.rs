//! Numbers, dates and typography of the two languages.

use crate::registry::{Bilingual, Date};

/// The language of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

/// A space that does not break, and the narrow one of French.
const NO_BREAK: char = '\u{a0}';
const NARROW: char = '\u{202f}';

const MONTHS: [[&str; 2]; 12] = [
    ["January", "janvier"],
    ["February", "février"],
    ["March", "mars"],
    ["April", "avril"],
    ["May", "mai"],
    ["June", "juin"],
    ["July", "juillet"],
    ["August", "août"],
    ["September", "septembre"],
    ["October", "octobre"],
    ["November", "novembre"],
    ["December", "décembre"],
];

impl Language {
    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The words in this language.
    pub(super) fn of(self, words: &Bilingual) -> &str {
        match self {
            Self::En => &words.en,
            Self::Fr => &words.fr,
        }
    }

    /// One of two texts.
    pub(super) fn pick<'a>(self, en: &'a str, fr: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    /// `1,234,567`; `1 234 567` with narrow spaces that do not break.
    pub(super) fn whole(self, number: u128) -> String {
        let separator = match self {
            Self::En => ',',
            Self::Fr => NARROW,
        };
        let digits = number.to_string();
        let mut text = String::new();
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// With so many places: `1,234.5`; `1 234,5`.
    pub(super) fn decimal(self, number: f64, places: usize) -> String {
        let text = format!("{:.places$}", number.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let whole = self.whole(whole.parse().unwrap_or(0));
        let is_zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
        let sign = if number < 0.0 && !is_zero { "\u{2212}" } else { "" };
        let mark = self.pick(".", ",");
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{mark}{fraction}")
        }
    }

    /// A part of 1: `12.3%`; `12,3 %`. The smallest parts keep a digit.
    pub(super) fn percent(self, part: f64) -> String {
        let percent = part * 100.0;
        let places = match percent.abs() {
            small if small > 0.0 && small < 0.05 => 3,
            _ => 1,
        };
        let space = match self {
            Self::En => String::new(),
            Self::Fr => NO_BREAK.to_string(),
        };
        format!("{}{space}%", self.decimal(percent, places))
    }

    /// With its sign, where it is not 0.
    pub(super) fn signed(self, text: String, number: f64) -> String {
        if number > 0.0 { format!("+{text}") } else { text }
    }

    /// `31 December 2022`; `31 décembre 2022`, `1er mars 2022`.
    pub(super) fn date(self, date: Date) -> String {
        let month = MONTHS[date.month() as usize - 1][self as usize];
        let day = match (self, date.day()) {
            (Self::Fr, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        };
        format!("{day}{NO_BREAK}{month}{NO_BREAK}{}", date.year())
    }

    /// A count and its noun: English has the singular for 1 alone, French also
    /// for 0.
    pub(super) fn counted(self, count: u128, one: &str, many: &str) -> String {
        let singular = match self {
            Self::En => count == 1,
            Self::Fr => count < 2,
        };
        format!("{}{NO_BREAK}{}", self.whole(count), if singular { one } else { many })
    }

    /// The same, with a word for none.
    pub(super) fn counted_or_none(self, count: u128, one: &str, many: &str) -> String {
        match self {
            Self::En if count == 0 => format!("no {many}"),
            Self::Fr if count == 0 => format!("aucune {one}"),
            _ => self.counted(count, one, many),
        }
    }

    /// The noun of a difference in percentage points: French has the singular
    /// below 2.
    pub(super) fn points(self, points: f64) -> &'static str {
        if self == Self::Fr && (points.abs() * 10.0).round() < 20.0 { "point" } else { "points" }
    }

    /// Sets a text as the language wants it: in French spaces that do not break
    /// before double signs of punctuation and within guillemets, and curved
    /// apostrophes in both.
    pub(super) fn typeset(self, text: &str) -> String {
        let text = text.replace('\'', "\u{2019}");
        if self == Self::En {
            return text;
        }
        let mut set = text;
        for (plain, fine) in [
            (" :", format!("{NO_BREAK}:")),
            (" ;", format!("{NARROW};")),
            (" !", format!("{NARROW}!")),
            (" ?", format!("{NARROW}?")),
            ("« ", format!("«{NO_BREAK}")),
            (" »", format!("{NO_BREAK}»")),
            (" %", format!("{NO_BREAK}%")),
            (" /32", format!("{NO_BREAK}/32")),
            (" /48", format!("{NO_BREAK}/48")),
        ] {
            set = set.replace(plain, &fine);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_as_the_language_wants() {
        assert_eq!(Language::En.whole(1_234_567), "1,234,567");
        assert_eq!(Language::Fr.whole(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(Language::En.decimal(-1234.56, 1), "\u{2212}1,234.6");
        assert_eq!(Language::Fr.decimal(1234.56, 1), "1\u{202f}234,6");
        assert_eq!(Language::Fr.decimal(-0.04, 1), "0,0");
        assert_eq!(Language::En.percent(0.1234), "12.3%");
        assert_eq!(Language::Fr.percent(0.1234), "12,3\u{a0}%");
        assert_eq!(Language::Fr.percent(0.0001), "0,010\u{a0}%");
    }

    #[test]
    fn dates_and_counts_follow_the_language() {
        let date = |month, day| Date::new(2022, month, day).unwrap();
        assert_eq!(Language::Fr.date(date(3, 1)), "1er\u{a0}mars\u{a0}2022");
        assert_eq!(Language::Fr.date(date(12, 31)), "31\u{a0}décembre\u{a0}2022");
        assert_eq!(Language::En.date(date(8, 1)), "1\u{a0}August\u{a0}2022");
        assert_eq!(Language::Fr.counted(0, "bloc", "blocs"), "0\u{a0}bloc");
        assert_eq!(Language::En.counted(0, "block", "blocks"), "0\u{a0}blocks");
    }

    #[test]
    fn french_punctuation_does_not_break_off() {
        let set = Language::Fr.typeset("l'espace : « oui » ; non ?");
        assert_eq!(set, "l\u{2019}espace\u{a0}: «\u{a0}oui\u{a0}»\u{202f}; non\u{202f}?");
        assert_eq!(Language::En.typeset("the year's"), "the year\u{2019}s");
    }
}
