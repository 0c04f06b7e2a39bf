//! Where a config text may hold a password, so that no message ever shows it.
//!
//! Works on the raw text, since the line with the mistake is the one that is shown: a misspelt
//! `pasword`, a string that was never closed. Where in doubt, more is masked rather than less.

use std::ops::Range;

/// Names of something secret; one that is nearly such a name counts too.
const SECRET: [&str; 2] = ["password", "passwd"];
/// Names that are nearly secret ones and are none.
const OPEN: [&str; 2] = ["passport", "passed"];

const QUOTES: [char; 2] = ['"', '\''];

/// The ranges of bytes that must not be shown, in order and apart.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut scan =
        Scan { text, at: 0, word: "", word_is_quoted: false, secret_value: false, found: Vec::new() };
    scan.run();
    let mut found = scan.found;
    torn_keys(text, &mut found);
    urls(text, &mut found);
    found.sort_by_key(|range| range.start);
    found.dedup_by(|later, earlier| {
        let touch = later.start <= earlier.end;
        if touch {
            earlier.end = earlier.end.max(later.end);
        }
        touch
    });
    found
}

/// What follows `password`, or one half of it, in lines where the scan found nothing: something slipped
/// in behind the word or within it.
fn torn_keys(text: &str, found: &mut Vec<Range<usize>>) {
    let mut seen = found.clone().into_iter().peekable();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_end = line_start + line.len();
        while seen.next_if(|range| range.end <= line_start).is_some() {}
        let judged = seen.peek().is_some_and(|range| range.start < line_end);
        if !judged && let Some(key) = torn_key(line) {
            found.push(line_start + key..line_start + line.trim_end().len());
        }
        line_start = line_end;
    }
}

/// What holds one half of `password` and means something else: providers and their params.
const HARMLESS: [&str; 5] = ["\"word\"", "'word'", "\"words\"", "'words'", "word_list"];

/// Where such a key ends.
fn torn_key(line: &str) -> Option<usize> {
    if let Some(word) = line.find("password") {
        // `password_file = …` and `faker = "password"` hold none.
        let end = word + "password".len();
        let quoted = line[..word].ends_with(QUOTES) && line[end..].starts_with(QUOTES);
        return Some(end).filter(|&end| !quoted && !line[end..].starts_with('_'));
    }
    let is_harmless = |at: usize| {
        let mut places = HARMLESS.iter().flat_map(|text| line.match_indices(text));
        places.any(|(start, text)| (start..start + text.len()).contains(&at))
    };
    let halves = ["pass", "word"].into_iter().flat_map(|half| line.match_indices(half));
    let half = halves.map(|(at, _)| at).filter(|at| !is_harmless(*at)).min()?;
    (!line.contains("passport")).then_some(half + "pass".len())
}

/// What stands before the `@` of a URL, line by line: a URL whose quotes are wrong is still one.
fn urls(text: &str, found: &mut Vec<Range<usize>>) {
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(host) = line.rfind('@') {
            let before = &line[..host];
            let user =
                ["://", "//", ":/", ":"].into_iter().find_map(|mark| Some(before.find(mark)? + mark.len()));
            if let Some(user) = user.filter(|&user| user < host) {
                found.push(line_start + user..line_start + host);
            }
        }
        line_start += line.len();
    }
}

/// Whether a key or parameter of this name holds a password (`password_file` holds a path).
fn is_secret(name: &str) -> bool {
    let nearest = crate::suggest::nearest(name, SECRET.into_iter().chain(OPEN));
    nearest.is_some_and(|nearest| SECRET.contains(&nearest)) || name.eq_ignore_ascii_case("pwd")
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// The last name passed, bare or quoted: a key if a `=` follows.
    word: &'a str,
    word_is_quoted: bool,
    /// Whether the value of a secret key comes next.
    secret_value: bool,
    found: Vec<Range<usize>>,
}

