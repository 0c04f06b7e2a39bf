//! The top level of a config, and the rules across its parts.
//!
//! Owns the rules that need more than one part: distinct names, ports and databases, and overrides of existing
//! tables.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned as TomlSpanned;
use toml::de::DeTable;

use super::context::Context;
use super::item::Item;
use super::problem::{Problem, did_you_mean, quote};
use super::reader::TableReader;
use super::shop::{self, Draft};
use super::{
    Config, Database, HostName, Listen, Table, cdc, lives, settings, table, table_life, tech, types, windows,
};

/// The port of the first embedded server without a port.
const FIRST_PORT: u16 = 5433;

/// Reads the document.
pub(super) fn config(document: &TomlSpanned<DeTable<'_>>, context: &Context<'_>) -> Config {
    let mut top = TableReader::new(context, "the file", document.get_ref(), 0..0);
    let seed = top.field("seed", super::seed).value().unwrap_or(0);
    let listen = top.field("listen", listen).value();
    let allowed_hosts = top.field("allowed_hosts", allowed_hosts).value().unwrap_or_default();
    let not_null = top.field("not_null", Item::boolean).value().unwrap_or(false);
    let defaults = shop::defaults(top.take("defaults"));
    let supervisor = settings::supervisor(top.take("supervisor"));
    let embedded = settings::embedded(top.take("embedded"));
    let logs = settings::logs(top.take("logs"));
    let types = types::types(top.take("types"));
    let lives = lives::lives(top.take("lives"));
    let capture = cdc::keys(top.take("cdc"), "[cdc]");
    let tech_fields = tech::tech_fields(top.take("tech_fields"));

    let mut drafts: Vec<Draft> = match top.take("shop") {
        Some(item) => {
            let shops = item.tables("shop");
            if shops.as_ref().is_some_and(Vec::is_empty) {
                no_shop(context);
            }
            shops.into_iter().flatten().map(|shop| shop::shop(shop, defaults.as_ref(), &capture)).collect()
        }
        None => {
            if !top.misspells("shop") {
                no_shop(context);
            }
            Vec::new()
        }
    };
    let tables = match top.take("tables") {
        Some(item) => {
            if item.is_empty_table() {
                no_table(context);
            }
            table::tables(&item, not_null, &tech_fields, &types)
        }
        None => {
            if !top.misspells("tables") {
                no_table(context);
            }
            None
        }
    };
    top.forbid("state_schema", "write it under [defaults] for all shops, or under a [[shop]]");
    top.finish(&["state_schema"]);

    names_differ(&drafts, context);
    for draft in &drafts {
        windows::check_nesting(
            &draft.spans,
            &draft.overrides,
            tables.as_deref().unwrap_or_default(),
            context,
        );
    }
    if let Some(tables) = &tables {
        types.differ_from(tables, context);
        table_life::check(&lives, tables, context);
        for draft in &drafts {
            overrides_fit(draft, tables, context);
        }
    }
    choose_ports(&mut drafts, context);
    databases_differ(&drafts, context);
    state_is_apart(&drafts, context);
    cdc::captures_differ(drafts.iter().filter_map(|draft| draft.shop.as_ref()), context);
    Config {
        seed,
        listen,
        allowed_hosts,
        other_locales: drafts
            .iter()
            .filter(|draft| draft.shop.is_none())
            .filter_map(|draft| draft.locale.clone())
            .collect(),
        shops: drafts.into_iter().filter_map(|draft| draft.shop).collect(),
        types: types.declared.into_iter().map(|declared| declared.value).collect(),
        lives: lives.declared,
        tables: tables.unwrap_or_default(),
        supervisor,
        embedded,
        logs,
    }
}

/// Reads an address to listen on; a port may be written as a number.
fn listen(item: &Item<'_>) -> Option<Listen> {
    if item.is_string() {
        return item.parse(str::parse);
    }
    item.integer(1..=u16::MAX).and_then(|port| port.to_string().parse().ok())
}

/// Reads names of hosts.
fn allowed_hosts(item: &Item<'_>) -> Option<Vec<HostName>> {
    let Some(elements) = item.elements() else {
        let help = format!("write `{} = [\"shopsim.example\"]`", item.key);
        return item.wrong_type("an array of strings", Some(help));
    };
    // Every wrong one is reported.
    let names: Vec<_> = elements.iter().map(|element| element.parse(str::parse)).collect();
    names.into_iter().collect()
}

fn no_shop(context: &Context<'_>) {
    context.report(
        Problem::of_file("there is no shop").help("add a branch: [[shop]] with name = \"shop-1\" below it"),
    );
}

