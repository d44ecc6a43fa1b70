//! What the sheet says: a page made out of the figures of a country and year.

use super::charts::{charts, slash32};
use super::language::Language;
use super::page::{Block, Page, Section};
use super::words::{self, definitions};
use crate::registry::{
    ChangeKind, Collection, Concentration, Date, Figures, Kind, Lists, Md5Verdict, Rank, Standing,
    Yearly,
};
use crate::report::registry::figures::registry_name;
use crate::report::registry::sources::{REGISTRIES, days_apart};
use crate::report::share::Ratio;

/// What a sheet is made with beside the figures.
#[derive(Clone, Copy)]
pub struct SheetView<'a> {
    /// The language.
    pub language: Language,
    /// The lists that groups and names are from.
    pub lists: &'a Lists,
    /// Where the number of inhabitants is from, where there is one.
    pub population_source: &'a str,
}

/// The sheet of a country and year. The collection is that of the figures.
#[must_use]
pub fn sheet(yearly: &Yearly, collection: &Collection, view: &SheetView<'_>) -> Page {
    let language = view.language;
    let name = view.lists.name(yearly.country);
    let (name, code, year) = (language.of(&name), yearly.country, yearly.year);
    let title = match language {
        Language::En => format!("{name} ({code}): IPv6 addresses in {year}"),
        Language::Fr => format!("{name} ({code}) : les adresses IPv6 en {year}"),
    };
    let day = language.date(yearly.now.day);
    let subtitle = match language {
        Language::En => format!(
            "Yearly sheet, as of {day}, from the statistics that the regional Internet registries publish"
        ),
        Language::Fr => format!(
            "Fiche annuelle, situation au {day}, d'après les statistiques publiées par les registres \
             Internet régionaux"
        ),
    };
    let sheet = Sheet { yearly, collection, view };
    Page {
        language,
        title: language.typeset(&title),
        subtitle: language.typeset(&subtitle),
        lead: sheet.lead(),
        sections: vec![
            sheet.figures(),
            sheet.ranks(),
            sheet.pace(),
            sheet.sources(),
            sheet.definitions(),
        ],
    }
}

struct Sheet<'a> {
    yearly: &'a Yearly,
    collection: &'a Collection,
    view: &'a SheetView<'a>,
}

/// How a figure of the table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    Blocks,
    Part,
    Coefficient,
}

type Measure = fn(&Figures) -> Option<f64>;

/// The rows of the table of figures.
const MEASURES: [([&str; 2], Form, Measure); 11] = [
    (words::DELEGATIONS, Form::Whole, |f| Some(whole(f.delegated(Kind::Ipv6).records.into()))),
    (words::SLASH32, Form::Blocks, |f| Some(slash32(f.delegated(Kind::Ipv6).space))),
    (words::SLASH48, Form::Whole, |f| {
        Some((slash32(f.delegated(Kind::Ipv6).space) * 65_536.0).floor())
    }),
    (words::PEOPLE, Form::Blocks, |f| {
        let people = f.population.filter(|people| *people > 0)?;
        Some(slash32(f.delegated(Kind::Ipv6).space) * 1e6 / whole(people.into()))
    }),
    (words::IPV4, Form::Whole, |f| Some(whole(f.delegated(Kind::Ipv4).space))),
    (words::ASNS, Form::Whole, |f| Some(whole(f.delegated(Kind::Asn).space))),
    (words::HOLDERS, Form::Whole, |f| Some(whole(f.holders?.with_addresses().into()))),
    (words::WITH_IPV6, Form::Whole, |f| Some(whole(f.holders?.with_ipv6().into()))),
    (words::SHARE, Form::Part, |f| {
        let holders = f.holders?;
        part(holders.with_ipv6().into(), holders.with_addresses().into())
    }),
    (words::TOP5, Form::Part, |f| {
        let Concentration { top, whole, .. } = f.ipv6_concentration?;
        part(top[1], whole)
    }),
    (words::GINI, Form::Coefficient, |f| Some(f.ipv6_concentration?.gini)),
];

#[expect(clippy::cast_precision_loss, reason = "counts that are printed")]
fn whole(count: u128) -> f64 {
    count as f64
}

fn part(part: u128, whole: u128) -> Option<f64> {
    Ratio::new(part, whole).map(Ratio::value)
}

