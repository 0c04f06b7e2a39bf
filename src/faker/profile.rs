//! Faker's `profile` module: a person as a document.
//!
//! Owns the members of the document, all of which describe one person; their values are other providers'.

use super::texts::bound;
use super::{Arguments, Compiled, Draw, InvalidArgument, Param, Preset, Provider, Scope, compile};
use crate::suggest;
use crate::value::{SqlType, Value, json};

const SEX: Param =
    Param { name: "sex", expects: "\"F\" or \"M\"; either unless given", default: Preset::Absent };

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "profile",
        summary: "a person with work, home and birthday, as a document; all of it of one person",
        params: &[
            Param {
                name: "fields",
                expects: "an array of the members to have, such as [\"name\", \"mail\"]; without it all",
                default: Preset::Absent,
            },
            SEX,
        ],
        compile: profile,
    },
    Provider {
        name: "simple_profile",
        summary: "a person with home and birthday, as a document; all of it of one person",
        params: &[SEX],
        compile: |args| document(args, &MEMBERS[SIMPLE..]),
    },
];

/// What a member's value is.
#[derive(Clone, Copy)]
enum Member {
    /// A value of the provider.
    Of(&'static str),
    /// A list of one value of each of the providers.
    Each(&'static [&'static str]),
    /// A list of one to four values of the provider.
    Some(&'static str),
    /// A blood group.
    Blood,
    /// F or M.
    Sex,
}

/// The members of `profile`; those from [`SIMPLE`] on are `simple_profile`'s.
const MEMBERS: [(&str, Member); 13] = [
    ("job", Member::Of("job")),
    ("company", Member::Of("company")),
    ("ssn", Member::Of("ssn")),
    ("residence", Member::Of("address")),
    ("current_location", Member::Each(&["latitude", "longitude"])),
    ("blood_group", Member::Blood),
    ("website", Member::Some("url")),
    ("username", Member::Of("user_name")),
    ("name", Member::Of("name")),
    ("sex", Member::Sex),
    ("address", Member::Of("address")),
    ("mail", Member::Of("free_email")),
    ("birthdate", Member::Of("date_of_birth")),
];
/// See [`MEMBERS`].
const SIMPLE: usize = 7;

/// `profile(fields=None, sex=None)`.
fn profile(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let Some(fields) = args.texts_or_absent("fields")? else { return document(args, &MEMBERS) };
    let names = || MEMBERS.iter().map(|(name, _)| *name);
    for field in &fields {
        if !names().any(|name| name == field) {
            let help = match suggest::nearest(field, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its members are {}", names().collect::<Vec<_>>().join(", ")),
            };
            return Err(args.problem("fields", format!("a profile has no `{field}`"), help));
        }
    }
    let some = MEMBERS.into_iter().filter(|(name, _)| fields.iter().any(|field| field == name));
    document(args, &some.collect::<Vec<_>>())
}

/// The value of a member, its providers compiled.
enum Part {
    One(Compiled),
    List { items: Vec<Compiled>, most: u64 },
    Blood,
    Sex,
}

/// A document of these members, whose person and place are one: each of them begins with the same draws.
fn document(
    args: &mut Arguments<'_>,
    members: &[(&'static str, Member)],
) -> Result<Compiled, InvalidArgument> {
    // In a group the first draw of a person is the gender.
    let sex = match args.is_given("sex") {
        true => Some(args.one_of("sex", &[("F", true), ("M", false)])?),
        false => None,
    };
    let parts = members.iter().map(|(name, member)| Ok((*name, part(args, *member)?)));
    let parts: Vec<(&str, Part)> = parts.collect::<Result<_, _>>()?;
    let chars: u64 = 2 + parts.iter().map(|(name, part)| name.len() as u64 + 6 + part.chars()).sum::<u64>();
    let texts = Compiled::text(bound(chars), move |draw, out| {
        while sex.is_some_and(|female| draw.stream.clone().chance(1, 2) != female) {
            draw.stream.bits();
        }
        out.push('{');
        let start = draw.stream.clone();
        for (place, (name, part)) in parts.iter().enumerate() {
            out.push_str(if place > 0 { ", " } else { "" });
            json::write_string(name, out);
            out.push_str(": ");
            part.write(&start, draw, out);
        }
        out.push('}');
        // The next row is another's.
        draw.stream.bits();
    });
    Ok(Compiled { coherent: true, ..texts.reading_as(&[SqlType::Json, SqlType::Jsonb]) })
}

fn part(args: &mut Arguments<'_>, member: Member) -> Result<Part, InvalidArgument> {
    let scope = Scope { grouped: true, unique: false, ..args.scope() };
    let mut compiled = |name: &str| {
        compile(name, &[], &scope)
            .map_err(|error| args.problem(name, error.to_string(), "this is a bug; please report it"))
    };
    Ok(match member {
        Member::Of(name) => Part::One(compiled(name)?),
        Member::Each(names) => {
            Part::List { items: names.iter().map(|name| compiled(name)).collect::<Result<_, _>>()?, most: 1 }
        }
        Member::Some(name) => Part::List { items: vec![compiled(name)?], most: 4 },
        Member::Blood => Part::Blood,
        Member::Sex => Part::Sex,
    })
}

impl Part {
    fn write(&self, start: &crate::stream::Stream, draw: &mut Draw<'_>, out: &mut String) {
        match self {
            Self::One(value) if value.coherent => {
                let mut stream = start.clone();
                value.write_json(&mut Draw { stream: &mut stream, ..*draw }, out);
            }
            Self::One(value) => value.write_json(draw, out),
            Self::List { items, most } => {
                let times = 1 + draw.stream.below(*most);
                out.push('[');
                for (place, item) in (0..times).flat_map(|_| items).enumerate() {
                    out.push_str(if place > 0 { ", " } else { "" });
                    item.write_json(draw, out);
                }
                out.push(']');
            }
            Self::Blood => {
                let group = draw.stream.pick(&["A", "B", "AB", "O"]);
                let rhesus = draw.stream.pick(&["+", "-"]);
                Value::Text(&format!("{group}{rhesus}")).write_json(out);
            }
            Self::Sex => {
                let sex = if start.clone().chance(1, 2) { "F" } else { "M" };
                Value::Text(sex).write_json(out);
            }
        }
    }

    /// Most characters.
    fn chars(&self) -> u64 {
        match self {
            Self::One(value) => value.json_chars().unwrap_or(0),
            Self::List { items, most } => {
                2 + most * items.iter().map(|item| item.json_chars().unwrap_or(0) + 2).sum::<u64>()
            }
            Self::Blood | Self::Sex => 5,
        }
    }
}