impl<'a> Scan<'a> {
    fn run(&mut self) {
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                '"' | '\'' => self.string(c),
                '#' => {
                    let end = self.line_end(self.at);
                    // A `#` that slipped in behind a key begins no comment that may be shown.
                    if self.secret_value || is_secret(self.word) {
                        self.hide(self.at, end);
                    }
                    self.inside(self.at, end);
                    self.at = end;
                }
                '=' => {
                    self.secret_value = is_secret(self.word);
                    self.at += 1;
                }
                '\n' => {
                    self.secret_value = false;
                    self.word = "";
                    self.at += 1;
                }
                c if c.is_whitespace() => self.at += 1,
                _ if self.secret_value => {
                    let end = self.line_end(self.at);
                    self.hide(self.at, end);
                    self.at = end;
                }
                c if is_word(c) => {
                    let rest = &self.text[self.at..];
                    self.word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
                    self.word_is_quoted = false;
                    self.at += self.word.len();
                }
                // A bare word before a comma is a key that a comma slipped in behind, a string a value.
                ',' => {
                    if self.word_is_quoted {
                        self.word = "";
                    }
                    self.at += 1;
                }
                c => self.at += c.len_utf8(),
            }
        }
    }

    /// A string, closed or not.
    fn string(&mut self, quote: char) {
        let triple = if quote == '"' { "\"\"\"" } else { "'''" };
        let fence = if self.text[self.at..].starts_with(triple) { triple } else { &triple[..1] };
        let start = self.at + fence.len();
        let limit = if fence.len() == 3 { self.text.len() } else { self.line_end(start) };
        let close = close_of(&self.text[start..limit], fence, quote == '"').map(|at| start + at);
        let (end, after) = close.map_or((limit, limit), |at| (at, at + fence.len()));
        // A quote within a password closes the string too early: what follows is then still secret.
        let torn =
            !self.text[after..self.line_end(after)].trim_start().starts_with([',', '}', ']', '#', '=', '.'])
                && !self.text[after..self.line_end(after)].trim().is_empty();
        let known = self.found.len();
        // A key whose `=` was forgotten is a key.
        if self.secret_value || is_secret(self.word) {
            self.hide(start, end);
            self.word = "";
        } else {
            self.word = &self.text[start..end];
            self.word_is_quoted = true;
            self.inside(start, end);
        }
        self.secret_value = false;
        self.at = after;
        if torn && self.found.len() > known {
            self.hide(end, self.line_end(after));
            self.at = self.line_end(after);
        }
    }

    /// Passwords within a string or a comment: `postgres://user:password@host`, `password=…`.
    fn inside(&mut self, start: usize, end: usize) {
        let text = &self.text[start..end];
        let mut from = end;
        // A URL without `@` (those with one are found anyway): a port, or a password whose host is missing.
        if let Some(scheme) = text.find("://").filter(|_| !text.contains('@')) {
            let authority = scheme + 3;
            if let Some(colon) = text[authority..].find(':').map(|colon| authority + colon)
                && !is_port(&text[colon + 1..])
            {
                from = start + colon + 1;
            }
        }
        // The name before each `=`, wherever it stands: in `key=value` texts and in a URL's query.
        for (equals, _) in text.match_indices('=') {
            let before = text[..equals].trim_end();
            let name_start = before
                .rfind(|c| !is_word(c))
                .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
            if is_secret(&before[name_start..]) {
                from = from.min(start + equals + 1);
                break;
            }
        }
        // A `=` that was forgotten, in a text that has others.
        if let Some(word) = text.find("password").filter(|_| from == end && text.contains('=')) {
            let value = word + "password".len();
            if !text[value..].starts_with("_file") {
                from = from.min(start + value);
            }
        }
        self.hide(from, end);
    }

    fn hide(&mut self, start: usize, end: usize) {
        if start < end {
            self.found.push(start..end);
        }
    }

    /// The end of the line that a byte is in, its line break left out.
    fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Whether what follows a colon is a port number, or the beginning of a `${NAME:-default}`.
fn is_port(text: &str) -> bool {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let end = text[digits..].chars().next();
    digits > 0 && matches!(end, None | Some('/' | '?' | '}' | ','))
}

