//! The parameters of a provider: what it declares, what was given, what is wrong with that.
//!
//! Owns the typed access with defaults and the collection of problems. Must not know any provider, nor
//! where in the config a parameter stood: a problem names its parameter, the config knows the place.

mod exact;

use std::fmt;

pub use exact::Exact;

use super::scope::Scope;
use super::span::Moment;
use crate::suggest;
use crate::value::Literal;

/// A parameter that a provider takes.
#[derive(Clone, Copy)]
pub struct Param {
    /// Faker's name of it.
    pub name: &'static str,
    /// What may be given, as the end of "expected …".
    pub expects: &'static str,
    /// What holds where nothing is given.
    pub default: Preset,
}

/// The default of a parameter. It displays as it would be written in a config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// There is none (Python's `None`): the parameter is optional.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string.
    Text(&'static str),
    /// An array of strings.
    Texts(&'static [&'static str]),
}

impl Preset {
    /// The default as a config would give it; `None` where there is none.
    pub fn literal(self) -> Option<Literal> {
        let text = |text: &str| Literal::Text(text.to_owned());
        match self {
            Self::Absent => None,
            Self::Bool(truth) => Some(Literal::Bool(truth)),
            Self::Int(int) => Some(Literal::Int(int)),
            Self::Text(default) => Some(text(default)),
            Self::Texts(defaults) => Some(Literal::List(defaults.iter().copied().map(text).collect())),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("none"),
            Self::Bool(truth) => truth.fmt(f),
            Self::Int(int) => int.fmt(f),
            // Defaults are plain ASCII, where the quoted forms of Rust and of TOML agree.
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Texts(texts) => write!(f, "{texts:?}"),
        }
    }
}

/// One thing that is wrong with the parameters of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamProblem {
    /// The parameter at fault, as it was given; `None`: the parameters as a whole.
    pub param: Option<String>,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What was expected, or what to do.
    pub help: Option<String>,
}

/// The proof that a problem was reported: only [`Arguments::problem`] makes one, so that no provider can
/// fail without a reason.
#[derive(Debug)]
pub struct InvalidArgument(());

/// The parameters given to one use of a provider.
pub struct Arguments<'a> {
    provider: &'static str,
    params: &'static [Param],
    given: &'a [(String, Literal)],
    scope: Scope<'a>,
    problems: Vec<ParamProblem>,
}

impl<'a> Arguments<'a> {
    /// What was given to `provider`, with a problem for each parameter that it does not take.
    pub(super) fn new(
        provider: &'static str,
        params: &'static [Param],
        given: &'a [(String, Literal)],
        scope: Scope<'a>,
    ) -> Self {
        let mut args = Self { provider, params, given, scope, problems: Vec::new() };
        for (name, _) in given {
            if !params.iter().any(|param| param.name == name) {
                args.problem(name, format!("`{provider}` has no param `{name}`"), args.known_params(name));
            }
        }
        args
    }

    /// All problems, in the order in which they were met.
    pub(super) fn into_problems(self) -> Vec<ParamProblem> {
        self.problems
    }

