//! Turkish, Turkey.
//!
//! Owns the list of what the locale has of its own, and its people; addresses, numbers and words have files
//! of their own.

mod names;

use super::super::Provider;
use super::mail;
use super::people::{self, Names, People, Peopled};

/// The locale's own providers, family by family.
pub const FAMILIES: &[&[Provider]] =
    &[&people::names::<TrTr>(), &people::titles::<TrTr>(), &mail::addresses::<TrTr>()];

/// The locale.
struct TrTr;

impl Peopled for TrTr {
    const PEOPLE: &'static People = &PEOPLE;
}

static PEOPLE: People = People {
    female: Names::of(names::FEMALE),
    male: Names::of(names::MALE),
    last: Names::of(names::LAST),
    titles_female: &[("Dr.", 40), ("Av.", 30), ("Prof. Dr.", 10), ("Uzm. Dr.", 10), ("Doç. Dr.", 10)],
    titles_male: &[("Dr.", 40), ("Av.", 30), ("Prof. Dr.", 10), ("Uzm. Dr.", 10), ("Doç. Dr.", 10)],
    titled: 2,
    free_domains: &["gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "yandex.com.tr"],
    tlds: &["com.tr", "com.tr", "com.tr", "com", "com", "net", "org.tr"],
    ..people::PLAIN
};
