//! What is said of wrong parameters: which one, what is wrong, what to write instead.

use shopsim::faker::{CompileError, ParamProblem};
use shopsim::value::Literal;

use super::{compile, named, text, texts};

/// The parameter, the message and the help of each problem.
fn problems(provider: &str, params: &[(&str, Literal)]) -> Vec<(String, String, String)> {
    match compile(provider, &named(params)) {
        Err(CompileError::Params(problems)) => problems
            .into_iter()
            .map(|ParamProblem { param, message, help }| {
                (param.unwrap_or_default(), message, help.unwrap_or_default())
            })
            .collect(),
        Err(error) => panic!("{provider}: {error}"),
        Ok(_) => Vec::new(),
    }
}

/// One problem, with exactly this parameter, message and help.
fn told(provider: &str, params: &[(&str, Literal)], param: &str, message: &str, help: &str) {
    let expected = (param.to_owned(), message.to_owned(), help.to_owned());
    assert_eq!(problems(provider, params), [expected], "{provider} {params:?}");
}

#[test]
fn an_unknown_provider_is_told_with_the_nearest_name() {
    let error = |name| compile(name, &[]).err();
    let unknown = |name: &str, meant: &[&'static str]| {
        Some(CompileError::UnknownProvider { name: name.to_owned(), meant: meant.to_vec() })
    };
    assert_eq!(error("random_itn"), unknown("random_itn", &["random_int"]));
    assert_eq!(error("status"), unknown("status", &["random_element", "weighted"]));
    assert_eq!(error("zzz"), unknown("zzz", &[]));
    assert_eq!(error("zzz").expect("an error").to_string(), "no provider is called `zzz`");
}

#[test]
fn random_int_says_what_is_wrong_with_its_params() {
    let int = Literal::Int;
    told(
        "random_int",
        &[("min_value", int(1))],
        "min_value",
        "`random_int` has no param `min_value`",
        "did you mean `min`?",
    );
    told("random_int", &[("mni", int(1))], "mni", "`random_int` has no param `mni`", "did you mean `min`?");
    told(
        "random_int",
        &[("lowest", int(1))],
        "lowest",
        "`random_int` has no param `lowest`",
        "`random_int` takes `min`, `max`, `step`",
    );
    told(
        "random_int",
        &[("min", Literal::Float(1.5))],
        "min",
        "`min` of `random_int` cannot be a number with a fraction",
        "expected a whole number",
    );
    told(
        "random_int",
        &[("min", Literal::Bool(true))],
        "min",
        "`min` of `random_int` cannot be a boolean",
        "expected a whole number",
    );
    told(
        "random_int",
        &[("max", text("10"))],
        "max",
        "`max` is a string, not a whole number",
        "write it without quotes: max = 10",
    );
    told(
        "random_int",
        &[("max", Literal::Float(1e30))],
        "max",
        "`max` does not fit a bigint",
        "the largest is 9223372036854775807, the smallest -9223372036854775808",
    );
    told(
        "random_int",
        &[("step", int(0))],
        "step",
        "`step` is 0: there is no next number",
        "expected 1, 2, …, or -1",
    );
    told(
        "random_int",
        &[("min", int(10)), ("max", int(1))],
        "min",
        "`random_int` has no number to draw: `min` is 10, `max` is 1",
        "`min` comes first: min = 1, max = 10",
    );
    told(
        "random_int",
        &[("min", int(10_000))],
        "min",
        "`random_int` has no number to draw: `min` is 10000, `max` is 9999",
        "`max` is 9999 unless it is given",
    );
    told(
        "random_int",
        &[("max", int(-1))],
        "max",
        "`random_int` has no number to draw: `min` is 0, `max` is -1",
        "`min` is 0 unless it is given",
    );
    told("name", &[("sex", text("f"))], "sex", "`name` has no param `sex`", "`name` takes no params");
}

