//! Provider name and parameters → a generator of values, with Python Faker's names and meanings.
//!
//! One file per family of providers, one registry that lists the families. A generator draws from the
//! stream it is handed and counts dates from the simulated time it is handed; it knows no table, no
//! clock and no other randomness.
//!
//! Meanings, shapes and proportions are those of Faker 22.2.0, locale en_US; where that version does
//! other than its own documentation says, the documentation wins and the provider's comment says so.
//! Values differ from Python's for the same seed: the streams are another generator's.
//!
//! A new provider is one entry in its family's `PROVIDERS`; a new family is one file and one line in
//! `registry.rs`.

mod address;
mod arguments;
mod automotive;
mod bank;
mod barcode;
mod base;
mod between;
mod choices;
mod color;
mod company;
mod compiled;
mod credit_card;
mod currency;
mod date_time;
mod emoji;
mod file;
mod geo;
mod internet;
mod isbn;
mod job;
mod lists;
mod locale;
mod lorem;
mod meant;
mod misc;
mod not_scalar;
mod passport;
mod pattern;
mod person;
mod phone_number;
mod profile;
mod python;
mod registry;
mod scope;
mod shop;
mod span;
mod ssn;
mod strftime;
mod text_form;
mod texts;
mod user_agent;

pub use arguments::{Arguments, Exact, InvalidArgument, Param, ParamProblem, Preset};
pub use between::Between;
pub use compiled::{Compiled, Draw, DrawText, DrawValue, Facts, Generator, Kind, WriteBytes, WriteItems};
pub use locale::{ADDING_A_LANGUAGE, Locale, UnknownLocale, folded};
pub use meant::{help, synonyms};
pub use not_scalar::not_scalar;
pub use registry::{Provider, find, providers};
pub use scope::{Referable, Scope};
pub use shop::example;
pub use span::Moment;
pub use text_form::push_text;

use crate::value::Literal;

/// Why a provider with its parameters makes no generator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The registry has no provider of this name.
    #[error("no provider is called `{name}`")]
    UnknownProvider {
        /// The name that was asked for.
        name: String,
        /// The providers that were most likely meant.
        meant: Vec<&'static str>,
    },
    /// The parameters do not fit the provider: all that is wrong with them, at least one.
    #[error("{}", .0.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; "))]
    Params(Vec<ParamProblem>),
}

/// The generator of the provider `name` for a place in a config, with the parameters that were given;
/// those that were not have Faker's defaults.
///
/// # Errors
/// [`CompileError`], with all problems of the parameters at once.
pub fn compile(
    name: &str,
    params: &[(String, Literal)],
    scope: &Scope<'_>,
) -> Result<Compiled, CompileError> {
    let coherent = || scope.locale.coherent().find(|provider| provider.name == name);
    let grouped = if scope.grouped { coherent() } else { None };
    let Some(provider) = grouped.or_else(|| find(name, scope.locale)) else {
        return Err(CompileError::UnknownProvider { name: name.to_owned(), meant: meant::meant(name) });
    };
    let compiled = compile_with(provider, params, scope)?;
    match coherent() {
        // Faker's user names repeat, say.
        Some(other) if scope.unique && compiled.distinct.is_none() => compile_with(other, params, scope),
        // Outside a group it is the other provider that would be in one.
        other => Ok(Compiled { coherent: compiled.coherent || other.is_some(), ..compiled }),
    }
}

fn compile_with(
    provider: &'static Provider,
    params: &[(String, Literal)],
    scope: &Scope<'_>,
) -> Result<Compiled, CompileError> {
    let mut args = Arguments::new(provider.name, provider.params, params, *scope);
    let compiled = (provider.compile)(&mut args);
    match (compiled, args.into_problems()) {
        (Ok(compiled), problems) if problems.is_empty() => Ok(compiled),
        (_, problems) => Err(CompileError::Params(problems)),
    }
}
