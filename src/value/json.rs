//! JSON: the texts of `json` and `jsonb`, and values written as JSON.
//!
//! Owns PostgreSQL's normal form of `jsonb`, numbers with all their digits. Must not know what a document
//! means.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::numeric::written_out;
use super::{Brackets, Value};

/// The deepest nesting that is read; PostgreSQL's own limit is its stack.
const DEPTH: usize = 512;
/// The largest exponent that is written out as digits.
const MOST_EXPONENT: i32 = 1_000;

/// The document as `jsonb` prints it: keys by length and then by bytes, the last of equal keys, a space after
/// `:` and `,`, numbers without exponents (<https://www.postgresql.org/docs/current/datatype-json.html>).
/// `None` if it is not JSON, or contains `\u0000`, which `jsonb` cannot store.
pub fn canonical(text: &str) -> Option<String> {
    let mut reader = Reader { text, at: 0 };
    let mut out = String::with_capacity(text.len());
    reader.blanks();
    reader.value(&mut out, 0)?;
    reader.blanks();
    (reader.at == text.len()).then_some(out)
}

/// Appends the text as a JSON string, escaped as PostgreSQL does it (`escape_json` in its `json.c`).
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

impl Value<'_> {
    /// Appends the value as JSON: numbers with all their digits, documents unchanged, arrays as arrays,
    /// everything else as a string of its text.
    pub fn write_json(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Null => write!(out, "null"),
            // Keeps a row on one line.
            Self::Json(text) if text.contains(['\n', '\r']) => {
                out.push_str(canonical(text).as_deref().unwrap_or("null"));
                return;
            }
            Self::Int(_) | Self::Decimal(_) | Self::Json(_) => write!(out, "{self}"),
            Self::Numeric(text) if text.ends_with(|last: char| last.is_ascii_digit()) => {
                write!(out, "{text}")
            }
            // PostgreSQL's text of a number is also JSON, except for NaN and infinities.
            Self::Real(float) if float.is_finite() => write!(out, "{self}"),
            Self::Float(float) if float.is_finite() => write!(out, "{self}"),
            Self::Bool(bool) => write!(out, "{bool}"),
            Self::Text(text) => return write_string(text, out),
            Self::Array(items) => {
                let brackets = Brackets { open: "[", between: ", ", close: "]" };
                return items.write_nested(out, &brackets, &mut |item, out| item.write_json(out));
            }
            _ => return write_string(&self.to_string(), out),
        };
    }
}

/// A position in a document.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> Option<()> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn value(&mut self, out: &mut String, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(out, depth),
            b'[' => self.array(out, depth),
            b'"' => {
                let text = self.string()?;
                write_string(&text, out);
                Some(())
            }
            b't' => self.word("true", out),
            b'f' => self.word("false", out),
            b'n' => self.word("null", out),
            _ => self.number(out),
        }
    }

    fn word(&mut self, word: &str, out: &mut String) -> Option<()> {
        self.take(word)?;
        out.push_str(word);
        Some(())
    }

    fn array(&mut self, out: &mut String, depth: usize) -> Option<()> {
        self.take("[")?;
        out.push('[');
        self.blanks();
        if self.take("]").is_none() {
            loop {
                self.blanks();
                self.value(out, depth + 1)?;
                self.blanks();
                if self.take(",").is_none() {
                    break;
                }
                out.push_str(", ");
            }
            self.take("]")?;
        }
        out.push(']');
        Some(())
    }

    fn object(&mut self, out: &mut String, depth: usize) -> Option<()> {
        self.take("{")?;
        let mut entries: BTreeMap<(usize, String), String> = BTreeMap::new();
        self.blanks();
        if self.take("}").is_none() {
            loop {
                self.blanks();
                let key = self.string()?;
                self.blanks();
                self.take(":")?;
                self.blanks();
                let mut value = String::new();
                self.value(&mut value, depth + 1)?;
                entries.insert((key.len(), key), value);
                self.blanks();
                if self.take(",").is_none() {
                    break;
                }
            }
            self.take("}")?;
        }
        out.push('{');
        for (place, ((_, key), value)) in entries.iter().enumerate() {
            out.push_str(if place > 0 { ", " } else { "" });
            write_string(key, out);
            out.push_str(": ");
            out.push_str(value);
        }
        out.push('}');
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let c = self.text[self.at..].chars().next()?;
            self.at += c.len_utf8();
            match c {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let c = char::from(self.peek()?);
        self.at += 1;
        Some(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let high = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&high) {
                    self.take("\\u")?;
                    let low = self.hex().filter(|low| (0xdc00..0xe000).contains(low))?;
                    0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                } else {
                    high
                };
                char::from_u32(code).filter(|c| *c != '\0')?
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hex { u32::from_str_radix(digits, 16).ok() } else { None }
    }

    fn digits(&mut self) -> &str {
        let start = self.at;
        self.at += self.text[start..].bytes().take_while(u8::is_ascii_digit).count();
        &self.text[start..self.at]
    }

    /// A number, its exponent written out: `1.50e1` is `15.0`, as a `numeric` would print it.
    fn number(&mut self, out: &mut String) -> Option<()> {
        let negative = self.take("-").is_some();
        let whole = self.digits().to_owned();
        if whole.is_empty() || whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        let mut fraction = String::new();
        if self.take(".").is_some() {
            fraction.push_str(self.digits());
            if fraction.is_empty() {
                return None;
            }
        }
        let mut exponent = 0;
        if self.take("e").or_else(|| self.take("E")).is_some() {
            let minus = self.take("-").is_some();
            if !minus {
                let _ = self.take("+");
            }
            exponent = self.digits().parse().ok().filter(|exponent: &i32| *exponent <= MOST_EXPONENT)?;
            exponent = if minus { -exponent } else { exponent };
        }
        let nonzero = whole.bytes().chain(fraction.bytes()).any(|digit| digit != b'0');
        let (whole, fraction) = written_out(&whole, &fraction, exponent.into());
        let whole = whole.trim_start_matches('0');
        if negative && nonzero {
            out.push('-');
        }
        out.push_str(if whole.is_empty() { "0" } else { whole });
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(&fraction);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_print_as_jsonb_prints_them() {
        let cases = [
            (r#"{"bb":1,"a":[1,2,{}],"a" : [ ]}"#, r#"{"a": [], "bb": 1}"#),
            (r#"{"b":1,"aa":2,"a":3}"#, r#"{"a": 3, "b": 1, "aa": 2}"#),
            (" \"\\u00e9\\/\\n\\u0001\\ud83d\\ude00\" ", "\"é/\\n\\u0001😀\""),
            ("1.50e1", "15.0"),
            ("1e3", "1000"),
            ("-0.0", "0.0"),
            ("12e-4", "0.0012"),
            ("12345678901234567890.10", "12345678901234567890.10"),
            ("[true,false,null]", "[true, false, null]"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in
            ["", "{", "[1,]", "{\"a\":}", "01", "1.", ".5", "'a'", "\"\\u0000\"", "\"\t\"", "tru", "1 2"]
        {
            assert_eq!(canonical(text), None, "{text}");
        }
        assert_eq!(canonical(&"[".repeat(100_000)), None);
    }
}