#[test]
fn random_element_says_what_is_wrong_with_its_elements() {
    let int = Literal::Int;
    told(
        "random_element",
        &[("elements", texts(&[]))],
        "elements",
        "`elements` is empty",
        "give at least one element",
    );
    told(
        "random_element",
        &[("elements", text(""))],
        "elements",
        "`elements` is empty",
        "give at least one element",
    );
    told(
        "random_element",
        &[("elements", Literal::List(vec![texts(&["a"])]))],
        "elements",
        "`elements` holds an array or a table, not a single value",
        "give strings, numbers or booleans",
    );
    told(
        "random_element",
        &[("elements", Literal::Table(named(&[("a", int(-1))])))],
        "elements",
        "`a` has an invalid weight",
        "a weight is a number from 0 up, such as 3 or 0.5",
    );
    told(
        "random_element",
        &[("elements", Literal::Table(named(&[("a", int(0))])))],
        "elements",
        "`elements` has no weight above 0",
        "a weight is a number from 0 up, such as 3 or 0.5",
    );
    told(
        "random_element",
        &[("elements", Literal::Table(named(&[("a", int(i64::MAX)), ("b", Literal::Float(0.001))])))],
        "elements",
        "the weights have too many digits",
        "use fewer digits",
    );
    told(
        "random_element",
        &[("elements", int(3))],
        "elements",
        "`elements` of `random_element` cannot be a whole number",
        "expected an array of strings, numbers or booleans, a string whose characters are drawn, or a \
             table of weights such as { paid = 3, closed = 1 }",
    );
}

#[test]
fn past_datetime_says_what_is_wrong_with_its_start() {
    let int = Literal::Int;
    told(
        "past_datetime",
        &[("start_date", text("30d"))],
        "start_date",
        "`start_date` is not a time: `30d`",
        "a sign is needed: \"-30d\" or \"+30d\"",
    );
    told(
        "past_datetime",
        &[("start_date", text("today"))],
        "start_date",
        "`start_date` is not a time: `today`",
        "did you mean \"now\"?",
    );
    told(
        "past_datetime",
        &[("start_date", text("+1d"))],
        "start_date",
        "`start_date` is not in the past: the values end one second before now",
        "expected a span such as \"-30d\"",
    );
    told(
        "past_datetime",
        &[("start_date", int(i64::MAX))],
        "start_date",
        "`start_date` is not a time: `9223372036854775807`",
        "expected \"now\", a signed span such as \"-30d\" or \"+1y-6M\" (units y M w d h m s in this order, \
             M months, m minutes), a date, an RFC 3339 time, or Unix seconds, all within the years 1 to 9999",
    );
    told(
        "past_datetime",
        &[("tzinfo", text("UTC"))],
        "tzinfo",
        "`tzinfo` cannot be set: timestamps are UTC",
        "leave it out; a timestamptz column holds the same instant for every time zone",
    );
}

#[test]
fn card_providers_and_ssn_say_what_they_accept() {
    let int = Literal::Int;
    told(
        "credit_card_number",
        &[("card_type", text("VISA"))],
        "card_type",
        "`card_type` cannot be `VISA`",
        "did you mean `visa`? accepted are `maestro`, `mastercard`, `visa16`, `visa13`, `visa19`, `amex`, \
             `discover`, `diners`, `jcb15`, `jcb16`, `visa`, `jcb`",
    );
    told(
        "credit_card_number",
        &[("card_type", int(4))],
        "card_type",
        "`card_type` of `credit_card_number` cannot be a whole number",
        "expected the name of a card type",
    );
    told(
        "credit_card_expire",
        &[("date_format", text("%m/%Q"))],
        "date_format",
        "`date_format` has an unknown directive `%Q`",
        "expected a directive of Python's strftime, such as %m, %y, %Y or %d; %% for a percent sign",
    );
    told(
        "credit_card_expire",
        &[("start", text("+11y"))],
        "start",
        "`credit_card_expire` has no time to draw: `start` lies after `end`",
        "swap them, or give both",
    );
    told(
        "ssn",
        &[("taxpayer_identification_number_type", text("ssn"))],
        "taxpayer_identification_number_type",
        "`taxpayer_identification_number_type` cannot be `ssn`",
        "did you mean `SSN`? accepted are `SSN`, `EIN`, `ITIN`, `INVALID_SSN`",
    );
}

#[test]
fn all_wrong_params_are_told_at_once() {
    let params = [("low", Literal::Int(1)), ("max", text("x")), ("step", Literal::Bool(true))];
    let told: Vec<String> = problems("random_int", &params).into_iter().map(|(param, ..)| param).collect();
    assert_eq!(told, ["low", "max", "step"]);
    let params = [("start_date", text("soon")), ("tzinfo", text("Asia/Tokyo"))];
    assert_eq!(problems("past_datetime", &params).len(), 2);
    let params = [("start", text("1y")), ("end", Literal::Bool(true)), ("date_format", text("%"))];
    assert_eq!(problems("credit_card_expire", &params).len(), 3);
}
