//! Quoting of names for clients: in URLs, shells, TOML, YAML, Python, `.pgpass`, templates and regular expressions.
//!
//! Owns only quoting. That of SQL is in [`crate::quoting`].

use serde_json::Value as Json;

use crate::quoting::quote;

/// Percent-encodes a part of a URL, except the unreserved characters of RFC 3986, section 2.3.
pub fn percent(part: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    part.bytes().map(encode).collect()
}

/// One argument for a POSIX shell: as it is, or in single quotes where the shell would change it.
pub fn shell(argument: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"%+,-./:=@_".contains(&byte);
    match !argument.is_empty() && argument.bytes().all(plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

/// A string in double quotes that JSON, TOML, YAML and Python read alike.
pub fn string(text: &str) -> String {
    let escape = |letter: char| match letter {
        // TOML wants the first of these escaped, YAML all of them, too; the others allow it.
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            format!("\\u{:04x}", u32::from(letter))
        }
        letter => letter.to_string(),
    };
    Json::from(text).to_string().chars().map(escape).collect()
}

/// A text that is rendered by Jinja: as it is, or an expression where Jinja would change it.
pub fn jinja(text: &str) -> String {
    if !["{{", "{%", "{#", "}}", "%}", "#}"].iter().any(|mark| text.contains(mark)) {
        return text.to_owned();
    }
    let escape = |letter: char| match letter {
        '\\' | '\'' => format!("\\{letter}"),
        '{' | '}' => format!("\\x{:02x}", u32::from(letter)),
        letter => letter.to_string(),
    };
    format!("{{{{ '{}' }}}}", text.chars().map(escape).collect::<String>())
}

/// A `search_path` of one schema: its name as it is, or in double quotes where PostgreSQL would change it.
pub fn search_path(schema: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    match schema.bytes().next().is_some_and(plain) && schema.bytes().all(|b| plain(b) || b.is_ascii_digit()) {
        true => schema.to_owned(),
        false => quote(schema),
    }
}

/// The `options` of a connection that sets it. The server splits them at white space.
pub fn search_path_option(schema: &str) -> String {
    let escape = |letter: char| match letter {
        ' ' | '\t'..='\r' | '\\' => format!("\\{letter}"),
        letter => letter.to_string(),
    };
    format!("-csearch_path={}", search_path(schema).chars().map(escape).collect::<String>())
}

/// A field of `.pgpass`.
pub fn pgpass(field: &str) -> String {
    field.replace('\\', "\\\\").replace(':', "\\:")
}

/// A regular expression of Java that matches only this text, without the commas that would end it in a list.
pub fn java_regex(text: &str) -> String {
    let escape = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' => letter.to_string(),
        letter if letter.is_ascii_graphic() && letter != ',' => format!("\\{letter}"),
        // Also of spaces: those at an end would be cut off.
        letter => format!("\\x{{{:x}}}", u32::from(letter)),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_one_argument() {
        assert_eq!(
            shell("postgresql://shop:shop@[::1]:5433/shop"),
            "'postgresql://shop:shop@[::1]:5433/shop'"
        );
        assert_eq!(shell("postgresql://a%40b@h:1/d"), "postgresql://a%40b@h:1/d");
        assert_eq!((shell("it's $HOME"), shell("")), (r"'it'\''s $HOME'".to_owned(), "''".to_owned()));
    }

    #[test]
    fn a_string_is_read_back_by_toml_and_json() {
        for text in ["shop", "a\"b\\c", "line\nfeed\u{7f}\u{1}\u{85}\u{2028}", "🍐 é"] {
            let quoted = string(text);
            assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
            let document: toml::Table = toml::from_str(&format!("x = {quoted}")).unwrap();
            assert_eq!(document["x"].as_str(), Some(text));
        }
    }

    #[test]
    fn a_text_with_marks_of_jinja_is_an_expression_that_gives_it() {
        assert_eq!(jinja(r"p%w{d}$'\"), r"p%w{d}$'\");
        assert_eq!(jinja(r"a{{b}}'\"), r"{{ 'a\x7b\x7bb\x7d\x7d\'\\' }}");
        assert_eq!(jinja("{% endraw %}"), r"{{ '\x7b% endraw %\x7d' }}");
    }

    #[test]
    fn a_name_with_the_marks_of_a_list_or_an_expression_is_matched_literally() {
        assert_eq!(java_regex("public.orders"), r"public\.orders");
        assert_eq!(java_regex("a b,c"), r"a\x{20}b\x{2c}c");
        assert_eq!(java_regex("x*[\"é\u{1f350}\n"), "x\\*\\[\\\"é\\x{1f350}\\x{a}");
    }

    #[test]
    fn a_search_path_keeps_the_name_of_its_schema() {
        assert_eq!(search_path_option("north_1"), "-csearch_path=north_1");
        assert_eq!(search_path_option("North, 1"), r#"-csearch_path="North,\ 1""#);
        assert_eq!(search_path_option(r#"1"\"#), r#"-csearch_path="1""\\""#);
    }

    #[test]
    fn a_field_of_pgpass_hides_its_separators() {
        assert_eq!(pgpass(r"::1 a\b"), r"\:\:1 a\\b");
    }
}
