//! Names and types that the legacy generator copied into its SQL.
//!
//! Owns how PostgreSQL read them there, so that the tables here are the same.

use crate::value::SqlType;

/// PostgreSQL truncates longer names.
const MOST_NAME_BYTES: usize = 63;

/// A name that was used in SQL without adding quotes: in lower case, unless it has quotes of its own.
pub fn bare(name: &str) -> String {
    let name = name.trim();
    let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    quoted(&inner.map_or_else(|| name.to_ascii_lowercase(), |inner| inner.replace("\"\"", "\"")))
}

/// A name that was used in quotes: unchanged, but truncated as by PostgreSQL.
pub fn quoted(name: &str) -> String {
    let mut end = name.len().min(MOST_NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

/// The key of a table: `categorie_id` of `categories`.
pub fn key(table: &str) -> String {
    let mut letters = table.chars();
    letters.next_back();
    bare(&format!("{}_id", letters.as_str()))
}

/// A column's type.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnType {
    /// The type, in shopsim's spelling.
    pub name: String,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// The changes.
    pub changed: Vec<String>,
}

/// The type that a text begins with, and the meaning of the rest; `None` if it begins with no type.
pub fn column_type(text: &str) -> Option<ColumnType> {
    let ends = text.char_indices().filter_map(|(at, letter)| match letter {
        letter if letter.is_whitespace() => Some(at),
        ')' | ']' => Some(at + 1),
        _ => None,
    });
    let mut ends: Vec<usize> = ends.chain([text.len()]).collect();
    ends.sort_unstable();
    // The longest: `timestamp with time zone` begins with `timestamp`.
    let (end, name) = ends.into_iter().rev().find_map(|end| Some((end, known(text[..end].trim())?)))?;
    let written = text[..end].trim();
    let mut changed = Vec::new();
    if name != written {
        changed.push(format!("`{written}` is written as `{name}`"));
    }
    let mut in_text = false;
    let (unique, rest): (Vec<&str>, Vec<&str>) = text[end..].split_whitespace().partition(|word| {
        let is_word = !in_text && word.trim_end_matches([',', ';']).eq_ignore_ascii_case("unique");
        in_text ^= word.matches('\'').count() % 2 == 1;
        is_word
    });
    let rest = rest.join(" ");
    if !rest.is_empty() {
        changed.push(format!(
            "`{rest}` is left out: shopsim fills the column in every row, and creates no constraints or defaults"
        ));
    }
    Some(ColumnType { name, unique: !unique.is_empty(), changed })
}

/// A type of PostgreSQL in shopsim's spelling.
fn known(text: &str) -> Option<String> {
    if SqlType::parse(text).is_some() {
        return Some(text.to_owned());
    }
    let lower = text.to_ascii_lowercase();
    if let Some((element, size)) = lower.strip_suffix(']').and_then(|array| array.rsplit_once('[')) {
        // PostgreSQL ignores the size.
        let sized = size.bytes().all(|digit| digit.is_ascii_digit());
        return known(element.trim_end())
            .filter(|element| sized && !element.ends_with(']'))
            .map(|it| it + "[]");
    }
    let (base, limits, behind) = match lower.split_once('(') {
        None => (lower.as_str(), None, ""),
        Some((base, rest)) => {
            let (limits, behind) = rest.split_once(')')?;
            (base.trim_end(), Some(limits.trim()), behind)
        }
    };
    let digits: Option<u32> = limits.and_then(|limits| limits.parse().ok());
    let same = |name: &str| match limits {
        None => name.to_owned(),
        Some(limits) => format!("{name}({limits})"),
    };
    let name = match (base, digits) {
        ("serial" | "serial4", None) => "int".to_owned(),
        ("bigserial" | "serial8", None) => "bigint".to_owned(),
        ("smallserial" | "serial2", None) => "smallint".to_owned(),
        ("float", Some(1..=24)) => "real".to_owned(),
        ("float", Some(25..=53)) => "double precision".to_owned(),
        ("dec", _) => same("numeric"),
        ("char varying" | "national character varying" | "nchar varying", _) => same("varchar"),
        ("nchar" | "national character" | "national char" | "bpchar", _) => same("char"),
        ("timetz" | "time with time zone", None) => "time".to_owned(),
        ("citext" | "xml" | "name", None) => "text".to_owned(),
        // Without the precision of its seconds: shopsim has only the highest.
        ("time" | "timestamp" | "timestamptz" | "interval", Some(_)) => known(&format!("{base}{behind}"))?,
        _ => return None,
    };
    SqlType::parse(&name).is_some().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_postgresql_made_of_them() {
        for (written, name) in [
            ("customerId", "customerid"),
            ("\"customerId\"", "customerId"),
            ("\"a\"\"b\"", "a\"b"),
            ("ÖDEME_Tutari", "Ödeme_tutari"),
            (" name ", "name"),
        ] {
            assert_eq!(bare(written), name);
        }
        assert_eq!(bare(&"é".repeat(40)).len(), 62);
        assert_eq!(quoted("customerId"), "customerId");
    }

    #[test]
    fn a_key_is_the_tables_name_less_its_last_letter() {
        for (table, expected) in [
            ("customers", "customer_id"),
            ("categories", "categorie_id"),
            ("addresses", "addresse_id"),
            ("Staff", "staf_id"),
            ("ürünler", "ürünle_id"),
            ("s", "_id"),
        ] {
            assert_eq!(key(table), expected);
        }
    }

    #[test]
    fn types_are_taken_with_what_stands_behind_them() {
        let read = |text: &str| column_type(text).map(|it| (it.name, it.unique, it.changed.len()));
        let carried = |name: &str, unique, changed| Some((name.to_owned(), unique, changed));
        assert_eq!(read("VARCHAR(40)"), carried("VARCHAR(40)", false, 0));
        assert_eq!(read("varchar(40) UNIQUE"), carried("varchar(40)", true, 0));
        assert_eq!(read("varchar(40)unique not null"), carried("varchar(40)", true, 1));
        assert_eq!(read("date default now()"), carried("date", false, 1));
        assert_eq!(read("text DEFAULT 'a unique one'"), carried("text", false, 1));
        assert_eq!(read("timestamp(0)"), carried("timestamp", false, 1));
        assert_eq!(
            read("TIMESTAMP (3) with time zone NOT NULL"),
            carried("timestamp with time zone", false, 2)
        );
        assert_eq!(read("double precision"), carried("double precision", false, 0));
        assert_eq!(read("numeric(10, 2) CHECK (price > 0)"), carried("numeric(10, 2)", false, 1));
        assert_eq!(read("float(24)"), carried("real", false, 1));
        // PostgreSQL passes over the size, and so does the config.
        assert_eq!(read("int[3]"), carried("int[3]", false, 0));
        assert_eq!(read("timestamp(0)[]"), carried("timestamp[]", false, 1));
        assert_eq!(read("serial"), carried("int", false, 1));
        assert_eq!(read("dec(5,1)"), carried("numeric(5,1)", false, 1));
        assert_eq!(read("int references customers(customer_id)"), carried("int", false, 1));
        assert_eq!(read("strnig"), None);
        assert_eq!(read(""), None);
    }
}
