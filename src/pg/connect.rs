//! A connection to a shop's server, made so that silence is a failure.
//!
//! Owns connection parameters; must not know the shop's tables.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::error::PgError;
use super::{settings, tls};
use crate::config::{Server, SslMode};

/// Time for an answer that has come already to be found.
const GRACE: Duration = Duration::from_millis(200);

/// `host:port/database`, for messages.
pub fn address(server: &Server) -> String {
    format!("{}:{}/{}", server.host, server.port, server.database)
}

/// Values of a statement's `$1`, `$2`, …
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A client with the task that drives it; the task ends with it.
pub struct Connection {
    /// Sends the statements.
    pub client: Client,
    driver: JoinHandle<()>,
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
    /// Connects as `shopsim/<shop>` and makes the session's settings.
    pub async fn open(
        server: &Server,
        shop: &str,
        deadline: Duration,
        synchronous_commit: bool,
    ) -> Result<Self, PgError> {
        let address = address(server);
        let tls =
            tls::connector(server).map_err(|reason| PgError::Tls { address: address.clone(), reason })?;
        let (lost, between) = settings::LOST_KEEPALIVES;
        let mut config = tokio_postgres::Config::new();
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
            .ssl_mode(match server.sslmode {
                _ if server.host.starts_with('/') => tokio_postgres::config::SslMode::Disable,
                SslMode::Disable => tokio_postgres::config::SslMode::Disable,
                SslMode::Prefer => tokio_postgres::config::SslMode::Prefer,
                SslMode::Require | SslMode::VerifyFull => tokio_postgres::config::SslMode::Require,
            });
        if let Some(password) = &server.password {
            config.password(password.reveal());
        }
        let connecting = timeout(deadline, config.connect(tls)).await;
        let (client, connection) = match connecting {
            Ok(Ok(pair)) => pair,
            Ok(Err(source)) => return Err(PgError::Connect { address, source }),
            Err(_) => return Err(PgError::Unreachable { address, after: deadline }),
        };
        let driver = tokio::spawn(async move {
            // What broke the connection is told by the statement that waits for an answer.
            let _ = connection.await;
        });
        let connection = Self { client, driver, deadline };
        connection.settle(synchronous_commit).await?;
        Ok(connection)
    }

    /// Makes the session's settings.
    async fn settle(&self, synchronous_commit: bool) -> Result<(), PgError> {
        let settings = settings::statements(self.deadline, synchronous_commit);
        let check_client = settings::check_client(self.deadline);
        let doing = "make the session's settings";
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

    /// Runs a query that always has one row.
    pub async fn query_one(
        &self,
        doing: &str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Row, PgError> {
        self.within(doing, self.client.query_one(sql, parameters)).await
    }

    /// Runs a statement and waits for the number of rows that it touched.
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
            // A process that was stopped meanwhile finds the deadline over before it has looked for the answer.
            Err(_) => timeout(GRACE, answer).await,
            answered => answered,
        };
        match answered {
            Ok(answer) => answer.map_err(PgError::statement(doing)),
            Err(_) => Err(PgError::Deadline { doing: doing.to_owned(), after: self.deadline }),
        }
    }
}
