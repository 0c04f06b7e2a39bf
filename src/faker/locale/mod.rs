//! The languages and countries that values can be of.
//!
//! Owns their names and the list of what each has of its own: a locale's folder holds providers of the same
//! names as en_US's, which take their place. What a locale has none of is en_US's.

pub(super) mod accounts;
pub(super) mod ascii;
mod calendar;
mod de_de;
pub(super) mod en_us;
mod es_es;
mod fr_fr;
mod identity;
mod it_it;
mod ja_jp;
pub(super) mod mail;
mod nl_nl;
mod numbers;
pub(super) mod people;
mod phrases;
pub(super) mod places;
mod pt_br;
mod tr_tr;
mod zh_cn;

use std::fmt;
use std::str::FromStr;

use super::Provider;
use crate::suggest;

/// A language and a country, by Faker's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Locale {
    /// English, United States.
    #[default]
    EnUs,
    /// Turkish, Turkey.
    TrTr,
    /// German, Germany.
    DeDe,
    /// French, France.
    FrFr,
    /// Spanish, Spain.
    EsEs,
    /// Italian, Italy.
    ItIt,
    /// Portuguese, Brazil.
    PtBr,
    /// Dutch, Netherlands.
    NlNl,
    /// Japanese, Japan.
    JaJp,
    /// Chinese, China.
    ZhCn,
}

impl Locale {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::EnUs,
        Self::TrTr,
        Self::DeDe,
        Self::FrFr,
        Self::EsEs,
        Self::ItIt,
        Self::PtBr,
        Self::NlNl,
        Self::JaJp,
        Self::ZhCn,
    ];

    /// Faker's name of it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EnUs => "en_US",
            Self::TrTr => "tr_TR",
            Self::DeDe => "de_DE",
            Self::FrFr => "fr_FR",
            Self::EsEs => "es_ES",
            Self::ItIt => "it_IT",
            Self::PtBr => "pt_BR",
            Self::NlNl => "nl_NL",
            Self::JaJp => "ja_JP",
            Self::ZhCn => "zh_CN",
        }
    }

    /// Whether it is of the language or the country that the word names: `de`, `Germany`, `turkish`.
    fn is_of(self, word: &str) -> bool {
        let (names, code): (&[&str], _) = match self {
            Self::EnUs => (&["english", "american", "us", "usa"], "en"),
            Self::TrTr => (&["turkish", "turkey"], "tr"),
            Self::DeDe => (&["german", "germany"], "de"),
            Self::FrFr => (&["french", "france"], "fr"),
            Self::EsEs => (&["spanish", "spain"], "es"),
            Self::ItIt => (&["italian", "italy"], "it"),
            Self::PtBr => (&["portuguese", "brazilian", "brazil", "br"], "pt"),
            Self::NlNl => (&["dutch", "netherlands"], "nl"),
            Self::JaJp => (&["japanese", "japan", "jp"], "ja"),
            Self::ZhCn => (&["chinese", "china", "cn"], "zh"),
        };
        names.iter().chain([&code]).any(|name| name.eq_ignore_ascii_case(word))
    }

    /// The country's ISO 3166-1 code of two letters.
    pub fn country(self) -> &'static str {
        let code = self.code();
        &code[code.len() - 2..]
    }

    /// The providers that the locale has of its own, family by family.
    pub fn own(self) -> impl Iterator<Item = &'static Provider> {
        let families: &[&'static [Provider]] = match self {
            Self::EnUs => &[],
            Self::TrTr => tr_tr::FAMILIES,
            Self::DeDe => de_de::FAMILIES,
            Self::FrFr => fr_fr::FAMILIES,
            Self::EsEs => es_es::FAMILIES,
            Self::ItIt => it_it::FAMILIES,
            Self::PtBr => pt_br::FAMILIES,
            Self::NlNl => nl_nl::FAMILIES,
            Self::JaJp => ja_jp::FAMILIES,
            Self::ZhCn => zh_cn::FAMILIES,
        };
        families.iter().copied().flatten()
    }

    /// Providers that take the place of others for columns of a group, and for columns without repetition
    /// where the others' values repeat: en_US has some, because its single values are Faker's, of made-up
    /// cities and of names that tell no gender.
    pub fn coherent(self) -> impl Iterator<Item = &'static Provider> {
        let families: &[&'static [Provider]] = if self == Self::EnUs { en_us::COHERENT } else { &[] };
        families.iter().copied().flatten()
    }

    /// Whether values of the provider of this name are the locale's own; else they are en_US's.
    pub fn has_own(self, name: &str) -> bool {
        /// Providers of all locales that ask for the locale themselves.
        const OF_ALL: [&str; 7] = [
            "country_code",
            "localized_ean",
            "localized_ean13",
            "localized_ean8",
            "swift",
            "swift11",
            "swift8",
        ];
        OF_ALL.contains(&name) || self.own().any(|provider| provider.name == name)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text names no locale there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no such locale; {}there are {}",
    .nearest.map_or_else(String::new, |nearest| format!("did you mean {nearest}? ")),
    Locale::ALL.map(Locale::code).join(", ")
)]
pub struct UnknownLocale {
    /// The one that was most likely meant.
    pub nearest: Option<Locale>,
}

/// Reads `tr_TR`; `tr-TR` and other cases of the letters mean the same.
impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, UnknownLocale> {
        let plain = text.replace('-', "_");
        let find = |code: &str| Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(code));
        find(&plain).ok_or_else(|| {
            let language = plain.split('_').next().unwrap_or("");
            let of_language = || Self::ALL.into_iter().find(|locale| locale.is_of(language));
            let nearest = suggest::nearest(&plain, Self::ALL.map(Self::code)).and_then(find);
            UnknownLocale { nearest: nearest.or_else(of_language) }
        })
    }
}
