//! A copy of `deploy/` that is up: its folder, its containers, and what can be asked of them.
//!
//! Owns names, ports and the end of all that it has started. Must not know what is tested.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_postgres::{Client, NoTls};

use super::Form;
use super::docker::{Said, docker, run};
use super::harness::{free_port, until};

const TOP: &str = env!("CARGO_MANIFEST_DIR");
const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy");
/// The services of ours; Airflow, pgAdmin and the monitoring are other tests'.
const SERVICES: [&str; 3] = ["pg-shop-1", "pg-shop-2", "shopsim"];

/// The images that stacks are made of, and the Compose that starts them.
pub struct Images {
    compose: Vec<String>,
    /// The base of our image.
    pub slim: String,
    /// A server's, with a shell.
    pub postgres: String,
    /// Ours.
    pub shopsim: String,
}

impl Images {
    /// Makes the stand-ins, and our image from our Dockerfile as the compose file says.
    pub fn build(form: Form) -> Self {
        let script = Path::new(TOP).join("tests/stack/images/build");
        let shopsim = format!("shopsim-test/shopsim:{}", std::process::id());
        let mut build = Command::new(script);
        build.arg(&shopsim).args((form == Form::Full).then_some("full"));
        let made = run(&mut build).expect("our image and the stand-ins for others");
        let value = |name: &str| {
            let line = made.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
            line.unwrap_or_else(|| panic!("no {name}: {made}")).to_owned()
        };
        let compose = value("COMPOSE").split(' ').map(str::to_owned).collect();
        Self { compose, slim: value("RUNTIME"), postgres: value("POSTGRES"), shopsim }
    }

    /// Compose in a folder, whose files it finds as it does for anybody.
    fn compose(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.compose[0]);
        command.args(&self.compose[1..]).args(["--ansi", "never"]).current_dir(folder);
        command.env("SHOPSIM_IMAGE", &self.shopsim);
        // In pgAdmin's and Airflow's place a server's image stands, for its psql and psycopg2.
        for name in ["POSTGRES_IMAGE", "PGADMIN_IMAGE", "AIRFLOW_IMAGE"] {
            command.env(name, &self.postgres);
        }
        command
    }
}

impl Drop for Images {
    fn drop(&mut self) {
        // The layers of its build stay with the engine, for the next time.
        run(Command::new("docker").args(["rmi", "--force", &self.shopsim]));
    }
}

