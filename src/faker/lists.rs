//! Faker's providers whose values are lists, bytes or times, which PostgreSQL has types for.
//!
//! Owns how many items a list has; the items are other providers' values.

use super::base::elements::Elements;
use super::texts::{bound, chars};
use super::{
    Arguments, Compiled, InvalidArgument, Param, Preset, Provider, Scope, color, compile, date_time, lorem,
};
use crate::value::{Interval, Literal};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "binary",
        summary: "random bytes",
        params: &[count("length", 1_048_576)],
        compile: binary,
    },
    Provider {
        name: "color_rgb",
        summary: "the red, green and blue of a colour, 0 to 255 each",
        params: color::RGB,
        compile: color::color_rgb,
    },
    Provider {
        name: "latlng",
        summary: "a latitude and a longitude",
        params: &[],
        compile: |args| row(args, &["latitude", "longitude"]),
    },
    Provider {
        name: "list",
        summary: "a list of values of another provider, `min` to `max` of them (not Faker's)",
        params: &[
            Param { name: "of", expects: "the name of a provider", default: Preset::Text("word") },
            Param {
                name: "params",
                expects: "the params of that provider, as a table",
                default: Preset::Absent,
            },
            count("min", 1),
            count("max", 3),
        ],
        compile: list,
    },
    Provider {
        name: "nic_handles",
        summary: "handles of network information centres",
        params: &[
            count("count", 1),
            Param {
                name: "suffix",
                expects: "a string of two characters or more",
                default: Preset::Text("????"),
            },
        ],
        compile: |args| repeated(args, "nic_handle", "count", &["suffix"]),
    },
    Provider {
        name: "paragraphs",
        summary: "paragraphs",
        params: &[count("nb", 3), WORDS],
        compile: |args| repeated(args, "paragraph", "nb", &["ext_word_list"]),
    },
    Provider {
        name: "random_choices",
        summary: "some of the elements, with repetition",
        params: &[ELEMENTS, LENGTH],
        compile: |args| random_elements(args, Some(false)),
    },
    Provider {
        name: "random_elements",
        summary: "some of the elements, with or without repetition",
        params: &[
            ELEMENTS,
            LENGTH,
            Param {
                name: "unique",
                expects: "true for no element twice, or false",
                default: Preset::Bool(false),
            },
            Param {
                name: "use_weighting",
                expects: "false to ignore the weights of a table, or true",
                default: Preset::Absent,
            },
        ],
        compile: |args| random_elements(args, None),
    },
    Provider {
        name: "random_letters",
        summary: "letters",
        params: &[count("length", 16)],
        compile: |args| repeated(args, "random_letter", "length", &[]),
    },
    Provider {
        name: "random_sample",
        summary: "some of the elements, without repetition",
        params: &[ELEMENTS, LENGTH],
        compile: |args| random_elements(args, Some(true)),
    },
    Provider {
        name: "sentences",
        summary: "sentences",
        params: &[count("nb", 3), WORDS],
        compile: |args| repeated(args, "sentence", "nb", &["ext_word_list"]),
    },
    Provider {
        name: "texts",
        summary: "texts of some sentences",
        params: &[count("nb_texts", 3), count("max_nb_chars", 200), WORDS],
        compile: |args| repeated(args, "text", "nb_texts", &["max_nb_chars", "ext_word_list"]),
    },
    Provider {
        name: "time_delta",
        summary: "a span of time from now to `end_datetime`, or of nothing without it, as in Faker",
        params: &[Param { name: "end_datetime", expects: super::Moment::EXPECTS, default: Preset::Absent }],
        compile: time_delta,
    },
    Provider {
        name: "time_object",
        summary: "a time of day",
        params: &[Param { name: "end_datetime", expects: super::Moment::EXPECTS, default: Preset::Absent }],
        compile: date_time::time_object,
    },
    Provider {
        name: "words",
        summary: "words",
        params: &[
            count("nb", 3),
            lorem::PART_OF_SPEECH,
            WORDS,
            Param {
                name: "unique",
                expects: "true for no word twice, or false",
                default: Preset::Bool(false),
            },
        ],
        compile: words,
    },
];

const WORDS: Param =
    Param { name: "ext_word_list", expects: "an array of words to draw from", default: Preset::Absent };
const ELEMENTS: Param = Param {
    name: "elements",
    expects: "an array of strings, numbers or booleans, a string whose characters are drawn, or a table of weights \
              such as { paid = 3, closed = 1 }",
    default: Preset::Texts(&["a", "b", "c"]),
};
const LENGTH: Param =
    Param { name: "length", expects: "a whole number; from 1 to all unless given", default: Preset::Absent };
/// Most items of a list, and most bytes: what a tick can hold of many rows.
const MOST: i64 = 16 << 20;

const fn count(name: &'static str, default: i64) -> Param {
    Param { name, expects: "a whole number from 0 up", default: Preset::Int(default) }
}

/// Lists of `least` to `most` values.
fn of(args: &mut Arguments<'_>, item: Compiled, least: i64, most: i64) -> Result<Compiled, InvalidArgument> {
    let chars = item.json_chars().and_then(|chars| (chars + 2).checked_mul(most.unsigned_abs()));
    let max_chars = chars.and_then(|chars| u32::try_from(chars + 2).ok());
    if chars.is_some() && max_chars.is_none() {
        return Err(args.problem("length", "the lists would be too long", "give a smaller number"));
    }
    let list = Compiled::list(item.facts(), move |draw, sink| {
        for _ in 0..draw.stream.between(least, most) {
            item.generator.hand_over(draw, sink);
        }
    });
    Ok(Compiled { max_chars, ..list })
}

