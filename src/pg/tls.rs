//! Encryption of connections, by rustls.
//!
//! Owns what each `sslmode` checks (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::{Server, SslMode};

/// The connector for a server; else what is missing.
pub fn connector(server: &Server) -> Result<MakeRustlsConnect, String> {
    client_config(server).map(MakeRustlsConnect::new)
}

fn client_config(server: &Server) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(match server.sslmode {
        SslMode::VerifyFull => builder.with_root_certificates(roots(server)?).with_no_client_auth(),
        // As libpq: these modes encrypt but do not ask who answers.
        SslMode::Disable | SslMode::Prefer | SslMode::Require => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
            .with_no_client_auth(),
    })
}

fn roots(server: &Server) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let certificates: Vec<CertificateDer<'static>> = match &server.sslrootcert {
        Some(pem) => CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| format!("`sslrootcert` is not a PEM file of certificates: {error}"))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() {
        return Err("no certificate authority is known; name one by `sslrootcert`".to_owned());
    }
    Ok(roots)
}

/// Takes any certificate, but still only from somebody who holds its key.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::PrivatePkcs8KeyDer;
    use rustls::server::{ClientHello, ResolvesServerCert};
    use rustls::sign::CertifiedKey;
    use rustls::{ClientConnection, ServerConfig, ServerConnection, SupportedProtocolVersion};

    use super::*;
    use crate::config::Secret;

    /// Shows a certificate, whosever key it has.
    #[derive(Debug)]
    struct Shows(Arc<CertifiedKey>);

    impl ResolvesServerCert for Shows {
        fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(self.0.clone())
        }
    }

    /// A handshake under `require` with a server that shows the certificate of one key and signs by another.
    fn handshake(
        of: &KeyPair,
        by: &KeyPair,
        version: &'static SupportedProtocolVersion,
    ) -> Result<(), rustls::Error> {
        let certificate = CertificateParams::new(vec!["db".to_owned()]).unwrap().self_signed(of).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivatePkcs8KeyDer::from(by.serialize_der()).into();
        let key = provider.key_provider.load_private_key(key).unwrap();
        let shown = Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key));
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Shows(shown)));
        let server = Server {
            host: "db".into(),
            port: 5432,
            user: "shop".into(),
            password: Some(Secret::new("shop")),
            database: "shop".into(),
            sslmode: SslMode::Require,
            sslrootcert: None,
        };
        let ours = Arc::new(client_config(&server).unwrap());
        let mut client = ClientConnection::new(ours, "db".try_into().unwrap())?;
        let mut server = ServerConnection::new(Arc::new(config))?;
        while client.is_handshaking() || server.is_handshaking() {
            let mut wire = Vec::new();
            client.write_tls(&mut wire).unwrap();
            server.read_tls(&mut wire.as_slice()).unwrap();
            server.process_new_packets()?;
            wire.clear();
            server.write_tls(&mut wire).unwrap();
            client.read_tls(&mut wire.as_slice()).unwrap();
            client.process_new_packets()?;
        }
        Ok(())
    }

    #[test]
    fn a_certificate_is_taken_only_from_who_holds_its_key_whatever_it_says() {
        let (own, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            handshake(&own, &own, version).unwrap();
            let stolen = handshake(&own, &other, version).unwrap_err();
            let bad = rustls::Error::InvalidCertificate(rustls::CertificateError::BadSignature);
            assert_eq!(stolen, bad, "{version:?}");
        }
    }
}
