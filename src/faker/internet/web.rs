//! Addresses of sites, pages and images, and slugs.
//!
//! Owns the parts of a page's address; its domain is `names`'.

use std::fmt::Write as _;

use super::super::locale::ascii;
use super::super::lorem::words;
use super::super::pattern::push_one;
use super::super::texts::{bound, chars, longest};
use super::names::{domain_max_chars, push_domain};
use super::{Arguments, Compiled, InvalidArgument};
use crate::stream::Stream;

/// The methods of RFC 9110 and RFC 5789.
pub(super) static METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
/// What a page's name ends with, the common ones more often, as in Faker 22.2.0.
pub(super) static EXTENSIONS: [&str; 9] =
    [".html", ".html", ".html", ".htm", ".htm", ".php", ".php", ".jsp", ".asp"];
/// Names of pages.
#[rustfmt::skip]
pub(super) static PAGES: [&str; 14] = [
    "index", "home", "search", "main", "post", "homepage", "category", "register", "login", "faq", "about",
    "terms", "privacy", "author",
];
/// Parts of paths.
#[rustfmt::skip]
static PATHS: [&str; 12] = [
    "app", "main", "wp-content", "search", "category", "tag", "categories", "tags", "blog", "posts", "list",
    "explore",
];

/// The schemes of an address; an array of none gives `://`, as in Faker. A string alone is one scheme:
/// Faker takes it letter by letter.
fn schemes(args: &mut Arguments<'_>) -> Result<Vec<String>, InvalidArgument> {
    if args.is_given("schemes") {
        return args.texts("schemes");
    }
    Ok(["http", "https"].map(str::to_owned).to_vec())
}

/// Characters of the longest site with one of the schemes.
fn site_max_chars(schemes: &[String]) -> u32 {
    let scheme = longest(schemes);
    scheme + chars("://www./") + domain_max_chars(1)
}

/// Appends a site: scheme, domain, in half of the cases with `www.`, and a slash.
fn push_site(schemes: &[String], stream: &mut Stream, out: &mut String) {
    if !schemes.is_empty() {
        out.push_str(stream.pick::<String>(schemes));
    }
    out.push_str(if stream.chance(1, 2) { "://www." } else { "://" });
    push_domain(1, stream, out);
    out.push('/');
}

/// `url(schemes=None)`.
pub(super) fn url(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let schemes = schemes(args)?;
    Ok(Compiled::text(site_max_chars(&schemes), move |draw, out| push_site(&schemes, draw.stream, out)))
}

/// The least and the greatest number of parts of a path.
fn depth(args: &mut Arguments<'_>) -> Result<(i64, i64), InvalidArgument> {
    let deep = if args.is_given("deep") { args.int_between("deep", 0, 100)? } else { 0 };
    // Faker takes 0 as not given.
    Ok(if deep == 0 { (1, 3) } else { (deep, deep) })
}

/// Characters of the longest path.
fn path_max_chars((_, most): (i64, i64)) -> u32 {
    bound(most) * (longest(&PATHS) + 1) - 1
}

/// Appends a path: its parts with slashes between them, each drawn anew.
fn push_path((least, most): (i64, i64), stream: &mut Stream, out: &mut String) {
    for part in 0..stream.between(least, most) {
        if part > 0 {
            out.push('/');
        }
        push_one(&PATHS, stream, out);
    }
}

/// `uri_path(deep=None)`.
pub(super) fn uri_path(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let depth = depth(args)?;
    Ok(Compiled::text(path_max_chars(depth), move |draw, out| push_path(depth, draw.stream, out)))
}

/// `uri(schemes=None, deep=None)`: site, path, page and extension. As in Faker nothing stands between the
/// path and the page.
pub(super) fn uri(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (schemes, depth) = (schemes(args), depth(args));
    let (schemes, depth) = (schemes?, depth?);
    let page = longest(&PAGES) + longest(&EXTENSIONS);
    Ok(Compiled::text(site_max_chars(&schemes) + path_max_chars(depth) + page, move |draw, out| {
        let stream = &mut *draw.stream;
        push_site(&schemes, stream, out);
        push_path(depth, stream, out);
        push_one(&PAGES, stream, out);
        push_one(&EXTENSIONS, stream, out);
    }))
}

