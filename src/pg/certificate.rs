//! Verification of a server's certificate, and of its possession of the key.
//!
//! Owns what is checked under each `sslmode`, as libpq does it with OpenSSL: more kinds of certificates are accepted than
//! by rustls itself. Must not know where their files are.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};
use thiserror::Error;
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::der::asn1::{Any, UintRef};
use x509_cert::der::oid::db::rfc4519::CN;
use x509_cert::der::{Decode, Encode, Reader, SliceReader};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

/// Signature schemes that are allowed but not checked if the server need not prove who it is: P-521, Ed448, and RSA keys
/// restricted to PSS.
const UNCHECKED_SCHEMES: [SignatureScheme; 5] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED448,
    SignatureScheme::Unknown(0x0809),
    SignatureScheme::Unknown(0x080a),
    SignatureScheme::Unknown(0x080b),
];
/// The sizes of RSA keys that can be checked, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Verifies a server by its certificate.
#[derive(Debug)]
pub struct Verifier {
    provider: Arc<CryptoProvider>,
    judge: Judge,
}

/// What is required of a certificate.
#[derive(Debug)]
pub enum Judge {
    /// Nothing.
    Anybody,
    /// Only that the server holds its key: channel binding depends on it.
    Holder,
    /// That a trusted authority has signed it.
    Authority(Authority),
}

/// The authorities that are trusted.
#[derive(Debug)]
pub struct Authority {
    /// Those from the config; empty: the system's.
    given: Vec<CertificateDer<'static>>,
    webpki: Arc<WebPkiServerVerifier>,
    /// Whether the certificate must be for the server's name.
    names: bool,
}

/// A key whose signatures cannot be checked.
#[derive(Debug, Error)]
#[error(
    "shopsim cannot check signatures by a server's key of this kind (only RSA of 2048 to 8192 bits, P-256, P-384, Ed25519)"
)]
pub struct UncheckedKey;

impl Authority {
    /// Trusts the given authorities, or the system's if none are given. The error says what is wrong with them.
    pub fn new(
        given: Option<Vec<CertificateDer<'static>>>,
        names: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(
            given.clone().unwrap_or_else(|| rustls_native_certs::load_native_certs().certs),
        );
        let webpki = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
            .build()
            .map_err(|_| "no certificate authority is known; set `sslrootcert`".to_owned())?;
        Ok(Self { given: given.unwrap_or_default(), webpki, names })
    }

    fn check(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
        provider: &CryptoProvider,
    ) -> Result<(), Error> {
        let judged = self.webpki.verify_server_cert(end_entity, intermediates, name, ocsp, now);
        let Err(error) = judged else { return Ok(()) };
        let Ok(certificate) = Certificate::from_der(end_entity) else { return Err(error) };
        // The name is checked last, when everything else is valid.
        let is_trusted = is_about_the_name(&error)
            || self.given.iter().any(|root| root == end_entity)
            || certificate.tbs_certificate.version == Version::V1
                && self.given.iter().any(|root| is_signed_by(&certificate, root, now, provider));
        if !is_trusted {
            return Err(error);
        }
        if !is_valid_at(&certificate, now) {
            return Err(CertificateError::Expired.into());
        }
        if self.names && !is_for(&certificate, end_entity, name) {
            return Err(CertificateError::NotValidForName.into());
        }
        Ok(())
    }
}

fn is_about_the_name(error: &Error) -> bool {
    use CertificateError::{NotValidForName, NotValidForNameContext};
    matches!(error, Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }))
}

fn is_valid_at(certificate: &Certificate, now: UnixTime) -> bool {
    let validity = &certificate.tbs_certificate.validity;
    let now = now.as_secs();
    (validity.not_before.to_unix_duration().as_secs()..=validity.not_after.to_unix_duration().as_secs())
        .contains(&now)
}

/// Whether a certificate is for a name: by its alternative names or, if it has none, like old certificates, by its
/// common name.
fn is_for(certificate: &Certificate, der: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    let tbs = &certificate.tbs_certificate;
    let alternatives =
        tbs.get::<SubjectAltName>().ok().flatten().map(|(_, names)| names.0).unwrap_or_default();
    let names_hosts =
        |name: &GeneralName| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_));
    if alternatives.iter().any(names_hosts) {
        let parsed = rustls::server::ParsedCertificate::try_from(der);
        return parsed.is_ok_and(|parsed| rustls::client::verify_server_name(&parsed, name).is_ok());
    }
    let host = name.to_str();
    let attributes = tbs.subject.0.iter().flat_map(|names| names.0.iter());
    let mut common_names = attributes.filter(|attribute| attribute.oid == CN);
    common_names.any(|attribute| is_name_of(&text(&attribute.value), &host))
}

