//! Faker's providers whose values are lists, bytes, times or documents: what PostgreSQL has a type for.
//!
//! Owns how many items a list has; the items are other providers' values.

use super::{Arguments, Compiled, Draw, Noted, Param, Preset, Provider, Scope, compile};
use crate::stream::Stream;
use crate::value::{DAY, Interval, Literal, SqlType, TimeOfDay, Value};

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
        params: &[],
        compile: |args| triple(args, 255),
    },
    Provider {
        name: "latlng",
        summary: "a latitude and a longitude",
        params: &[],
        compile: |args| row(args, &["latitude", "longitude"]),
    },
    Provider {
        name: "list",
        summary: "a list of so many values of another provider (not Faker's)",
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
        name: "profile",
        summary: "a person with work, home and birthday, as a document; all of it of one person",
        params: &[],
        compile: |args| profile(args, &PROFILE),
    },
    Provider {
        name: "random_choices",
        summary: "some of the elements, each as often as it comes",
        params: &[ELEMENTS, LENGTH],
        compile: random_elements,
    },
    Provider {
        name: "random_elements",
        summary: "some of the elements, each as often as it comes",
        params: &[ELEMENTS, LENGTH],
        compile: random_elements,
    },
    Provider {
        name: "random_letters",
        summary: "letters",
        params: &[count("length", 16)],
        compile: |args| repeated(args, "random_letter", "length", &[]),
    },
    Provider {
        name: "random_sample",
        summary: "some of the elements, none of them twice",
        params: &[ELEMENTS, LENGTH],
        compile: random_sample,
    },
    Provider {
        name: "sentences",
        summary: "sentences",
        params: &[count("nb", 3), WORDS],
        compile: |args| repeated(args, "sentence", "nb", &["ext_word_list"]),
    },
    Provider {
        name: "simple_profile",
        summary: "a person with home and birthday, as a document; all of it of one person",
        params: &[],
        compile: |args| profile(args, &PROFILE[5..]),
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
        params: &[],
        compile: |_| Ok(Compiled::time(|draw| TimeOfDay(draw.stream.below(DAY as u64) as i64))),
    },
    Provider {
        name: "words",
        summary: "words",
        params: &[count("nb", 3), WORDS],
        compile: |args| repeated(args, "word", "nb", &["ext_word_list"]),
    },
];

const WORDS: Param =
    Param { name: "ext_word_list", expects: "an array of words to draw from", default: Preset::Absent };
const ELEMENTS: Param = Param {
    name: "elements",
    expects: "an array of strings, numbers or booleans",
    default: Preset::Texts(&["a", "b", "c"]),
};
const LENGTH: Param =
    Param { name: "length", expects: "a whole number; without it from 1 to all", default: Preset::Absent };
/// Most items of a list, and most bytes: what a tick can hold of many rows.
const MOST: i64 = 16 << 20;

const fn count(name: &'static str, default: i64) -> Param {
    Param { name, expects: "a whole number from 0 up", default: Preset::Int(default) }
}

