//! Quoting of names and texts in SQL.
//!
//! Owns only quoting; the statements are in `pg` and `sample`.

/// An identifier as PostgreSQL reads it back exactly.
pub fn quote(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// `"schema"."table"`.
pub fn qualified(schema: &str, table: &str) -> String {
    format!("{}.{}", quote(schema), quote(table))
}

/// The inverse of [`qualified`]; `None` if the text is not its result.
pub fn parts(text: &str) -> Option<(String, String)> {
    const BETWEEN: &str = "\".\"";
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let part = |quoted: &str| quoted.replace("\"\"", "\"");
    // A name may contain the separator: only the right split gives the same text again.
    inner.match_indices(BETWEEN).find_map(|(at, _)| {
        let (schema, table) = (part(&inner[..at]), part(&inner[at + BETWEEN.len()..]));
        (qualified(&schema, &table) == text).then_some((schema, table))
    })
}

/// A text as a literal, which PostgreSQL reads back exactly if `standard_conforming_strings` is on: this is the default,
/// and our sessions set it.
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