/// Where a string ends, seen from behind its opening quotes.
fn close_of(text: &str, fence: &str, escapes: bool) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(fence) {
            return Some(at);
        }
        let c = text[at..].chars().next()?;
        at += c.len_utf8();
        if escapes && c == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(text: &str) -> String {
        let mut out = text.to_owned();
        for range in find(text).into_iter().rev() {
            out.replace_range(range, "***");
        }
        out
    }

    #[test]
    fn the_values_of_password_keys_are_secret_however_they_are_written() {
        for (text, shown) in [
            ("password = \"hunter2\"", "password = \"***\""),
            ("password = 'hunter2' # mine", "password = '***' # mine"),
            ("database.password=\"hunter2\"", "database.password=\"***\""),
            ("\"password\" = \"hunter2\"", "\"password\" = \"***\""),
            ("d = { password = \"hunter2\", port = 1 }", "d = { password = \"***\", port = 1 }"),
            ("password = \"\"\"\nhunter2\n\"\"\"\nb = 1", "password = \"\"\"***\"\"\"\nb = 1"),
            ("pasword = \"hunter2\"", "pasword = \"***\""),
            ("password = hunter2", "password = ***"),
            ("password = 12345", "password = ***"),
            ("password = \"hunter2", "password = \"***"),
            ("password = \"hun\"ter2\"\nb = 1", "password = \"***\nb = 1"),
            ("password = \"hun\\\"ter2\"", "password = \"***\""),
            ("password \"hunter2\"", "password \"***\""),
            ("# password = hunter2", "# password =***"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn the_password_in_a_url_or_a_connection_string_is_secret() {
        for (text, shown) in [
            ("d = \"postgres://u:hunter2@h/d\"", "d = \"postgres://***@h/d\""),
            ("d = \"postgres://u:hun@ter/2@h/d\"", "d = \"postgres://***@h/d\""),
            ("d = \"postgres://u:hunter2\"", "d = \"postgres://u:***\""),
            ("d = \"postgres://u:hun\"ter2@h/d\"", "d = \"postgres://***"),
            ("d = postgres:/u:hunter2@h/d\"", "d = postgres:/***@h/d\""),
            ("d = \"postgres://h:5432/d\"", "d = \"postgres://h:5432/d\""),
            ("d = \"postgres://h:5432/d?password=hunter2\"", "d = \"postgres://h:5432/d?password=***\""),
            ("d = \"host=h password=hunter2 port=1\"", "d = \"host=h password=***\""),
            ("d = \"host=h password = 'hun ter2'\"", "d = \"host=h password =***\""),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for text in [
            "password_file = \"secret.txt\"",
            "database = \"${SHOP_1_DATABASE:-embedded}\"",
            "faker = \"password\"",
            "passport = { type = \"varchar\", faker = \"passport_number\" }",
            "name = \"a\" # = \"b\"",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    /// A text with a password, changed in at most one place outside of it.
    fn mangled() -> impl Strategy<Value = String> {
        let before = prop::sample::select(vec![
            "password = \"",
            "d = { host = \"h\", password = '",
            "d = \"postgres://shop:",
            "d = \"${URL:-postgres://shop:",
            "d = \"host=h password=",
        ]);
        let change = (
            any::<prop::sample::Index>(),
            prop::sample::select("\"'=#{}[],:/ \\x".chars().collect::<Vec<_>>()),
            0..3,
        );
        (before, prop::collection::vec(change, 0..=1)).prop_map(|(before, changes)| {
            let mut text: Vec<char> = before.chars().collect();
            for (at, c, what) in changes {
                let at = at.index(text.len());
                match what {
                    0 => text[at] = c,
                    1 => text.insert(at, c),
                    _ => drop(text.remove(at)),
                }
            }
            let after = if before.contains("postgres") {
                "@h/d\""
            } else if before.contains('\'') {
                "' }"
            } else {
                "\""
            };
            format!("{}Zq9Kx{after}\nseed = 1\n", text.into_iter().collect::<String>())
        })
    }

    proptest! {
        #[test]
        fn no_slip_of_the_pen_uncovers_a_password(text in mangled()) {
            let shown = masked(&text);
            prop_assert!(!shown.contains("Zq9Kx"), "{text:?} is shown as {shown:?}");
        }
    }
}
