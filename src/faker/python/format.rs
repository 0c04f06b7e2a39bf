//! Texts with providers and placeholders in them: `pystr_format`, and the columns of `csv`.
//!
//! Owns how the text is taken apart and how a value of any kind becomes a part of it.

use super::super::base::patterns::Pattern;
use super::super::{Arguments, Compiled, Draw, InvalidArgument, compile};

/// A part of the text.
enum Piece {
    Literal(String),
    Pattern(Pattern),
    Provider(Compiled),
}

/// A text with providers and placeholders.
pub struct Template {
    pieces: Vec<Piece>,
    max_chars: u32,
    grouped: bool,
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
    ) -> Result<Self, InvalidArgument> {
        Self::of(args, param, text, |args, text| {
            Ok(Piece::Pattern(Pattern::both(args, text, letters, "letters")?))
        })
    }

    /// As [`Self::read`], but the text around the providers stands for itself.
    pub fn parse(args: &mut Arguments<'_>, param: &'static str, text: &str) -> Result<Self, InvalidArgument> {
        Self::of(args, param, text, |_, text| Ok(Piece::Literal(text.to_owned())))
    }

    fn of(
        args: &mut Arguments<'_>,
        param: &'static str,
        text: &str,
        between: impl Fn(&mut Arguments<'_>, &str) -> Result<Piece, InvalidArgument>,
    ) -> Result<Self, InvalidArgument> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (before, name, after) = match next_provider(rest) {
                Some((before, name, after)) => (before, Some(name), after),
                None => (rest, None, ""),
            };
            if !before.is_empty() {
                pieces.push(between(args, before)?);
            }
            if let Some(name) = name {
                match compile(name, &[], &args.scope()) {
                    Ok(compiled) => pieces.push(Piece::Provider(compiled)),
                    Err(error) => {
                        let help = "expected the name of a provider that needs no params between {{ and }}";
                        return Err(args.problem(param, error.to_string(), help));
                    }
                }
            }
            rest = after;
        }
        let chars = |sum: u32, piece: &Piece| sum.checked_add(piece.max_chars()?);
        match pieces.iter().try_fold(0, chars) {
            Some(max_chars) => Ok(Self { pieces, max_chars, grouped: args.scope().grouped }),
            None => Err(args.problem(param, "the texts would be too long", "use fewer providers")),
        }
    }

    /// The texts as a generator.
    ///
    /// They are as different as the values of their one provider; with several of them, what one value ends
    /// with may be what another begins with.
    pub fn compiled(self) -> Compiled {
        let providers: Vec<&Compiled> = self.pieces.iter().filter_map(Piece::provider).collect();
        let distinct = match providers[..] {
            [only] => only.distinct,
            _ => None,
        };
        let coherent = providers.iter().any(|compiled| compiled.coherent);
        let is_fixed = |piece: &Piece| match piece {
            Piece::Literal(_) => true,
            Piece::Pattern(_) => false,
            Piece::Provider(compiled) => compiled.fixed,
        };
        let fixed = !providers.is_empty() && self.pieces.iter().all(is_fixed);
        let text = Compiled::text(self.max_chars, move |draw, out| self.fill(draw, out));
        Compiled { distinct, fixed, coherent, ..text }
    }

    /// Most characters of the texts.
    pub fn max_chars(&self) -> u32 {
        self.max_chars
    }

    /// Appends one text.
    pub fn fill(&self, draw: &mut Draw<'_>, out: &mut String) {
        // In a group each piece is of the row's person or place, which is the first draw of its stream.
        let start = self.grouped.then(|| draw.stream.clone());
        for piece in &self.pieces {
            match (piece, &start) {
                (Piece::Literal(text), _) => out.push_str(text),
                (Piece::Pattern(pattern), _) => pattern.fill(draw.stream, out),
                (Piece::Provider(compiled), Some(start)) if compiled.coherent => {
                    let mut stream = start.clone();
                    compiled.write_text(&mut Draw { stream: &mut stream, ..*draw }, out);
                }
                (Piece::Provider(compiled), _) => compiled.write_text(draw, out),
            }
        }
    }
}

impl Piece {
    fn provider(&self) -> Option<&Compiled> {
        match self {
            Self::Provider(compiled) => Some(compiled),
            Self::Literal(_) | Self::Pattern(_) => None,
        }
    }

    fn max_chars(&self) -> Option<u32> {
        match self {
            Self::Literal(text) => u32::try_from(text.chars().count()).ok(),
            Self::Pattern(pattern) => Some(pattern.max_chars()),
            Self::Provider(compiled) => compiled.max_chars,
        }
    }
}

/// `pystr_format(string_format="?#-###{{random_int}}{{random_letter}}", letters=ascii_letters)`: see
/// [`Template::read`].
pub fn pystr_format(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
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
