//! What was written for Faker 22.2.0 means the same here: the digits of numbers, the kinds of elements, the shape of
//! documents, the texts of values, and the params that its users name.

use regex::Regex;
use shopsim::faker::{CompileError, Generator};
use shopsim::value::Literal;

use super::{compile, compiled, count_of, distinct, draw, named, text, texts};

fn list(items: &[Literal]) -> Literal {
    Literal::List(items.to_vec())
}

fn table(entries: &[(&str, Literal)]) -> Literal {
    Literal::Table(named(entries))
}

fn matches(provider: &str, params: &[(&str, Literal)], shape: &str) {
    let shape = Regex::new(shape).expect("a pattern");
    let most = compiled(provider, params).max_chars;
    for value in draw(provider, params, 300) {
        assert!(shape.is_match(&value), "{provider} {params:?}: {value}");
        assert!(most.is_none_or(|most| value.chars().count() <= most as usize), "{value}");
    }
}

#[test]
fn numbers_without_right_digits_have_as_many_as_a_double_keeps() {
    let ends = [("min_value", Literal::Float(55.7)), ("max_value", Literal::Float(55.8))];
    for provider in ["pyfloat", "pydecimal"] {
        let values = draw(provider, &ends, 300);
        assert!(distinct(values.clone()).len() > 250, "{provider}");
        let number = |value: &String| value.parse::<f64>().unwrap();
        assert!(values.iter().all(|value| (55.7..=55.8).contains(&number(value))), "{provider}");
        let short = count_of(&values, |value| value.len() <= 6);
        assert!((30..120).contains(&short), "{provider}: {short} of few digits");
    }
    // All magnitudes come.
    let whole = |value: &String| value.trim_start_matches('-').split('.').next().unwrap().len();
    let lengths =
        distinct(draw("pyfloat", &[], 2_000).iter().map(|value| format!("{:02}", whole(value))).collect());
    assert_eq!((lengths.len(), lengths[0].as_str(), lengths[13].as_str()), (14, "01", "14"));
    matches("pyfloat", &[("left_digits", Literal::Int(5))], r"^-?\d{1,5}\.\d{10}$");
    matches(
        "pydecimal",
        &[("right_digits", Literal::Int(2)), ("left_digits", Literal::Int(3))],
        r"^-?\d{1,3}\.\d\d$",
    );
}

