//! What keeps other sites' scripts from these pages: the names that may be used for this server, and the headers of an
//! answer.
//!
//! Owns the list of names and the headers. Must not know what a page says.

use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::HttpResponse;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use super::api::Problem;
use super::{Pages, text};
use crate::config::HostName;
use crate::config::problem::quote;

/// The headers of every answer. No request may go to another host, no script or style may stand in a page, and no other
/// site may embed, open or read what is served here; there is no CORS header.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // What a handler says of its own answer counts.
    (header::CACHE_CONTROL, "no-store"),
];

/// Names that browsers may use for this server, besides IP addresses and `localhost`.
///
/// A foreign site can have its own name lead to this server (DNS rebinding): its scripts then count as this server's
/// own, and may read everything. But they cannot change the name that the browser sends. An IP address cannot be
/// rebound, and browsers resolve `localhost` themselves.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(pub Vec<HostName>);

impl AllowedHosts {
    /// Whether a host, with or without a port, may be used.
    fn allow(&self, authority: &str) -> bool {
        let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let host =
            authority.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(authority, |(host, _)| host);
        if let Some(ip) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            return ip.parse::<Ipv6Addr>().is_ok();
        }
        let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        name.parse::<Ipv4Addr>().is_ok()
            || name == "localhost"
            || (name.ends_with(".localhost") && name.parse::<HostName>().is_ok())
            || self.0.iter().any(|allowed| allowed.as_str() == name)
    }
}

/// Checks a request and completes its answer.
pub async fn guard<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let mut answer = match refusal(&request) {
        Some(reason) => {
            let refused = match request.path().starts_with("/api/") {
                true => Problem::forbidden(&reason),
                false => text(HttpResponse::Forbidden(), &(reason + "\n")),
            };
            request.into_response(refused).map_into_right_body()
        }
        // Errors of handlers and of their arguments are answers, too.
        None => next.call(request).await?.map_into_left_body(),
    };
    complete(answer.headers_mut());
    Ok(answer)
}

/// Why a request is refused.
fn refusal(request: &ServiceRequest) -> Option<String> {
    let header = |name| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    // `Forwarded` and `X-Forwarded-Host` are not believed: scripts may send them. Without a `Host` the client speaks
    // HTTP/1.0, and is no browser.
    let hosts = [header(header::HOST), request.uri().authority().map(|authority| authority.as_str().into())];
    let hosts_allowed = request.app_data::<Data<Pages>>().map(|pages| &pages.allowed_hosts);
    let mut hosts = hosts.into_iter().flatten();
    if let Some(host) = hosts.find(|host| !hosts_allowed.is_some_and(|allowed| allowed.allow(host))) {
        return Some(format!(
            "this server is not known as {}: use its IP address, or start it with `--allow-host NAME`",
            quote(&host)
        ));
    }
    let says = |name, value| header(HeaderName::from_static(name)).is_some_and(|found| found == value);
    // A link may lead here from anywhere.
    let foreign = says("sec-fetch-site", "cross-site") && !says("sec-fetch-mode", "navigate");
    foreign.then(|| "another site's page asked for this: only this server's own page may".to_owned())
}

