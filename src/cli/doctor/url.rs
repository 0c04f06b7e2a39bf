//! A server that the command line names: what is wrong with its text, and why it gives no answer.
//!
//! Owns the hints, which name no key of a config: there is none. No message repeats any part of the text.

use crate::config::{ConnectionParameters, InvalidValue};
use crate::pg::PgError;

const FORMS: &str = "write postgresql://user@host:5432/dbname or \"host=… dbname=… user=…\"; the databases of a config are \
                     examined without a URL, and one of them by --shop NAME";

/// What a hint begins with that leads to a table of the config.
const TABLE_FORM: &str = "or give it in the table form";

/// What is wrong with the text, and what to write.
pub fn wrong(text: &str, wrong: &InvalidValue) -> String {
    if !text.contains("://") && !text.contains('=') {
        return format!("this is neither a PostgreSQL URL nor a libpq connection string; {FORMS}");
    }
    let message = wrong.message.replace("`database`", "this");
    match wrong.help.as_deref() {
        None => message,
        Some(help) if help.contains("embedded") => format!("{message}; {FORMS}"),
        Some(help) => match help.split_once(TABLE_FORM) {
            Some((help, _)) => format!("{message}; {help}or set PGPASSWORD to it"),
            None => format!("{message}; {help}"),
        },
    }
}

/// Why there is no answer, and what to do.
pub fn no_answer(error: &PgError, server: &ConnectionParameters) -> String {
    let hint = match error.remedy() {
        // What the text does not name is not in a shop's `database` either.
        Some(hint) if hint.contains("the shop's `database`") => {
            match (hint.starts_with("check"), &server.password) {
                (true, None) => "set PGPASSWORD, or give a password in the URL",
                (true, Some(_)) => "check the user and the password of the URL, and the server's pg_hba.conf",
                (false, _) => "create the database, or correct its name in the URL",
            }
        }
        Some(hint) => hint,
        None => return error.to_string(),
    };
    format!("{error}; {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_no_server_is_told_how_one_is_named_and_never_repeated() {
        for text in ["nonsense", "", "se;cret=1", "postgres://u:p@a/b@h/d", "mysql://u:secret@h/d"] {
            let surroundings = crate::chain::SURROUNDINGS;
            let error = crate::config::warehouse::connection(text, &surroundings).unwrap_err();
            let told = wrong(text, &error);
            for word in ["embedded", "`database`", "table", "secret", "nonsense"] {
                assert!(!told.contains(word), "{text:?}: {told}");
            }
        }
    }
}
