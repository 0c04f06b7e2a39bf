//! Whether and how a connection is encrypted: `sslmode`, and the files that certificates are read from.
//!
//! Owns how the keys combine, as in libpq
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). Whether a file's certificates and keys are usable is
//! checked when connecting.

use std::ops::Range;

use super::context::Context;
use super::parameters::Parts;
use super::problem::{Problem, quote};
use super::{ChannelBinding, ClientCertificate, Encryption, InvalidValue, Secret, SslMode};

/// `sslrootcert` for the certificate authorities that the machine trusts.
const SYSTEM: &str = "system";

/// The encryption that the parts set.
pub(super) fn encryption(parts: &Parts, span: &Range<usize>, context: &Context<'_>) -> Option<Encryption> {
    let given = parts.sslrootcert.as_deref();
    let default = if given == Some(SYSTEM) { SslMode::VerifyFull } else { SslMode::Prefer };
    let sslmode = parts.sslmode.unwrap_or(default);
    let roots = match given {
        None => None,
        Some(SYSTEM) if sslmode == SslMode::VerifyFull => None,
        Some(SYSTEM) => {
            let wrong = InvalidValue::new("`sslrootcert` \"system\" requires sslmode \"verify-full\"");
            context.report_invalid(
                span,
                wrong.help(
                    "anyone can get a certificate from a public authority, so the host name must be checked",
                ),
            );
            return None;
        }
        Some(path) => Some(pem("sslrootcert", path, "CERTIFICATE-----", span, context)?),
    };
    if roots.is_some() && matches!(sslmode, SslMode::Disable | SslMode::Allow | SslMode::Prefer) {
        context.report(
            Problem::warning(
                span,
                "`sslrootcert` gives no protection while sslmode allows an unencrypted connection",
            )
            .help("write sslmode \"verify-full\" or \"verify-ca\", or remove `sslrootcert`"),
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
                    InvalidValue::new("the file of `sslkey` is not text").help("it must be a PEM file"),
                );
                return None;
            };
            if key.contains("ENCRYPTED") {
                let wrong = InvalidValue::new("the key in the file of `sslkey` is encrypted");
                context.report_invalid(
                    span,
                    wrong.help(
                        "shopsim cannot ask for a passphrase: openssl pkey -in KEY -out NEW_KEY removes it",
                    ),
                );
                return None;
            }
            Some(ClientCertificate { chain, key: Secret::new(key) })
        }
        (certificate, _) => {
            let (set, missing) =
                if certificate.is_some() { ("sslcert", "sslkey") } else { ("sslkey", "sslcert") };
            context.report_invalid(
                span,
                InvalidValue::new(format!("`{set}` is set and `{missing}` is not"))
                    .help("a client certificate needs both: the certificate and its private key"),
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
            InvalidValue::new(format!("{} contains no {what}", quote(path))).help(format!(
                "`{key}` must be a PEM file, with BEGIN and END lines of a {}",
                section.trim_end_matches('-')
            )),
        ),
        Err(wrong) => context
            .report_invalid(span, InvalidValue { message: format!("{key} {}", wrong.message), ..wrong }),
    }
    None
}
