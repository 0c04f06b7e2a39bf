//! The languages and countries that values can be of.
//!
//! Owns their list, and what each has of its own: providers of the same names as en_US's, which take their
//! place. Missing data falls back to en_US. A locale is a folder below `data` and a line of the list.

pub(super) mod accounts;
pub(super) mod ascii;
pub(super) mod banks;
mod data;
mod en_us;
mod folder;
mod identity;
pub(super) mod mail;
mod national;
mod numbers;
mod people;
mod phrases;
pub(super) mod places;
mod plates;
mod postcode;
mod template;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::OnceLock;

pub use self::ascii::folded;
use self::data::Data;
use self::folder::{Folder, Lists};
use self::places::Places;
use super::Provider;
use crate::suggest;

/// How a locale is added, in Markdown.
pub const ADDING_A_LANGUAGE: &str = include_str!("data/README.md");

/// Declares the locales: variant, name, rules of the country's numbers, and the lists (`.txt`) of its folder, which
/// has a `locale.toml`, too.
macro_rules! locales {
    ($($(#[$attribute:meta])* $variant:ident $code:literal $national:ident [$($list:ident)*])*) => {
        /// A language and a country, by Faker's names.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Locale {
            $(#[doc = $code] $(#[$attribute])* $variant,)*
        }

        /// How many there are.
        const COUNT: usize = [$($code),*].len();

        impl Locale {
            /// All of them.
            pub const ALL: [Self; COUNT] = [$(Self::$variant),*];

            /// Its files, and the rules of the country's numbers.
            const fn folder(self) -> Folder {
                match self {
                    $(Self::$variant => Folder {
                        code: $code,
                        national: &national::$national,
                        file: include_str!(concat!("data/", $code, "/locale.toml")),
                        lists: Lists(&[$((
                            stringify!($list),
                            include_str!(concat!("data/", $code, "/", stringify!($list), ".txt")),
                        )),*]),
                    },)*
                }
            }
        }
    };
}

locales! {
    #[default]
    EnUs "en_US" NONE [first_names_female first_names_male cities]
    TrTr "tr_TR" TR [first_names_female first_names_male last_names cities areas areas_of_cities avenue_names
        street_names countries company_suffixes trades jobs]
    DeDe "de_DE" DE [first_names_female first_names_male last_names cities street_words path_words square_words
        company_suffixes]
    FrFr "fr_FR" FR [first_names_female first_names_male last_names cities street_types street_names
        company_suffixes]
    EsEs "es_ES" ES [first_names_female first_names_male last_names cities street_types street_names
        company_suffixes]
    ItIt "it_IT" IT [first_names_female first_names_male last_names cities street_types street_names
        company_suffixes]
    PtBr "pt_BR" BR [first_names_female first_names_male last_names cities street_types street_names
        company_suffixes]
    NlNl "nl_NL" NL [first_names_female first_names_male last_names cities street_words street_types square_words
        company_suffixes]
    JaJp "ja_JP" JP [first_names_female first_names_male last_names cities quarters blocks company_suffixes
        trades]
    ZhCn "zh_CN" CN [first_names_female first_names_male last_names cities street_names street_types
        company_suffixes company_beginnings company_middles trades]
    RuRu "ru_RU" RU [first_names_female first_names_male middle_names_female middle_names_male last_names
        last_names_female cities feminine_street_types feminine_street_names masculine_street_types
        masculine_street_names street_types street_names_of_persons countries company_prefixes company_suffixes
        trades second_trades jobs]
    EnGb "en_GB" GB [first_names_female first_names_male last_names cities street_names street_types
        company_suffixes]
    PlPl "pl_PL" PL [first_names_female first_names_male last_names last_names_female cities street_names
        avenue_names square_names estate_names countries company_prefixes company_suffixes trades second_trades
        jobs]
    UkUa "uk_UA" UA [first_names_female first_names_male last_names cities street_types street_names
        feminine_street_names countries company_suffixes trades second_trades jobs]
    KoKr "ko_KR" KR [first_names_female first_names_male last_names cities road_names road_types road_numbers
        countries company_suffixes company_beginnings trades jobs]
}

impl Locale {
    /// What the locale has of its own.
    ///
    /// # Panics
    /// If its files are wrong, which the tests rule out.
    fn data(self) -> &'static Data {
        static ALL: [OnceLock<Data>; COUNT] = [const { OnceLock::new() }; COUNT];
        ALL[self as usize].get_or_init(|| {
            Data::read(self.folder()).unwrap_or_else(|error| panic!("src/faker/locale/data/{self}: {error}"))
        })
    }

    /// Whether it is of the language or the country that the word names: `de`, `Germany`, `turkish`.
    fn is_of(self, word: &str) -> bool {
        let language = self.code().split('_').next();
        self.data().called.iter().copied().chain(language).any(|name| name.eq_ignore_ascii_case(word))
    }

    /// The prefixes that GS1 gives to the country's companies, and how many digits each has.
    pub(super) fn ean_prefixes(self) -> (RangeInclusive<u32>, usize) {
        let data = self.data();
        (data.ean_prefixes.0..=data.ean_prefixes.1, data.ean_digits)
    }

    /// The locale's places.
    pub(super) fn places(self) -> &'static Places {
        &self.data().places
    }

    /// Faker's name of it.
    pub const fn code(self) -> &'static str {
        self.folder().code
    }

    /// The country's ISO 3166-1 code of two letters.
    pub const fn country(self) -> &'static str {
        self.folder().country()
    }

    /// The providers that the locale has of its own, family by family.
    pub fn own(self) -> impl Iterator<Item = &'static Provider> {
        // Nothing is read for en_US, which has none.
        let families: &[&'static [Provider]] = if self == Self::EnUs { &[] } else { &self.data().own };
        families.iter().copied().flatten()
    }

    /// Providers that take the place of others for columns of a group, and for columns without repetition
    /// where the others' values repeat: en_US has some, because its single values are Faker's, of made-up
    /// cities and of names without a known gender.
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
            let (language, country) = plain.split_once('_').unwrap_or((&plain, ""));
            // `en_UK` is nearer to en_US by its letters alone.
            let of_both =
                Self::ALL.into_iter().find(|locale| locale.is_of(language) && locale.is_of(country));
            let by_letters = || suggest::nearest(&plain, Self::ALL.map(Self::code)).and_then(find);
            let of_language = || Self::ALL.into_iter().find(|locale| locale.is_of(language));
            UnknownLocale { nearest: of_both.or_else(by_letters).or_else(of_language) }
        })
    }
}
