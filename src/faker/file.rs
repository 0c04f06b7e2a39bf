//! Faker's `file` module: names, paths, types and devices.
//!
//! Owns which extensions and media types a category has; no file is looked at.

use super::lorem::words;
use super::pattern::{self, push_one};
use super::texts::{bound, chars, longest};
use super::{Arguments, Compiled, InvalidArgument, Param, Preset, Provider};
use crate::stream::Stream;

const CATEGORY: Param = Param {
    name: "category",
    expects: "`audio`, `image`, `office`, `text` or `video`",
    default: Preset::Absent,
};
const PREFIX: Param = Param { name: "prefix", expects: "a string such as \"sd\"", default: Preset::Absent };

/// The providers of this family.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "file_extension",
        summary: "a file extension without its dot",
        params: &[CATEGORY],
        compile: file_extension,
    },
    Provider {
        name: "file_name",
        summary: "a word with a file extension",
        params: &[
            CATEGORY,
            Param {
                name: "extension",
                expects: "a string; \"\" for a name without an extension",
                default: Preset::Absent,
            },
        ],
        compile: file_name,
    },
    Provider {
        name: "file_path",
        summary: "the path of a file",
        params: &[
            Param { name: "depth", expects: "how many folders, 0 to 100", default: Preset::Int(1) },
            CATEGORY,
            Param {
                name: "extension",
                expects: "a string or an array of strings; \"\" or [] for a name without an extension",
                default: Preset::Absent,
            },
            Param { name: "absolute", expects: "true or false", default: Preset::Bool(true) },
            Param {
                name: "file_system_rule",
                expects: "`linux` or `windows`",
                default: Preset::Text("linux"),
            },
        ],
        compile: file_path,
    },
    Provider {
        name: "mime_type",
        summary: "a media type such as `image/png`",
        params: &[Param {
            name: "category",
            expects: "the part before the slash, such as \"image\"",
            default: Preset::Absent,
        }],
        compile: mime_type,
    },
    Provider {
        name: "unix_device",
        summary: "a block device such as `/dev/sda`",
        params: &[PREFIX],
        compile: |args| device(args, false),
    },
    Provider {
        name: "unix_partition",
        summary: "a partition such as `/dev/sda1`",
        params: &[PREFIX],
        compile: |args| device(args, true),
    },
];

