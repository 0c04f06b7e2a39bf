//! Faker's `lorem` module: words, sentences, paragraphs and texts.
//!
//! Owns how words become sentences and these longer texts; the words are in `lorem/words.rs`.

pub(super) mod words;

use std::sync::Arc;

use super::base::numbers::Near;
use super::texts::{self, bound};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};
use crate::stream::Stream;

/// The param with words of one's own, in all providers of the family.
const EXT_WORD_LIST: Param =
    Param { name: "ext_word_list", expects: "an array of words", default: Preset::Absent };

/// The param with the kind of words, in those that give single words.
pub(super) const PART_OF_SPEECH: Param = Param {
    name: "part_of_speech",
    expects: "\"verb\", \"noun\", \"adverb\" or \"adjective\"",
    default: Preset::Absent,
};

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "paragraph",
        summary: "some sentences of random words",
        params: &[
            Param { name: "nb_sentences", expects: "a whole number", default: Preset::Int(3) },
            Param {
                name: "variable_nb_sentences",
                expects: "true for 60 to 140 percent of the number, or false",
                default: Preset::Bool(true),
            },
            EXT_WORD_LIST,
        ],
        compile: paragraph,
    },
    Provider {
        name: "sentence",
        summary: "a sentence of random words",
        params: &[
            Param { name: "nb_words", expects: "a whole number", default: Preset::Int(6) },
            Param {
                name: "variable_nb_words",
                expects: "true for 60 to 140 percent of the number, or false",
                default: Preset::Bool(true),
            },
            EXT_WORD_LIST,
        ],
        compile: sentence,
    },
    Provider {
        name: "text",
        summary: "words, sentences or paragraphs of at most `max_nb_chars` characters",
        params: &[
            Param { name: "max_nb_chars", expects: "a whole number from 5 up", default: Preset::Int(200) },
            EXT_WORD_LIST,
        ],
        compile: text,
    },
    Provider { name: "word", summary: "a word", params: &[PART_OF_SPEECH, EXT_WORD_LIST], compile: word },
];

/// Words that a sentence has unless another number is asked for.
const NB_WORDS: i64 = 6;
/// The same of the sentences of a paragraph.
const NB_SENTENCES: i64 = 3;
/// Most words or sentences that can be asked for, which keeps all bounds well below 2^32.
const COUNT_MAX: i64 = 10_000;
/// Texts of fewer characters than this are words, of fewer than the other one sentences, else
/// paragraphs: as in Faker 22.2.0.
const SENTENCES_FROM: u32 = 25;
/// See [`SENTENCES_FROM`].
const PARAGRAPHS_FROM: u32 = 100;
/// How often a text is begun anew whose first part is too long; then it is made of shorter parts.
const TRIES: u32 = 64;

/// The words of one provider, shared by the closures.
#[derive(Clone)]
struct Words(Arc<[Word]>);

/// A word in both of its forms.
struct Word {
    plain: String,
    /// As Python's `str.title` writes it, at the beginning of a sentence.
    title: String,
}

impl Word {
    /// Characters of the longer of its forms.
    fn chars(&self) -> u32 {
        texts::chars(&self.plain).max(texts::chars(&self.title))
    }
}

impl Words {
    /// Those of `ext_word_list`, else those of the program.
    fn read(args: &mut Arguments<'_>) -> Result<Self, InvalidArgument> {
        let given = args.texts_or_absent("ext_word_list")?;
        Ok(Self::of(given.unwrap_or_else(|| words::all().map(str::to_owned).collect())))
    }

    fn of(words: Vec<String>) -> Self {
        let both = |plain: String| Word { title: title(&plain), plain };
        Self(words.into_iter().map(both).collect())
    }

    /// Characters of the longest word, in the longer of its forms.
    fn longest(&self) -> u32 {
        self.0.iter().map(Word::chars).max().unwrap_or(0)
    }

    /// The word of the fewest characters.
    fn shortest(&self) -> Option<&Word> {
        self.0.iter().min_by_key(|word| word.plain.chars().count())
    }

