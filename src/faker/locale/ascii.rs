//! Names in the letters of an e-mail address.
//!
//! Owns which ASCII letters stand for which others. Must not know any name.

/// The name in lower-case ASCII letters, without the spaces, hyphens and apostrophes it may have.
///
/// `own` has the letters that a language writes differently from the table (German `ö` is `oe`, not `o`); a letter
/// that neither has is left out.
pub fn folded(name: &str, own: &[(char, &str)]) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match own.iter().find(|(written, _)| *written == letter) {
            Some((_, latin)) => out.push_str(latin),
            None => out.push_str(latin(letter)),
        }
    }
    out
}

/// The ASCII letters that stand for a lower-case letter.
fn latin(letter: char) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    match letter {
        'a'..='z' => {
            let at = letter as usize - 'a' as usize;
            &LETTERS[at..=at]
        }
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ı' | 'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ş' | 'ś' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_marks_lose_them_and_the_language_may_know_better() {
        assert_eq!(folded("IŞIL Çağrı", &[]), "isilcagri");
        assert_eq!(folded("İbrahim", &[]), "ibrahim");
        assert_eq!(folded("D'Angelo-Müßig", &[]), "dangelomussig");
        assert_eq!(folded("Müßig", &[('ü', "ue")]), "muessig");
    }
}