/// `image_url(width=None, height=None, placeholder_url=None)`: a side that is not given is 1 to 1024
/// pixels; Faker draws 0 too, which is no image.
pub(super) fn image_url(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    /// The services that Faker 22.2.0 has.
    const SERVICES: [&str; 3] = [
        "https://picsum.photos/{width}/{height}",
        "https://dummyimage.com/{width}x{height}",
        "https://placekitten.com/{width}/{height}",
    ];
    let mut side = |name| match args.is_given(name) {
        true => args.int_between(name, 1, 100_000).map(|given| (given, given)),
        false => Ok((1, 1_024)),
    };
    let (width, height) = (side("width"), side("height"));
    let templates = if args.is_given("placeholder_url") {
        args.text("placeholder_url").map(|template| vec![template])
    } else {
        Ok(SERVICES.map(str::to_owned).to_vec())
    };
    let (width, height, templates) = (width?, height?, templates?);
    let bare = |template: &String| template.replace("{width}", "").replace("{height}", "");
    if templates.iter().any(|template| bare(template).contains(['{', '}'])) {
        let message = "`placeholder_url` has a brace that is neither {width} nor {height}";
        return Err(args.problem("placeholder_url", message, "expected \"https://…/{width}/{height}\""));
    }
    // A placeholder is longer than the longest number.
    let max_chars = longest(&templates);
    Ok(Compiled::text(max_chars, move |draw, out| {
        let template = draw.stream.pick::<String>(&templates);
        let width = draw.stream.between(width.0, width.1);
        let height = draw.stream.between(height.0, height.1);
        let mut rest = template.as_str();
        while let Some(brace) = rest.find('{') {
            out.push_str(&rest[..brace]);
            let (side, after) = match rest[brace..].strip_prefix("{width}") {
                Some(after) => (width, after),
                None => (height, &rest[brace + "{height}".len()..]),
            };
            // Writing to a String cannot fail.
            let _ = write!(out, "{side}");
            rest = after;
        }
        out.push_str(rest);
    }))
}

/// `slug(value=None)`: words with hyphens between them, at most 19 characters as a text of 20 has without
/// its full stop, or the slug of one given text.
pub(super) fn slug(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    const MAX_CHARS: usize = 19;
    if args.is_given("value") {
        let slug = slugified(&args.text("value")?);
        return Ok(Compiled::text(chars(&slug), move |_, out| out.push_str(&slug)));
    }
    Ok(Compiled::text(bound(MAX_CHARS), |draw, out| {
        let start = out.len();
        push_one(words::plain(), draw.stream, out);
        loop {
            let word = draw.stream.pick::<&str>(words::plain());
            if out.len() - start + 1 + word.len() > MAX_CHARS {
                return;
            }
            out.push('-');
            out.push_str(word);
        }
    }))
}

/// The slug of a text, as Django makes it: ASCII letters in lower case, digits and underscores, with one
/// hyphen for each run of blanks and hyphens. Letters lose their accents, other characters are left out.
fn slugified(text: &str) -> String {
    let mut slug = String::new();
    let is_kept =
        |char: &char| char.is_ascii_alphanumeric() || char.is_ascii_whitespace() || "_-".contains(*char);
    /// Letters of their own, which have no accent to lose.
    const OWN: &str = "ıßøØłŁæÆœŒ";
    let plain = |char: char| match char {
        char if char.is_ascii() => char.to_string(),
        char if OWN.contains(char) => String::new(),
        char => ascii::folded(char.encode_utf8(&mut [0; 4]), &[]),
    };
    let kept: String =
        text.chars().flat_map(|char| plain(char).chars().collect::<Vec<_>>()).filter(is_kept).collect();
    for char in kept.trim().chars() {
        if char != '-' && !char.is_ascii_whitespace() {
            slug.push(char.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_as_django_makes_them() {
        for (text, slug) in [
            ("Kadıköy Çarşı, 2. Kat!", "kadkoy-cars-2-kat"),
            ("  a -- b_c\td ", "a-b_c-d"),
            ("-a-", "-a-"),
            ("Straße İĞ", "strae-ig"),
            ("!", ""),
        ] {
            assert_eq!(slugified(text), slug, "{text}");
        }
    }
}
