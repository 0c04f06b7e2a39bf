//! The role and the database `shop` in a running private server.
//!
//! Owns the two statements that make them; the superuser's password is read here and nowhere else.

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

/// The longest password of a superuser that is read.
pub(super) const PASSWORD_BYTES_MAX: u64 = 1 << 10;
/// How long a guest waits for the owner to make role and database.
const GUEST_WAIT: Duration = Duration::from_secs(5);

/// Makes sure that the role can log in with its password and that its database is there. Costs one
/// connection where all is well.
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
    let made = match &first {
        // A start that was killed may have been here before.
        Some(first) => match as_superuser(first).await {
            Err(error) if is_refusal(&error) => as_superuser(own).await,
            made => made,
        },
        None => as_superuser(own).await,
    };
    made.map_err(failed("make the role and database `shop`"))?;
    if first.is_some() {
        let path = folder.first_password_file();
        std::fs::remove_file(&path).map_err(EmbeddedError::io("remove", path))?;
    }
    log_in(spec, port).await.map_err(failed("log in as the role `shop`"))
}

/// Waits until the role can log in, which another shopsim sees to.
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

/// Whether a server that should be ready takes no connection, because it has been told to shut down.
pub(super) async fn is_closing(spec: &Spec, port: u16) -> bool {
    let closing = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
    log_in(spec, port).await.is_err_and(|error| error.code().is_none_or(|code| closing.contains(code)))
}

/// Whether the server says that the role, its password or the database is not as it should be.
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
    // A statement that fails is logged by default, and ours hold passwords, written as the second setting has it. A
    // password whose commit a crash takes back would lock shopsim out: the first one is forgotten after this.
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

/// Connects, works and hangs up, all in the caller's task.
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
