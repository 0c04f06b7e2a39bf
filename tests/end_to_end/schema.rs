//! Whether answers are as the program's own `openapi.json` says.
//!
//! Owns the part of JSON Schema that it uses: a keyword that is not known here fails the test.

use serde_json::{Map, Value as Json};
use shopsim::value::Timestamp;

/// How much of a wrong value is shown.
const SHOWN: usize = 200;

/// A description in OpenAPI.
pub struct Description(pub Json);

impl Description {
    /// What is wrong with the answer to a request; nothing if it is as described.
    pub fn complaints(&self, path: &str, code: u16, content_type: &str, body: &str) -> Vec<String> {
        let responses = &self.0["paths"][path]["get"]["responses"];
        let described = self.resolve(&responses[code.to_string()]);
        let content = &described["content"][content_type]["schema"];
        if content.is_null() {
            return vec![format!("{path} does not describe {code} as {content_type}")];
        }
        match serde_json::from_str(body) {
            Ok(value) => self.differences(content, &value),
            Err(error) => vec![format!("{path} answers {code} with no JSON: {error}: {body}")],
        }
    }

    /// Where a value differs from a schema.
    pub fn differences(&self, schema: &Json, value: &Json) -> Vec<String> {
        let mut found = Vec::new();
        self.check(schema, value, "$", &mut found);
        found
    }

    fn resolve<'a>(&'a self, value: &'a Json) -> &'a Json {
        match value.get("$ref").and_then(Json::as_str) {
            None => value,
            Some(to) => self.0.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("no {to}")),
        }
    }

    fn check(&self, schema: &Json, value: &Json, place: &str, found: &mut Vec<String>) {
        let keywords = schema.as_object().unwrap_or_else(|| panic!("{schema} is no schema of {place}"));
        for (keyword, rule) in keywords {
            let holds = match keyword.as_str() {
                "description" | "default" => true,
                "$ref" => {
                    self.check(self.resolve(schema), value, place, found);
                    true
                }
                "type" => one_or_many(rule).any(|name| is_of_type(value, name.as_str().unwrap())),
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
                "format" => {
                    assert_eq!(rule, "date-time", "{place}");
                    value.as_str().is_none_or(|text| Timestamp::parse_rfc3339(text).is_some())
                }
                "oneOf" => {
                    let fits = |one: &&Json| self.differences(one, value).is_empty();
                    rule.as_array().unwrap().iter().filter(fits).count() == 1
                }
                "required" => {
                    let has = |key: &Json| value.get(key.as_str().unwrap()).is_some();
                    !value.is_object() || rule.as_array().unwrap().iter().all(has)
                }
                "items" => {
                    for (at, element) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, element, &format!("{place}[{at}]"), found);
                    }
                    true
                }
                "properties" => {
                    for (key, rule) in rule.as_object().unwrap() {
                        let inner = value.get(key);
                        inner
                            .into_iter()
                            .for_each(|inner| self.check(rule, inner, &format!("{place}.{key}"), found));
                    }
                    true
                }
                "additionalProperties" => self.others(rule, keywords, value, place, found),
                other => panic!("the tests do not know `{other}` of {place}"),
            };
            if !holds {
                let value = value.to_string();
                let shown: String = value.chars().take(SHOWN).collect();
                found.push(format!("{place}: `{keyword}` is {rule}, but this is {shown}"));
            }
        }
    }

    /// Checks the keys of an object that the schema does not name.
    fn others(
        &self,
        rule: &Json,
        schema: &Map<String, Json>,
        value: &Json,
        place: &str,
        found: &mut Vec<String>,
    ) -> bool {
        let is_named = |key: &str| schema.get("properties").is_some_and(|named| named.get(key).is_some());
        let others = value.as_object().into_iter().flatten().filter(|(key, _)| !is_named(key));
        if rule == &Json::Bool(false) {
            found.extend(others.map(|(key, _)| format!("{place}: `{key}` is not described")));
            return true;
        }
        others.for_each(|(key, inner)| self.check(rule, inner, &format!("{place}.{key}"), found));
        true
    }
}

fn one_or_many(rule: &Json) -> impl Iterator<Item = &Json> {
    let (one, many) = (rule.is_string().then_some(rule), rule.as_array());
    one.into_iter().chain(many.into_iter().flatten())
}

fn is_of_type(value: &Json, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("there is no type `{other}`"),
    }
}

#[test]
fn what_differs_from_its_schema_is_found_with_its_place() {
    use serde_json::json;

    let names = json!({ "phase": { "enum": ["live", null] } });
    let description = Description(json!({ "components": { "schemas": names } }));
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "at"],
        "properties": {
            "name": { "type": ["string", "null"], "description": "any" },
            "at": { "type": "string", "format": "date-time" },
            "phase": { "$ref": "#/components/schemas/phase" },
            "rows": { "type": "array", "items": { "type": "integer", "minimum": 0 } },
            "by_name": { "type": "object", "additionalProperties": { "type": "number" } },
            "one": { "oneOf": [{ "type": "string" }, { "type": "number" }, { "type": "integer" }] },
        },
    });
    let at = "2026-01-01T00:00:00Z";
    let right =
        json!({ "name": null, "at": at, "phase": null, "rows": [0, 1], "by_name": { "x": 1.5 }, "one": 0.5 });
    assert_eq!(description.differences(&schema, &right), Vec::<String>::new());
    for (key, value, place) in [
        ("name", json!(1), "$.name: "),
        ("at", json!("yesterday"), "$.at: "),
        ("phase", json!("dead"), "$.phase: "),
        ("rows", json!([0, -1]), "$.rows[1]: "),
        ("rows", json!([0.5]), "$.rows[0]: "),
        ("by_name", json!({ "x": "y" }), "$.by_name.x: "),
        ("one", json!(1), "$.one: "),
        ("more", json!(1), "$: "),
    ] {
        let mut wrong = right.clone();
        wrong[key] = value;
        let found = description.differences(&schema, &wrong);
        assert!(found.len() == 1 && found[0].starts_with(place), "{key}: {found:?}");
    }
    let mut missing = right;
    missing.as_object_mut().unwrap().remove("at");
    assert_eq!(description.differences(&schema, &missing).len(), 1);
}