/// Lists of `least` to `most` values.
fn of(args: &mut Arguments<'_>, item: Compiled, least: i64, most: i64) -> Result<Compiled, Noted> {
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

/// A scalar provider for the items, its problems told as this one's.
fn item(args: &mut Arguments<'_>, name: &str, params: &[(String, Literal)]) -> Result<Compiled, Noted> {
    compile(name, params, &Scope { unique: false, ..args.scope() }).map_err(|error| {
        let param = params.first().map_or("of", |(param, _)| param.as_str()).to_owned();
        args.problem(&param, error.to_string(), format!("the items are values of `{name}`"))
    })
}

/// As many values of a provider as a param says.
fn repeated(
    args: &mut Arguments<'_>,
    name: &str,
    length: &'static str,
    params: &[&'static str],
) -> Result<Compiled, Noted> {
    let count = args.int_between(length, 0, MOST)?;
    let params = passed_on(args, params);
    let item = item(args, name, &params)?;
    of(args, item, count, count)
}

/// `list(of="word", params=None, min=1, max=3)`.
fn list(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
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

/// `random_elements(elements, length=None)`; `unique` and weights are `random_sample`'s and `weighted`'s.
fn random_elements(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let elements = args.value("elements")?;
    let all = if let Literal::List(all) = &elements { all.len() as i64 } else { 1 };
    let (least, most) = match args.is_given("length") {
        true => {
            let length = args.int_between("length", 0, MOST)?;
            (length, length)
        }
        false => (1, all),
    };
    let item = item(args, "random_element", &[("elements".to_owned(), elements)])?;
    of(args, item, least, most)
}

/// `random_sample(elements, length=None)`: none of the elements twice.
fn random_sample(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let elements = args.value("elements")?;
    let item = item(args, "random_element", &[("elements".to_owned(), elements)])?;
    let Some(choices) = item.choices.clone() else {
        return Err(args.problem("elements", "`elements` is no array", "give an array of strings"));
    };
    let all = choices.len() as i64;
    let (least, most) = match args.is_given("length") {
        true => {
            let length = args.int_between("length", 0, all)?;
            (length, length)
        }
        false => (1, all),
    };
    let chars: usize = choices.iter().map(|choice| 6 * choice.chars().count() + 6).sum();
    let list = Compiled::list(item.facts(), move |draw, sink| {
        let mut left: Vec<usize> = (0..choices.len()).collect();
        for at in 0..draw.stream.between(least, most) as usize {
            let chosen = at + draw.stream.below((left.len() - at) as u64) as usize;
            left.swap(at, chosen);
            sink(Value::Text(&choices[left[at]]));
        }
    });
    Ok(Compiled { max_chars: u32::try_from(chars + 2).ok(), ..list })
}

/// One value of each of the providers, which are of one kind.
fn row(args: &mut Arguments<'_>, names: &[&str]) -> Result<Compiled, Noted> {
    let items: Vec<Compiled> = names.iter().map(|name| item(args, name, &[])).collect::<Result<_, _>>()?;
    // The second's range holds the first's.
    let facts = items[items.len() - 1].facts();
    let list = Compiled::list(facts, move |draw, sink| {
        items.iter().for_each(|item| item.generator.hand_over(draw, sink));
    });
    Ok(Compiled { max_chars: Some(64), ..list })
}

/// Three whole numbers from 0 to `most`.
fn triple(_: &mut Arguments<'_>, most: i64) -> Result<Compiled, Noted> {
    let part = Compiled::int(0..=most, move |draw| draw.stream.between(0, most));
    let list = Compiled::list(part.facts(), move |draw, sink| {
        for _ in 0..3 {
            part.generator.hand_over(draw, sink);
        }
    });
    Ok(Compiled { max_chars: Some(17), ..list })
}

/// `binary(length=1048576)`.
fn binary(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let length = args.int_between("length", 0, MOST)? as usize;
    Ok(Compiled::bytes(length as u32, move |draw, out| {
        let end = out.len() + length;
        while out.len() < end {
            let bytes = draw.stream.bits().to_le_bytes();
            let part = bytes.len().min(end - out.len());
            out.extend_from_slice(&bytes[..part]);
        }
    }))
}

/// `time_delta(end_datetime=None)`: Faker's is 0 without an end.
fn time_delta(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let end = args.is_given("end_datetime").then(|| args.moment("end_datetime")).transpose()?;
    let spans = Compiled::interval(move |draw| {
        let span = end.map_or(0, |end| end.at(draw.now).0.saturating_sub(draw.now.0));
        let micros = draw.stream.between(span.min(0), span.max(0));
        Interval { micros, ..Default::default() }
    });
    // Hours, of at most 10,000 years, to microseconds.
    Ok(Compiled { max_chars: Some("-87660000:00:00.000000".len() as u32), ..spans })
}

/// A member of a profile: its name, the provider of its value.
type Member = (&'static str, &'static str);

/// The members of `profile`; those of `simple_profile` are the last six.
static PROFILE: [Member; 11] = [
    ("job", "job"),
    ("company", "company"),
    ("ssn", "ssn"),
    ("residence", "address"),
    ("website", "url"),
    ("username", "user_name"),
    ("name", "name"),
    ("sex", "passport_gender"),
    ("address", "address"),
    ("mail", "email"),
    ("birthdate", "date_of_birth"),
];

/// A document of these members, whose person and place are one: each of them begins with the same draws.
fn profile(args: &mut Arguments<'_>, members: &'static [Member]) -> Result<Compiled, Noted> {
    let scope = Scope { grouped: true, unique: false, ..args.scope() };
    let mut parts = Vec::with_capacity(members.len());
    let mut chars = 2u64;
    for (name, provider) in members {
        match compile(provider, &[], &scope) {
            Ok(value) => {
                chars += name.len() as u64 + 6 + value.json_chars().unwrap_or(0);
                parts.push((*name, value));
            }
            Err(error) => {
                return Err(args.problem(provider, error.to_string(), "this is a bug; please report it"));
            }
        }
    }
    let texts = Compiled::text(chars.min(u32::MAX.into()) as u32, move |draw, out| {
        let start: Stream = draw.stream.clone();
        out.push('{');
        for (place, (name, value)) in parts.iter().enumerate() {
            out.push_str(if place > 0 { ", \"" } else { "\"" });
            out.push_str(name);
            out.push_str("\": ");
            if value.coherent {
                let mut stream = start.clone();
                value.write_json(&mut Draw { stream: &mut stream, ..*draw }, out);
            } else {
                value.write_json(draw, out);
            }
        }
        out.push('}');
        // The next row is another's.
        draw.stream.bits();
    });
    Ok(Compiled { coherent: true, ..texts.reading_as(&[SqlType::Json, SqlType::Jsonb]) })
}
