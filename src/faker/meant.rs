//! Suggestions for an unknown provider name.
//!
//! Owns the common words for what Faker names differently; the nearness of two names is `suggest`'s.

use super::providers;
use crate::suggest;

/// Words, each with the providers that give what it says.
#[rustfmt::skip]
const SYNONYMS: &[(&[&str], &[&str])] = &[
    (&["amount", "price", "cost", "total", "balance", "salary", "fee", "tax", "money", "revenue"], &["pydecimal", "pyfloat", "random_int"]),
    (&["numeric", "decimal", "discount", "percent", "percentage", "rate", "ratio"], &["pydecimal", "pyfloat"]),
    (&["float", "double", "real", "score"], &["pyfloat"]),
    (&["number", "int", "integer", "bigint", "smallint", "quantity", "qty", "count", "age", "rating", "stock", "range", "random"], &["random_int"]),
    (&["status", "category", "choice", "enum", "kind", "type", "level", "priority", "option", "select", "oneof", "random_choice", "list_item", "picklist", "payment_method", "product", "product_name"], &["random_element", "weighted"]),
    (&["gender", "sex"], &["random_element", "passport_gender"]),
    (&["id", "serial", "identity", "auto_increment", "counter", "row_number", "index"], &["sequence"]),
    (&["foreign_key", "fk", "reference", "parent", "relation"], &["ref"]),
    (&["uuid", "guid"], &["uuid4"]),
    (&["bool", "flag", "active", "is_active", "true_false"], &["boolean"]),
    (&["string", "varchar", "char", "code", "sku", "pattern", "regex", "regexify", "mask"], &["bothify", "pystr", "lexify"]),
    (&["description", "comment", "note", "notes", "lorem", "review", "content", "body", "message", "subject"], &["sentence", "text", "paragraph"]),
    (&["full_name", "person", "person_name", "customer_name", "customer", "author", "display_name"], &["name"]),
    (&["given_name", "forename", "fname"], &["first_name"]),
    (&["surname", "family_name", "lname"], &["last_name"]),
    (&["title", "salutation", "honorific"], &["prefix"]),
    (&["mail", "email_address", "mail_address"], &["email", "safe_email"]),
    (&["login", "account", "nick", "nickname", "handle"], &["user_name"]),
    (&["phone", "telephone", "mobile", "cell", "cellphone", "tel", "fax"], &["phone_number", "msisdn"]),
    (&["street", "address_line", "address1", "line1"], &["street_address", "street_name"]),
    (&["zip", "postal"], &["postcode"]),
    (&["town", "city_name"], &["city"]),
    (&["region", "province", "county"], &["state", "administrative_unit"]),
    (&["country_name", "nation"], &["country"]),
    (&["lat", "lon", "lng", "long", "coordinates", "location", "geo", "gps"], &["latitude", "longitude", "latlng"]),
    (&["organization", "organisation", "company_name", "business", "firm", "employer", "vendor", "supplier"], &["company"]),
    (&["job_title", "occupation", "profession", "position", "role"], &["job"]),
    (&["birthday", "birthdate", "dob"], &["date_of_birth"]),
    (&["timestamp", "timestamptz", "created", "created_at", "updated_at", "date_time_ago", "recent"], &["past_datetime", "date_time", "date_time_between"]),
    (&["day", "past", "future", "order_date", "due_date", "start_date", "end_date"], &["date_between", "past_date", "future_date"]),
    (&["duration", "interval"], &["time_delta"]),
    (&["website", "homepage", "link", "web"], &["url"]),
    (&["domain"], &["domain_name"]),
    (&["ip", "ip_address"], &["ipv4", "ipv6"]),
    (&["mac"], &["mac_address"]),
    (&["browser", "agent"], &["user_agent"]),
    (&["card", "credit_card", "card_number"], &["credit_card_number"]),
    (&["cvv", "cvc"], &["credit_card_security_code"]),
    (&["account_number", "bank_account"], &["iban", "bban"]),
    (&["bic"], &["swift"]),
    (&["barcode", "upc", "gtin"], &["ean13", "upc_a"]),
    (&["currency_iso", "money_code"], &["currency_code"]),
    (&["hash", "checksum", "digest", "token"], &["sha256", "md5"]),
    (&["colour", "rgb"], &["color", "color_name"]),
    (&["document", "object", "dict", "jsonb"], &["json", "profile"]),
    (&["array", "tags"], &["list", "words", "random_choices"]),
    (&["bytes", "blob", "bytea"], &["binary"]),
    (&["plate", "number_plate"], &["license_plate"]),
    (&["tax_id", "national_id", "social_security"], &["ssn"]),
];

/// The providers that are most likely meant by a name, the likeliest first; none where nothing is near.
pub fn meant(name: &str) -> Vec<&'static str> {
    let key = letters(name);
    if let Some(same) = providers().find(|provider| letters(provider.name) == key) {
        return vec![same.name];
    }
    let synonyms = synonyms(name);
    if !synonyms.is_empty() {
        return synonyms.to_vec();
    }
    suggest::nearest(name, providers().map(|provider| provider.name)).into_iter().collect()
}

/// The providers that give what the word says, where it is one of those that people use.
pub fn synonyms(word: &str) -> &'static [&'static str] {
    let key = letters(word);
    let of = SYNONYMS.iter().find(|(words, _)| words.iter().any(|word| letters(word) == key));
    of.map_or(&[], |(_, meant)| meant)
}

/// "did you mean …?", or where all names are.
pub fn help(meant: &[&str]) -> String {
    let names: Vec<String> = meant.iter().map(|name| format!("`{name}`")).collect();
    match &names[..] {
        [] => "`shopsim providers` lists all".to_owned(),
        [one] => format!("did you mean {one}?"),
        [some @ .., last] => format!("did you mean {} or {last}?", some.join(", ")),
    }
}

/// The letters and digits of a name, in lower case: `firstName` and `first-name` are `first_name`.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn synonyms_are_no_providers_and_mean_some() {
        let names: BTreeSet<String> = providers().map(|provider| letters(provider.name)).collect();
        let mut words = BTreeSet::new();
        for (of, meant) in SYNONYMS {
            for word in *of {
                assert!(!names.contains(&letters(word)), "{word} is a provider");
                assert!(words.insert(letters(word)), "{word} is there twice");
            }
            assert!(meant.iter().all(|name| names.contains(&letters(name))), "{meant:?}");
        }
    }

    #[test]
    fn a_name_is_understood_however_it_is_written() {
        assert_eq!(meant("firstName"), ["first_name"]);
        assert_eq!(meant("fullname"), ["name"]);
        assert_eq!(meant("random_itn"), ["random_int"]);
        assert_eq!(meant("Email-Address"), ["email", "safe_email"]);
        assert!(meant("zzzzzz").is_empty());
        assert_eq!(help(&meant("status")), "did you mean `random_element` or `weighted`?");
        assert_eq!(help(&meant("amount")), "did you mean `pydecimal`, `pyfloat` or `random_int`?");
    }
}
