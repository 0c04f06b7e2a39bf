//! What a message may show of a line of the config: never a value that may be a password.
//!
//! Values are shown for the keys below, which hold no secrets; any other key, including a misspelt one, is shown
//! without its value. In a text that is not TOML, values have no reliable ends: a line shows only its key, and only
//! if that is a key of the config. Must not know how a line is printed.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Keys whose values are not secret: of shops, of tables and columns, of the process, of a warehouse. A key such as `host`, which may
/// be given a whole connection string by mistake, is not among them.
const OPEN: &str = "\
    name city seed port schema state_schema locale tick_interval delete_older_than update_not_older_than stop_after \
    start pace after_downtime tick_deadline synchronous_commit env_file password_file sslmode \
    channel_binding sslrootcert insert_rows_per_tick update_rows_per_tick key key_type key_template created_at updated_at version cut index type \
    deleted_at purge_after created_by updated_by elements \
    faker group null_ratio unique fixed references not_null listen allowed_hosts backoff_initial backoff_max healthy_after \
    max_restarts \
    restart_window when_exhausted stop_timeout threads state_dir pg_bin_dir pg_user keep_running fetch \
    dir max_file_size max_files level publication via_root replica_identity heartbeat slots plugin \
    files preset timezone capture max_lag tolerance loads from shop kind valid_from valid_to current deleted \
    order starts_mean ends open deletes ignore side ghosts column is table at end of every first";
/// Tables of names, each with a name: their keys are the user's own.
const NAMES: [&str; 4] = ["shops", "from", "columns", "refers"];
/// Keys that are shown without their values even in a text that is not TOML.
const SECRET: [&str; 2] = ["database", "password"];

fn is_open(key: &str) -> bool {
    OPEN.split_whitespace().any(|open| open == key)
}

/// The ranges of bytes that must not be shown, in order and apart: values and comments.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return lines(text, 0).filter_map(|(start, line)| hidden_of_broken(start, line)).collect();
    }
    let mut values = Vec::new();
    collect(document.get_ref(), false, &mut values);
    values.sort_by_key(|(place, _)| place.start);
    for (place, is_open) in &mut values {
        *is_open &= !has_user(text.get(place.clone()).unwrap_or_default());
    }
    let (mut hidden, mut at) = (Vec::new(), 0);
    for (place, is_open) in values.into_iter().chain([(text.len()..text.len(), true)]) {
        let between = lines(text.get(at..place.start).unwrap_or_default(), at);
        hidden.extend(between.filter_map(|(start, line)| Some(start + line.find('#')?..start + line.len())));
        at = place.end;
        hidden.extend((!is_open).then_some(place));
    }
    hidden
}

/// Whether a text holds a URL with a user, and perhaps a password, in it, whatever key it was written for.
pub(super) fn has_user(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}

/// The values of a table, each with whether it may be shown.
fn collect(table: &DeTable<'_>, all_open: bool, values: &mut Vec<(Range<usize>, bool)>) {
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        // A provider's parameters have names of their own.
        let all_open = all_open || (key == "params" && table.contains_key("faker"));
        let is_names = |inner: &DeTable<'_>| inner.iter().all(|(_, value)| value.get_ref().is_str());
        match value.get_ref() {
            DeValue::Table(inner) => {
                collect(inner, all_open || (NAMES.contains(&key) && is_names(inner)), values);
            }
            // `[[shop]]`
            DeValue::Array(all) if all.iter().all(|element| element.get_ref().is_table()) => {
                let tables = all.iter().filter_map(|element| element.get_ref().as_table());
                tables.for_each(|table| collect(table, all_open, values));
            }
            _ => values.push((value.span(), all_open || is_open(key))),
        }
    }
}

/// The part of a line to hide in a text that is not TOML: everything except a key of the config.
fn hidden_of_broken(start: usize, line: &str) -> Option<Range<usize>> {
    let known = line.split_once('=').filter(|(key, _)| is_open(key.trim()) || SECRET.contains(&key.trim()));
    let hidden = known.map_or(line, |(_, value)| value).trim_start();
    let end = start + line.len();
    (!hidden.is_empty()).then_some(end - hidden.len()..end)
}

/// The lines of a piece of the text, without their breaks, each with its place.
fn lines(piece: &str, mut at: usize) -> impl Iterator<Item = (usize, &str)> {
    piece.split_inclusive('\n').map(move |line| {
        at += line.len();
        (at - line.len(), line.trim_end_matches(['\r', '\n']))
    })
}

#[cfg(test)]
mod tests;
