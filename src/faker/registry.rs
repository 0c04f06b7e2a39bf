//! The list of all families of providers, and the look-up of a provider by name.
//!
//! Owns the list alone: a family joins with its line in `FAMILIES`, a provider joins its family and
//! touches nothing here.

use super::{
    Arguments, Compiled, InvalidArgument, Locale, Param, address, automotive, bank, barcode, base, color,
    company, credit_card, currency, date_time, emoji, file, geo, internet, isbn, job, lists, lorem, misc,
    passport, person, phone_number, profile, python, shop, ssn, user_agent,
};

/// A kind of value that a config can name, as `faker = "random_int"`.
pub struct Provider {
    /// Faker's name of it.
    pub name: &'static str,
    /// What its values are, in one line.
    pub summary: &'static str,
    /// Its parameters, in Faker's order.
    pub params: &'static [Param],
    /// Reads the parameters and makes the generator. [`InvalidArgument`] says that the arguments keep a problem.
    pub compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
}

/// In the order of Faker's modules.
const FAMILIES: [&[Provider]; 27] = [
    address::PROVIDERS,
    automotive::PROVIDERS,
    bank::PROVIDERS,
    barcode::PROVIDERS,
    base::PROVIDERS,
    color::PROVIDERS,
    company::PROVIDERS,
    credit_card::PROVIDERS,
    currency::PROVIDERS,
    date_time::PROVIDERS,
    emoji::PROVIDERS,
    file::PROVIDERS,
    geo::PROVIDERS,
    internet::PROVIDERS,
    isbn::PROVIDERS,
    job::PROVIDERS,
    lorem::PROVIDERS,
    misc::PROVIDERS,
    passport::PROVIDERS,
    person::PROVIDERS,
    phone_number::PROVIDERS,
    python::PROVIDERS,
    ssn::PROVIDERS,
    user_agent::PROVIDERS,
    lists::PROVIDERS,
    profile::PROVIDERS,
    shop::PROVIDERS,
];

/// All providers, family by family.
pub fn providers() -> impl Iterator<Item = &'static Provider> {
    FAMILIES.into_iter().flatten()
}

/// The provider of this exact name in a locale: the locale's own, else that of en_US.
pub fn find(name: &str, locale: Locale) -> Option<&'static Provider> {
    locale.own().chain(providers()).find(|provider| provider.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_provider_is_listed_twice_and_none_has_a_param_twice() {
        let mut names: Vec<&str> = providers().map(|provider| provider.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        for provider in providers() {
            let mut names: Vec<&str> = provider.params.iter().map(|param| param.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: {names:?}", provider.name);
            assert!(!provider.summary.is_empty() && !provider.summary.ends_with('.'), "{}", provider.name);
        }
    }

    #[test]
    fn each_default_is_accepted_when_it_is_given() {
        for provider in providers() {
            let given: Vec<_> = provider
                .params
                .iter()
                .filter_map(|param| Some((param.name.to_owned(), param.default.literal()?)))
                .collect();
            let compile =
                |params: &[_]| crate::faker::compile(provider.name, params, &Default::default()).err();
            assert_eq!(compile(&given), compile(&[]), "{} with {given:?}", provider.name);
        }
    }
}