    fn word(&self, stream: &mut Stream, out: &mut String) {
        out.push_str(&stream.pick(&self.0).plain);
    }

    /// So many words with a capital in front and a full stop; nothing at all for 0.
    fn sentence(&self, count: Count, stream: &mut Stream, out: &mut String) {
        for place in 0..count.draw(stream) {
            let word = stream.pick(&self.0);
            match place {
                0 => out.push_str(&word.title),
                _ => {
                    out.push(' ');
                    out.push_str(&word.plain);
                }
            }
        }
        if count.most() > 0 {
            out.push('.');
        }
    }

    /// Most characters of a sentence: each word with its blank or full stop.
    fn sentence_chars(&self, count: Count) -> Option<u32> {
        u32::try_from(count.most()).ok()?.checked_mul(self.longest().checked_add(1)?)
    }

    fn paragraph(&self, count: Count, stream: &mut Stream, out: &mut String) {
        for place in 0..count.draw(stream) {
            if place > 0 {
                out.push(' ');
            }
            self.sentence(Count::about(NB_WORDS), stream, out);
        }
    }
}

/// Python's `str.title`: a capital after each character that is no letter, else small letters.
fn title(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut inside = false;
    for letter in word.chars() {
        if inside {
            out.extend(letter.to_lowercase());
        } else {
            out.extend(letter.to_uppercase());
        }
        inside = letter.is_alphabetic();
    }
    out
}

/// How many words or sentences.
#[derive(Clone, Copy)]
enum Count {
    Exactly(i64),
    Near(Near),
}

impl Count {
    /// 60 to 140 percent of the number, at least 1.
    fn about(number: i64) -> Self {
        Self::Near(Near::count(number))
    }

    /// 0 and less is 0, whether it varies or not, as in Faker.
    fn read(
        args: &mut Arguments<'_>,
        number: &'static str,
        variable: &'static str,
    ) -> Result<Self, InvalidArgument> {
        let (count, variable) = (args.int(number), args.boolean(variable));
        let (count, variable) = (count?, variable?);
        if count > COUNT_MAX {
            let help = format!("expected at most {COUNT_MAX}");
            return Err(args.problem(number, format!("`{number}` is {count}"), help));
        }
        Ok(if variable && count > 0 { Self::about(count) } else { Self::Exactly(count.max(0)) })
    }

    fn draw(self, stream: &mut Stream) -> i64 {
        match self {
            Self::Exactly(count) => count,
            Self::Near(near) => near.draw(stream),
        }
    }

    fn most(self) -> i64 {
        match self {
            Self::Exactly(count) => count,
            Self::Near(near) => near.ends().1,
        }
    }
}

