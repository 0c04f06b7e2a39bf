//! Certificates of all kinds that servers and clients have, made by OpenSSL as people make them.

use std::process::Command;

use super::harness::{Ended, Place, UNLIMITED, chain, until};
use super::server::Server;
use super::tls::{assert_given_up, serve, shop};

/// Runs a command in the place's folder.
fn sh(place: &Place, command: &str) {
    let done = Command::new("sh").args(["-ec", command]).current_dir(place.path("")).output().unwrap();
    assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Makes `NAME.key` and `NAME.crt`, a certificate that is its own authority.
fn self_signed(place: &Place, name: &str, key: &str, subject: &str) {
    sh(place, &format!("openssl genpkey -algorithm {key} -out {name}.key"));
    sh(place, &format!("openssl req -new -x509 -key {name}.key -days 30 -subj {subject} -out {name}.crt"));
}

/// Makes `NAME.key` and `NAME.crt`, signed by an authority, as PostgreSQL's manual does it, but of a version: with
/// extensions it is 3.
fn signed(place: &Place, name: &str, authority: &str, subject: &str, version: u8) {
    let extensions = if version == 3 { "-extfile extensions" } else { "" };
    place.write("extensions", "keyUsage = digitalSignature\n");
    sh(
        place,
        &format!(
            "openssl req -new -nodes -newkey rsa:2048 -keyout {name}.key -subj {subject} -out {name}.csr && \
             openssl x509 -req -in {name}.csr -days 30 -CA {authority}.crt -CAkey {authority}.key -CAcreateserial \
             {extensions} -out {name}.crt"
        ),
    );
}

/// A server that shows `NAME.crt`, with a database for each of its shops.
async fn server(place: &Place, name: &str, settings: &[(&str, &str)], databases: &[&str]) -> Server {
    let server = Server::new(place, &format!("{name}-server")).await;
    serve(&server, &place.read(&format!("{name}.key")), &place.read(&format!("{name}.crt")), settings).await;
    server.create_databases(databases).await;
    server
}

async fn run(place: &Place, shops: &[String], code: i32) -> Ended {
    place.configure(&chain(shops));
    place.finish(&[&UNLIMITED[..], &["--until-tick", "3"]].concat(), code).await
}

fn assert_finished(ended: &Ended, names: &[&str]) {
    for name in names {
        let finished = ended.out.lines().any(|line| line.split_whitespace().take(2).eq([*name, "finished"]));
        assert!(finished, "{name} in:\n{}\n{}", ended.out, ended.err);
    }
}

/// Replaces the lines of `pg_hba.conf` for connections by TCP.
async fn let_in(server: &Server, lines: &str) {
    let superuser = server.superuser("postgres").await;
    let file: String = superuser.query_one("SHOW hba_file", &[]).await.unwrap().get(0);
    std::fs::write(file, format!("host all postgres all scram-sha-256\n{lines}\n")).unwrap();
    let expected = lines.lines().count() as i64 + 1;
    until("pg_hba.conf is loaded", async || {
        superuser.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        let count = "SELECT count(*) FROM pg_hba_file_rules WHERE error IS NULL";
        superuser.query_one(count, &[]).await.unwrap().get::<_, i64>(0) == expected
    })
    .await;
}

#[tokio::test]
async fn modes_that_ask_nobody_take_certificates_of_any_kind() {
    let place = Place::new("");
    self_signed(&place, "authority", "RSA", "/CN=authority");
    signed(&place, "version-1", "authority", "/CN=elsewhere", 1);
    self_signed(&place, "p-521", "EC -pkeyopt ec_paramgen_curve:P-521", "/CN=elsewhere");
    self_signed(&place, "ed448", "ED448", "/CN=elsewhere");
    self_signed(&place, "rsa-pss", "RSA-PSS", "/CN=elsewhere");
    let mut servers = Vec::new();
    let mut shops = Vec::new();
    let kinds = ["version-1", "p-521", "ed448", "rsa-pss"];
    for kind in kinds {
        let (require, prefer) = (format!("{kind}-require"), format!("{kind}-prefer"));
        let server = server(&place, kind, &[], &[&require, &prefer]).await;
        shops.push(shop(&require, &server, "127.0.0.1", "sslmode = \"require\""));
        shops.push(shop(&prefer, &server, "127.0.0.1", "sslmode = \"prefer\""));
        servers.push(server);
    }
    let ended = run(&place, &shops, 0).await;
    for kind in kinds {
        assert_finished(&ended, &[&format!("{kind}-require"), &format!("{kind}-prefer")]);
        let log = place.read(&format!("state/{kind}-server/postgres.log"));
        let mut sessions = log.lines().filter(|line| line.contains("application_name=shopsim/")).peekable();
        assert!(sessions.peek().is_some(), "{kind}");
        assert!(sessions.all(|line| line.contains("SSL enabled")), "{kind}: {log}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_agreed_with_is_gone_without_encryption_where_that_is_allowed() {
    let place = Place::new("");
    self_signed(&place, "narrow", "RSA", "/CN=localhost");
    // A key exchange that rustls does not have.
    let narrow = server(&place, "narrow", &[("ssl_ecdh_curve", "secp521r1")], &["prefer", "require"]).await;
    let shops = [
        shop("prefer", &narrow, "127.0.0.1", "sslmode = \"prefer\""),
        shop("require", &narrow, "127.0.0.1", "sslmode = \"require\""),
    ];
    let ended = run(&place, &shops, 3).await;
    assert_finished(&ended, &["prefer"]);
    assert_given_up(&ended.err, "require", "TLS 1.2 or 1.3, key exchange with X25519, P-256 or P-384");
}

#[tokio::test]
async fn a_server_that_lets_in_one_kind_of_connection_alone_gets_that_kind() {
    let place = Place::new("");
    self_signed(&place, "plain", "RSA", "/CN=localhost");
    self_signed(&place, "encrypted", "RSA", "/CN=localhost");
    let plain = server(&place, "plain", &[], &["prefer"]).await;
    let encrypted = server(&place, "encrypted", &[], &["allow", "disable"]).await;
    let_in(&plain, "hostnossl all shop all scram-sha-256").await;
    let_in(&encrypted, "hostssl all shop all scram-sha-256").await;
    let shops = [
        shop("prefer", &plain, "127.0.0.1", "sslmode = \"prefer\""),
        shop("allow", &encrypted, "127.0.0.1", "sslmode = \"allow\""),
        shop("disable", &encrypted, "127.0.0.1", "sslmode = \"disable\""),
    ];
    let ended = run(&place, &shops, 3).await;
    assert_finished(&ended, &["prefer", "allow"]);
    assert_given_up(&ended.err, "disable", "pg_hba.conf");
}

#[tokio::test]
async fn an_authority_that_is_named_is_asked_about_the_name_only_under_verify_full() {
    let place = Place::new("");
    self_signed(&place, "authority", "RSA", "/CN=authority");
    self_signed(&place, "other", "RSA", "/CN=authority");
    signed(&place, "elsewhere", "authority", "/CN=elsewhere.example", 3);
    let by = |mode: &str, root: &str| format!("sslmode = \"{mode}\", sslrootcert = \"{root}.crt\"");
    let taken = ["ca", "require"];
    let refused = ["ca-other", "require-other", "full"];
    let server = server(&place, "elsewhere", &[], &[&taken[..], &refused[..]].concat()).await;
    let shops = [
        shop("ca", &server, "localhost", &by("verify-ca", "authority")),
        shop("require", &server, "localhost", &by("require", "authority")),
        shop("ca-other", &server, "localhost", &by("verify-ca", "other")),
        shop("require-other", &server, "localhost", &by("require", "other")),
        shop("full", &server, "localhost", &by("verify-full", "authority")),
    ];
    let ended = run(&place, &shops, 3).await;
    assert_finished(&ended, &taken);
    for name in ["ca-other", "require-other"] {
        assert_given_up(&ended.err, name, "is not signed by a trusted authority");
    }
    assert_given_up(&ended.err, "full", "sslmode \"verify-ca\", which only checks the certificate authority");
}

#[tokio::test]
async fn certificates_as_the_manual_makes_them_are_proof_for_the_name_that_they_have() {
    let place = Place::new("");
    self_signed(&place, "authority", "RSA", "/CN=authority");
    self_signed(&place, "own", "EC -pkeyopt ec_paramgen_curve:P-256", "/CN=localhost");
    signed(&place, "version-1", "authority", "/CN=localhost", 1);
    let by = |mode: &str, root: &str| format!("sslmode = \"{mode}\", sslrootcert = \"{root}.crt\"");
    let own = server(&place, "own", &[], &["own-full", "own-ca", "own-name", "own-other"]).await;
    let version_1 = server(&place, "version-1", &[], &["v1-full", "v1-ca", "v1-name", "v1-other"]).await;
    let shops = [
        shop("own-full", &own, "localhost", &by("verify-full", "own")),
        shop("own-ca", &own, "127.0.0.1", &by("verify-ca", "own")),
        shop("own-name", &own, "127.0.0.1", &by("verify-full", "own")),
        shop("own-other", &own, "localhost", &by("verify-full", "authority")),
        shop("v1-full", &version_1, "localhost", &by("verify-full", "authority")),
        shop("v1-ca", &version_1, "127.0.0.1", &by("verify-ca", "authority")),
        shop("v1-name", &version_1, "127.0.0.1", &by("verify-full", "authority")),
        shop("v1-other", &version_1, "localhost", &by("verify-full", "own")),
    ];
    let ended = run(&place, &shops, 3).await;
    assert_finished(&ended, &["own-full", "own-ca", "v1-full", "v1-ca"]);
    for name in ["own-name", "v1-name"] {
        assert_given_up(&ended.err, name, "the server's certificate is for another name");
    }
    assert_given_up(&ended.err, "own-other", "or use sslmode \"require\" without `sslrootcert`");
    assert_given_up(&ended.err, "v1-other", "or use sslmode \"require\" without `sslrootcert`");
}

#[tokio::test]
async fn a_client_shows_its_certificate_where_a_server_asks_for_one() {
    let place = Place::new("");
    self_signed(&place, "authority", "RSA", "/CN=authority");
    signed(&place, "db", "authority", "/CN=localhost", 3);
    signed(&place, "client", "authority", "/CN=shop", 3);
    signed(&place, "old-client", "authority", "/CN=shop", 1);
    self_signed(&place, "stranger", "RSA", "/CN=shop");
    let names = ["by-certificate", "by-old-certificate", "in-url", "without", "stranger"];
    let server = Server::new(&place, "db-server").await;
    let roots = server.write_private("root.crt", &place.read("authority.crt"));
    let settings = [("ssl_ca_file", roots.to_str().unwrap())];
    serve(&server, &place.read("db.key"), &place.read("db.crt"), &settings).await;
    server.create_databases(&names).await;
    let_in(&server, "hostssl all shop all cert").await;
    let shown =
        |name: &str| format!("sslmode = \"require\", sslcert = \"{name}.crt\", sslkey = \"{name}.key\"");
    let url = format!(
        "postgres://shop@127.0.0.1:{}/in-url?sslmode=verify-ca&sslrootcert=authority.crt&sslcert=client.crt&sslkey=client.key",
        server.port()
    );
    let shops = [
        shop("by-certificate", &server, "127.0.0.1", &shown("client")),
        shop("by-old-certificate", &server, "127.0.0.1", &shown("old-client")),
        format!("name = \"in-url\"\ntick_interval = \"5s\"\ndatabase = \"{url}\""),
        shop("without", &server, "127.0.0.1", "sslmode = \"require\""),
        shop("stranger", &server, "127.0.0.1", &shown("stranger")),
    ];
    let ended = run(&place, &shops, 3).await;
    assert_finished(&ended, &["by-certificate", "by-old-certificate", "in-url"]);
    assert_given_up(&ended.err, "without", "requires a client certificate: set `sslcert` and `sslkey`");
    assert_given_up(&ended.err, "stranger", "does not accept the client certificate");
}

#[tokio::test]
async fn a_login_is_bound_to_the_encrypted_connection_where_that_is_asked_for() {
    let place = Place::new("");
    self_signed(&place, "db", "RSA", "/CN=localhost");
    self_signed(&place, "p-521", "EC -pkeyopt ec_paramgen_curve:P-521", "/CN=localhost");
    let bound = server(&place, "db", &[], &["bound", "unencrypted"]).await;
    let unchecked = server(&place, "p-521", &[], &["unchecked"]).await;
    let require = |mode: &str| format!("sslmode = \"{mode}\", channel_binding = \"require\"");
    let shops = [
        shop("bound", &bound, "127.0.0.1", &require("require")),
        shop("unencrypted", &bound, "127.0.0.1", &require("disable")),
        // Nobody knows who has the key that the login would be bound to.
        shop("unchecked", &unchecked, "127.0.0.1", &require("require")),
    ];
    let ended = run(&place, &shops, 3).await;
    assert_finished(&ended, &["bound"]);
    assert_given_up(&ended.err, "unencrypted", "channel_binding \"require\" needs an encrypted connection");
    assert_given_up(&ended.err, "unchecked", "an RSA, P-256, P-384 or Ed25519 key");
}