#[test]
fn elements_keep_their_kind_in_lists_and_documents() {
    let mixed = list(&[Literal::Bool(true), Literal::Int(7), Literal::Float(2.5), text("x")]);
    let elements = [("elements", mixed.clone())];
    let choices = draw("random_choices", &elements, 300).concat();
    for item in ["true", "7", "2.5", "\"x\""] {
        assert!(choices.contains(item), "{item}");
    }
    assert!(!choices.contains("True") && !choices.contains("\"7\""), "{choices}");
    let record = list(&[text("flag"), text("random_element"), table(&elements)]);
    let params = [("data_columns", list(&[record])), ("num_rows", Literal::Int(1))];
    matches("json", &params, r#"^\{"flag": (?:true|7|2\.5|"x")\}$"#);
    // In a text they are texts, as Python writes them.
    assert_eq!(distinct(draw("random_element", &elements, 300)), ["2.5", "7", "True", "x"]);
    let ints = [
        ("elements", list(&[Literal::Int(1), Literal::Int(2), Literal::Int(3)])),
        ("length", Literal::Int(3)),
    ];
    matches("random_sample", &ints, r"^\[(?:1, 2, 3|1, 3, 2|2, 1, 3|2, 3, 1|3, 1, 2|3, 2, 1)\]$");
}

#[test]
fn a_list_of_fields_is_a_list_of_objects() {
    let field = |name: &str, provider: &str| list(&[text(name), text(provider)]);
    let one = |columns: Literal| [("data_columns", columns), ("num_rows", Literal::Int(1))];
    let items = list(&[field("sku", "random_digit"), field("paid", "boolean")]);
    let columns = list(&[field("id", "random_digit"), list(&[text("items"), items.clone()])]);
    matches(
        "json",
        &one(columns),
        r#"^\{"id": \d, "items": \[\{"sku": \d\}, \{"paid": (?:true|false)\}\]\}$"#,
    );
    let columns = list(&[list(&[text("digits"), texts(&["random_digit", "random_digit"])])]);
    matches("json", &one(columns), r#"^\{"digits": \[\d, \d\]\}$"#);
    // In a table's list only texts and tables are definitions.
    let columns = table(&[("names", list(&[text("random_digit"), table(&[("n", text("random_digit"))])]))]);
    matches("json", &one(columns), r#"^\{"names": \[\d, \{"n": \d\}\]\}$"#);
    matches(
        "json",
        &one(table(&[("raw", list(&[list(&[text("sku"), Literal::Int(1)])]))])),
        r#"^\{"raw": \[\["sku", 1\]\]\}$"#,
    );
}

#[test]
fn texts_of_values_are_those_of_python() {
    let format = |format: &str| [("string_format", text(format))];
    matches("pystr_format", &format("{{boolean}}"), "^(?:True|False)$");
    let nulls = draw("pystr_format", &format("{{null_boolean}}"), 300);
    assert_eq!(distinct(nulls), ["False", "None", "True"]);
    matches("pystr_format", &format("{{past_datetime}}"), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$");
    matches(
        "csv",
        &[("data_columns", texts(&["{{null_boolean}}"])), ("num_rows", Literal::Int(1))],
        "^\"(?:True|False|None)\"\r\n$",
    );
    assert_eq!(distinct(draw("boolean", &[], 50)), ["False", "True"]);
}

#[test]
fn lists_are_unique_or_weighted_as_they_are_asked_for() {
    let yes = Literal::Bool(true);
    let weights = table(&[("a", Literal::Float(0.9)), ("b", Literal::Float(0.1))]);
    let one = ("length", Literal::Int(1));
    let weighed = draw("random_elements", &[("elements", weights.clone()), one.clone()], 1_000);
    assert!((850..950).contains(&count_of(&weighed, |value| value == "[\"a\"]")));
    let even = [("elements", weights.clone()), one, ("use_weighting", Literal::Bool(false))];
    let even = draw("random_elements", &even, 1_000);
    assert!((420..580).contains(&count_of(&even, |value| value == "[\"a\"]")));
    let once = [("elements", weights), ("length", Literal::Int(2)), ("unique", yes.clone())];
    let orders = draw("random_elements", &once, 1_000);
    assert!((850..950).contains(&count_of(&orders, |value| value == "[\"a\", \"b\"]")));
    assert_eq!(distinct(orders).len(), 2);
    let once = [("elements", texts(&["a", "b", "c"])), ("unique", yes.clone())];
    assert_eq!(distinct(draw("random_elements", &once, 2_000)).len(), 3 + 6 + 6);

    let two = ("ext_word_list", texts(&["x", "y"]));
    let words = draw("words", &[("nb", Literal::Int(2)), two.clone(), ("unique", yes.clone())], 200);
    assert_eq!(distinct(words), ["[\"x\", \"y\"]", "[\"y\", \"x\"]"]);
    let told = compile("words", &named(&[("nb", Literal::Int(3)), two, ("unique", yes)])).err();
    assert!(
        matches!(told, Some(CompileError::Params(problems)) if problems[0].param.as_deref() == Some("nb"))
    );
    let of = |part: &str| [("part_of_speech", text(part)), ("nb", Literal::Int(1))];
    let verbs = distinct(draw("words", &of("verb"), 5_000));
    let nouns = distinct(draw("words", &of("noun"), 5_000));
    assert!(verbs.len() > 150 && verbs.iter().filter(|word| nouns.contains(word)).count() < verbs.len() / 2);
}

#[test]
fn profiles_have_the_fields_and_the_sex_that_are_asked_for() {
    let fields = [
        ("fields", texts(&["sex", "mail", "blood_group", "website", "current_location"])),
        ("sex", text("F")),
    ];
    matches(
        "profile",
        &fields,
        r#"^\{"current_location": \[-?[\d.]+, -?[\d.]+\], "blood_group": "(?:A|B|AB|O)[+-]", "website": \["http[^"]+/"(?:, "http[^"]+/"){0,3}\], "sex": "F", "mail": "[^"]+@(?:gmail|yahoo|hotmail)\.com"\}$"#,
    );
    let both = draw("simple_profile", &[], 400);
    let women = count_of(&both, |value| value.contains("\"sex\": \"F\""));
    assert!((150..250).contains(&women), "{women}");
    let told = compile("profile", &named(&[("fields", texts(&["nmae"]))])).err().unwrap().to_string();
    assert_eq!(told, "a profile has no `nmae`");
}

#[test]
fn times_and_colours_take_the_params_of_faker() {
    for time in draw("time_object", &[("end_datetime", text("1970-01-01T00:00:10+0000"))], 300) {
        assert!(time.starts_with("00:00:0") || time == "00:00:10", "{time}");
    }
    for colour in draw("color_rgb", &[("hue", text("green")), ("luminosity", text("dark"))], 300) {
        let parts: Vec<u8> = serde_json::from_str(&colour).unwrap();
        assert!(parts[1] > parts[0] && parts[1] > parts[2] && parts[1] < 204, "{colour}");
    }
    assert!(matches!(
        compiled("color_rgb", &[("hue", text("monochrome"))]).generator,
        Generator::List { .. }
    ));
}

#[test]
fn days_may_be_named_the_wrong_way_round_and_instants_with_a_zone() {
    let ages = [("start_date", text("-18y")), ("end_date", text("-80y"))];
    for day in draw("date_between", &ages, 300) {
        assert!(("1946-01-01".."2008-01-02").contains(&day.as_str()), "{day}");
    }
    let since =
        [("start_date", text("2000-01-01T00:00:00+0000")), ("end_date", text("2000-01-01 02:00:00+02"))];
    assert_eq!(distinct(draw("date_time_between", &since, 5)), ["2000-01-01 00:00:00"]);
}

#[test]
fn small_differences_to_faker_are_none() {
    matches("slug", &[("value", text("Ünï code, yes"))], "^uni-code-yes$");
    let width = list(&[Literal::Int(3), text("boolean")]);
    let column = [("data_columns", list(&[width])), ("num_rows", Literal::Int(1)), ("align", text("right"))];
    assert_eq!(distinct(draw("fixed_width", &column, 50)), ["  0", "  1"]);
    let titles = draw("prefix", &[], 4_000);
    let doctors = count_of(&titles, |value| value == "Dr.");
    assert!((400..600).contains(&doctors), "{doctors} of 30 in 240");
    assert!(distinct(draw("mime_type", &[("category", text("image"))], 300)).len() == 7);
    assert!(distinct(draw("file_name", &[("extension", text("x"))], 4_000)).len() > 600);
}
