//! The families `lorem`, `misc` and `python`.

use regex::Regex;
use shopsim::faker::Generator;
use shopsim::value::Literal;

use super::{compile, compiled, count_of, distinct, draw, named, text, texts};

const INT: fn(i64) -> Literal = Literal::Int;
const FLOAT: fn(f64) -> Literal = Literal::Float;
const YES: Literal = Literal::Bool(true);
const NO: Literal = Literal::Bool(false);

fn refused(provider: &str, params: &[(&str, Literal)]) {
    assert!(compile(provider, &named(params)).is_err(), "{provider} {params:?}");
}

#[test]
fn sentences_have_the_words_that_are_asked_for() {
    let words = |value: &str| value.split(' ').count();
    let counts = |params: &[(&str, Literal)]| -> Vec<usize> {
        let mut counts: Vec<usize> = draw("sentence", params, 2_000).iter().map(|text| words(text)).collect();
        counts.sort_unstable();
        counts.dedup();
        counts
    };
    assert_eq!(counts(&[]), [3, 4, 5, 6, 7, 8]);
    assert_eq!(counts(&[("nb_words", INT(4)), ("variable_nb_words", NO)]), [4]);
    assert_eq!(draw("sentence", &[("nb_words", INT(0))], 1), [""]);
    assert_eq!(draw("paragraph", &[("nb_sentences", INT(-1))], 1), [""]);
    let own = [("nb_words", INT(2)), ("variable_nb_words", NO), ("ext_word_list", texts(&["o'neil uP"]))];
    assert_eq!(draw("sentence", &own, 1), ["O'Neil Up o'neil uP."]);
    let own = [("nb_sentences", INT(2)), ("variable_nb_sentences", NO), ("ext_word_list", texts(&["é"]))];
    let shape = Regex::new(r"^É(?: é){2,7}\. É(?: é){2,7}\.$").unwrap();
    assert!(draw("paragraph", &own, 500).iter().all(|value| shape.is_match(value)));
}

#[test]
fn texts_stay_within_their_characters_and_end_with_a_full_stop() {
    for most in [5, 6, 24, 25, 99, 100, 1_000] {
        let params = [("max_nb_chars", INT(most))];
        for value in draw("text", &params, 500) {
            let chars = value.chars().count() as i64;
            assert!((2..=most).contains(&chars) && value.ends_with('.'), "{most}: {value:?}");
            assert!(value.starts_with(|first: char| first.is_uppercase()), "{value:?}");
            assert!(most >= 100 || !value.contains('\n'), "{value:?}");
        }
    }
    // Faker would never come to an end: no sentence fits, and hardly a word.
    let long = texts(&["a", &"b".repeat(300)]);
    for most in [5, 30, 200] {
        let params = [("max_nb_chars", INT(most)), ("ext_word_list", long.clone())];
        let values = draw("text", &params, 300);
        assert!(values.iter().all(|value| !value.is_empty() && value.len() as i64 <= most), "{most}");
    }
    refused("text", &[("max_nb_chars", INT(4))]);
    refused("text", &[("max_nb_chars", INT(5)), ("ext_word_list", texts(&["abcde"]))]);
}

#[test]
fn words_are_of_their_part_of_speech_or_of_ones_own() {
    let verbs = distinct(draw("word", &[("part_of_speech", text("verb"))], 5_000));
    assert!(verbs.contains(&"write".to_owned()) && !verbs.contains(&"door".to_owned()));
    let both = [("part_of_speech", text("noun")), ("ext_word_list", texts(&["x", "y"]))];
    assert_eq!(distinct(draw("word", &both, 100)), ["x", "y"]);
    assert!(distinct(draw("word", &[], 20_000)).len() > 700);
    refused("word", &[("part_of_speech", text("article"))]);
    refused("word", &[("ext_word_list", texts(&[]))]);
    refused("word", &[("ext_word_list", texts(&[""]))]);
    refused("word", &[("ext_word_list", Literal::List(vec![INT(1)]))]);
}

#[test]
fn booleans_are_true_as_often_as_is_asked_for() {
    for (provider, param) in [("boolean", "chance_of_getting_true"), ("pybool", "truth_probability")] {
        let trues =
            |percent| count_of(&draw(provider, &[(param, INT(percent))], 10_000), |value| value == "True");
        assert_eq!((trues(0), trues(100)), (0, 10_000), "{provider}");
        assert!((2_300..2_700).contains(&trues(25)), "{provider}");
        assert!(matches!(compiled(provider, &[]).generator, Generator::Bool(_)));
    }
    compiled("boolean", &[("chance_of_getting_true", INT(150))]);
    refused("pybool", &[("truth_probability", INT(101))]);
}

