//! `GET /api/v1/openapi.json`: the description of the data, in OpenAPI 3.1.
//!
//! Owns how it is served. The description is written by hand in `openapi.json`; tests hold it to the code.

use actix_web::HttpResponse;
use actix_web::http::header;

const DESCRIPTION: &str = include_str!("openapi.json");

/// The description.
pub async fn openapi() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(DESCRIPTION)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;
    use serde_json::Value as Json;

    use super::*;

    fn description() -> Json {
        serde_json::from_str(DESCRIPTION).unwrap()
    }

    /// Calls `look` with every object of a document and its place.
    fn each_object(value: &Json, place: &str, look: &mut dyn FnMut(&str, &serde_json::Map<String, Json>)) {
        match value {
            Json::Object(object) => {
                look(place, object);
                object.iter().for_each(|(key, inner)| each_object(inner, &format!("{place}/{key}"), look));
            }
            Json::Array(all) => {
                all.iter()
                    .enumerate()
                    .for_each(|(at, inner)| each_object(inner, &format!("{place}/{at}"), look));
            }
            _ => {}
        }
    }

    fn keys(object: &Json) -> BTreeSet<&str> {
        object.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_paths_are_those_of_the_code() {
        let route = Regex::new(r#"read\(\s*"(/api/[^"]+)""#).unwrap();
        let routes: BTreeSet<_> =
            route.captures_iter(include_str!("mod.rs")).map(|found| found.get(1).unwrap().as_str()).collect();
        assert_eq!(keys(&description()["paths"]), routes);
    }

    #[test]
    fn every_parameter_of_a_path_is_described() {
        let document = description();
        for (path, item) in document["paths"].as_object().unwrap() {
            let in_path = path.matches('{').count();
            let parameters = item["get"]["parameters"].as_array().cloned().unwrap_or_default();
            let described = parameters.iter().filter(|parameter| parameter.get("$ref").is_some()).count();
            assert_eq!(described, in_path, "{path}");
        }
    }

    #[test]
    fn every_path_whose_answer_is_json_refuses_what_it_does_not_know() {
        for (path, item) in description()["paths"].as_object().unwrap() {
            let responses = &item["get"]["responses"];
            let is_json = responses["200"]["content"].get("application/json").is_some();
            assert_eq!(responses.get("400").is_some(), is_json, "{path}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = description();
        each_object(&document, "", &mut |place, object| {
            let Some(to) = object.get("$ref") else { return };
            let to = to.as_str().unwrap().strip_prefix('#').unwrap();
            assert!(document.pointer(to).is_some(), "{place} refers to {to}");
        });
    }

    #[test]
    fn an_object_has_its_keys_always_and_no_others() {
        each_object(&description(), "", &mut |place, object| {
            let (Some(properties), Some(_)) = (object.get("properties"), object.get("type")) else { return };
            assert_eq!(object.get("additionalProperties"), Some(&Json::Bool(false)), "{place}");
            let required = object["required"].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
            let mut optional = keys(properties);
            required.for_each(|key| assert!(optional.remove(key), "{place} has no {key}"));
            // Of a stream that is taken up again.
            let expected: &[&str] = if place.ends_with("/ShopsMessage") { &["samples"] } else { &[] };
            assert_eq!(optional.into_iter().collect::<Vec<_>>(), expected, "{place}");
        });
    }

    #[test]
    fn what_has_more_than_another_has_all_of_it() {
        let document = description();
        for (larger, smaller) in [("ShopDetails", "Shop"), ("ShopsMessage", "Shops")] {
            let of = |name: &str| document["components"]["schemas"][name]["properties"].clone();
            assert!(keys(&of(larger)).is_superset(&keys(&of(smaller))), "{larger} and {smaller}");
        }
    }
}