/// The text of an attribute, whatever its string type.
fn text(value: &Any) -> String {
    String::from_utf8_lossy(value.value()).into_owned()
}

/// Whether a common name matches a host; `*.` matches one label.
fn is_name_of(name: &str, host: &str) -> bool {
    let under_wildcard = || {
        let parent = name.strip_prefix("*.")?;
        let (label, rest) = host.split_once('.')?;
        Some(!label.is_empty() && rest.eq_ignore_ascii_case(parent))
    };
    name.eq_ignore_ascii_case(host) || under_wildcard().unwrap_or(false)
}

/// Whether a given authority has signed a certificate of version 1, which has no extensions.
fn is_signed_by(
    certificate: &Certificate,
    root: &CertificateDer<'_>,
    now: UnixTime,
    provider: &CryptoProvider,
) -> bool {
    let Ok(root) = Certificate::from_der(root) else { return false };
    let issuer = &root.tbs_certificate;
    let is_authority = match issuer.get::<BasicConstraints>() {
        Ok(Some((_, constraints))) => constraints.ca,
        Ok(None) => issuer.version == Version::V1,
        Err(_) => false,
    };
    let (Ok(message), Some(signature)) =
        (certificate.tbs_certificate.to_der(), certificate.signature.as_bytes())
    else {
        return false;
    };
    let algorithm = contents(&certificate.signature_algorithm);
    let algorithms = provider.signature_verification_algorithms.all;
    is_authority
        && issuer.subject == certificate.tbs_certificate.issuer
        && is_valid_at(&root, now)
        && algorithms.iter().any(|known| {
            algorithm.as_deref() == Some(known.signature_alg_id().as_ref())
                && is_by_key(*known, &issuer.subject_public_key_info, &message, signature)
        })
}

/// Whether a signature is valid for a key and an algorithm.
fn is_by_key(
    algorithm: &dyn SignatureVerificationAlgorithm,
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &[u8],
) -> bool {
    contents(&key.algorithm).as_deref() == Some(algorithm.public_key_alg_id().as_ref())
        && key
            .subject_public_key
            .as_bytes()
            .is_some_and(|public_key| algorithm.verify_signature(public_key, message, signature).is_ok())
}

/// The contents of a short DER sequence, without its header.
fn contents(sequence: &impl Encode) -> Option<Vec<u8>> {
    let mut der = sequence.to_der().ok()?;
    (der.len() < 128 + 2).then(|| der.split_off(2))
}

/// Whether signatures by a key can be checked.
fn can_be_checked(key: &SubjectPublicKeyInfoOwned, provider: &CryptoProvider) -> bool {
    let kind = contents(&key.algorithm);
    let mut algorithms = provider.signature_verification_algorithms.all.iter();
    let is_known = algorithms.any(|known| kind.as_deref() == Some(known.public_key_alg_id().as_ref()));
    let bits = || {
        let mut reader = SliceReader::new(key.subject_public_key.as_bytes()?).ok()?;
        let modulus = reader.sequence(|inner| {
            let modulus = UintRef::decode(inner)?;
            UintRef::decode(inner)?;
            Ok(modulus)
        });
        let modulus = modulus.ok()?;
        let first = modulus.as_bytes().first()?;
        Some(modulus.as_bytes().len() * 8 - first.leading_zeros() as usize)
    };
    // Only RSA keys are sequences.
    is_known && bits().is_none_or(|bits| RSA_BITS.contains(&bits))
}