#[test]
fn all_bits_of_digests_and_uuids_vary_but_the_version_and_the_variant() {
    for provider in ["md5", "sha1", "sha256", "uuid4"] {
        let values = draw(provider, &[], 2_000);
        for place in (0..values[0].len()).filter(|place| values[0].as_bytes()[*place] != b'-') {
            let digits = distinct(values.iter().map(|value| value[place..=place].to_owned()).collect());
            let wanted = match (provider, place) {
                ("uuid4", 14) => "4",
                ("uuid4", 19) => "89ab",
                _ => "0123456789abcdef",
            };
            assert_eq!(digits.concat(), wanted, "{provider}, place {place}");
        }
        assert_eq!(distinct(values).len(), 2_000);
    }
    refused("sha1", &[("raw_output", YES)]);
    refused("uuid4", &[("cast_to", text("str"))]);
}

#[test]
fn passwords_hold_each_class_that_is_asked_for_and_no_other() {
    let special = |letter: char| "!@#$%^&*()_+".contains(letter);
    let has = |value: &str| {
        [
            value.chars().any(special),
            value.chars().any(|letter| letter.is_ascii_digit()),
            value.chars().any(|letter| letter.is_ascii_uppercase()),
            value.chars().any(|letter| letter.is_ascii_lowercase()),
        ]
    };
    let names = ["special_chars", "digits", "upper_case", "lower_case"];
    for mask in 1..16 {
        let wanted = [0, 1, 2, 3].map(|class| mask >> class & 1 == 1);
        let mut params: Vec<_> = names.into_iter().zip(wanted.map(Literal::Bool)).collect();
        params.push(("length", INT(5)));
        assert!(draw("password", &params, 200).iter().all(|value| value.len() == 5 && has(value) == wanted));
    }
    let shortest = draw("password", &[("length", INT(4))], 5_000);
    let digit_first = count_of(&shortest, |value| value.starts_with(|first: char| first.is_ascii_digit()));
    assert!((1_150..1_350).contains(&digit_first), "{digit_first}");
    refused("password", &[("length", INT(3))]);
    refused("password", &names.map(|name| (name, NO)));
}

#[test]
fn decimals_are_even_between_their_ends_which_come_up_as_often_as_others() {
    let params = [("min_value", INT(-1)), ("max_value", FLOAT(1.5)), ("right_digits", INT(1))];
    for provider in ["pydecimal", "pyfloat"] {
        let values = draw(provider, &params, 26_000);
        for end in ["-1.0", "0.0", "1.5"] {
            let count = count_of(&values, |value| value == end);
            assert!((850..1_150).contains(&count), "{provider} {end}: {count}");
        }
        assert_eq!(distinct(values).len(), 26, "{provider}");
    }
    let ends = |provider, params: &[(&str, Literal)]| match compiled(provider, params).generator {
        Generator::Decimal { scale, range, .. } => (scale, *range.start(), *range.end()),
        _ => panic!("{provider} is a decimal"),
    };
    let between = |min, max| [("min_value", FLOAT(min)), ("max_value", FLOAT(max))];
    let ten = |power| 10i128.pow(power);
    assert_eq!(ends("pydecimal", &between(0.1, 0.3)), (14, ten(13), 3 * ten(13)));
    assert_eq!(ends("pyfloat", &between(0.125, 250.5)), (12, 125 * ten(9), 2_505 * ten(11)));
    assert_eq!(ends("pyfloat", &[("max_value", INT(10))]), (14, -ten(28) + ten(13), 10 * ten(14)));
    let right = |digits| ("right_digits", INT(digits));
    let left = |digits| ("left_digits", INT(digits));
    assert_eq!(ends("pyfloat", &[&between(0.19, 2.51)[..], &[right(1)]].concat()), (1, 2, 25));
    assert_eq!(ends("pydecimal", &[&between(-2.51, -0.19)[..], &[right(1)]].concat()), (1, -25, -2));
    assert_eq!(ends("pydecimal", &[left(2), right(3)]), (3, -99_999, 99_999));
    assert_eq!(ends("pydecimal", &[left(0), right(2), ("positive", YES)]), (2, 1, 99));
    assert_eq!(ends("pydecimal", &[left(2), right(0), ("positive", NO)]), (0, -99, 99));
    assert_eq!(ends("pyfloat", &[left(2), right(0), ("positive", NO)]), (0, -99, -1));
    assert_eq!(ends("pydecimal", &[left(2), right(1), ("max_value", INT(100))]), (1, -999, 1_000));
    assert_eq!(ends("pydecimal", &[left(9), right(9)]), (9, -(ten(18) - 1), ten(18) - 1));
}