fn complete(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener};
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::watch;

    use super::super::{Stage, serve};
    use super::*;
    use crate::value::Timestamp;

    /// Serves the pages of a run that has ended.
    fn serve_to(allowed: &str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let pages = Pages {
            stage: watch::Sender::new(Stage::Ended(Vec::new())).subscribe(),
            wall: Arc::new(|| Timestamp(0)),
            began: Timestamp(0),
            config: String::new(),
            allowed_hosts: AllowedHosts(vec![allowed.parse().unwrap()]),
        };
        serve(listener, pages).unwrap();
        address
    }

    /// The whole answer to the lines of a request.
    async fn ask(address: SocketAddr, lines: &[&str]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all((lines.join("\r\n") + "\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[test]
    fn a_name_that_can_be_rebound_is_refused_and_what_cannot_is_not() {
        let allowed = AllowedHosts(vec!["shopsim.example".parse().unwrap()]);
        for host in [
            "127.0.0.1",
            "127.0.0.1:9464",
            "10.1.2.3:80",
            "[::1]",
            "[::1]:9464",
            "[fe80::1]:1",
            "localhost",
            "LocalHost.:9464",
            "a.localhost",
            "shopsim.example",
            "Shopsim.EXAMPLE.:80",
        ] {
            assert!(allowed.allow(host), "{host}");
        }
        for host in [
            "",
            ":9464",
            "evil.example",
            "evil.example:9464",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "shopsim.example.evil.example",
            "xshopsim.example",
            "notlocalhost",
            ".localhost",
            "a..localhost",
            "evil/.localhost",
            "evil.example?.localhost",
            "user@a.localhost",
            "a.shopsim.example",
            "[::1]evil",
            "[evil]",
            "::1",
            "localhost:x@evil.example",
            "127.0.0.1@evil.example",
            "shopsim",
        ] {
            assert!(!allowed.allow(host), "{host}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do_and_probes_and_metrics_answer_by_any_name() {
        actix::System::new().block_on(async {
            let address = serve_to("shopsim.example");
            let refused = ask(address, &["GET /status HTTP/1.1", "Host: evil.example"]).await;
            assert!(refused.starts_with("HTTP/1.1 403 ") && refused.contains("text/plain"), "{refused}");
            let told = "this server is not known as `evil.example`: use its IP address, or start it with \
                        `--allow-host NAME`\n";
            assert!(refused.ends_with(told), "{refused}");
            let refused = ask(address, &["GET /api/v1/shops HTTP/1.1", "Host: evil.example"]).await;
            assert!(refused.contains("application/problem+json"), "{refused}");
            let long = format!("Host: {}", "evil.".repeat(2_000));
            let refused = ask(address, &["GET /status HTTP/1.1", &long]).await;
            assert!(refused.contains("not known as `evil.") && refused.len() < 1_500, "{refused}");
            for path in ["/livez", "/readyz", "/metrics"] {
                let answer = ask(address, &[&format!("GET {path} HTTP/1.1"), "Host: evil.example"]).await;
                assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            }
        });
    }

    #[test]
    fn only_the_name_that_a_browser_itself_sends_is_believed() {
        actix::System::new().block_on(async {
            let address = serve_to("shopsim.example");
            let cases: [(&str, &[&str]); 7] = [
                ("200", &["GET /status HTTP/1.1", "Host: shopsim.example:9464"]),
                ("200", &["GET /status HTTP/1.0"]),
                ("403", &["GET /status HTTP/1.0", "Host: evil.example"]),
                ("403", &["GET /status HTTP/1.1", "Host: evil.example", "X-Forwarded-Host: localhost"]),
                ("403", &["GET /status HTTP/1.1", "Host: evil.example", "Forwarded: host=localhost"]),
                ("403", &["GET http://evil.example/status HTTP/1.1", "Host: localhost"]),
                ("403", &["GET http://localhost/status HTTP/1.1", "Host: evil.example"]),
            ];
            for (code, lines) in cases {
                let answer = ask(address, lines).await;
                assert_eq!(answer.split(' ').nth(1), Some(code), "{lines:?}: {answer}");
            }
        });
    }

    #[test]
    fn a_link_from_another_site_leads_here_and_its_scripts_get_nothing() {
        actix::System::new().block_on(async {
            let address = serve_to("shopsim.example");
            let asked = async |site: &str, mode: &str| {
                let (site, mode) = (format!("Sec-Fetch-Site: {site}"), format!("Sec-Fetch-Mode: {mode}"));
                let answer = ask(address, &["GET /status HTTP/1.1", "Host: localhost", &site, &mode]).await;
                answer.split(' ').nth(1).map(str::to_owned)
            };
            for (site, mode, code) in [
                ("same-origin", "cors", "200"),
                ("none", "navigate", "200"),
                ("cross-site", "navigate", "200"),
                ("cross-site", "no-cors", "403"),
                ("cross-site", "cors", "403"),
            ] {
                assert_eq!(asked(site, mode).await.as_deref(), Some(code), "{site} {mode}");
            }
        });
    }

    #[test]
    fn every_answer_is_strict_also_one_that_is_an_error() {
        actix::System::new().block_on(async {
            let address = serve_to("shopsim.example");
            for (code, line, host) in [
                (200, "GET /status HTTP/1.1", "localhost"),
                (404, "GET /nothing HTTP/1.1", "localhost"),
                (405, "POST /status HTTP/1.1", "localhost"),
                (403, "GET /status HTTP/1.1", "evil.example"),
                (403, "GET /api/v1/shops HTTP/1.1", "evil.example"),
            ] {
                let answer =
                    ask(address, &[line, &format!("Host: {host}"), "Origin: http://evil.example"]).await;
                assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{answer}");
                for (name, value) in HEADERS {
                    assert!(answer.contains(&format!("{name}: {value}\r\n")), "{name} in {answer}");
                }
                assert!(!answer.contains("access-control-"), "{answer}");
            }
        });
    }
}
