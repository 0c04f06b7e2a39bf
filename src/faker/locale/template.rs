//! Templates such as `{street} {building}`, by which a locale's file says how something is written.
//!
//! Owns their form; what a name stands for is the business of those that read one.

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// It stands for itself.
    Text(&'static str),
    /// What stands between braces.
    Name(&'static str),
}

/// The parts of a template, in order.
///
/// # Errors
/// What is wrong with it.
pub fn pieces(template: &'static str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let (text, after) = rest.split_once('{').unwrap_or((rest, ""));
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        if text.len() == rest.len() {
            break;
        }
        let Some((name, after)) = after.split_once('}') else {
            return Err(format!("`{template}` has a `{{` without `}}`"));
        };
        pieces.push(Piece::Name(name));
        rest = after;
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_braces_and_the_rest_for_itself() {
        let street = [Piece::Text("ul. "), Piece::Name("street"), Piece::Name("building"), Piece::Text("!")];
        assert_eq!(pieces("ul. {street}{building}!"), Ok(street.to_vec()));
        assert_eq!(pieces(""), Ok(vec![]));
        assert!(pieces("a {street").is_err_and(|error| error.contains("without `}`")));
    }
}
