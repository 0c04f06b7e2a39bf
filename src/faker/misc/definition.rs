//! What Faker's `json` and `fixed_width` take as the definition of one value.
//!
//! Owns its three forms: a fixed `@word`, a text with `{{provider}}` in it, the name of a provider. Must not
//! know how the values are put together.

use super::super::base::patterns::LETTERS;
use super::super::python::format::Template;
use super::super::texts::chars;
use super::super::{Arguments, Compiled, InvalidArgument, compile};
use crate::value::Literal;

/// Reads a definition, with the params of its provider. Faker's groups of arguments (`name:group`) live in a
/// Python program; a config has none.
pub fn read(
    args: &mut Arguments<'_>,
    param: &'static str,
    definition: &str,
    params: &[(String, Literal)],
) -> Result<Compiled, InvalidArgument> {
    if definition.contains("{{") && definition.contains("}}") {
        let template = Template::read(args, param, definition, LETTERS)?;
        return Ok(Compiled::text(template.max_chars(), move |draw, out| template.fill(draw, out)));
    }
    if definition.starts_with('@') {
        let word = definition.trim_start_matches('@').to_owned();
        return Ok(Compiled::text(chars(&word), move |_, out| out.push_str(&word)));
    }
    compile(definition, params, &args.scope()).map_err(|error| {
        let help = "expected a provider, a text such as \"{{name}}\", or a fixed \"@word\"";
        args.problem(param, format!("`{definition}` in `{param}`: {error}"), help)
    })
}

/// The params of a provider: an inline table.
pub fn params(
    args: &mut Arguments<'_>,
    param: &'static str,
    given: Option<Literal>,
) -> Result<Vec<(String, Literal)>, InvalidArgument> {
    match given {
        None => Ok(Vec::new()),
        Some(Literal::Table(params)) => Ok(params),
        Some(other) => Err(args.wrong_type(param, &other)),
    }
}
