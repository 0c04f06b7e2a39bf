//! The role and the database `shop` in a running private server.
//!
//! Owns the two statements that create them; the superuser's password is read only here.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, NoTls};

use super::cluster::SUPERUSER;
use super::error::EmbeddedError;
use super::folder::Folder;
use super::guard;
use super::settings::{DATABASE, ROLE, Spec};
use crate::quoting::literal;

/// The maximum length of a superuser's password file.
pub(super) const PASSWORD_BYTES_MAX: u64 = 1 << 10;
/// How long to wait for another shopsim to create role and database.
const GUEST_WAIT: Duration = Duration::from_secs(5);

/// Makes sure that the role can log in with its password and that its database exists. Takes one connection if nothing
/// is to be done.
pub(super) async fn ensure(folder: &Folder, spec: &Spec, port: u16) -> Result<(), EmbeddedError> {
    let failed = |action| {
        let shop = spec.shop.clone();
        move |source| EmbeddedError::Connect { shop, port, action, source }
    };
    let first = guard::read(&folder.first_password_file(), PASSWORD_BYTES_MAX)?;
    if first.is_none() {
        match log_in(spec, port).await {
            Ok(()) => return Ok(()),
            Err(error) if is_refusal(&error) => {}
            Err(error) => return Err(failed("log in as the role `shop`")(error)),
        }
    }
    let own = guard::read_file(&folder.password_file(), PASSWORD_BYTES_MAX)?;
    let own = own.trim_end();
    let as_superuser = async |password: &str| {
        with_client(port, SUPERUSER, password, SUPERUSER, async |client| create(client, spec, own).await)
            .await
    };
    let created = match &first {
        // An earlier start may have been killed after this step.
        Some(first) => match as_superuser(first).await {
            Err(error) if is_refusal(&error) => as_superuser(own).await,
            created => created,
        },
        None => as_superuser(own).await,
    };
    created.map_err(failed("create the role and database `shop`"))?;
    if first.is_some() {
        let path = folder.first_password_file();
        std::fs::remove_file(&path).map_err(EmbeddedError::io("remove", path))?;
    }
    log_in(spec, port).await.map_err(failed("log in as the role `shop`"))
}

/// Waits until the role, which another shopsim creates, can log in.
pub(super) async fn await_made(spec: &Spec, port: u16) -> Result<(), EmbeddedError> {
    let began = Instant::now();
    loop {
        match log_in(spec, port).await {
            Ok(()) => return Ok(()),
            Err(error) if is_refusal(&error) => {
                if began.elapsed() > GUEST_WAIT {
                    return Err(EmbeddedError::OtherPassword { shop: spec.shop.clone(), port });
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(source) => {
                let action = "log in as the role `shop`";
                return Err(EmbeddedError::Connect { shop: spec.shop.clone(), port, action, source });
            }
        }
    }
}

/// Whether a server that should be ready rejects connections because it is shutting down.
pub(super) async fn is_closing(spec: &Spec, port: u16) -> bool {
    let closing = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
    log_in(spec, port).await.is_err_and(|error| error.code().is_none_or(|code| closing.contains(code)))
}

/// Whether the server reports a wrong or missing role, password or database.
fn is_refusal(error: &Error) -> bool {
    let refusals = [
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        SqlState::INVALID_CATALOG_NAME,
    ];
    error.code().is_some_and(|code| refusals.contains(code))
}

async fn log_in(spec: &Spec, port: u16) -> Result<(), Error> {
    with_client(port, ROLE, spec.password.reveal(), DATABASE, async |_| Ok(())).await
}

async fn create(client: &Client, spec: &Spec, superuser: &str) -> Result<(), Error> {
    // Failed statements are logged by default, and these contain passwords, quoted for the second setting. If a crash
    // undid the commit, shopsim would be locked out: the initial password is deleted after this.
    let settings = "SET log_min_error_statement = panic; SET standard_conforming_strings = on; \
                    SET synchronous_commit = on";
    client.batch_execute(settings).await?;
    client.batch_execute(&format!("ALTER ROLE {SUPERUSER} PASSWORD {}", literal(superuser))).await?;
    let role = client.query_opt("SELECT FROM pg_roles WHERE rolname = $1", &[&ROLE]).await?;
    let verb = if role.is_some() { "ALTER" } else { "CREATE" };
    let password = literal(spec.password.reveal());
    client.batch_execute(&format!("{verb} ROLE {ROLE} LOGIN REPLICATION PASSWORD {password}")).await?;
    let database = client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&DATABASE]).await?;
    if database.is_none() {
        client.batch_execute(&format!("CREATE DATABASE {DATABASE} OWNER {ROLE}")).await?;
    }
    Ok(())
}

/// Connects, does some work and disconnects, all in the caller's task.
async fn with_client<T>(
    port: u16,
    user: &str,
    password: &str,
    database: &str,
    work: impl AsyncFnOnce(&Client) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut config = tokio_postgres::Config::new();
    config.host("127.0.0.1").port(port).user(user).password(password).dbname(database);
    config.application_name("shopsim").connect_timeout(Duration::from_secs(10));
    let (client, connection) = config.connect(NoTls).await?;
    let (done, ended) = tokio::join!(
        async {
            let done = work(&client).await;
            drop(client);
            done
        },
        connection
    );
    let done = done?;
    ended.map(|()| done)
}
