//! Faker's `user_agent` module: user agents of browsers of about 2010 to 2017.
//!
//! Owns the browsers' templates and the platforms in them.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::pattern::{self, push_one};
use super::texts::{self, List, longest};
use super::{Arguments, Compiled, Draw, InvalidArgument, Param, Preset, Provider};
use crate::stream::Stream;
use crate::value::Date;

const NUMBER: &str = "a whole number from 0 to 99999";
/// The bounds of Chrome's version and build, in Faker's order.
const CHROME: [(&str, i64); 4] =
    [("version_from", 13), ("version_to", 63), ("build_from", 800), ("build_to", 899)];

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    one("android_platform_token", "an Android version", |_| Ok(texts(TOKEN, push_android))),
    Provider {
        name: "chrome",
        summary: "the user agent of a Chrome",
        params: &[
            Param { name: CHROME[0].0, expects: NUMBER, default: Preset::Int(CHROME[0].1) },
            Param { name: CHROME[1].0, expects: NUMBER, default: Preset::Int(CHROME[1].1) },
            Param { name: CHROME[2].0, expects: NUMBER, default: Preset::Int(CHROME[2].1) },
            Param { name: CHROME[3].0, expects: NUMBER, default: Preset::Int(CHROME[3].1) },
        ],
        compile: chrome,
    },
    one("firefox", "the user agent of a Firefox", |_| Ok(texts(AGENT, push_firefox))),
    one("internet_explorer", "the user agent of an Internet Explorer", |_| Ok(texts(AGENT, push_explorer))),
    one("ios_platform_token", "an iPhone or iPad with its iOS version", |_| Ok(texts(TOKEN, push_ios))),
    one("linux_platform_token", "X11 on a Linux", |_| Ok(texts(TOKEN, push_linux))),
    one("linux_processor", "i686 or x86_64", |_| Ok(list(&LINUX_PROCESSORS))),
    one("mac_platform_token", "a Macintosh with its Mac OS X version", |_| Ok(texts(TOKEN, push_mac))),
    one("mac_processor", "Intel or PPC", |_| Ok(list(&MAC_PROCESSORS))),
    one("opera", "the user agent of an Opera", |_| Ok(texts(AGENT, push_opera))),
    one("safari", "the user agent of a Safari", |_| Ok(texts(AGENT, push_safari))),
    one("user_agent", "the user agent of one of five browsers", |_| Ok(texts(AGENT, push_any))),
    one("windows_platform_token", "a version of Windows", |_| Ok(list(&WINDOWS))),
];

/// A provider without parameters.
const fn one(
    name: &'static str,
    summary: &'static str,
    compile: fn(&mut Arguments<'_>) -> Result<Compiled, InvalidArgument>,
) -> Provider {
    Provider { name, summary, params: &[], compile }
}

/// More than the longest user agent that a template makes with the longest of its parts, 147 characters.
const AGENT: u32 = 160;
/// More than the longest platform, 42 characters.
const TOKEN: u32 = 48;

static LINUX_PROCESSORS: [&str; 2] = ["i686", "x86_64"];
static MAC_PROCESSORS: [&str; 4] = ["Intel", "PPC", "U; Intel", "U; PPC"];
#[rustfmt::skip]
static WINDOWS: [&str; 13] = [
    "Windows 95", "Windows 98", "Windows 98; Win 9x 4.90", "Windows CE", "Windows NT 4.0", "Windows NT 5.0",
    "Windows NT 5.01", "Windows NT 5.1", "Windows NT 5.2", "Windows NT 6.0", "Windows NT 6.1",
    "Windows NT 6.2", "Windows NT 10.0",
];
static ANDROID: List = LazyLock::new(|| texts::list(include_str!("data/android_versions.txt")));
#[rustfmt::skip]
static IOS: [&str; 12] = [
    "3_1_3", "4_2_1", "5_1_1", "6_1_6", "7_1_2", "9_3_5", "9_3_6", "10_3_3", "10_3_4", "12_4_8", "14_2",
    "14_2_1",
];
/// Languages that Opera names beside its platform.
#[rustfmt::skip]
static LANGUAGES: [&str; 24] = [
    "ar-EG", "bg-BG", "cs-CZ", "da-DK", "de-AT", "de-DE", "el-GR", "en-GB", "en-US", "es-ES", "es-MX",
    "fi-FI", "fr-CA", "fr-FR", "hu-HU", "it-IT", "ja-JP", "ko-KR", "nl-NL", "pl-PL", "pt-BR", "ru-RU",
    "sv-SE", "tr-TR",
];

/// Texts of one of the list.
fn list(texts: &'static [&'static str]) -> Compiled {
    Compiled::text(longest(texts), |draw, out| push_one(texts, draw.stream, out))
}

