//! `[[shop]]` and `[defaults]`: one branch, merged from its own keys, its env file and the defaults, in this
//! order.
//!
//! Owns the keys of a shop and the rule of precedence. Rules across shops are `validate`'s.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::database::{self, Written};
use super::env_file::{self, EnvFile};
use super::identifier::check_identifier;
use super::item::Item;
use super::parameters::Parts;
use super::problem::{Problem, quote};
use super::reader::{Field, TableReader};
use super::windows::Nesting;
use super::{
    AfterDowntime, Database, InvalidValue, Override, Pace, Shop, Spanned, Start, Windows, cdc, table,
};

/// The default of `schema`.
const DEFAULT_SCHEMA: &str = "public";
/// The default of `state_schema`.
pub const DEFAULT_STATE_SCHEMA: &str = "shopsim";
/// The default of `tick_deadline`.
const TICK_DEADLINE: Duration = Duration::from_secs(10);
/// Its range: servers rarely answer in less, and PostgreSQL's timeouts are limited to 24 days.
const TICK_DEADLINES: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_hours(24);
/// The longest name of a shop: it names a folder and is part of a session's name.
const MOST_NAME_BYTES: usize = 63;

/// The keys that `[[shop]]` and `[defaults]` share.
#[derive(Clone, Default)]
pub(super) struct Keys {
    city: Field<String>,
    database: Field<Written>,
    schema: Field<String>,
    state_schema: Field<String>,
    locale: Field<String>,
    env_file: Field<EnvFile>,
    tick_interval: Field<Duration>,
    delete_older_than: Field<Option<Duration>>,
    update_not_older_than: Field<Option<Duration>>,
    stop_after: Field<Option<Duration>>,
    start: Field<Start>,
    pace: Field<Pace>,
    after_downtime: Field<AfterDowntime>,
    tick_deadline: Field<Duration>,
    synchronous_commit: Field<bool>,
}

/// A shop as far as it could be read, before the rules across shops are checked.
pub(super) struct Draft {
    /// Its name, if that is usable.
    pub(super) name: Option<Spanned<String>>,
    /// `port`, if set.
    pub(super) port: Option<Spanned<u16>>,
    /// `locale`, if set.
    pub(super) locale: Option<Spanned<String>>,
    /// The spans that ought to nest.
    pub(super) spans: Nesting,
    /// `[shop.tables.NAME]`.
    pub(super) overrides: Vec<Override>,
    /// The shop; `None` if a required part is wrong, which has been reported. An
    /// embedded server without a port has port 0 until one is chosen.
    pub(super) shop: Option<Shop>,
}

impl Keys {
    /// These where they are set, otherwise the others.
    fn or(self, other: Self) -> Self {
        Self {
            city: self.city.or(other.city),
            database: self.database.or(other.database),
            schema: self.schema.or(other.schema),
            state_schema: self.state_schema.or(other.state_schema),
            locale: self.locale.or(other.locale),
            env_file: self.env_file.or(other.env_file),
            tick_interval: self.tick_interval.or(other.tick_interval),
            delete_older_than: self.delete_older_than.or(other.delete_older_than),
            update_not_older_than: self.update_not_older_than.or(other.update_not_older_than),
            stop_after: self.stop_after.or(other.stop_after),
            start: self.start.or(other.start),
            pace: self.pace.or(other.pace),
            after_downtime: self.after_downtime.or(other.after_downtime),
            tick_deadline: self.tick_deadline.or(other.tick_deadline),
            synchronous_commit: self.synchronous_commit.or(other.synchronous_commit),
        }
    }

    /// Whether these keys of the shop override a setting of the env file.
    fn wins_over(&self, setting: &str, seed: &Field<u64>) -> bool {
        match setting {
            "GENERATOR_SEED" => !seed.is_absent(),
            "CITY_NAME" => !self.city.is_absent(),
            "STOP_GENERATOR_AFTER_SEC" => !self.stop_after.is_absent(),
            "DELETE_OLDER_THAN_SEC" => !self.delete_older_than.is_absent(),
            "UPDATE_NOT_OLDER_THAN_SEC" => !self.update_not_older_than.is_absent(),
            "TICK_INTERVAL_SEC" => !self.tick_interval.is_absent(),
            part => self.database.overrides(part),
        }
    }

    fn of_env_file(env: &Spanned<EnvFile>) -> Self {
        let file = env.value.clone();
        let database = if file.parts_wrong {
            Field::Invalid
        } else if file.parts.host.is_none() {
            Field::Absent
        } else {
            let value = Written::Server { parts: Box::new(file.parts), open: false, variable: false };
            Field::Set(Spanned { value, span: env.span.clone() })
        };
        Self {
            city: file.city,
            database,
            tick_interval: file.tick_interval,
            delete_older_than: file.delete_older_than,
            update_not_older_than: file.update_not_older_than,
            stop_after: file.stop_after,
            ..Self::default()
        }
    }
}

