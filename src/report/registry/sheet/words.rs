//! What the sheet says that holds no figure: labels, definitions, and what each
//! registry's date means.

use super::language::Language;
use crate::registry::Date;

/// Labels of the table of figures, English and French.
pub(super) const DELEGATIONS: [&str; 2] = ["IPv6 delegations", "Délégations IPv6"];
pub(super) const SLASH32: [&str; 2] = ["IPv6 space, in /32 blocks", "Espace IPv6, en blocs /32"];
pub(super) const SLASH48: [&str; 2] = ["IPv6 space, in /48 blocks", "Espace IPv6, en blocs /48"];
pub(super) const PEOPLE: [&str; 2] =
    ["IPv6 space, /32 blocks per million people", "Espace IPv6, blocs /32 par million d'habitants"];
pub(super) const IPV4: [&str; 2] = ["IPv4 addresses", "Adresses IPv4"];
pub(super) const ASNS: [&str; 2] = ["Autonomous system numbers", "Numéros de système autonome"];
pub(super) const HOLDERS: [&str; 2] = ["Holders of addresses", "Détenteurs d'adresses"];
pub(super) const WITH_IPV6: [&str; 2] = ["Holders with IPv6", "Détenteurs disposant d'IPv6"];
pub(super) const SHARE: [&str; 2] =
    ["Share of holders with IPv6", "Part des détenteurs disposant d'IPv6"];
pub(super) const TOP5: [&str; 2] =
    ["Share of the five largest holders of IPv6", "Part des cinq premiers détenteurs d'IPv6"];
pub(super) const GINI: [&str; 2] =
    ["Gini coefficient of the IPv6 space", "Coefficient de Gini de l'espace IPv6"];

/// One of two words.
pub(super) fn of(words: [&'static str; 2], language: Language) -> &'static str {
    words[language as usize]
}

/// What the words of the sheet mean.
pub(super) fn definitions(language: Language) -> &'static [&'static str] {
    match language {
        Language::En => &[
            "Delegation: a block that a registry's file gives as allocated or assigned. Blocks that are \
             available or reserved are not counted.",
            "/32 block: 2^96 IPv6 addresses. The space of a country is the sum of its blocks, divided by \
             that size. A /48 block is the usual size of one site.",
            "Country: where the holder is registered, according to the registry; the addresses may be used \
             elsewhere. EU, AP and ZZ are codes, not countries, and count only in the world total.",
            "Holder: an opaque identifier of the extended format, unique within its registry. The share \
             of holders with IPv6 is that among those that hold addresses of either family.",
            "Gini coefficient: 0 where all holders of IPv6 have the same amount, close to 1 where one \
             has nearly all of it.",
            "Rank: among the countries of the group that hold at least one block or autonomous system \
             number. Ties share the better rank.",
            "Addresses that two records claim count once: the record of the newer file prevails, then \
             what is delegated, then the later date.",
        ],
        Language::Fr => &[
            "Délégation : bloc auquel le fichier du registre donne le statut « allocated » (alloué) ou \
             « assigned » (assigné). Les blocs libres ou réservés n'entrent dans aucune somme.",
            "Bloc /32 : 2^96 adresses IPv6. L'espace d'un pays est la somme de ses blocs, rapportée à \
             cette taille. Un bloc /48 est la taille habituelle d'un site.",
            "Pays : celui où le registre enregistre le détenteur ; les adresses peuvent être utilisées \
             ailleurs. EU, AP et ZZ sont des codes et non des pays ; ils ne comptent que dans le total \
             mondial.",
            "Détenteur : identifiant opaque du format étendu, unique au sein d'un registre. La part des \
             détenteurs disposant d'IPv6 se rapporte à ceux qui détiennent des adresses de l'une ou de \
             l'autre famille.",
            "Coefficient de Gini : 0 si tous les détenteurs d'IPv6 en ont autant, proche de 1 si un \
             seul en détient presque tout.",
            "Rang : parmi les pays du groupe qui détiennent au moins un bloc ou un numéro de système \
             autonome. Les ex aequo partagent le meilleur rang.",
            "Les adresses que deux enregistrements revendiquent comptent une fois : celui du fichier le \
             plus récent l'emporte, puis ce qui est délégué, puis la date la plus récente.",
        ],
    }
}

/// What each registry's date means.
pub(super) fn dates(language: Language) -> &'static str {
    language.pick(
        "The dates are the registries': the day of the delegation, and of a block that came from another \
         registry the day of the first delegation there (RIR statistics exchange format). Of transfers \
         between holders of one registry the format says nothing: a date may be that of the first \
         delegation or that of the transfer.",
        "Les dates sont celles des registres : le jour de la délégation et, pour un bloc venu d'un autre \
         registre, celui de sa première délégation (format d'échange de statistiques des registres). Le \
         format ne dit rien des transferts entre détenteurs d'un même registre : la date peut être celle \
         de la première délégation ou celle du transfert.",
    )
}

/// What the figures of a file of one day leave out.
pub(super) fn snapshot(language: Language) -> &'static str {
    language.pick(
        "Both ends of the year come from the files of one day, from the dates of the records. What was \
         returned before that day is gone from them, and what was transferred stands with its new \
         holder and country; earlier years look smaller than they were (survivor bias). Files of both \
         years give the true change.",
        "Les deux fins d'année proviennent des fichiers d'un seul jour, d'après les dates des \
         enregistrements. Ce qui a été restitué avant ce jour n'y figure plus, et ce qui a été transféré \
         y figure chez son nouveau détenteur et dans son nouveau pays : les années passées y paraissent \
         plus modestes qu'elles ne l'ont été (biais de survie). Seuls des fichiers des deux années donnent \
         l'évolution réelle.",
    )
}

/// That the files are older than the end of the year.
pub(super) fn to_date(language: Language) -> &'static str {
    language.pick(
        "The files are from before the end of the year: the figures of the year are those of their day.",
        "Les fichiers sont antérieurs à la fin de l'année : les chiffres de l'année sont ceux de leur jour.",
    )
}

/// That the files are of days far apart.
pub(super) fn days_apart(language: Language, first: Date, last: Date) -> String {
    let [first, last] = [first, last].map(|day| language.date(day));
    match language {
        Language::En => format!(
            "The files of the registries are of days far apart, from {first} to {last}: the figures of the \
             world, of groups and of ranks mix these days. Files of one day compare better."
        ),
        Language::Fr => format!(
            "Les fichiers des registres datent de jours éloignés les uns des autres, du {first} au {last} : \
             les chiffres du monde, des groupes et des rangs mêlent ces jours. Des fichiers d'un même jour se \
             comparent mieux."
        ),
    }
}
