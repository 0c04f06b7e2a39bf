//! JSON as written: members in their order, including duplicates.
//!
//! Owns the reading; what the members mean is the caller's.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value of a JSON document.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// Of any size that the parser reads as an integer.
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    /// In the order of the text; names may repeat until [`Json::once`] has removed duplicates.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Its kind, with the article.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// Removes duplicate names as Python does: the last value, in the place of the first. `twice` is called with the
    /// place of the object and the name.
    pub fn once(self, place: &str, twice: &mut impl FnMut(&str, &str)) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(|item| item.once(place, twice)).collect()),
            Self::Object(members) => {
                let mut kept: Vec<(String, Self)> = Vec::with_capacity(members.len());
                for (name, value) in members {
                    let below = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                    let value = value.once(&below, twice);
                    match kept.iter_mut().find(|(other, _)| *other == name) {
                        Some(known) => {
                            twice(place, &name);
                            known.1 = value;
                        }
                        None => kept.push((name, value)),
                    }
                }
                Self::Object(kept)
            }
            other => other,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Int(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Int(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Json::Object(members))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