#[test]
fn wrong_digits_and_ends_of_decimals_are_refused() {
    for provider in ["pydecimal", "pyfloat"] {
        let (min, max) = (|value| ("min_value", FLOAT(value)), |value| ("max_value", FLOAT(value)));
        let (left, right) = (|digits| ("left_digits", INT(digits)), |digits| ("right_digits", INT(digits)));
        refused(provider, &[left(-1)]);
        refused(provider, &[right(-1)]);
        refused(provider, &[left(0), right(0)]);
        refused(provider, &[left(10), right(9)]);
        refused(provider, &[min(2.0), max(1.0)]);
        refused(provider, &[min(1.5), max(1.5)]);
        refused(provider, &[("positive", YES), min(0.0)]);
        refused(provider, &[("positive", YES), max(-1.0)]);
        refused(provider, &[left(2), max(100.5)]);
        refused(provider, &[left(2), min(-1000.0), max(1.0)]);
        refused(provider, &[min(0.11), max(0.19), right(1)]);
        refused(provider, &[max(1e30)]);
        refused(provider, &[min(0.0), max(1e-19)]);
        refused(provider, &[min(0.0), max(1e17), right(2)]);
        refused(provider, &[("min_value", text("1"))]);
    }
    refused("pyfloat", &[("left_digits", INT(10)), ("right_digits", INT(6))]);
}

#[test]
fn pyint_is_random_int_by_other_names() {
    let params = [("min_value", INT(5)), ("max_value", INT(9)), ("step", INT(2))];
    assert_eq!(distinct(draw("pyint", &params, 200)), ["5", "7", "9"]);
    let wrong = named(&[("min_value", INT(10_000))]);
    let told = compile("pyint", &wrong).err().expect("an error").to_string();
    assert_eq!(told, "`pyint` has no number to draw: `min_value` is 10000, `max_value` is 9999");
}

#[test]
fn pystr_has_its_length_between_prefix_and_suffix() {
    let params =
        [("min_chars", INT(1)), ("max_chars", INT(3)), ("prefix", text("é-")), ("suffix", text("!"))];
    let shape = Regex::new("^é-[A-Za-z]{1,3}!$").unwrap();
    let values = draw("pystr", &params, 500);
    assert!(values.iter().all(|value| shape.is_match(value)));
    assert_eq!(compiled("pystr", &params).max_chars, Some(6));
    refused("pystr", &[("min_chars", INT(21))]);
    refused("pystr", &[("min_chars", INT(-1))]);
    refused("pystr", &[("max_chars", INT(-1))]);
}

#[test]
fn pystr_format_holds_whole_values_of_providers() {
    let of = |format| [("string_format", text(format))];
    let shape = Regex::new(r"^\d[a-z0-9.]+@example\.(?:com|net|org)-(?:True|False)\{\{\d-x\}\}$").unwrap();
    let format = of("#{{safe_email}}-{{ boolean }}{{#-x}}");
    assert!(draw("pystr_format", &format, 500).iter().all(|value| shape.is_match(value)), "{format:?}");
    assert!(compiled("pystr_format", &format).max_chars.is_some());
    let wrong = named(&of("{{random_itn}}"));
    let told = compile("pystr_format", &wrong).err().expect("an error").to_string();
    assert_eq!(told, "no provider is called `random_itn`");
}

#[test]
fn small_tables_have_a_header_row_numbers_and_doubled_quotes() {
    let params = [
        ("header", texts(&["a", "b"])),
        ("data_columns", texts(&["x\"#", "{{random_letter}}"])),
        ("num_rows", INT(2)),
        ("include_row_ids", YES),
    ];
    let shape = Regex::new(
        "^\"ID\",\"a\",\"b\"\r\n\"1\",\"x\"\"\\d\",\"[A-Za-z]\"\r\n\"2\",\"x\"\"\\d\",\"[A-Za-z]\"\r\n$",
    );
    assert!(shape.unwrap().is_match(&draw("csv", &params, 1)[0]));
    refused("tsv", &[("num_rows", INT(0))]);
    refused("psv", &[("header", texts(&["a"]))]);
    refused("csv", &[("data_columns", texts(&["{{nobody}}"]))]);
}
