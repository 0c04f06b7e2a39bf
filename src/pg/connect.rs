//! A connection to a shop's server, on which every answer has a deadline.
//!
//! Owns connection parameters; must not know the shop's tables.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode as Encryption;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::{Class, PgError};
use super::{settings, tls};
use crate::config::{ChannelBinding, ConnectionParameters, SslMode};

/// Time to find an answer that has already arrived.
const GRACE: Duration = Duration::from_millis(200);

/// `host:port/database`, for messages.
pub fn address(server: &ConnectionParameters) -> String {
    format!("{}:{}/{}", server.host, server.port, server.database)
}

/// The parameters of a connection, except for encryption.
fn config(server: &ConnectionParameters, shop: &str, deadline: Duration) -> Config {
    let (lost, between) = settings::LOST_KEEPALIVES;
    let mut config = Config::new();
    config
        .host(&server.host)
        .port(server.port)
        .user(&server.user)
        .dbname(&server.database)
        .application_name(format!("shopsim/{shop}"))
        .connect_timeout(deadline)
        .keepalives_idle(Duration::from_secs(settings::keepalive_seconds(deadline)))
        .keepalives_interval(Duration::from_secs(between))
        .keepalives_retries(lost)
        .tcp_user_timeout(deadline)
        .channel_binding(match server.encryption.channel_binding {
            ChannelBinding::Disable => tokio_postgres::config::ChannelBinding::Disable,
            ChannelBinding::Prefer => tokio_postgres::config::ChannelBinding::Prefer,
            ChannelBinding::Require => tokio_postgres::config::ChannelBinding::Require,
        });
    if let Some(options) = &server.options {
        config.options(options);
    }
    if let Some(password) = &server.password {
        config.password(password.reveal());
    }
    config
}

/// Whether the connection is encrypted, and the fallback if that fails.
fn encryptions(server: &ConnectionParameters) -> (Encryption, Option<Encryption>) {
    match server.encryption.sslmode {
        // There is no encryption on a local socket.
        _ if server.host.starts_with('/') => (Encryption::Disable, None),
        SslMode::Disable => (Encryption::Disable, None),
        SslMode::Allow => (Encryption::Disable, Some(Encryption::Require)),
        SslMode::Prefer => (Encryption::Prefer, Some(Encryption::Disable)),
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => (Encryption::Require, None),
    }
}

/// One attempt to connect.
async fn connect(
    mut config: Config,
    encryption: Encryption,
    tls: &MakeRustlsConnect,
    server: &ConnectionParameters,
    deadline: Duration,
) -> Result<
    (Client, tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>),
    PgError,
> {
    config.ssl_mode(encryption);
    match timeout(deadline, config.connect(tls.clone())).await {
        Ok(connected) => connected.map_err(|source| PgError::Connect { address: address(server), source }),
        Err(_) => Err(PgError::Unreachable { address: address(server), after: deadline }),
    }
}

/// Values of a statement's `$1`, `$2`, …
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A client and the task that drives it, which ends when this is dropped.
pub struct Connection {
    /// Sends the statements.
    pub client: Client,
    /// Ends with the connection, and says why that ended.
    driver: JoinHandle<Result<(), tokio_postgres::Error>>,
    /// Its server and database, for messages.
    pub address: String,
    /// Longest wait for one answer.
    pub deadline: Duration,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A black-holed socket would keep the task alive for ever.
        self.driver.abort();
    }
}

impl Connection {
    /// Connects with the application name `shopsim/<shop>` and applies the session's settings.
    pub async fn open(
        server: &ConnectionParameters,
        shop: &str,
        deadline: Duration,
        synchronous_commit: bool,
    ) -> Result<Self, PgError> {
        let tls = tls::connector(&server.encryption)
            .map_err(|reason| PgError::Tls { address: address(server), reason })?;
        let config = config(server, shop, deadline);
        let (first, second) = encryptions(server);
        let mut connected = connect(config.clone(), first, &tls, server, deadline).await;
        if let (Err(error), Some(second)) = (&connected, second)
            && error.is_about_encryption()
        {
            match connect(config, second, &tls, server, deadline).await {
                // The error of the preferred encryption is more helpful.
                Err(other) if other.class() == Class::Permanent => {}
                other => connected = other,
            }
        }
        let (client, connection) = connected?;
        // A statement that waits for an answer reports itself why the connection broke.
        let driver = tokio::spawn(connection);
        let connection = Self { client, driver, address: address(server), deadline };
        connection.settle(synchronous_commit).await?;
        Ok(connection)
    }

    /// Waits until the connection ends while no statement is under way, and returns why. Not to be called again then.
    pub async fn lost(&mut self) -> PgError {
        let doing = "keep the connection open";
        match (&mut self.driver).await {
            Ok(Err(source)) => PgError::statement(doing)(source),
            // The server has closed it without a word: so says the next statement, too.
            Ok(Ok(())) | Err(_) => match self.client.simple_query("").await {
                Err(source) => PgError::statement(doing)(source),
                Ok(_) => PgError::Unreachable { address: self.address.clone(), after: self.deadline },
            },
        }
    }

    /// Applies the session's settings.
    async fn settle(&self, synchronous_commit: bool) -> Result<(), PgError> {
        let settings = settings::statements(self.deadline, synchronous_commit);
        let check_client = settings::check_client(self.deadline);
        let doing = "apply the session's settings";
        let (settled, _) = join(self.batch(doing, &settings), self.batch(doing, &check_client)).await;
        settled
    }

    /// Runs a query and waits for its rows.
    pub async fn query(
        &self,
        doing: &str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, PgError> {
        self.within(doing, self.client.query(sql, parameters)).await
    }

    /// Runs a query that always returns one row.
    pub async fn query_one(
        &self,
        doing: &str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Row, PgError> {
        self.within(doing, self.client.query_one(sql, parameters)).await
    }

    /// Runs a statement and waits for the number of affected rows.
    pub async fn execute(&self, doing: &str, sql: &str, parameters: Parameters<'_>) -> Result<u64, PgError> {
        self.within(doing, self.client.execute(sql, parameters)).await
    }

    /// Runs statements without parameters.
    pub async fn batch(&self, doing: &str, sql: &str) -> Result<(), PgError> {
        self.within(doing, self.client.batch_execute(sql)).await
    }

    /// Waits for one answer of the server, at most the deadline.
    pub async fn within<T>(
        &self,
        doing: &str,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, PgError> {
        let mut answer = pin!(answer);
        let answered = match timeout(self.deadline, &mut answer).await {
            // After the process was suspended, the deadline may have passed before the answer could be read.
            Err(_) => timeout(GRACE, answer).await,
            answered => answered,
        };
        match answered {
            Ok(answer) => answer.map_err(PgError::statement(doing)),
            Err(_) => Err(PgError::Deadline { doing: doing.to_owned(), after: self.deadline }),
        }
    }
}
