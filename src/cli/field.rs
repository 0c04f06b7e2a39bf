//! One value of a row in SQL, CSV and JSON, for the commands that print rows.
//!
//! Owns these forms. Must not know what a row stands for.

use crate::quoting::literal;
use crate::value::{Value, json};

/// One value of a row.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// The column's name.
    pub name: &'a str,
    /// Its value.
    pub value: Value<'a>,
}

impl Field<'_> {
    /// As an SQL literal. Numbers are not quoted; texts with backslashes need no `E''`, because
    /// `standard_conforming_strings` is on wherever it was not turned off. Amounts of money are numbers, and
    /// cast in arrays, because what is read as one depends on the server's currency.
    pub fn literal(&self) -> String {
        match self.value {
            Value::Null => "NULL".to_owned(),
            Value::Int(_) | Value::Money(_) => format!("{:#}", self.value),
            Value::Real(float) if is_number(float.into()) => self.value.to_string(),
            Value::Float(float) if is_number(float) => self.value.to_string(),
            Value::Bool(bool) => bool.to_string(),
            Value::Array(items) if items.iter().any(|item| matches!(item, Value::Money(_))) => {
                format!("'{:#}'::numeric[]::money[]", self.value)
            }
            _ => literal(&self.value.to_string()),
        }
    }

    /// As in RFC 4180, and as in `COPY`: an empty text is quoted, NULL is not.
    pub fn csv(&self) -> String {
        match self.value {
            Value::Null => String::new(),
            Value::Text("") => "\"\"".to_owned(),
            value => csv_field(&value.to_string()),
        }
    }

    /// Appends it as a member of a JSON object; all but the first begin with a comma.
    pub fn push_json(&self, members: &mut String) {
        members.push_str(if members.is_empty() { "" } else { "," });
        json::write_string(self.name, members);
        members.push(':');
        self.value.write_json(members);
    }
}

/// Fields as the members of a JSON object.
pub fn json_members<'a>(fields: impl IntoIterator<Item = Field<'a>>) -> String {
    let mut members = String::new();
    fields.into_iter().for_each(|field| field.push_json(&mut members));
    members
}

/// Whether SQL reads it without quotes. Not `-0`, which SQL reads as an integer and so as 0.
fn is_number(float: f64) -> bool {
    float.is_finite() && !(float == 0.0 && float.is_sign_negative())
}

/// RFC 4180: quoted where it has to be.
pub fn csv_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field.to_owned()
}
