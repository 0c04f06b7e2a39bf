//! The page at `/`: its files as they are, part of the program.
//!
//! Owns their paths and content types. Must not know what they show.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::web::{Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::{not_found, read};
use crate::text::hex;

/// Files of this folder, by their names.
macro_rules! files {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!($name))),*] };
}

/// The files that are served.
static FILES: LazyLock<BTreeMap<&str, File>> = LazyLock::new(|| {
    let files = files! {
        "axis.js",
        "banner.js",
        "changes.js",
        "clipboard.js",
        "clock.js",
        "colours.js",
        "connect.js",
        "cursor.js",
        "dom.js",
        "errors.js",
        "filter.js",
        "format.js",
        "head.js",
        "history.js",
        "icon.svg",
        "index.html",
        "keyboard.js",
        "list.css",
        "list.js",
        "main.js",
        "phases.js",
        "plot-words.js",
        "plot.js",
        "poll.js",
        "preferences.js",
        "request.js",
        "row.js",
        "samples.js",
        "scroll.js",
        "series.js",
        "shop-head.js",
        "shop.css",
        "shop.js",
        "slots.js",
        "spark.js",
        "store.js",
        "stream.js",
        "style.css",
        "tables.js",
        "tabs.js",
        "timeline-data.js",
        "timeline-focus.js",
        "timeline-row.js",
        "timeline-text.js",
        "timeline.css",
        "timeline.js",
        "tree-node.js",
        "tree-text.js",
        "tree.css",
        "tree.js",
        "unknown-shop.js",
        "values.js",
    };
    files.into_iter().map(|(name, text)| (name, File::new(text))).collect()
});

struct File {
    text: &'static str,
    /// Its entity tag: another text has another one.
    tag: String,
}

impl File {
    fn new(text: &'static str) -> Self {
        Self { text, tag: format!("\"{}\"", hex(&Sha256::digest(text)[..8])) }
    }
}

/// Adds the files.
pub fn routes(service: &mut ServiceConfig) {
    service.service(read("/", async |request: HttpRequest| serve(&request, "index.html").await));
    service.service(read("/favicon.ico", async |request: HttpRequest| serve(&request, "icon.svg").await));
    let by_name = async |request: HttpRequest, name: Path<String>| serve(&request, &name).await;
    service.service(read("/page/{name}", by_name));
}

/// A file, unless the browser has it already.
async fn serve(request: &HttpRequest, name: &str) -> HttpResponse {
    let Some(file) = FILES.get(name) else { return not_found().await };
    let has = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = match has {
        Some(tags) if tags.contains(&file.tag) => HttpResponse::NotModified(),
        _ => HttpResponse::Ok(),
    };
    // After an update of the program, files of two versions must not be mixed.
    response.insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((header::ETAG, file.tag.as_str()));
    response.insert_header((header::CONTENT_TYPE, content_type(name))).body(file.text)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;
    use regex::Regex;

    use super::*;

    /// The paths that links may lead to besides files.
    const PAGES: [&str; 6] = ["/", "/livez", "/readyz", "/metrics", "/status", "/api/v1/openapi.json"];

    /// What the expression finds in the files of these kinds, comments left out, with the name of the file.
    fn found(kinds: &[&str], expression: &str) -> Vec<(&'static str, String)> {
        let comment = Regex::new(r"(?s)<!--.*?-->|/\*.*?\*/|(?m:^\s*//.*$)").unwrap();
        let expression = Regex::new(expression).unwrap();
        let of_kinds = FILES.iter().filter(|(name, _)| kinds.iter().any(|kind| name.ends_with(kind)));
        let in_file = |(name, file): (&&'static str, &File)| {
            let text = comment.replace_all(file.text, "").into_owned();
            let matches = expression.captures_iter(&text).map(|found| found[found.len() - 1].to_owned());
            matches.map(|found| (*name, found)).collect::<Vec<_>>()
        };
        of_kinds.flat_map(in_file).collect()
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/telemetry/http/page");
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.retain(|name| !name.ends_with(".rs"));
        names.sort();
        assert_eq!(names, FILES.keys().copied().collect::<Vec<_>>());
    }

    #[test]
    fn every_reference_leads_to_a_file_that_is_served_or_to_a_page() {
        let mut references = found(&[".js"], r#"(?:\bfrom|\bimport)\s*\(?\s*["'`]([^"'`]+)["'`]"#);
        references.extend(found(&[".html", ".svg"], r#"\s(?:src|href)\s*=\s*["']?([^"'\s>]+)"#));
        references.extend(found(&[".css"], r#"(?:url\(|@import)\s*["']?([^"')]+)"#));
        for (name, to) in references {
            let file = to.strip_prefix("/page/").or(to.strip_prefix("./"));
            let known = file.is_some_and(|file| FILES.contains_key(file));
            let is_local = to.starts_with('#') || to.starts_with("data:") || PAGES.contains(&to.as_str());
            assert!(known || is_local, "{name} refers to {to}");
        }
    }

    #[test]
    fn no_file_names_another_host() {
        let all = [".html", ".js", ".css", ".svg"];
        for (name, url) in found(&all, r#"["'`(=]\s*((?:[a-z]+:)?//[\w.][^"'`)\s>]*)"#) {
            let is_database = url.starts_with("postgresql:") || url.starts_with("jdbc:");
            assert!(is_database || url.starts_with("http://www.w3.org/"), "{name} names {url}");
        }
    }

    #[test]
    fn nothing_that_the_policy_forbids_or_that_makes_text_to_markup_is_used() {
        let inline = r"(?i)(<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?:\s+type=\S+)?\s*>)";
        assert_eq!(found(&[".html", ".svg"], inline), []);
        let unsafe_calls = r#"(innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|setAttribute\("(?:on\w+|style)")"#;
        assert_eq!(found(&[".js"], unsafe_calls), []);
    }

    #[tokio::test]
    async fn a_file_is_sent_with_its_type_and_not_again_to_who_has_it() {
        let request = TestRequest::default().to_http_request();
        let answer = serve(&request, "icon.svg").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers().get(header::CONTENT_TYPE).unwrap(), "image/svg+xml");
        let tag = answer.headers().get(header::ETAG).unwrap().clone();
        assert!(to_bytes(answer.into_body()).await.unwrap().starts_with(b"<"));

        let has = |tag| TestRequest::default().insert_header((header::IF_NONE_MATCH, tag)).to_http_request();
        assert_eq!(serve(&has(tag), "icon.svg").await.status(), 304);
        let other = header::HeaderValue::from_static("\"0123456789abcdef\"");
        assert_eq!(serve(&has(other), "icon.svg").await.status(), 200);
        for name in ["mod.rs", "../mod.rs", "icon", ""] {
            assert_eq!(serve(&request, name).await.status(), 404, "{name}");
        }
    }
}