/// Texts with a bound that may be too large to be counted.
fn bounded(
    args: &mut Arguments<'_>,
    max_chars: Option<u32>,
    draw: impl Fn(&mut super::Draw<'_>, &mut String) + Send + Sync + 'static,
) -> Result<Compiled, InvalidArgument> {
    match max_chars {
        Some(max_chars) => Ok(Compiled::text(max_chars, draw)),
        None => Err(args.problem("ext_word_list", "the texts would be too long", "give shorter words")),
    }
}

/// `word(part_of_speech=None, ext_word_list=None)`: one's own words win over the part of speech.
fn word(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let words = Words::of(list(args)?);
    bounded(args, Some(words.longest()), move |draw, out| words.word(draw.stream, out))
}

/// The words of `ext_word_list`, else those of `part_of_speech`, else all.
pub(super) fn list(args: &mut Arguments<'_>) -> Result<Vec<String>, InvalidArgument> {
    let part = match args.is_given("part_of_speech") {
        true => args.one_of("part_of_speech", &words::PARTS).map(Some),
        false => Ok(None),
    };
    let given = args.texts_or_absent("ext_word_list");
    Ok(match (given?, part?) {
        (Some(given), _) => given,
        (None, Some(part)) => part.iter().map(|word| (*word).to_owned()).collect(),
        (None, None) => words::all().map(str::to_owned).collect(),
    })
}

/// `sentence(nb_words=6, variable_nb_words=True, ext_word_list=None)`: 60 to 140 percent of the number of
/// words, but one at least, a capital in front and a full stop. None at all makes an empty text.
fn sentence(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (words, count) = (Words::read(args), Count::read(args, "nb_words", "variable_nb_words"));
    let (words, count) = (words?, count?);
    let max_chars = words.sentence_chars(count);
    bounded(args, max_chars, move |draw, out| words.sentence(count, draw.stream, out))
}

/// `paragraph(nb_sentences=3, variable_nb_sentences=True, ext_word_list=None)`: sentences of about six
/// words, with a blank between them.
fn paragraph(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (words, count) = (Words::read(args), Count::read(args, "nb_sentences", "variable_nb_sentences"));
    let (words, count) = (words?, count?);
    let one = words.sentence_chars(Count::about(NB_WORDS)).and_then(|chars| chars.checked_add(1));
    let max_chars = one.and_then(|one| u32::try_from(count.most()).ok()?.checked_mul(one));
    bounded(args, max_chars, move |draw, out| words.paragraph(count, draw.stream, out))
}

/// The parts of a text.
#[derive(Clone, Copy)]
enum Part {
    Word,
    Sentence,
    Paragraph,
}

/// `text(max_nb_chars=200, ext_word_list=None)`: parts are added until the text has that many characters;
/// the one that reached it is taken away. Paragraphs stand on lines of their own.
///
/// Where not even one part fits, Faker begins anew without end; here the text is made of shorter parts
/// after some tries.
fn text(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (words, most) = (Words::read(args), args.int_between("max_nb_chars", 5, 100_000_000));
    let (words, most) = (words?, bound(most?));
    if words.shortest().map_or(0, Word::chars) >= most {
        let message = format!("no word of `ext_word_list` is shorter than {most} characters");
        return Err(args.problem(
            "ext_word_list",
            message,
            "give shorter words, or a greater `max_nb_chars`",
        ));
    }
    let parts: &[Part] = match most {
        ..SENTENCES_FROM => &[Part::Word],
        SENTENCES_FROM..PARAGRAPHS_FROM => &[Part::Sentence, Part::Word],
        PARAGRAPHS_FROM.. => &[Part::Paragraph, Part::Sentence, Part::Word],
    };
    Ok(Compiled::text(most, move |draw, out| {
        for part in parts {
            for _ in 0..TRIES {
                if push_parts(&words, *part, most, draw.stream, out) {
                    return;
                }
            }
        }
        if let Some(word) = words.shortest() {
            out.push_str(&word.title);
            out.push('.');
        }
    }))
}

/// Appends parts of fewer than `most` characters in all; false, and nothing, where none fits.
fn push_parts(words: &Words, part: Part, most: u32, stream: &mut Stream, out: &mut String) -> bool {
    let start = out.len();
    let (mut end, mut chars) = (start, 0u32);
    loop {
        match (part, end > start) {
            (_, false) => {}
            (Part::Paragraph, true) => out.push('\n'),
            (Part::Word | Part::Sentence, true) => out.push(' '),
        }
        match part {
            // A text of words keeps the rest of its first word as it is; a sentence does not.
            Part::Word if end == start => push_capital(&stream.pick(&words.0).plain, out),
            Part::Word => words.word(stream, out),
            Part::Sentence => words.sentence(Count::about(NB_WORDS), stream, out),
            Part::Paragraph => words.paragraph(Count::about(NB_SENTENCES), stream, out),
        }
        chars += texts::chars(&out[end..]);
        if chars >= most {
            out.truncate(end);
            break;
        }
        end = out.len();
    }
    if end == start {
        return false;
    }
    if matches!(part, Part::Word) {
        out.push('.');
    }
    true
}

/// The word with its first letter as a capital and the rest as it is, which is what Faker's `text` does
/// with words, other than its `sentence`.
fn push_capital(word: &str, out: &mut String) {
    let mut letters = word.chars();
    out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(letters.as_str());
}
