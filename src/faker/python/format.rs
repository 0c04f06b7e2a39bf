//! Texts with providers and placeholders in them: `pystr_format`, and the columns of `csv`.
//!
//! Owns how the text is taken apart and how a value of any kind becomes a part of it.

use super::super::base::patterns::Pattern;
use super::super::{Arguments, Compiled, Draw, Generator, Noted, compile};

/// A part of the text.
enum Piece {
    Pattern(Pattern),
    Provider(Generator),
}

/// A text with providers and placeholders.
pub struct Template {
    pieces: Vec<Piece>,
    max_chars: u32,
}

impl Template {
    /// Takes the text of the parameter `param` apart: each `{{provider}}` is a value of that provider
    /// with its defaults; the text around is read as by `bothify`.
    ///
    /// Faker reads the values as by `bothify` too, so that an e-mail in them loses its `@`; that is no
    /// meaning that its documentation gives, and values stay whole here.
    pub fn read(
        args: &mut Arguments<'_>,
        param: &'static str,
        text: &str,
        letters: &str,
    ) -> Result<Self, Noted> {
        let (mut pieces, mut max_chars) = (Vec::new(), Some(0u32));
        let mut rest = text;
        loop {
            let Some((before, name, after)) = next_provider(rest) else {
                push_pattern(args, rest, letters, &mut pieces, &mut max_chars)?;
                break;
            };
            push_pattern(args, before, letters, &mut pieces, &mut max_chars)?;
            match compile(name, &[], &args.scope()) {
                Ok(compiled) => {
                    max_chars =
                        max_chars.zip(compiled.max_chars).and_then(|(sum, more)| sum.checked_add(more));
                    pieces.push(Piece::Provider(compiled.generator));
                }
                Err(error) => {
                    let help = "expected the name of a provider that needs no params between {{ and }}";
                    return Err(args.problem(param, error.to_string(), help));
                }
            }
            rest = after;
        }
        match max_chars {
            Some(max_chars) => Ok(Self { pieces, max_chars }),
            None => Err(args.problem(param, "the texts would be too long", "use fewer providers")),
        }
    }

    /// Most characters of the texts.
    pub fn max_chars(&self) -> u32 {
        self.max_chars
    }

    /// Appends one text.
    pub fn fill(&self, draw: &mut Draw<'_>, out: &mut String) {
        for piece in &self.pieces {
            match piece {
                Piece::Pattern(pattern) => pattern.fill(draw.stream, out),
                Piece::Provider(generator) => generator.write(draw, out),
            }
        }
    }
}

/// `pystr_format(string_format="?#-###{{random_int}}{{random_letter}}", letters=ascii_letters)`: see
/// [`Template::read`].
pub fn pystr_format(args: &mut Arguments<'_>) -> Result<Compiled, Noted> {
    let (format, letters) = (args.text("string_format"), args.text("letters"));
    let template = Template::read(args, "string_format", &format?, &letters?)?;
    Ok(Compiled::text(template.max_chars(), move |draw, out| template.fill(draw, out)))
}

/// What comes before the first `{{provider}}`, its name, and what comes after. As in Faker a blank may
/// stand beside the name; braces around anything else are text.
fn next_provider(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find("{{") {
        let open = from + open;
        let (inside, after) = text[open + 2..].split_once("}}")?;
        let name = inside.trim();
        if !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            return Some((&text[..open], name, after));
        }
        from = open + 1;
    }
    None
}

fn push_pattern(
    args: &mut Arguments<'_>,
    text: &str,
    letters: &str,
    pieces: &mut Vec<Piece>,
    max_chars: &mut Option<u32>,
) -> Result<(), Noted> {
    if !text.is_empty() {
        let pattern = Pattern::both(args, text, letters, "letters")?;
        *max_chars = max_chars.and_then(|sum| sum.checked_add(pattern.max_chars()));
        pieces.push(Piece::Pattern(pattern));
    }
    Ok(())
}