fn no_table(context: &Context<'_>) {
    context.report(
        Problem::of_file("there is no table")
            .help("add one: [tables.customers] with insert_rows_per_tick, and its columns in [tables.customers.columns]"),
    );
}

/// Names must differ in more than case: they name folders, and some file systems ignore case.
fn names_differ(drafts: &[Draft], context: &Context<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in drafts.iter().filter_map(|draft| draft.name.as_ref()) {
        let lower = name.value.to_ascii_lowercase();
        match seen.get(&lower) {
            None => {
                seen.insert(lower, &name.value);
            }
            Some(first) => {
                let message = if *first == name.value {
                    format!("two shops are named {}", quote(first))
                } else {
                    format!(
                        "the names of the shops {} and {} differ only in case",
                        quote(first),
                        quote(&name.value)
                    )
                };
                context.report(Problem::error(&name.span, message).help("give each shop a name of its own"));
            }
        }
    }
}

fn overrides_fit(draft: &Draft, tables: &[Table], context: &Context<'_>) {
    let names: Vec<&str> = tables.iter().map(|table| table.name.value.as_str()).collect();
    for own in &draft.overrides {
        let name = &own.table;
        if !names.contains(&name.value.as_str()) {
            let message = format!("there is no table {} to override", quote(&name.value));
            context.report(Problem::error(&name.span, message).help(did_you_mean(&name.value, &names)));
        }
    }
}

/// Embedded servers without a port get the next free one, from 5433.
fn choose_ports(drafts: &mut [Draft], context: &Context<'_>) {
    let taken: BTreeSet<u16> = drafts.iter().filter_map(embedded_port).map(|(port, _)| port).collect();
    let mut free = (FIRST_PORT..=u16::MAX).filter(|port| !taken.contains(port));
    for shop in drafts.iter_mut().filter_map(|draft| draft.shop.as_mut()) {
        if let Database::Embedded { port: port @ 0 } = &mut shop.database.value {
            match free.next() {
                Some(next) => *port = next,
                None => context
                    .report(Problem::error(&shop.database.span, "no port is left for an embedded server")),
            }
        }
    }
}

/// The port of an embedded server with its place, once it has one.
fn embedded_port(draft: &Draft) -> Option<(u16, &Range<usize>)> {
    let shop = draft.shop.as_ref()?;
    match shop.database.value {
        Database::Embedded { port } if port > 0 => {
            Some((port, draft.port.as_ref().map_or(&shop.database.span, |port| &port.span)))
        }
        _ => None,
    }
}

/// No two shops may share an embedded server, or a schema of a database.
fn databases_differ(drafts: &[Draft], context: &Context<'_>) {
    let mut ports: BTreeMap<u16, &str> = BTreeMap::new();
    let mut schemas: BTreeMap<(String, u16, &str, &str), &str> = BTreeMap::new();
    for draft in drafts {
        let Some(shop) = &draft.shop else { continue };
        let name = shop.name.value.as_str();
        if let Some((port, span)) = embedded_port(draft)
            && let Some(first) = ports.insert(port, name)
        {
            context.report(
                Problem::error(
                    span,
                    format!("the shops {} and {} use the same port, {port}", quote(first), quote(name)),
                )
                .help("each embedded server needs a port of its own; remove `port` to have one chosen"),
            );
        }
        if let Database::Server(server) = &shop.database.value {
            let key =
                (server.host.to_lowercase(), server.port, server.database.as_str(), shop.schema.as_str());
            if let Some(first) = schemas.insert(key, name) {
                context.report(
                    Problem::error(
                        &shop.database.span,
                        format!(
                            "the shops {} and {} use the same database, {} at {} port {}, and the same schema, {}",
                            quote(first),
                            quote(name),
                            quote(&server.database),
                            quote(&server.host),
                            server.port,
                            quote(&shop.schema)
                        ),
                    )
                    .help("give each shop a database of its own, or a `schema` of its own"),
                );
            }
        }
    }
}

/// No shop's tables may be in the schema of shopsim's own state.
fn state_is_apart(drafts: &[Draft], context: &Context<'_>) {
    let mut places = BTreeSet::new();
    let shops = || drafts.iter().filter_map(|draft| draft.shop.as_ref());
    for state in shops().map(|shop| &shop.state_schema) {
        // Shops have the same place where [defaults] sets it.
        if let Some(shop) = shops().find(|shop| shop.schema == state.value)
            && places.insert(state.span.start)
        {
            let (schema, name) = (quote(&state.value), quote(&shop.name.value));
            context.report(
                Problem::error(
                    &state.span,
                    format!("the schema {schema} is that of the tables of shop {name}"),
                )
                .help("give shopsim's own state a schema of its own, such as \"shopsim\""),
            );
        }
    }
}