fn keys(table: &mut TableReader<'_>) -> Keys {
    Keys {
        city: table.field("city", Item::string),
        database: table.field("database", database::written),
        schema: table.field("schema", schema),
        state_schema: table
            .field("state_schema", |item| item.parse(|text| schema_name(text, DEFAULT_STATE_SCHEMA))),
        locale: table.field("locale", Item::nonempty),
        env_file: table.field("env_file", env_file::read),
        tick_interval: table.field("tick_interval", Item::positive_span),
        delete_older_than: table.field("delete_older_than", Item::span_or_off),
        update_not_older_than: table.field("update_not_older_than", Item::span_or_off),
        stop_after: table.field("stop_after", Item::span_or_off),
        start: table.field("start", |item| match item.datetime() {
            Some(text) => text.parse().map_or_else(|wrong| item.invalid(wrong), Some),
            None => item.parse(str::parse),
        }),
        pace: table.field("pace", |item| item.parse(str::parse)),
        after_downtime: table.field("after_downtime", |item| {
            item.choice(&[("pause", AfterDowntime::Pause), ("catch-up", AfterDowntime::CatchUp)])
        }),
        tick_deadline: table.field("tick_deadline", |item| item.span_within(&TICK_DEADLINES)),
        synchronous_commit: table.field("synchronous_commit", Item::boolean),
    }
}

/// Reads `[defaults]`.
pub(super) fn defaults(item: Option<Item<'_>>) -> Option<Keys> {
    let mut table = item?.table("[defaults]")?;
    let keys = keys(&mut table);
    table.forbid("name", "a name belongs to one shop: write it under its [[shop]]");
    table.forbid("port", "a port belongs to one shop: write it under its [[shop]]");
    table.forbid("seed", "write it under a [[shop]], or above the first table for the whole chain");
    table.forbid("tables", "write [tables.NAME] for all shops, [shop.tables.NAME] below a [[shop]] for one");
    table.forbid("cdc", "write [cdc] for all shops, [shop.cdc] below a [[shop]] for one");
    table.finish(&["name", "port", "seed", "tables", "cdc"]);
    Some(keys)
}

/// Reads one `[[shop]]`.
pub(super) fn shop(mut table: TableReader<'_>, defaults: Option<&Keys>, of_chain: &cdc::Keys) -> Draft {
    let name = table.required("name", "\"shop-1\"", |item| item.parse(name)).get();
    if let Some(name) = &name {
        table.name = format!("shop {}", quote(&name.value));
    }
    let seed = table.field("seed", super::seed);
    let port = table.field("port", |item| item.integer(1..=65535));
    let own = keys(&mut table);
    let overrides = overrides(&mut table);
    let capture = cdc::keys(table.take("cdc"), "[shop.cdc]").over(of_chain).capture();

    let env_file = own.env_file.clone().or(defaults.map_or(Field::Absent, |keys| keys.env_file.clone()));
    // An unreadable env file may have set anything: nothing is reported as missing.
    let env_unknown = matches!(env_file, Field::Invalid);
    let env = env_file.get();
    if let Some(env) = &env {
        env.value.report(|name| !own.wins_over(name, &seed), table.context);
    }
    let from_env = env.as_ref().map_or_else(Keys::default, Keys::of_env_file);
    let keys = own.or(from_env).or(defaults.cloned().unwrap_or_default());
    if keys.tick_interval.is_absent() && !env_unknown && !table.misspells("tick_interval") {
        table.context.report(
            Problem::error(&table.span, format!("{} has no `tick_interval`", table.name)).help(
                "add `tick_interval = \"15s\"` here or in [defaults], or TICK_INTERVAL_SEC to an env file",
            ),
        );
    }
    let spans = nesting(name.as_ref().map_or("", |name| &name.value), &keys);
    let parts = env.as_ref().map(|env| &env.value.parts);
    let database = resolve(keys.database, port.clone(), parts, env_unknown, &table);
    let seed = seed.or(env.as_ref().map_or(Field::Absent, |env| env.value.seed.clone())).value();
    let schema = match keys.schema {
        Field::Absent => Some(DEFAULT_SCHEMA.to_owned()),
        field => field.value(),
    };
    let state_schema = match keys.state_schema {
        Field::Absent => Some(Spanned { value: DEFAULT_STATE_SCHEMA.to_owned(), span: table.span.clone() }),
        field => field.get(),
    };
    let shop = match (name.clone(), keys.tick_interval.get(), database, schema.zip(state_schema)) {
        (Some(name), Some(tick_interval), Some(database), Some((schema, state_schema))) => Some(Shop {
            name,
            city: keys.city.value(),
            seed,
            database,
            schema,
            state_schema,
            locale: keys.locale.clone().get(),
            tick_interval,
            delete_older_than: keys.delete_older_than.value().flatten(),
            update_not_older_than: keys.update_not_older_than.value().flatten(),
            stop_after: keys.stop_after.value().flatten(),
            start: keys.start.get().unwrap_or(Spanned { value: Start::Now, span: table.span.clone() }),
            pace: keys.pace.value().unwrap_or(Pace::Factor { numerator: 1, denominator: 1 }),
            after_downtime: keys.after_downtime.value().unwrap_or(AfterDowntime::Pause),
            tick_deadline: keys.tick_deadline.value().unwrap_or(TICK_DEADLINE),
            synchronous_commit: keys.synchronous_commit.value().unwrap_or(false),
            capture,
            overrides: overrides.clone(),
        }),
        _ => None,
    };
    table.finish(&[]);
    Draft { name, port: port.get(), locale: keys.locale.get(), spans, overrides, shop }
}

