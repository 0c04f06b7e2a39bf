//! Whether and how a connection is encrypted: `sslmode`, and the files that certificates are read from.
//!
//! Owns what the keys mean beside each other, as libpq has it
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). Whether a file's certificates and keys are usable is
//! for who connects to find.

use std::ops::Range;

use super::context::Context;
use super::parameters::Parts;
use super::problem::{Problem, quote};
use super::{ChannelBinding, ClientCertificate, Encryption, InvalidValue, Secret, SslMode};

/// `sslrootcert` for the certificate authorities that the machine trusts.
const SYSTEM: &str = "system";

/// What the parts say of it.
pub(super) fn encryption(parts: &Parts, span: &Range<usize>, context: &Context<'_>) -> Option<Encryption> {
    let given = parts.sslrootcert.as_deref();
    let default = if given == Some(SYSTEM) { SslMode::VerifyFull } else { SslMode::Prefer };
    let sslmode = parts.sslmode.unwrap_or(default);
    let roots = match given {
        None => None,
        Some(SYSTEM) if sslmode == SslMode::VerifyFull => None,
        Some(SYSTEM) => {
            let wrong = InvalidValue::new("`sslrootcert` \"system\" asks for sslmode \"verify-full\"");
            context.report_invalid(
                span,
                wrong.help("anybody can have a certificate of a public authority: its name counts"),
            );
            return None;
        }
        Some(path) => Some(pem("sslrootcert", path, "CERTIFICATE-----", span, context)?),
    };
    if roots.is_some() && matches!(sslmode, SslMode::Disable | SslMode::Allow | SslMode::Prefer) {
        context.report(
            Problem::warning(
                span,
                "`sslrootcert` keeps nobody out as long as sslmode allows a plain connection",
            )
            .help("write sslmode \"verify-full\" or \"verify-ca\", or leave `sslrootcert` out"),
        );
    }
    let client = match (&parts.sslcert, &parts.sslkey) {
        (None, None) => None,
        (Some(certificate), Some(key)) => {
            let chain = pem("sslcert", certificate, "CERTIFICATE-----", span, context)?;
            let key = pem("sslkey", key, "PRIVATE KEY-----", span, context)?;
            let Ok(key) = String::from_utf8(key) else {
                context.report_invalid(
                    span,
                    InvalidValue::new("the file of `sslkey` is no text").help("it must be a PEM file"),
                );
                return None;
            };
            if key.contains("ENCRYPTED") {
                let wrong = InvalidValue::new("the key in the file of `sslkey` is encrypted");
                context.report_invalid(
                    span,
                    wrong.help("shopsim asks for no passphrase: openssl pkey -in KEY -out NEW_KEY writes it without one"),
                );
                return None;
            }
            Some(ClientCertificate { chain, key: Secret::new(key) })
        }
        (certificate, _) => {
            let (there, missing) =
                if certificate.is_some() { ("sslcert", "sslkey") } else { ("sslkey", "sslcert") };
            context.report_invalid(
                span,
                InvalidValue::new(format!("`{there}` is set and `{missing}` is not"))
                    .help("a client's certificate needs both: the certificate and its private key"),
            );
            return None;
        }
    };
    let channel_binding = parts.channel_binding.unwrap_or(ChannelBinding::Prefer);
    Some(Encryption { sslmode, roots, client, channel_binding })
}

/// The bytes of a PEM file with at least one section of a kind.
fn pem(key: &str, path: &str, section: &str, span: &Range<usize>, context: &Context<'_>) -> Option<Vec<u8>> {
    let what = if key == "sslkey" { "private key" } else { "certificate" };
    match context.read_file(path) {
        Ok(bytes) if bytes.windows(section.len()).any(|window| window == section.as_bytes()) => {
            return Some(bytes);
        }
        Ok(_) => context.report_invalid(
            span,
            InvalidValue::new(format!("{}: there is no {what} in it", quote(path))).help(format!(
                "`{key}` is a PEM file, with lines of BEGIN and END {}",
                section.trim_end_matches('-')
            )),
        ),
        Err(wrong) => context
            .report_invalid(span, InvalidValue { message: format!("{key} {}", wrong.message), ..wrong }),
    }
    None
}
