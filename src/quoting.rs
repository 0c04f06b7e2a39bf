//! Names and texts as SQL quotes them.
//!
//! Owns quoting alone; the statements are `pg`'s, and `sample`'s.

/// An identifier as PostgreSQL reads it back exactly.
pub fn quote(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// `"schema"."table"`.
pub fn qualified(schema: &str, table: &str) -> String {
    format!("{}.{}", quote(schema), quote(table))
}

/// The schema and the name that [`qualified`] made a text of; `None` for any other text.
pub fn parts(text: &str) -> Option<(String, String)> {
    const BETWEEN: &str = "\".\"";
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let part = |quoted: &str| quoted.replace("\"\"", "\"");
    // A name may hold what stands between two names: only the right place gives the same text again.
    inner.match_indices(BETWEEN).find_map(|(at, _)| {
        let (schema, table) = (part(&inner[..at]), part(&inner[at + BETWEEN.len()..]));
        (qualified(&schema, &table) == text).then_some((schema, table))
    })
}

/// A text as a literal, which PostgreSQL reads back exactly where `standard_conforming_strings` is on: so it is by
/// default, and our sessions set it.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_two_names_only_if_it_was_made_of_them() {
        let names = ["a", "", "a.b", "\"", "a\"b", "\".\"", "\"\".\"\"", "x\"; DROP TABLE \"y", "é\n"];
        for schema in names {
            for table in names {
                let made_of = (schema.to_owned(), table.to_owned());
                assert_eq!(parts(&qualified(schema, table)), Some(made_of), "{schema:?} {table:?}");
            }
        }
        for text in [
            "",
            "\"",
            "a.b",
            "\"a\"",
            "\"a\".b",
            "a.\"b\"",
            "\"a\".\"b\"; drop table \"c\"",
            "\"a\".\"b\", \"c\".\"d\"",
            "\"a\" . \"b\"",
            "\"a\"b\".\"c\"",
            "\"a\".\"b\".\"c\"",
            "b.nothing; drop table public.precious",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn a_literal_may_hold_any_character() {
        assert_eq!(literal(r#"a'b\c"d$1"#), r#"'a''b\c"d$1'"#);
    }
}