fn nesting(shop: &str, keys: &Keys) -> Nesting {
    let on = |field: &Field<Option<Duration>>| {
        let Spanned { value, span } = field.clone().get()?;
        Some(Spanned { value: value?, span })
    };
    Nesting {
        shop: shop.to_owned(),
        stop_after: on(&keys.stop_after),
        delete_older_than: on(&keys.delete_older_than),
        update_not_older_than: on(&keys.update_not_older_than),
        tick_interval: keys.tick_interval.clone().get(),
    }
}

fn resolve(
    database: Field<Written>,
    port: Field<u16>,
    env: Option<&Parts>,
    env_unknown: bool,
    table: &TableReader<'_>,
) -> Option<Spanned<Database>> {
    let (value, span) = match database {
        Field::Invalid => return None,
        // The env file may have named a server.
        Field::Absent if env_unknown => return None,
        Field::Absent => (Written::Embedded, table.span.clone()),
        Field::Set(written) => (written.value, written.span),
    };
    match value {
        Written::Embedded if matches!(port, Field::Invalid) => None,
        Written::Embedded => {
            Some(Spanned { value: Database::Embedded { port: port.value().unwrap_or(0) }, span })
        }
        Written::Server { open: true, .. } if env_unknown => None,
        Written::Server { parts, open, variable } => {
            if let Some(port) = port.get().filter(|_| !variable) {
                table.context.report(
                    Problem::warning(
                        &port.span,
                        format!("`port` has no effect: {} does not use an embedded server", table.name),
                    )
                    .help("`port` is for an embedded server; set the port of any other server in `database`"),
                );
            }
            let server =
                database::server(Spanned { value: (*parts, open), span: span.clone() }, env, table.context)?;
            Some(Spanned { value: Database::Server(Box::new(server)), span })
        }
    }
}

/// Reads a shop's name.
fn name(text: &str) -> Result<String, InvalidValue> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && text.len() <= MOST_NAME_BYTES && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    if text.is_empty() {
        return Err(
            InvalidValue::new("the name of the shop is empty").help("write a name such as \"shop-1\"")
        );
    }
    Err(InvalidValue::new(format!("{} cannot be the name of a shop", quote(text))).help(format!(
        "1 to {MOST_NAME_BYTES} of a-z A-Z 0-9 _ . - starting with a letter or digit: it names a folder of logs"
    )))
}

fn schema(item: &Item<'_>) -> Option<String> {
    item.parse(|text| {
        if text == DEFAULT_STATE_SCHEMA {
            return Err(InvalidValue::new("the schema `shopsim` is reserved for shopsim's checkpoint")
                .help("choose another, such as \"public\""));
        }
        schema_name(text, DEFAULT_SCHEMA)
    })
}

fn schema_name(text: &str, default: &str) -> Result<String, InvalidValue> {
    check_identifier("schema", text)?;
    if text == "information_schema" || text.starts_with("pg_") {
        return Err(InvalidValue::new(format!("the schema {} belongs to PostgreSQL", quote(text)))
            .help(format!("choose another, such as \"{default}\"")));
    }
    Ok(text.to_owned())
}

/// Reads `[shop.tables.NAME]`.
fn overrides(table: &mut TableReader<'_>) -> Vec<Override> {
    let Some(all) = table.take("tables").and_then(|item| item.table("[shop.tables]")) else {
        return Vec::new();
    };
    let read = |item: Item<'_>| {
        let mut table = item.table(format!("[shop.tables.{}]", item.key))?;
        let read = Override {
            insert_rows_per_tick: table.field("insert_rows_per_tick", table::rows).value(),
            update_rows_per_tick: table.field("update_rows_per_tick", table::rows).value(),
            windows: Windows::read(&mut table),
            table: Spanned { value: item.key, span: item.key_span },
        };
        table.finish(&[]);
        Some(read)
    };
    all.entries().filter_map(read).collect()
}
