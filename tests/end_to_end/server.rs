//! A PostgreSQL server that the test runs itself, and what a test asks a server.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::PathBuf;
use std::time::Duration;

use futures_util::TryStreamExt;
use shopsim::config;
use shopsim::pg::embedded::{self, PrivateServerOptions, Spec, Stopped};
use shopsim::quoting::quote;
use tokio_postgres::{Client, NoTls};

use super::harness::{Place, free_port};

/// Longest wait for a server.
const DEADLINE: Duration = Duration::from_secs(60);

/// A server in the place's state folder: one that a run has left, or a new one.
pub struct Server {
    inner: embedded::PrivateServer,
    folder: PathBuf,
}

impl Server {
    /// A new server on a port of its own.
    pub async fn new(place: &Place, name: &str) -> Self {
        Self::start(place, name, free_port(), "shop").await
    }

    /// The private server that runs of the place have made for a shop, to look into it.
    pub async fn of_shop(place: &Place, shop: &str) -> Self {
        Self::start(place, shop, free_port(), "shop").await
    }

    /// Starts a server.
    pub async fn start(place: &Place, name: &str, port: u16, password: &str) -> Self {
        let config = config::Embedded { state_dir: Some(place.state()), ..Default::default() };
        let var = |name: &str| (!name.starts_with("SHOPSIM_")).then(|| std::env::var_os(name)).flatten();
        let settings = PrivateServerOptions::resolve(&config, &var).unwrap();
        let spec = Spec { shop: name.to_owned(), port, password: config::Secret::new(password) };
        let inner = match tokio::time::timeout(DEADLINE, embedded::PrivateServer::start(&settings, &spec))
            .await
        {
            Ok(Ok(server)) => server,
            Ok(Err(error)) => {
                panic!("these tests need PostgreSQL on this machine: {}", shopsim::text::with_causes(&error))
            }
            Err(_) => panic!("the server {name} did not come up within {DEADLINE:?}"),
        };
        Self { inner, folder: place.state().join(name) }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.inner.port()
    }

    /// Its postmaster's process.
    pub fn pid(&self) -> i32 {
        self.inner.pid()
    }

    /// A connection string for a shop's `database`.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://shop:shop@127.0.0.1:{}/{database}", self.port())
    }

    /// The same as a shop's config has it.
    pub fn connection(&self, database: &str) -> config::ConnectionParameters {
        config::ConnectionParameters { database: database.to_owned(), ..self.inner.connection() }
    }

    /// A session of the role that owns the databases.
    pub async fn client(&self, database: &str) -> Client {
        self.try_client(database).await.unwrap()
    }

    /// A session of the superuser.
    pub async fn superuser(&self, database: &str) -> Client {
        let password = std::fs::read_to_string(self.folder.join("superuser.pw")).unwrap();
        self.connect("postgres", password.trim(), database).await
    }

    /// A session of the owner's role, if the server gives one.
    pub async fn try_client(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let password = self.inner.connection().password.unwrap();
        self.try_connect("shop", password.reveal(), database).await
    }

    async fn connect(&self, user: &str, password: &str, database: &str) -> Client {
        self.try_connect(user, password, database).await.unwrap()
    }

    async fn try_connect(
        &self,
        user: &str,
        password: &str,
        database: &str,
    ) -> Result<Client, tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(self.port()).user(user).password(password).dbname(database);
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Makes further databases for shops.
    pub async fn create_databases(&self, names: &[&str]) {
        let superuser = self.superuser("postgres").await;
        for name in names {
            let create = format!("CREATE DATABASE {} OWNER shop", quote(name));
            superuser.batch_execute(&create).await.unwrap();
        }
    }

    /// Makes settings that hold from the next start on, or from a reload.
    pub async fn alter_system(&self, settings: &[(&str, &str)]) {
        let superuser = self.superuser("postgres").await;
        for (name, value) in settings {
            superuser.batch_execute(&format!("ALTER SYSTEM SET {name} = '{value}'")).await.unwrap();
        }
        superuser.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    }

    /// Writes a file that only the server's account can read.
    pub fn write_private(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let owner = std::fs::metadata(self.folder.join("data")).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        path
    }

    /// Shuts it down and waits for it.
    pub async fn stop(self) {
        assert_eq!(self.inner.stop().await.unwrap(), Stopped::Clean);
    }
}

/// Whether a relation is there.
pub async fn exists(client: &Client, relation: &str) -> bool {
    client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&relation]).await.unwrap().get(0)
}

/// The one number of a query.
pub async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// The last tick of a shop that is being watched; `None` before the first.
pub async fn last_tick(client: &Client, shop: &str) -> Option<i64> {
    if !exists(client, "shopsim.checkpoint").await {
        return None;
    }
    let query = "SELECT last_tick FROM shopsim.checkpoint WHERE shop = $1";
    client.query_opt(query, &[&shop]).await.unwrap()?.get(0)
}

/// What `COPY (query) TO STDOUT` prints.
pub async fn copy(client: &Client, query: &str) -> String {
    let stream = client.copy_out(&format!("COPY ({query}) TO STDOUT")).await.unwrap();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

/// All that users can see of a database, with where each row lies and which transaction wrote it: equal
/// before and after if and only if nothing was touched.
pub async fn untouched(client: &Client) -> String {
    let own = "n.nspname !~ '^(pg_|information_schema)'";
    let relations = format!(
        "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relfilenode, c.relowner, c.xmin \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {own} ORDER BY 1"
    );
    let mut dump = copy(client, &relations).await;
    let tables = format!(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE {own} AND c.relkind = 'r' ORDER BY 1, 2"
    );
    for table in client.query(&tables, &[]).await.unwrap() {
        let table = shopsim::quoting::qualified(table.get(0), table.get(1));
        dump += &format!("{table}\n");
        dump += &copy(client, &format!("SELECT ctid, xmin, xmax, t.* FROM {table} t ORDER BY ctid")).await;
    }
    dump
}
