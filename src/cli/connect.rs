//! `shopsim connect`: what to paste into a client so that it reads a shop's database.
//!
//! Owns the arguments, the choice of the shop, whether its password is shown, and how texts are joined. The texts are those
//! of [`crate::clients`].

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::ShopsFile;
use crate::chain::{Chain, Overrides, Shop};
use crate::clients::{CLIENTS, Endpoint, PLACEHOLDER, Snippet, snippets};
use crate::config::{Database, Embedded};
use crate::pg::embedded::Spec;

const AFTER_HELP: &str = "\
Reads the config only: the shop need not run, and nothing is written. With --for the text alone is printed, so that it can be \
piped; of dlt, which has two, the second follows after a comment line. What else there is to say goes to stderr.

The well-known password of a private server is part of the text. One that you have configured is not, unless you pass \
--with-password: then the terminal, or the file that you write, has it. Without it, <password> stands for it where the client \
does not ask.

Debezium and Airbyte get the publication of [cdc], and the first of its slots whose name begins with the client's. Where there \
is none, both are named after the client and the shop, such as airbyte_shop_1. Debezium creates what is missing; for Airbyte \
add it to [cdc], or create it once: docs/change-capture.md shows it.

Exit codes: 0 printed, 2 the command line or the config is invalid, there is no such shop, or the client cannot connect to \
such a server.

Examples:
  shopsim connect shop-1                   the texts for all clients
  shopsim connect shop-1 --for psql        a command for the shell
  psql \"$(shopsim connect shop-1 --for url --with-password)\"
  shopsim connect shop-1 --for debezium > connector.json
  shopsim connect shop-1 --for dbt > profiles.yml
  shopsim connect shop-1 --for pgpass --with-password >> ~/.pgpass";

/// `shopsim connect`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
    /// The shop; may be left out if the config has one only
    #[arg(value_name = "SHOP")]
    shop: Option<String>,
    /// Print the text for this client only
    #[arg(long = "for", value_name = "CLIENT", value_parser = clients())]
    client: Option<String>,
    /// Write the password that is configured for the database into the text
    #[arg(long)]
    with_password: bool,
}

/// The clients by name, each with what is printed.
fn clients() -> PossibleValuesParser {
    CLIENTS.map(|(name, what)| PossibleValue::new(name).help(what)).into()
}

/// What is printed.
#[derive(Debug)]
pub struct Answer {
    /// What is pasted.
    pub text: String,
    /// What there is to say about it.
    pub note: Option<String>,
}

impl Arguments {
    /// The overrides of the config: the shop.
    pub fn overrides(&self) -> Overrides {
        Overrides { only: self.shop.iter().cloned().collect(), ..Overrides::default() }
    }
}

/// What was asked for.
///
/// # Errors
/// If it is not clear which shop is meant, or the client cannot connect to its server.
pub fn answer(arguments: &Arguments, chain: &Chain) -> Result<Answer, String> {
    let [shop] = &chain.shops[..] else {
        let names: Vec<&str> = chain.shops.iter().map(|shop| shop.plan.name.as_str()).collect();
        return Err(format!("which shop? name one: {}", names.join(", ")));
    };
    let (endpoint, has_password) = endpoint(shop, &chain.config.embedded, arguments.with_password);
    let mut all = snippets(&shop.plan, &shop.capture, &endpoint);
    let text = match &arguments.client {
        None => with_headings(&all),
        Some(client) => {
            all.retain(|snippet| snippet.client == client);
            if let Some(unusable) = all.iter().find(|snippet| !snippet.is_usable) {
                return Err(unusable.text.trim_start_matches("# ").to_owned());
            }
            alone(&all)
        }
    };
    let (name, has_placeholder) = (&shop.plan.name, text.contains(PLACEHOLDER));
    let note = match (endpoint.password.is_some(), has_password, has_placeholder) {
        (true, ..) | (false, false, false) => None,
        (false, true, true) => Some(format!(
            "{PLACEHOLDER} stands for the password of `{name}`; pass --with-password to write it into the text"
        )),
        (false, true, false) => Some(format!(
            "the password of `{name}` is left out; pass --with-password to write it into the text"
        )),
        (false, false, true) => Some(format!(
            "the config has no password for `{name}`: write it in place of {PLACEHOLDER}, if the server asks for one"
        )),
    };
    Ok(Answer { text, note })
}

/// Where clients connect to, and whether a password is configured, be it shown or not.
fn endpoint(shop: &Shop, embedded: &Embedded, with_password: bool) -> (Endpoint, bool) {
    match &shop.config.database.value {
        Database::Server(server) if with_password => {
            (Endpoint::with_password(server), server.password.is_some())
        }
        Database::Server(server) => (Endpoint::of(server), server.password.is_some()),
        Database::Embedded { port } => {
            let spec = Spec::new(shop.plan.name.clone(), *port, embedded);
            let endpoint = Endpoint::with_password(&spec.connection());
            let password = if with_password { endpoint.password } else { spec.shown_password() };
            (Endpoint { password, ..endpoint }, true)
        }
    }
}

/// All texts, each below a heading.
fn with_headings(all: &[Snippet]) -> String {
    let texts: Vec<String> =
        all.iter().map(|snippet| format!("# {}\n{}\n", snippet.title, snippet.text)).collect();
    texts.join("\n")
}

/// The texts of one client; from the second on, each below a heading.
fn alone(texts: &[Snippet]) -> String {
    let Some((first, rest)) = texts.split_first() else { return String::new() };
    match rest {
        [] => format!("{}\n", first.text),
        rest => format!("{}\n\n{}", first.text, with_headings(rest)),
    }
}
