//! The reference page of the providers: `docs/providers.md`, which a test keeps equal to the registry.
//!
//! Owns the page's form.

use std::io::{self, Write};

use super::{Locale, Provider, faker, short, shown};

const HEAD: &str = "\
# Providers

What `faker = \"\u{2026}\"` of a column can name. The names, params and meanings are those of Python's Faker
22.2.0, where it has the provider. `shopsim providers NAME` shows more, `--locale` the values of a locale.
This page is made by `shopsim providers --format markdown`.

";

/// Writes the page of some providers.
pub fn page(some: &[&'static Provider], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    writeln!(out, "| provider | values | kind | params | such as |\n| --- | --- | --- | --- | --- |")?;
    let mut sorted = some.to_vec();
    sorted.sort_by_key(|provider| provider.name);
    for provider in sorted {
        let (kind, samples) = shown(provider, Locale::default());
        let params: Vec<String> = provider
            .params
            .iter()
            .map(|param| {
                format!(
                    "`{}`: {}; default {}",
                    param.name,
                    cell(param.expects),
                    cell(&param.default.to_string())
                )
            })
            .collect();
        let sample = samples.first().map_or(String::new(), |sample| code(sample));
        let summary = cell(provider.summary);
        writeln!(out, "| `{}` | {summary} | {kind} | {} | {sample} |", provider.name, params.join("<br>"))?;
    }
    writeln!(out, "\n## Locales\n\nWhat a locale has of its own; all else is en_US's.\n")?;
    writeln!(out, "| locale | its own |\n| --- | --- |")?;
    for locale in Locale::ALL.into_iter().filter(|locale| *locale != Locale::default()) {
        let mut own: Vec<&str> =
            faker::providers().map(|provider| provider.name).filter(|name| locale.has_own(name)).collect();
        own.sort_unstable();
        writeln!(out, "| `{locale}` | {} |", own.join(", "))?;
    }
    write!(out, "\n{}", faker::ADDING_A_LANGUAGE)
}

/// The beginning of a sample, as code.
fn code(sample: &str) -> String {
    const MOST: usize = 48;
    format!("`{}`", short(sample, MOST).replace('`', "'").replace('|', "\\|"))
}

/// A text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace("<", "&lt;")
}