    /// Where the provider is used.
    pub fn scope(&self) -> Scope<'a> {
        self.scope
    }

    /// Reports a problem with a parameter.
    pub fn problem(
        &mut self,
        param: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> InvalidArgument {
        let (param, message, help) = (Some(param.to_owned()), message.into(), Some(help.into()));
        self.problems.push(ParamProblem { param, message, help });
        InvalidArgument(())
    }

    /// Whether the config itself gives the parameter.
    pub fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    /// The value given, else the default.
    pub fn value(&mut self, name: &'static str) -> Result<Literal, InvalidArgument> {
        let given = self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
        match given.or_else(|| self.param(name)?.default.literal()) {
            Some(value) => Ok(value),
            None => {
                let message = format!("`{}` needs `{name}`", self.provider);
                Err(self.problem(name, message, self.expected(name)))
            }
        }
    }

    /// A whole number. `1.0` is one, as in Faker under Python 3.11; `true` is none, unlike there.
    pub fn int(&mut self, name: &'static str) -> Result<i64, InvalidArgument> {
        match self.value(name)? {
            Literal::Int(int) => Ok(int),
            Literal::Float(float) if float.fract() == 0.0 => {
                // 2^63 is exact in an f64, i64::MAX is not.
                const LIMIT: f64 = 9_223_372_036_854_775_808.0;
                if (-LIMIT..LIMIT).contains(&float) {
                    #[expect(clippy::cast_possible_truncation, reason = "a whole number in the range")]
                    return Ok(float as i64);
                }
                let help = format!("the largest is {}, the smallest {}", i64::MAX, i64::MIN);
                Err(self.problem(name, format!("`{name}` does not fit a bigint"), help))
            }
            Literal::Text(text) if text.trim().parse::<i64>().is_ok() => {
                let help = format!("write it without quotes: {name} = {}", text.trim());
                Err(self.problem(name, format!("`{name}` is a string, not a whole number"), help))
            }
            other => Err(self.wrong_type(name, &other)),
        }
    }

    /// Whether the parameter has a value: it is given, or has a default.
    fn is_set(&self, name: &str) -> bool {
        self.is_given(name) || self.param(name).is_some_and(|param| param.default != Preset::Absent)
    }

    /// A whole number as [`Self::int`] reads it, or none where none is given.
    pub fn int_or_absent(&mut self, name: &'static str) -> Result<Option<i64>, InvalidArgument> {
        if self.is_set(name) { self.int(name).map(Some) } else { Ok(None) }
    }

    /// `true` or `false`; unlike in Python no number stands for them.
    pub fn boolean(&mut self, name: &'static str) -> Result<bool, InvalidArgument> {
        match self.value(name)? {
            Literal::Bool(bool) => Ok(bool),
            other => Err(self.wrong_type(name, &other)),
        }
    }

    /// `true` or `false`, or none where none is given.
    pub fn boolean_or_absent(&mut self, name: &'static str) -> Result<Option<bool>, InvalidArgument> {
        if self.is_set(name) { self.boolean(name).map(Some) } else { Ok(None) }
    }

    /// A number exactly as it was written in decimal, or none where none is given.
    pub fn exact_or_absent(&mut self, name: &'static str) -> Result<Option<Exact>, InvalidArgument> {
        if !self.is_set(name) {
            return Ok(None);
        }
        let value = self.value(name)?;
        if !matches!(value, Literal::Int(_) | Literal::Float(_)) {
            return Err(self.wrong_type(name, &value));
        }
        match Exact::of(&value) {
            Some(exact) => Ok(Some(exact)),
            None => {
                let message = format!("`{name}` has more than {} digits", Exact::DIGITS_MAX);
                Err(self.problem(name, message, "give a number of fewer digits"))
            }
        }
    }

    /// A string, or none where none is given.
    pub fn text_or_absent(&mut self, name: &'static str) -> Result<Option<String>, InvalidArgument> {
        if self.is_set(name) { self.text(name).map(Some) } else { Ok(None) }
    }

    /// An array of strings, none of them empty and at least one, or none where none is given.
    pub fn texts_or_absent(&mut self, name: &'static str) -> Result<Option<Vec<String>>, InvalidArgument> {
        if !self.is_set(name) {
            return Ok(None);
        }
        let list = match self.value(name)? {
            Literal::List(list) => list,
            other => return Err(self.wrong_type(name, &other)),
        };
        let mut texts = Vec::with_capacity(list.len());
        for item in list {
            match item {
                Literal::Text(text) if text.is_empty() => {
                    return Err(self.problem(
                        name,
                        format!("`{name}` holds an empty string"),
                        "leave it out",
                    ));
                }
                Literal::Text(text) => texts.push(text),
                other => {
                    let message = format!("`{name}` holds {}", type_name(&other));
                    return Err(self.problem(name, message, self.expected(name)));
                }
            }
        }
        if texts.is_empty() {
            return Err(self.problem(name, format!("`{name}` is empty"), "give at least one string"));
        }
        Ok(Some(texts))
    }

    /// A whole number from `low` to `high`.
    pub fn int_between(&mut self, name: &'static str, low: i64, high: i64) -> Result<i64, InvalidArgument> {
        let int = self.int(name)?;
        if (low..=high).contains(&int) {
            return Ok(int);
        }
        let help = format!("expected a whole number from {low} to {high}");
        Err(self.problem(name, format!("`{name}` is {int}"), help))
    }

    /// A string.
    pub fn text(&mut self, name: &'static str) -> Result<String, InvalidArgument> {
        match self.value(name)? {
            Literal::Text(text) => Ok(text),
            other => Err(self.wrong_type(name, &other)),
        }
    }

    /// Strings; one alone is an array of one.
    pub fn texts(&mut self, name: &'static str) -> Result<Vec<String>, InvalidArgument> {
        let items = match self.value(name)? {
            Literal::List(items) => items,
            other => vec![other],
        };
        let text = |item| match item {
            Literal::Text(text) => Ok(text),
            other => Err(self.wrong_type(name, &other)),
        };
        items.into_iter().map(text).collect()
    }

    /// The value of one of the accepted names, which are case-sensitive.
    pub fn one_of<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Result<T, InvalidArgument> {
        let text = self.text(name)?;
        if let Some((_, choice)) = choices.iter().find(|(choice, _)| *choice == text) {
            return Ok(*choice);
        }
        let names = || choices.iter().map(|(choice, _)| *choice);
        let accepted = format!("accepted are {}", listed(names()));
        let help = match suggest::nearest(&text, names()) {
            Some(nearest) => format!("did you mean `{nearest}`? {accepted}"),
            None => accepted,
        };
        Err(self.problem(name, format!("`{name}` cannot be `{text}`"), help))
    }

    /// An instant in the form that Faker's date-time functions take: see [`Moment::parse`]; a whole
    /// number is a Unix timestamp in seconds.
    pub fn moment(&mut self, name: &'static str) -> Result<Moment, InvalidArgument> {
        let (read, shown) = match self.value(name)? {
            Literal::Text(text) => (Moment::parse(&text), text),
            Literal::Int(seconds) => (Moment::from_unix(seconds), seconds.to_string()),
            other => return Err(self.wrong_type(name, &other)),
        };
        if let Some(moment) = read {
            return Ok(moment);
        }
        let help = if Moment::parse(&format!("-{shown}")).is_some() {
            format!("a sign is needed: \"-{shown}\" or \"+{shown}\"")
        } else if shown == "today" {
            "did you mean \"now\"?".to_owned()
        } else {
            format!("expected {}", Moment::EXPECTS)
        };
        Err(self.problem(name, format!("`{name}` is not a time: `{shown}`"), help))
    }

    /// Reports that the value has the wrong type.
    pub fn wrong_type(&mut self, name: &'static str, value: &Literal) -> InvalidArgument {
        let message = format!("`{name}` of `{}` cannot be {}", self.provider, type_name(value));
        self.problem(name, message, self.expected(name))
    }

    fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }

    fn expected(&self, name: &str) -> String {
        self.param(name).map_or_else(String::new, |param| format!("expected {}", param.expects))
    }

    /// Help for a parameter that the provider does not take.
    fn known_params(&self, wrong: &str) -> String {
        let names = || self.params.iter().map(|param| param.name);
        // Faker's `random_int` has min and max, its `pyint` min_value and max_value.
        let twin = |name: &&str| {
            wrong.strip_suffix("_value") == Some(*name) || name.strip_suffix("_value") == Some(wrong)
        };
        match names().find(twin).or_else(|| suggest::nearest(wrong, names())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if self.params.is_empty() => format!("`{}` takes no params", self.provider),
            None => format!("`{}` takes {}", self.provider, listed(names())),
        }
    }
}

/// `a`, `b`, `c`: a list for a message.
pub fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The type of a value, with its article.
pub fn type_name(value: &Literal) -> &'static str {
    match value {
        Literal::Bool(_) => "a boolean",
        Literal::Int(_) => "a whole number",
        Literal::Float(_) => "a number with a fraction",
        Literal::Text(_) => "a string",
        Literal::List(_) => "an array",
        Literal::Table(_) => "a table",
    }
}