/// A stack of a test's own. However the test ends, nothing of it is left.
pub struct Stack<'a> {
    pub images: &'a Images,
    top: tempfile::TempDir,
    project: String,
    ports: [(&'static str, u16); 4],
}

impl<'a> Stack<'a> {
    /// A folder with a copy of `deploy/` and an empty `logs/`; nothing is up.
    pub fn new(images: &'a Images) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let top = tempfile::Builder::new().prefix("shopsim-stack-").tempdir().unwrap();
        run(Command::new("cp").args(["-r", DEPLOY]).arg(top.path())).expect("a copy of deploy/");
        std::fs::create_dir(top.path().join("logs")).unwrap();
        let ports = ["PG_SHOP_1_PORT", "PG_SHOP_2_PORT", "PG_DWH_PORT", "SHOPSIM_PORT"]
            .map(|name| (name, free_port()));
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { images, top, project: format!("shopsim-test-{}-{number}", std::process::id()), ports }
    }

    /// A file of the copy.
    pub fn path(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    /// Changes a file of the copy as a user would.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.path(name);
        let text = std::fs::read_to_string(&path).unwrap();
        // In place, as a container that is up has the very file.
        std::fs::write(path, super::harness::edit(&text, from, to)).unwrap();
    }

    /// Brings the chain and its databases up.
    pub fn up(&self) {
        self.compose(&[&["up", "--detach", "--no-build", "--quiet-pull"], &SERVICES[..]].concat())
            .expect("docker compose up");
    }

    /// Runs Compose on the copy.
    pub fn compose(&self, arguments: &[&str]) -> Said {
        let mut command = self.images.compose(&self.path("deploy"));
        command.args(["--project-name", &self.project]);
        // Root's files can be removed by root only, and root is not whom shopsim runs as.
        let owner = nix::unistd::getuid();
        if !owner.is_root() {
            command.env("SHOPSIM_UID", owner.to_string());
        }
        for (name, port) in self.ports {
            command.env(name, port.to_string());
        }
        run(command.args(arguments))
    }

    /// The container of a service, up or not.
    pub fn container(&self, service: &str) -> String {
        self.compose(&["ps", "--all", "--quiet", service]).expect("docker compose ps")
    }

    /// Something of a service's container, as a template of `docker inspect`.
    pub fn inspect(&self, service: &str, template: &str) -> String {
        docker(&["inspect", "--format", template, &self.container(service)])
    }

    /// The whole name of a network of the compose file.
    pub fn network(&self, name: &str) -> String {
        format!("{}_{name}", self.project)
    }

    /// What `shopsim verify` says in its container, after the ticks up to now.
    pub fn verify(&self) -> String {
        self.compose(&["exec", "-T", "shopsim", "shopsim", "verify"]).expect("shopsim verify")
    }

    /// All that shopsim has printed.
    pub fn printed(&self) -> String {
        let said = self.compose(&["logs", "--no-log-prefix", "--no-color", "shopsim"]);
        said.out + &said.err
    }

    /// What helps to understand a failure.
    pub fn told(&self) -> String {
        let told =
            [&["ps", "--all"][..], &["logs", "--no-color", "--tail", "30"]].map(|words| self.compose(words));
        told.map(|said| said.out + &said.err).join("\n")
    }

    fn port(&self, of: &str) -> u16 {
        self.ports.iter().find(|(name, _)| *name == of).unwrap().1
    }

    /// Code and text of a page of `--listen`; `None`: nobody answers.
    pub async fn page(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port("SHOPSIM_PORT"))).await.ok()?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: shopsim\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let (head, text) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, text.to_owned()))
    }

    /// Whether `/readyz` has this code and names these shops and no other.
    pub async fn is_ready(&self, code: u16, named: &[&str]) -> bool {
        let Some((found, text)) = self.page("/readyz").await else { return false };
        let names = ["shop-1", "shop-2"].map(|shop| named.contains(&shop) == text.contains(shop));
        found == code && (code == 200 || names == [true, true])
    }

    /// Waits until every shop that should run ticks on time.
    pub async fn ready(&self) {
        until("readyz is 200", async || self.is_ready(200, &[]).await).await;
    }

    /// The sum of all samples of a metric whose labels hold this text.
    pub async fn metric(&self, name: &str, labels: &str) -> f64 {
        let (code, text) = self.page("/metrics").await.unwrap();
        assert_eq!(code, 200, "{text}");
        let samples =
            text.lines().filter(|line| line.starts_with(&format!("{name}{{")) && line.contains(labels));
        let values: Vec<f64> =
            samples.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect();
        assert!(!values.is_empty(), "no {name} with {labels}: {text}");
        values.iter().sum()
    }

    /// A session in a shop's database, as the course's readers have it: through the port on this machine,
    /// with what stands in the shop's env file.
    pub async fn client(&self, shop: &str) -> Option<Client> {
        let text = std::fs::read_to_string(self.path(&format!("deploy/env/{shop}.env"))).unwrap();
        let value = |name: &str| {
            let mut lines = shopsim::config::env_lines(&text, &|_| None).into_iter();
            lines.find(|line| line.name == name).unwrap().value.unwrap().unwrap()
        };
        let port = if shop == "shop-1" { "PG_SHOP_1_PORT" } else { "PG_SHOP_2_PORT" };
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(self.port(port)).dbname(value("POSTGRES_DB"));
        config.user(value("POSTGRES_USER")).password(value("POSTGRES_PASSWORD"));
        let (client, connection) = config.connect(NoTls).await.ok()?;
        tokio::spawn(connection);
        Some(client)
    }

    /// The last tick that a shop has committed; `None`: not one, or nobody answers.
    pub async fn tick(&self, shop: &str) -> Option<i64> {
        let query = "SELECT last_tick FROM shopsim.checkpoint";
        self.client(shop).await?.query_one(query, &[]).await.ok()?.get(0)
    }

    /// Waits until a shop has committed some more ticks.
    pub async fn ticks(&self, shop: &str, more: i64) {
        let before = self.tick(shop).await.unwrap_or(-1);
        let what = format!("{shop} makes {more} ticks after tick {before}");
        until(&what, async || self.tick(shop).await.is_some_and(|tick| tick >= before + more)).await;
    }

    /// How many times a shop's ticks were held up.
    pub async fn pauses(&self, shop: &str) -> i64 {
        let client = self.client(shop).await.unwrap();
        client.query_one("SELECT count(*) FROM shopsim.pause", &[]).await.unwrap().get(0)
    }
}

impl Drop for Stack<'_> {
    fn drop(&mut self) {
        self.compose(&["down", "--volumes", "--remove-orphans", "--timeout", "1"]);
    }
}
