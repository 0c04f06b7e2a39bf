//! Encrypted connections: what each `sslmode` takes and what it refuses.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::harness::{Place, UNLIMITED, chain};
use super::oracle;
use super::server::Server;

/// A certificate authority of the test's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Makes the server take encrypted connections with a certificate for some names.
async fn encrypt(server: &Server, issuer: &CertifiedIssuer<'static, KeyPair>, names: &[&str]) {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, issuer).unwrap();
    serve(server, &key.serialize_pem(), &certificate.pem(), &[]).await;
}

/// Makes the server take encrypted connections with a key, a certificate, and further settings.
pub async fn serve(server: &Server, key: &str, certificate: &str, settings: &[(&str, &str)]) {
    let (key, certificate) =
        (server.write_private("server.key", key), server.write_private("server.pem", certificate));
    let own = [
        ("ssl_key_file", key.to_str().unwrap()),
        ("ssl_cert_file", certificate.to_str().unwrap()),
        ("ssl", "on"),
        ("log_connections", "on"),
    ];
    server.alter_system(&[settings, &own].concat()).await;
    let superuser = server.superuser("postgres").await;
    super::harness::until("ssl is on", async || {
        let ssl: String = superuser.query_one("SHOW ssl", &[]).await.unwrap().get(0);
        ssl == "on"
    })
    .await;
}

pub fn shop(name: &str, server: &Server, host: &str, tls: &str) -> String {
    format!(
        "name = \"{name}\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\ndatabase = {{ host = \"{host}\", \
         port = {}, dbname = \"{name}\", user = \"shop\", password = \"shop\", {tls} }}",
        server.port()
    )
}

/// Asserts that a shop was turned away with this remedy.
pub fn assert_given_up(log: &str, name: &str, remedy: &str) {
    let line = log.lines().find(|line| line.contains(&format!("ERROR {name}: given up")));
    let line = line.unwrap_or_else(|| panic!("{name} was not turned away:\n{log}"));
    assert!(line.contains(remedy), "{remedy} in: {line}");
}

#[tokio::test]
async fn each_sslmode_takes_and_refuses_what_libpq_does() {
    let place = Place::new("");
    let (ours, other) = (authority(), authority());
    place.write("ours.pem", &ours.pem());
    place.write("other.pem", &other.pem());
    let (encrypted, plain) = (Server::new(&place, "encrypted").await, Server::new(&place, "plain").await);
    encrypt(&encrypted, &ours, &["localhost", "127.0.0.1"]).await;
    encrypted.create_databases(&["off", "prefer", "require", "full-ip", "full-name", "stranger"]).await;
    plain.create_databases(&["prefer-plain", "require-plain"]).await;
    let full = |authority: &str| format!("sslmode = \"verify-full\", sslrootcert = \"{authority}\"");
    place.configure(&chain(&[
        shop("off", &encrypted, "127.0.0.1", "sslmode = \"disable\""),
        shop("prefer", &encrypted, "127.0.0.1", "sslmode = \"prefer\""),
        shop("require", &encrypted, "127.0.0.1", "sslmode = \"require\""),
        shop("full-ip", &encrypted, "127.0.0.1", &full("ours.pem")),
        shop("full-name", &encrypted, "localhost", &full("ours.pem")),
        shop("stranger", &encrypted, "127.0.0.1", &full("other.pem")),
        shop("prefer-plain", &plain, "127.0.0.1", "sslmode = \"prefer\""),
        shop("require-plain", &plain, "127.0.0.1", "sslmode = \"require\""),
    ]));
    let options = [&UNLIMITED[..], &["--until-tick", "20"]].concat();
    let ended = place.finish(&options, 3).await;
    let server_log = place.read("state/encrypted/postgres.log");
    let sessions = |shop: &str| {
        let own = format!("application_name=shopsim/{shop} ");
        let own = server_log.lines().filter(move |line| format!("{line} ").contains(&own));
        own.map(|line| line.contains("SSL enabled")).collect::<Vec<_>>()
    };
    for (name, is_encrypted) in
        [("off", false), ("prefer", true), ("require", true), ("full-ip", true), ("full-name", true)]
    {
        let sessions = sessions(name);
        assert!(
            !sessions.is_empty() && sessions.iter().all(|ssl| *ssl == is_encrypted),
            "{name}: {sessions:?}"
        );
    }
    for name in ["off", "prefer", "require", "full-ip", "full-name", "prefer-plain"] {
        let finished = ended.out.lines().any(|line| line.split_whitespace().take(2).eq([name, "finished"]));
        assert!(finished, "{name} in:\n{}\n{}", ended.out, ended.err);
    }
    for (name, remedy) in [
        ("stranger", "set `sslrootcert` to its authority, or to the certificate itself if it is self-signed"),
        ("require-plain", "set sslmode \"prefer\" or \"disable\""),
    ] {
        assert_given_up(&ended.err, name, remedy);
    }
    let plan = oracle::plan_in(&place, "full-ip");
    oracle::assert_engine_agrees(&encrypted.client("full-ip").await, &plan).await;
}

#[tokio::test]
async fn a_certificate_for_another_name_is_no_proof_under_verify_full() {
    let place = Place::new("");
    let ours = authority();
    place.write("ours.pem", &ours.pem());
    let server = Server::new(&place, "own").await;
    encrypt(&server, &ours, &["elsewhere.example"]).await;
    server.create_databases(&["strict"]).await;
    let tls = "sslmode = \"verify-full\", sslrootcert = \"ours.pem\"";
    place.configure(&chain(&[shop("strict", &server, "localhost", tls)]));
    let ended = place.finish(&UNLIMITED, 3).await;
    assert_given_up(&ended.err, "strict", "the server's certificate is for another name");
}

#[tokio::test]
async fn a_handshake_that_breaks_off_is_a_server_to_wait_for() {
    // A server that goes away just when it has agreed to encrypt.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let broken = tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = [0; 8];
            connection.read_exact(&mut request).await.unwrap();
            connection.write_all(b"S").await.unwrap();
        }
    });
    let place = Place::new("");
    let database = format!("postgres://shop:shop@127.0.0.1:{port}/shop?sslmode=require");
    place.configure(&chain(&[format!(
        "name = \"broken\"\ntick_interval = \"5s\"\nupdate_not_older_than = \"1m\"\ndatabase = {database:?}"
    )]));
    let mut run = place.run(&[]);
    run.until_log("broken: waiting for its server").await;
    run.signal(nix::sys::signal::Signal::SIGTERM);
    run.end(0).await;
    broken.abort();
}
