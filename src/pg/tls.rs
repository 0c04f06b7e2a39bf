//! Encryption of connections, by rustls.
//!
//! Owns what each `sslmode` requires of a server (<https://www.postgresql.org/docs/current/libpq-ssl.html>), and the
//! client certificate. How a server's certificate is verified is in `certificate`.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::certificate::{Authority, Judge, Verifier};
use crate::config::{ChannelBinding, ClientCertificate, Encryption, SslMode};

/// The connector for a server; the error says what is missing.
pub fn connector(encryption: &Encryption) -> Result<MakeRustlsConnect, String> {
    client_config(encryption).map(MakeRustlsConnect::new)
}

fn client_config(encryption: &Encryption) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let judge = judge(encryption, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier::new(provider.clone(), judge)));
    Ok(match &encryption.client {
        Some(client) => builder.with_client_cert_resolver(Arc::new(client_certificate(client, &provider)?)),
        None => builder.with_no_client_auth(),
    })
}

/// What is required of the server. As with libpq, configured authorities are checked in every mode.
fn judge(encryption: &Encryption, provider: &Arc<CryptoProvider>) -> Result<Judge, String> {
    let names = encryption.sslmode == SslMode::VerifyFull;
    if encryption.sslmode == SslMode::Disable {
        return Ok(Judge::Anybody);
    }
    if encryption.roots.is_some() || matches!(encryption.sslmode, SslMode::VerifyCa | SslMode::VerifyFull) {
        let given = encryption.roots.as_deref().map(|pem| certificates("sslrootcert", pem)).transpose()?;
        return Authority::new(given, names, provider).map(Judge::Authority);
    }
    Ok(match encryption.channel_binding {
        ChannelBinding::Require => Judge::Holder,
        ChannelBinding::Disable | ChannelBinding::Prefer => Judge::Anybody,
    })
}

fn certificates(key: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("`{key}` is not a PEM file of certificates: {error}"))
}

/// The client certificate. Only the server checks that its key belongs to it, because rustls may not support its version.
fn client_certificate(
    client: &ClientCertificate,
    provider: &CryptoProvider,
) -> Result<SingleCertAndKey, String> {
    let chain = certificates("sslcert", &client.chain)?;
    let key = PrivateKeyDer::from_pem_slice(client.key.reveal().as_bytes())
        .map_err(|error| format!("`sslkey` is not a PEM file with a private key: {error}"))?;
    let key = provider.key_provider.load_private_key(key).map_err(|error| {
        format!("the key in `sslkey` cannot be used ({error}): it must be RSA of 2048 to 4096 bits, P-256, P-384 or Ed25519")
    })?;
    Ok(SingleCertAndKey::from(CertifiedKey::new(chain, key)))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::PrivatePkcs8KeyDer;
    use rustls::server::{ClientHello, ResolvesServerCert};
    use rustls::sign::CertifiedKey;
    use rustls::{ClientConnection, ServerConfig, ServerConnection, SupportedProtocolVersion};

    use super::*;

    /// Presents a certificate, whatever its key.
    #[derive(Debug)]
    struct Shows(Arc<CertifiedKey>);

    impl ResolvesServerCert for Shows {
        fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(self.0.clone())
        }
    }

    /// A handshake under `require` with a server that presents the certificate of one key and signs with another.
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
        let ours = Arc::new(client_config(&Encryption::new(SslMode::Require)).unwrap());
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
    fn a_certificate_is_accepted_only_with_its_own_key() {
        let (own, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            handshake(&own, &own, version).unwrap();
            let stolen = handshake(&own, &other, version).unwrap_err();
            let bad = rustls::Error::InvalidCertificate(rustls::CertificateError::BadSignature);
            assert_eq!(stolen, bad, "{version:?}");
        }
    }
}