/// How rustls itself checks a signature.
type ByRustls = fn(
    &[u8],
    &CertificateDer<'_>,
    &DigitallySignedStruct,
    &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error>;

impl Verifier {
    /// A verifier with these requirements.
    pub fn new(provider: Arc<CryptoProvider>, judge: Judge) -> Self {
        Self { provider, judge }
    }

    /// Checks that the server holds the key of its certificate. If nothing else is required of it, a key that cannot be
    /// checked is accepted.
    fn verify_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        by_rustls: ByRustls,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Ok(read) = Certificate::from_der(certificate) else {
            // Not strictly standard-conforming DER: rustls is less strict about it.
            return match self.judge {
                Judge::Anybody => Ok(HandshakeSignatureValid::assertion()),
                _ => {
                    by_rustls(message, certificate, signed, &self.provider.signature_verification_algorithms)
                }
            };
        };
        let key = read.tbs_certificate.subject_public_key_info;
        if !can_be_checked(&key, &self.provider) {
            return match self.judge {
                Judge::Anybody => Ok(HandshakeSignatureValid::assertion()),
                _ => Err(CertificateError::Other(OtherError(Arc::new(UncheckedKey))).into()),
            };
        }
        let mapping = self.provider.signature_verification_algorithms.mapping;
        let mut algorithms = mapping
            .iter()
            .filter(|(scheme, _)| *scheme == signed.scheme)
            .flat_map(|(_, algorithms)| *algorithms);
        match algorithms.any(|algorithm| is_by_key(*algorithm, &key, message, signed.signature())) {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => Err(CertificateError::BadSignature.into()),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Judge::Authority(authority) = &self.judge {
            authority.check(end_entity, intermediates, name, ocsp, now, &self.provider)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(message, certificate, signed, verify_tls12_signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(message, certificate, signed, verify_tls13_signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.provider.signature_verification_algorithms.supported_schemes();
        if matches!(self.judge, Judge::Anybody) {
            schemes.extend(UNCHECKED_SCHEMES);
        }
        schemes
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::pem::PemObject;

    use super::*;

    /// Created by `openssl req -new -x509 -newkey rsa:1024 -nodes -subj /CN=x`.
    const RSA_1024: &str = "\
-----BEGIN CERTIFICATE-----
MIIB8DCCAVmgAwIBAgIUHo1FuwJ6CO3bzOsPtN889esF/1EwDQYJKoZIhvcNAQEL
BQAwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjkxNzQ3MjNaGA8yMTI2MTEwNTE3NDcy
M1owDDEKMAgGA1UEAwwBeDCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEA5hCN
Na4fBGAE3YWLQox0NboWJY22rvHF251RnDXXB5pWCvcBZs60bLz2hiG6lZsuQSPM
72xYQ3/nLLgH8hQMvjTdQx21R2jxmhq/ccRqg95iWvPY4bBe76qj9Ip3GP3LmmIn
PborM8ijzyQt2RiQT2MtDeV91CtoGqWRnOdKt1UCAwEAAaNNMEswHQYDVR0OBBYE
FM96kX2rnOOiQ1BtqMLsqGkrqjPUMB8GA1UdIwQYMBaAFM96kX2rnOOiQ1BtqMLs
qGkrqjPUMAkGA1UdEwQCMAAwDQYJKoZIhvcNAQELBQADgYEAOpQuX3bBIUv3tz4C
TQpYLCOGkSEH9lNCpUVxitOK+UAMNMTDjseCEyE4p9SMDVNSQRHtLnLuuLuK+K+/
+FvCXifrCWjX6hWbb/iNXN1ivqrjrc4LC2epJJVO5PXFQmG8MtQ62i81Qs+0N3AF
QYDtll9hYAZX4jPXVRlayu3kdZI=
-----END CERTIFICATE-----";

    fn key(certificate: &CertificateDer<'_>) -> SubjectPublicKeyInfoOwned {
        Certificate::from_der(certificate).unwrap().tbs_certificate.subject_public_key_info
    }

    #[test]
    fn keys_that_rustls_does_not_check_are_known_as_such() {
        let provider = rustls::crypto::ring::default_provider();
        let short = CertificateDer::from_pem_slice(RSA_1024.as_bytes()).unwrap();
        assert!(!can_be_checked(&key(&short), &provider));
        let own = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["db".to_owned()]).unwrap().self_signed(&own).unwrap();
        assert!(can_be_checked(&key(certificate.der()), &provider));
    }

    #[test]
    fn a_common_name_is_a_hosts_as_libpq_has_it() {
        for (name, host, is_its) in [
            ("db.example.com", "DB.example.com", true),
            ("db.example.com", "db.example.org", false),
            ("*.example.com", "db.example.com", true),
            ("*.example.com", "a.db.example.com", false),
            ("*.example.com", "example.com", false),
            ("*", "localhost", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("", "localhost", false),
        ] {
            assert_eq!(is_name_of(name, host), is_its, "{name} for {host}");
        }
    }
}