impl Sheet<'_> {
    fn language(&self) -> Language {
        self.view.language
    }

    fn set(&self, text: &str) -> String {
        self.language().typeset(text)
    }

    /// The sentences that say the most important.
    fn lead(&self) -> Vec<String> {
        let language = self.language();
        let (now, before) = (&self.yearly.now, &self.yearly.before);
        let counts = |figures: &Figures| {
            let ipv6 = figures.delegated(Kind::Ipv6);
            let noun = ["IPv6 delegation", "délégation IPv6"][language as usize];
            let nouns = ["IPv6 delegations", "délégations IPv6"][language as usize];
            let blocks = self.number(slash32(ipv6.space), Form::Blocks);
            (ipv6.records, language.counted(ipv6.records.into(), noun, nouns), blocks)
        };
        let (count, delegations, blocks) = counts(&now.country);
        let (_, earlier, earlier_blocks) = counts(&before.country);
        let day = language.date(now.day);
        let mut lead = match (language, count) {
            (Language::En, 0) => format!("On {day} the country had no IPv6 delegation."),
            (Language::Fr, 0) => {
                format!("Au {day}, le pays ne disposait d'aucune délégation IPv6.")
            }
            (Language::En, _) => format!(
                "On {day} the country had {delegations}, equal in space to {blocks}\u{a0}/32 blocks (a year \
                 before: {earlier}, {earlier_blocks}\u{a0}blocks)."
            ),
            (Language::Fr, _) => format!(
                "Au {day}, le pays disposait de {delegations}, soit l'équivalent de {blocks}\u{a0}blocs /32 \
                 (un an plus tôt : {earlier}, {earlier_blocks}\u{a0}blocs)."
            ),
        };
        if let Some(holders) = now.country.holders.filter(|h| h.with_addresses() > 0) {
            let all = language.whole(holders.with_addresses().into());
            let some = language.whole(holders.with_ipv6().into());
            let share = part(holders.with_ipv6().into(), holders.with_addresses().into());
            let share = language.percent(share.unwrap_or_default());
            lead += &match language {
                Language::En => {
                    format!(
                        " Of the {all} holders of addresses in the country, {some} had IPv6 ({share})."
                    )
                }
                Language::Fr => format!(
                    " Sur {all} détenteurs d'adresses dans le pays, {some} disposaient d'IPv6 ({share})."
                ),
            };
        }
        vec![self.set(&lead)]
    }

    fn number(&self, number: f64, form: Form) -> String {
        let language = self.language();
        match form {
            Form::Whole => language.decimal(number, 0),
            Form::Blocks if number.fract() == 0.0 => language.decimal(number, 0),
            Form::Blocks if number < 0.05 => language.decimal(number, 4),
            Form::Blocks => language.decimal(number, 2),
            Form::Part => language.percent(number),
            Form::Coefficient => language.decimal(number, 2),
        }
    }

    fn shown(&self, number: Option<f64>, form: Form) -> String {
        number.map_or_else(|| "\u{2013}".into(), |number| self.number(number, form))
    }

    /// The change on the year before: the difference, and what it is of it.
    fn change(&self, now: Option<f64>, before: Option<f64>, form: Form) -> String {
        let language = self.language();
        let (Some(now), Some(before)) = (now, before) else { return "\u{2013}".into() };
        let difference = now - before;
        match form {
            Form::Part => {
                let points = language.decimal(difference * 100.0, 1);
                let points = language.signed(points, (difference * 1000.0).round());
                format!("{points}\u{a0}{}", language.points(difference * 100.0))
            }
            Form::Coefficient => {
                language.signed(language.decimal(difference, 2), (difference * 100.0).round())
            }
            Form::Whole | Form::Blocks => {
                let size = self.number(difference.abs(), form);
                let sign = if difference < 0.0 { "\u{2212}" } else { "" };
                let text = language.signed(format!("{sign}{size}"), difference);
                if before > 0.0 && difference != 0.0 {
                    let rate = difference / before;
                    let rate = language.signed(language.percent(rate), rate);
                    format!("{text} ({rate})")
                } else {
                    text
                }
            }
        }
    }

    fn figures(&self) -> Section {
        let language = self.language();
        let (now, before) = (&self.yearly.now, &self.yearly.before);
        let region = now.standings.iter().find(|standing| standing.scheme == "region");
        let mut head = vec![
            language.pick("Figure", "Indicateur").to_owned(),
            self.end_of(before.day),
            self.end_of(now.day),
            language.pick("Change", "Évolution").to_owned(),
        ];
        head.extend(region.map(|region| language.of(&region.name).to_owned()));
        head.push(language.pick("World", "Monde").to_owned());
        let mut rows = Vec::new();
        for (label, form, measure) in MEASURES {
            let (current, earlier) = (measure(&now.country), measure(&before.country));
            if current.is_none() && earlier.is_none() {
                continue;
            }
            let mut row = vec![
                words::of(label, language).to_owned(),
                self.shown(earlier, form),
                self.shown(current, form),
                self.change(current, earlier, form),
            ];
            row.extend(region.map(|region| self.shown(measure(&region.figures), form)));
            row.push(self.shown(measure(&now.world), form));
            rows.push(row.iter().map(|cell| self.set(cell)).collect());
        }
        let head = head.iter().map(|cell| self.set(cell)).collect();
        let mut blocks = vec![Block::Table { head, rows }];
        if self.yearly.now.day < Date::end_of_year(self.yearly.year) {
            blocks.push(Block::Paragraph(self.set(words::to_date(language))));
        }
        let heading = language.pick("Key figures", "Chiffres clés").to_owned();
        Section { heading, blocks }
    }

    /// The heading of a column: `end of 2022`, or the day where it is another.
    fn end_of(&self, day: Date) -> String {
        if day < Date::end_of_year(day.year()) {
            return self.language().date(day);
        }
        format!("{} {}", self.language().pick("End of", "Fin"), day.year())
    }

    fn ranks(&self) -> Section {
        let language = self.language();
        let standings = &self.yearly.now.standings;
        let by_people = standings.iter().any(|standing| standing.by_people.is_some());
        let by_holders = standings.iter().any(|standing| standing.by_holders.is_some());
        let mut head = vec![
            language.pick("Group", "Groupe"),
            language.pick("Rank by IPv6 space", "Rang par l'espace IPv6"),
            language.pick("A year before", "Un an plus tôt"),
            language.pick("Share of the group's IPv6 space", "Part de l'espace IPv6 du groupe"),
        ];
        if by_holders {
            head.push(language.pick(
                "Rank by share of holders with IPv6",
                "Rang par la part des détenteurs disposant d'IPv6",
            ));
        }
        if by_people {
            head.push(language.pick("Rank per inhabitant", "Rang par habitant"));
        }
        let rows = standings.iter().map(|standing| {
            let earlier = self.yearly.before.standings.iter();
            let earlier =
                earlier.filter(|of| of.scheme == standing.scheme).find_map(|of| of.by_space);
            let own = self.yearly.now.country.delegated(Kind::Ipv6).space;
            let share = part(own, standing.figures.delegated(Kind::Ipv6).space);
            let mut row = vec![
                self.set(&self.group(standing)),
                self.rank(standing.by_space),
                self.rank(earlier),
                self.shown(share, Form::Part),
            ];
            row.extend(by_holders.then(|| self.rank(standing.by_holders)));
            row.extend(by_people.then(|| self.rank(standing.by_people)));
            row
        });
        let rows = rows.collect();
        let head = head.into_iter().map(|cell| self.set(cell)).collect();
        Section {
            heading: language.pick("Rank", "Rang").to_owned(),
            blocks: vec![Block::Table { head, rows }],
        }
    }

    /// `Region (UN M49): Africa`, or the name alone where it says what it is.
    fn group(&self, standing: &Standing) -> String {
        let language = self.language();
        let name = language.of(&standing.name);
        match self.view.lists.scheme(&standing.scheme).filter(|scheme| scheme.groups.len() > 1) {
            None => name.to_owned(),
            Some(scheme) => {
                let title = language.of(&scheme.title);
                format!("{title}{} {name}", language.pick(":", " :"))
            }
        }
    }

    fn rank(&self, rank: Option<Rank>) -> String {
        let Some(Rank { rank, of }) = rank else { return "\u{2013}".into() };
        match self.language() {
            Language::En => {
                let ending = match (rank % 10, rank % 100) {
                    (1, tens) if tens != 11 => "st",
                    (2, tens) if tens != 12 => "nd",
                    (3, tens) if tens != 13 => "rd",
                    _ => "th",
                };
                format!("{rank}{ending}\u{a0}of\u{a0}{of}")
            }
            Language::Fr => {
                let ending = if rank == 1 { "er" } else { "e" };
                format!("{rank}{ending}\u{a0}sur\u{a0}{of}")
            }
        }
    }

    fn pace(&self) -> Section {
        let language = self.language();
        let mut text = self.first();
        text += &self.growth();
        let mut blocks = vec![Block::Paragraph(self.set(&text))];
        if let Some(changes) = self.changes() {
            blocks.push(Block::Paragraph(self.set(&changes)));
        }
        blocks.push(Block::Charts(charts(self.yearly, self.view.lists, language)));
        Section { heading: language.pick("Pace", "Rythme").to_owned(), blocks }
    }

    /// The first delegations, and those of the year.
    fn first(&self) -> String {
        let language = self.language();
        let pace = &self.yearly.pace;
        let [ipv4, ipv6, _] = pace.first;
        let Some(ipv6) = ipv6 else {
            return language
                .pick("No IPv6 has been delegated yet.", "Aucune délégation IPv6 à ce jour.")
                .to_owned();
        };
        let mut text = match language {
            Language::En => format!("The first IPv6 delegation dates from {}", language.date(ipv6)),
            Language::Fr => format!("La première délégation IPv6 date du {}", language.date(ipv6)),
        };
        if let (Some(ipv4), Some(days)) = (ipv4, pace.lag_days()) {
            let years = language.decimal(super::super::text::in_years(days).abs(), 1);
            let day = language.date(ipv4);
            text += &match (language, days < 0) {
                (Language::En, false) => format!(", {years} years after the first of IPv4 ({day})"),
                (Language::En, true) => format!(", {years} years before the first of IPv4 ({day})"),
                (Language::Fr, false) => {
                    format!(", soit {years} ans après la première délégation IPv4 ({day})")
                }
                (Language::Fr, true) => {
                    format!(", soit {years} ans avant la première délégation IPv4 ({day})")
                }
            };
        }
        let bin = pace.bins.iter().find(|bin| bin.period.year() == self.yearly.year);
        let new = |kind: Kind| u128::from(bin.map_or(0, |bin| bin.new[kind as usize].records));
        let (year, one, many) = match language {
            Language::En => {
                (format!("In {}", self.yearly.year), "new delegation", "new delegations")
            }
            Language::Fr => {
                (format!("En {}", self.yearly.year), "nouvelle délégation", "nouvelles délégations")
            }
        };
        let colon = language.pick(":", " :");
        let (ipv6, ipv4) = (
            language.counted_or_none(new(Kind::Ipv6), one, many),
            language.counted_or_none(new(Kind::Ipv4), one, many),
        );
        match language {
            Language::En => format!("{text}. {year}{colon} {ipv6} of IPv6 and {ipv4} of IPv4."),
            Language::Fr => format!("{text}. {year}{colon} {ipv6} IPv6 et {ipv4} IPv4."),
        }
    }

    fn growth(&self) -> String {
        let language = self.language();
        let Some(growth) = self.yearly.pace.growth(Kind::Ipv6, 5) else { return String::new() };
        let (Some(records), Some(space)) = (growth.records, growth.space) else {
            return String::new();
        };
        let (records, space) = (language.percent(records), language.percent(space));
        let (from, to) = (growth.from, growth.to);
        match language {
            Language::En => format!(
                " From the end of {from} to the end of {to} the number of IPv6 delegations grew by {records} \
                 a year (compound), their space by {space} a year."
            ),
            Language::Fr => format!(
                " De fin {from} à fin {to}, le nombre de délégations IPv6 a crû de {records} par an en \
                 moyenne (taux composé), et leur espace de {space} par an."
            ),
        }
    }

    /// What changed in truth, where there are files of both years.
    fn changes(&self) -> Option<String> {
        let language = self.language();
        let Some(changes) = &self.yearly.changes else {
            return Some(words::snapshot(language).to_owned());
        };
        let ipv6 = &changes[Kind::Ipv6 as usize];
        let count = |what| language.whole(ipv6.count(what).into());
        let blocks = |space| self.number(slash32(space), Form::Blocks);
        let [new, returned, transferred, grown] =
            [ChangeKind::New, ChangeKind::Returned, ChangeKind::Transferred, ChangeKind::Grown]
                .map(count);
        let [added, gone, moved_in, moved_out] =
            [ipv6.added, ipv6.returned, ipv6.moved_in, ipv6.moved_out].map(blocks);
        Some(match language {
            Language::En => format!(
                "The two ends of the year come from files of their own, compared block by block. IPv6 blocks: \
                 {new} new, {returned} returned, {transferred} transferred, {grown} grown. In /32 blocks: \
                 {added} newly held, {gone} returned, {moved_in} from other countries, {moved_out} to other \
                 countries."
            ),
            Language::Fr => format!(
                "Les deux fins d'année proviennent de fichiers distincts, comparés bloc par bloc. Blocs IPv6 : \
                 nouveaux, {new} ; restitués, {returned} ; transférés, {transferred} ; agrandis, {grown}. En \
                 blocs /32 : nouvellement détenus, {added} ; restitués, {gone} ; venus d'autres pays, \
                 {moved_in} ; partis vers d'autres pays, {moved_out}."
            ),
        })
    }

    fn sources(&self) -> Section {
        let language = self.language();
        let mut sections = self.yearly.now.all_sections.clone();
        sections.extend(&self.yearly.before.all_sections);
        sections.sort_unstable();
        sections.dedup();
        let mut sources: Vec<(String, String)> =
            sections.iter().map(|at| self.source(*at)).collect();
        sources.sort();
        let mut blocks = vec![Block::Sources(sources)];
        let mut apart: Vec<_> = [&self.yearly.now, &self.yearly.before]
            .into_iter()
            .filter_map(|end| days_apart(self.collection, &end.all_sections))
            .collect();
        apart.dedup();
        let told = apart.iter().map(|[first, last]| words::days_apart(language, *first, *last));
        blocks.extend(told.map(|text| Block::Paragraph(self.set(&text))));
        let mut lists = self.lists();
        if !self.view.population_source.is_empty() {
            let label = language.pick("Inhabitants:", "Population :");
            lists.push(self.set(&format!("{label} {}", self.view.population_source)));
        }
        blocks.push(Block::List(lists));
        Section { heading: language.pick("Sources", "Sources").to_owned(), blocks }
    }

    /// Where the groups are from; those of one source in one line.
    fn lists(&self) -> Vec<String> {
        let language = self.language();
        let mut by_source: Vec<(String, Vec<&str>)> = Vec::new();
        for standing in &self.yearly.now.standings {
            if let Some(scheme) = self.view.lists.scheme(&standing.scheme) {
                let source = format!("{} ({})", language.of(&scheme.source), scheme.date);
                let title = language.of(&scheme.title);
                match by_source.iter_mut().find(|(known, _)| *known == source) {
                    Some((_, titles)) => titles.push(title),
                    None => by_source.push((source, vec![title])),
                }
            }
        }
        let line = |(source, titles): &(String, Vec<&str>)| {
            self.set(&format!("{}{} {source}", titles.join(", "), language.pick(":", " :")))
        };
        by_source.iter().map(line).collect()
    }

    fn source(&self, at: usize) -> (String, String) {
        let language = self.language();
        let section = &self.collection.sections[at];
        let file = &self.collection.files[section.file];
        let registry = registry_name(self.collection.registry(section.registry));
        let day = section.date.map_or_else(|| "\u{2013}".into(), |date| language.date(date));
        let records = language.counted(
            section.records.len() as u128,
            language.pick("record", "enregistrement"),
            language.pick("records", "enregistrements"),
        );
        let md5 = match file.md5 {
            Md5Verdict::Verified => language.pick(", MD5 verified", ", empreinte MD5 vérifiée"),
            Md5Verdict::Differs => language.pick(", MD5 differs", ", empreinte MD5 discordante"),
            _ => "",
        };
        let name = file.name.rsplit('/').next().unwrap_or(&file.name);
        let words = match language {
            Language::En => format!("{registry}, file of {day}, {records}{md5}: {name}"),
            Language::Fr => {
                format!("{registry}, fichier du {day}, {records}{md5}\u{a0}: {name}")
            }
        };
        (words, format!("SHA-256 {}", file.sha256))
    }

    fn definitions(&self) -> Section {
        let language = self.language();
        let mut items: Vec<String> =
            definitions(language).iter().map(|item| self.set(item)).collect();
        items.push(self.set(words::dates(language)));
        items.push(self.set(&self.world()));
        let heading = language.pick("Definitions", "Définitions").to_owned();
        Section { heading, blocks: vec![Block::List(items)] }
    }

    /// What the world is made of here.
    fn world(&self) -> String {
        let mut names: Vec<&str> = self
            .yearly
            .now
            .all_sections
            .iter()
            .map(|at| {
                registry_name(self.collection.registry(self.collection.sections[*at].registry))
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        let missing: Vec<&str> = REGISTRIES
            .into_iter()
            .map(registry_name)
            .filter(|name| !names.contains(name))
            .collect();
        let all = missing.is_empty() || names.contains(&"NRO");
        let (there, missing) = (names.join(", "), missing.join(", "));
        let mut text = match self.language() {
            Language::En => format!("World: what the files of these registries say: {there}"),
            Language::Fr => {
                format!("Monde : ce que disent les fichiers de ces registres : {there}")
            }
        };
        if !all {
            text += &match self.language() {
                Language::En => format!("; not given: {missing}"),
                Language::Fr => format!(" ; fichiers non fournis : {missing}"),
            };
        }
        text + "."
    }
}