/// What was given of some params, for another provider.
fn passed_on(args: &mut Arguments<'_>, names: &[&'static str]) -> Vec<(String, Literal)> {
    let given = names.iter().filter(|name| args.is_given(name)).copied().collect::<Vec<_>>();
    given.into_iter().filter_map(|name| Some((name.to_owned(), args.value(name).ok()?))).collect()
}

/// A scalar provider for the items; its problems are reported as this one's.
fn item(
    args: &mut Arguments<'_>,
    name: &str,
    params: &[(String, Literal)],
) -> Result<Compiled, InvalidArgument> {
    compile(name, params, &Scope { unique: false, ..args.scope() }).map_err(|error| {
        let param = params.first().map_or("of", |(param, _)| param.as_str()).to_owned();
        args.problem(&param, error.to_string(), format!("the items are values of `{name}`"))
    })
}

/// The number of values of a provider that a param gives.
fn repeated(
    args: &mut Arguments<'_>,
    name: &str,
    length: &'static str,
    params: &[&'static str],
) -> Result<Compiled, InvalidArgument> {
    let count = args.int_between(length, 0, MOST)?;
    let params = passed_on(args, params);
    let item = item(args, name, &params)?;
    of(args, item, count, count)
}

/// `list(of="word", params=None, min=1, max=3)`.
fn list(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (name, least, most) =
        (args.text("of"), args.int_between("min", 0, MOST), args.int_between("max", 0, MOST));
    let (name, least, most) = (name?, least?, most?);
    if least > most {
        return Err(args.problem("min", format!("`min` is {least}, `max` is {most}"), "swap them"));
    }
    let params = match args.is_given("params").then(|| args.value("params")).transpose()? {
        None => Vec::new(),
        Some(Literal::Table(params)) => params,
        Some(other) => return Err(args.wrong_type("params", &other)),
    };
    let item = item(args, &name, &params)?;
    of(args, item, least, most)
}

/// `random_elements(elements, length=None, unique=False, use_weighting=None)`, and `random_choices` and `random_sample`,
/// which say whether an element may come twice.
fn random_elements(args: &mut Arguments<'_>, once: Option<bool>) -> Result<Compiled, InvalidArgument> {
    let elements = Elements::read(args);
    let (once, weighted) = match once {
        Some(once) => (Ok(once), Ok(None)),
        None => (args.boolean("unique"), args.boolean_or_absent("use_weighting")),
    };
    let length = args.is_given("length").then(|| args.int_between("length", 0, MOST)).transpose();
    let (elements, once, weighted, length) = (elements?, once?, weighted?, length?);
    let elements = if weighted == Some(false) { elements.even() } else { elements };
    let all = i64::try_from(elements.count()).unwrap_or(i64::MAX);
    if let Some(length) = length.filter(|length| once && *length > all) {
        let message = format!("`length` is {length}, and there are {all} elements");
        return Err(args.problem("length", message, "no element comes twice: give a smaller number"));
    }
    let (least, most) = length.map_or((1, all), |length| (length, length));
    Ok(elements.some(least, most, once))
}

/// `words(nb=3, part_of_speech=None, ext_word_list=None, unique=False)`.
fn words(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    if !args.boolean("unique")? {
        return repeated(args, "word", "nb", &["part_of_speech", "ext_word_list"]);
    }
    let (count, words) = (args.int_between("nb", 0, MOST), lorem::list(args));
    let (count, words) = (count?, words?);
    if count.unsigned_abs() > words.len() as u64 {
        let message = format!("`nb` is {count}, and there are {} words", words.len());
        return Err(args.problem("nb", message, "no word comes twice: give a smaller number"));
    }
    Ok(Elements::of(words.into_iter().map(Literal::Text).collect(), None).some(count, count, true))
}

/// One value of each of the providers, which are of one kind.
fn row(args: &mut Arguments<'_>, names: &[&str]) -> Result<Compiled, InvalidArgument> {
    let items: Vec<Compiled> = names.iter().map(|name| item(args, name, &[])).collect::<Result<_, _>>()?;
    // The second's range holds the first's.
    let facts = items[items.len() - 1].facts();
    let list = Compiled::list(facts, move |draw, sink| {
        items.iter().for_each(|item| item.generator.hand_over(draw, sink));
    });
    Ok(Compiled { max_chars: Some(64), ..list })
}

/// `binary(length=1048576)`.
fn binary(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let length = bound(args.int_between("length", 0, MOST)?);
    Ok(Compiled::bytes(length, move |draw, out| {
        let end = out.len() + length as usize;
        while out.len() < end {
            let bytes = draw.stream.bits().to_le_bytes();
            let part = bytes.len().min(end - out.len());
            out.extend_from_slice(&bytes[..part]);
        }
    }))
}

/// `time_delta(end_datetime=None)`: Faker's is 0 without an end.
fn time_delta(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let end = args.is_given("end_datetime").then(|| args.moment("end_datetime")).transpose()?;
    let spans = Compiled::interval(move |draw| {
        let span = end.map_or(0, |end| end.at(draw.now).0.saturating_sub(draw.now.0));
        let micros = draw.stream.between(span.min(0), span.max(0));
        Interval { micros, ..Default::default() }
    });
    // Hours, of at most 10,000 years, to microseconds.
    Ok(Compiled { max_chars: Some(chars("-87660000:00:00.000000")), ..spans })
}