/// Texts that the function appends.
fn texts(max_chars: u32, push: fn(&mut Stream, &mut String)) -> Compiled {
    Compiled::text(max_chars, move |draw: &mut Draw<'_>, out| push(draw.stream, out))
}

/// Appends a number, both ends included.
fn push_int(low: i64, high: i64, stream: &mut Stream, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", stream.between(low, high));
}

/// Appends two or more numbers with dots between them.
fn push_dotted(parts: &[(i64, i64)], stream: &mut Stream, out: &mut String) {
    for (place, (low, high)) in parts.iter().enumerate() {
        if place > 0 {
            out.push('.');
        }
        push_int(*low, *high, stream, out);
    }
}

fn push_android(stream: &mut Stream, out: &mut String) {
    out.push_str("Android ");
    push_one(&ANDROID, stream, out);
}

fn push_ios(stream: &mut Stream, out: &mut String) {
    let device = stream.pick(&["iPhone", "iPad"]);
    for part in [*device, "; CPU ", *device, " OS "] {
        out.push_str(part);
    }
    push_one(&IOS, stream, out);
    out.push_str(" like Mac OS X");
}

fn push_linux(stream: &mut Stream, out: &mut String) {
    out.push_str("X11; Linux ");
    push_one(&LINUX_PROCESSORS, stream, out);
}

fn push_mac(stream: &mut Stream, out: &mut String) {
    out.push_str("Macintosh; ");
    push_one(&MAC_PROCESSORS, stream, out);
    out.push_str(" Mac OS X 10_");
    push_int(5, 12, stream, out);
    out.push('_');
    push_int(0, 9, stream, out);
}

/// Versions and builds of a Chrome.
struct Chrome {
    versions: (i64, i64),
    builds: (i64, i64),
}

/// `chrome(version_from=13, version_to=63, build_from=800, build_to=899)`.
fn chrome(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let [version_from, version_to, build_from, build_to] =
        CHROME.map(|(name, _)| args.int_between(name, 0, 99_999));
    let (versions, builds) = ((version_from?, version_to?), (build_from?, build_to?));
    for ((low, high), at) in [(versions, 0), (builds, 2)] {
        if low > high {
            let param = if args.is_given(CHROME[at].0) { CHROME[at].0 } else { CHROME[at + 1].0 };
            let message = format!("`{}` is {low}, `{}` is {high}", CHROME[at].0, CHROME[at + 1].0);
            return Err(args.problem(param, message, "swap them, or give both"));
        }
    }
    let chrome = Chrome { versions, builds };
    Ok(Compiled::text(AGENT, move |draw, out| push_chrome(&chrome, draw.stream, out)))
}

fn push_chrome(chrome: &Chrome, stream: &mut Stream, out: &mut String) {
    let (major, minor) = (stream.between(531, 536), stream.between(0, 2));
    let platform = stream.below(5);
    out.push_str("Mozilla/5.0 (");
    match platform {
        0 => push_linux(stream, out),
        1 => push_one(&WINDOWS, stream, out),
        2 => push_mac(stream, out),
        3 => {
            out.push_str("Linux; ");
            push_android(stream, out);
        }
        _ => push_ios(stream, out),
    }
    let name = if platform == 4 { "CriOS" } else { "Chrome" };
    let _ = write!(out, ") AppleWebKit/{major}.{minor} (KHTML, like Gecko) {name}/");
    push_dotted(&[chrome.versions, (0, 0), chrome.builds, (0, 0)], stream, out);
    if platform == 4 {
        out.push_str(" Mobile/");
        pattern::fill("##?###", pattern::UPPER, stream, out);
    }
    let _ = write!(out, " Safari/{major}.{minor}");
}

/// Firefox. Faker's builds have a random time up to the year 9999 behind `Gecko/`; here it is the day of
/// the build, as Mozilla wrote it, in the years 2010 to 2012.
fn push_firefox(stream: &mut Stream, out: &mut String) {
    let platform = stream.below(5);
    out.push_str("Mozilla/5.0 (");
    let revisions = match platform {
        0 => {
            push_one(&WINDOWS, stream, out);
            out.push_str("; en-US");
            (0, 2)
        }
        1 => {
            push_linux(stream, out);
            (5, 7)
        }
        2 => {
            push_mac(stream, out);
            (2, 6)
        }
        3 => {
            push_android(stream, out);
            let version = stream.between(5, 68);
            let _ = write!(out, "; Mobile; rv:{version}.0) Gecko/{version}.0 Firefox/{version}.0");
            return;
        }
        _ => {
            let (major, minor) = (stream.between(531, 536), stream.between(0, 2));
            push_ios(stream, out);
            let _ = write!(out, ") AppleWebKit/{major}.{minor} (KHTML, like Gecko) FxiOS/");
            push_int(9, 18, stream, out);
            pattern::fill(".#?####.0 Mobile/", pattern::LOWER, stream, out);
            pattern::fill("##?###", pattern::UPPER, stream, out);
            let _ = write!(out, " Safari/{major}.{minor}");
            return;
        }
    };
    out.push_str("; rv:1.9.");
    push_int(revisions.0, revisions.1, stream, out);
    // 2010-01-01 and 2012-12-31, counted from 1970.
    #[expect(clippy::cast_possible_truncation, reason = "two days of this century")]
    let (year, month, day) = Date(stream.between(14_610, 15_705) as i32).ymd();
    let _ = write!(out, ".20) Gecko/{year}{month:02}{day:02} Firefox/");
    match stream.below(3) {
        0 => push_dotted(&[(4, 15), (0, 0)], stream, out),
        1 => push_dotted(&[(3, 3), (6, 6), (1, 20)], stream, out),
        _ => out.push_str("3.8"),
    }
}

fn push_explorer(stream: &mut Stream, out: &mut String) {
    out.push_str("Mozilla/5.0 (compatible; MSIE ");
    push_int(5, 9, stream, out);
    out.push_str(".0; ");
    push_one(&WINDOWS, stream, out);
    out.push_str("; Trident/");
    push_dotted(&[(3, 5), (0, 1)], stream, out);
    out.push(')');
}

fn push_opera(stream: &mut Stream, out: &mut String) {
    out.push_str("Opera/");
    push_dotted(&[(8, 9), (10, 99)], stream, out);
    out.push_str(".(");
    if stream.chance(1, 2) {
        push_linux(stream, out);
    } else {
        push_one(&WINDOWS, stream, out);
    }
    out.push_str("; ");
    push_one(&LANGUAGES, stream, out);
    out.push_str(") Presto/");
    push_dotted(&[(2, 2), (9, 9), (160, 190)], stream, out);
    out.push_str(" Version/");
    push_int(10, 12, stream, out);
    out.push_str(".00");
}

fn push_safari(stream: &mut Stream, out: &mut String) {
    let (major, minor, patch) = (stream.between(531, 535), stream.between(1, 50), stream.between(1, 7));
    let platform = stream.below(3);
    out.push_str("Mozilla/5.0 (");
    match platform {
        0 => {
            out.push_str("Windows; U; ");
            push_one(&WINDOWS, stream, out);
        }
        1 => {
            push_mac(stream, out);
            out.push_str(" rv:");
            push_int(2, 6, stream, out);
            out.push_str(".0; en-US");
        }
        _ => {
            out.push_str("iPod; U; CPU iPhone OS ");
            push_int(3, 4, stream, out);
            out.push('_');
            push_int(0, 3, stream, out);
            out.push_str(" like Mac OS X; en-US");
        }
    }
    let _ = write!(out, ") AppleWebKit/{major}.{minor}.{patch} (KHTML, like Gecko) Version/");
    match (platform, stream.chance(1, 2)) {
        (2, _) => push_dotted(&[(3, 4), (0, 0), (5, 5)], stream, out),
        (_, true) => push_dotted(&[(4, 5), (0, 1)], stream, out),
        (_, false) => push_dotted(&[(4, 5), (0, 0), (1, 5)], stream, out),
    }
    if platform == 2 {
        out.push_str(" Mobile/8B");
        push_int(111, 119, stream, out);
        out.push_str(" Safari/6");
    } else {
        out.push_str(" Safari/");
    }
    let _ = write!(out, "{major}.{minor}.{patch}");
}

/// `user_agent()`: each of the five browsers equally likely.
fn push_any(stream: &mut Stream, out: &mut String) {
    match stream.below(5) {
        0 => push_chrome(&Chrome { versions: (13, 63), builds: (800, 899) }, stream, out),
        1 => push_firefox(stream, out),
        2 => push_explorer(stream, out),
        3 => push_opera(stream, out),
        _ => push_safari(stream, out),
    }
}