type Category = (&'static str, &'static [&'static str]);

/// Faker's categories of files.
#[rustfmt::skip]
static EXTENSIONS: [Category; 5] = [
    ("audio", &["flac", "mp3", "wav"]),
    ("image", &["bmp", "gif", "jpeg", "jpg", "png", "tiff"]),
    ("office", &[
        "doc", "docx", "key", "numbers", "odp", "ods", "odt", "pages", "pdf", "ppt", "pptx", "xls", "xlsx",
    ]),
    ("text", &["css", "csv", "html", "js", "json", "txt"]),
    ("video", &["avi", "mov", "mp4", "webm"]),
];

/// Media types by their first part, from IANA's registry and a few that are common without being in it:
/// <https://www.iana.org/assignments/media-types/>.
#[rustfmt::skip]
static MEDIA_TYPES: [Category; 8] = [
    ("application", &[
        "application/EDI-X12", "application/EDIFACT", "application/atom+xml", "application/ecmascript",
        "application/font-woff", "application/gzip", "application/javascript", "application/json",
        "application/octet-stream", "application/ogg", "application/pdf",
        "application/postscript", "application/rdf+xml", "application/rss+xml", "application/soap+xml",
        "application/xhtml+xml", "application/xml-dtd", "application/xop+xml", "application/zip",
    ]),
    ("audio", &[
        "audio/L24", "audio/basic", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/vnd.rn-realaudio",
        "audio/vnd.wave", "audio/vorbis", "audio/webm",
    ]),
    ("image", &[
        "image/gif", "image/jpeg", "image/pjpeg", "image/png", "image/svg+xml", "image/tiff",
        "image/vnd.microsoft.icon",
    ]),
    ("message", &["message/http", "message/imdn+xml", "message/partial", "message/rfc822"]),
    ("model", &[
        "model/example", "model/iges", "model/mesh", "model/vrml", "model/x3d+binary", "model/x3d+vrml",
        "model/x3d+xml",
    ]),
    ("multipart", &[
        "multipart/alternative", "multipart/encrypted", "multipart/form-data", "multipart/mixed",
        "multipart/related", "multipart/signed",
    ]),
    ("text", &[
        "text/cmd", "text/css", "text/csv", "text/html", "text/javascript", "text/plain", "text/vcard",
        "text/xml",
    ]),
    ("video", &[
        "video/mp4", "video/mpeg", "video/ogg", "video/quicktime", "video/webm", "video/x-flv",
        "video/x-matroska", "video/x-ms-wmv",
    ]),
];

/// The categories to draw from: the one asked for, else all.
fn categories(
    args: &mut Arguments<'_>,
    all: &'static [Category],
) -> Result<&'static [Category], InvalidArgument> {
    if !args.is_given("category") {
        return Ok(all);
    }
    let choices: Vec<(&str, usize)> = all.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    let at = args.one_of("category", &choices)?;
    Ok(&all[at..=at])
}

/// Characters of the longest text in the categories.
fn longest_in(categories: &[Category]) -> u32 {
    categories.iter().map(|(_, texts)| longest(texts)).max().unwrap_or(0)
}

/// Appends one of the texts of one of the categories: as in Faker each category is equally likely,
/// however many texts it has.
fn push_in(categories: &[Category], stream: &mut Stream, out: &mut String) {
    let (_, texts) = stream.pick(categories);
    push_one(texts, stream, out);
}

/// `file_extension(category=None)`.
fn file_extension(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let categories = categories(args, &EXTENSIONS)?;
    Ok(Compiled::text(longest_in(categories), |draw, out| push_in(categories, draw.stream, out)))
}

/// `mime_type(category=None)`.
fn mime_type(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let categories = categories(args, &MEDIA_TYPES)?;
    Ok(Compiled::text(longest_in(categories), |draw, out| push_in(categories, draw.stream, out)))
}

/// What ends a file's name.
enum Ending {
    /// An extension of one of the categories.
    Of(&'static [Category]),
    /// One of these; none of them: no extension.
    Given(Vec<String>),
}

impl Ending {
    /// Reads `category` and `extension`; the second wins, as in Faker.
    fn read(args: &mut Arguments<'_>) -> Result<Self, InvalidArgument> {
        let categories = categories(args, &EXTENSIONS);
        if !args.is_given("extension") {
            return Ok(Self::Of(categories?));
        }
        let given = args.texts("extension");
        categories?;
        Ok(Self::Given(given?))
    }

    /// Most characters, the dot counted.
    fn max_chars(&self) -> u32 {
        1 + match self {
            Self::Of(categories) => longest_in(categories),
            Self::Given(given) => longest(given),
        }
    }

    /// Appends a word and the extension.
    fn push_name(&self, stream: &mut Stream, out: &mut String) {
        push_one(words::plain(), stream, out);
        match self {
            Self::Of(categories) => {
                out.push('.');
                push_in(categories, stream, out);
            }
            Self::Given(given) if given.is_empty() => {}
            Self::Given(given) => {
                let extension = stream.pick::<String>(given);
                if !extension.is_empty() {
                    out.push('.');
                    out.push_str(extension);
                }
            }
        }
    }
}

/// `file_name(category=None, extension=None)`.
fn file_name(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let ending = Ending::read(args)?;
    Ok(Compiled::text(longest(words::plain()) + ending.max_chars(), move |draw, out| {
        ending.push_name(draw.stream, out);
    }))
}

/// `file_path(depth=1, category=None, extension=None, absolute=True, file_system_rule="linux")`.
fn file_path(args: &mut Arguments<'_>) -> Result<Compiled, InvalidArgument> {
    let (depth, ending) = (args.int_between("depth", 0, 100), Ending::read(args));
    let absolute = args.boolean("absolute");
    let rule = args.one_of("file_system_rule", &[("linux", ("/", '/')), ("windows", ("C:\\", '\\'))]);
    let (depth, ending, absolute, (root, separator)) = (depth?, ending?, absolute?, rule?);
    let root = if absolute { root } else { "" };
    let word = longest(words::plain());
    let max_chars = chars(root) + bound(depth) * (word + 1) + word + ending.max_chars();
    Ok(Compiled::text(max_chars, move |draw, out| {
        out.push_str(root);
        for _ in 0..depth {
            push_one(words::plain(), draw.stream, out);
            out.push(separator);
        }
        ending.push_name(draw.stream, out);
    }))
}

/// `unix_device(prefix=None)` and `unix_partition(prefix=None)`: `/dev/`, the prefix, a letter and for a
/// partition a digit, which may be 0, as in Faker.
fn device(args: &mut Arguments<'_>, partition: bool) -> Result<Compiled, InvalidArgument> {
    let prefixes = if args.is_given("prefix") {
        vec![args.text("prefix")?]
    } else {
        ["sd", "vd", "xvd"].map(str::to_owned).to_vec()
    };
    let prefix = longest(&prefixes);
    Ok(Compiled::text(chars("/dev/") + prefix + 2, move |draw, out| {
        out.push_str("/dev/");
        out.push_str(draw.stream.pick::<String>(&prefixes));
        pattern::fill(if partition { "?#" } else { "?" }, pattern::LOWER, draw.stream, out);
    }))
}
