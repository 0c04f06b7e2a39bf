//! Checks of the role that a tool connects as, and of its rights.
//!
//! Owns what a role needs; what a table must be like is in `tables`. Pure.

use super::{Case, Check, log, names, publication, readers, sql_name};
use crate::doctor::facts::{Role, Table};
use crate::doctor::finding::{Cure, Finding, Level, Step};
use crate::doctor::tools::{Publication, Tool};
use crate::quoting::quote;

pub(super) const CHECKS: &[Check] = &[
    missing,
    login,
    replication,
    superuser,
    connect,
    create,
    schema_missing,
    schema_usage,
    schema_create,
    select,
    owner,
    row_security,
    connections,
];

/// A finding about a role that is there, with its cure.
fn of_role(case: &Case<'_>, check: impl Fn(&Role) -> Option<(Finding, Vec<Cure>)>) -> Vec<Finding> {
    let found = case.facts.role.as_ref().and_then(check);
    found.map(|(found, cures)| found.cures(cures)).into_iter().collect()
}

fn cure(subject: &str, sql: String) -> Cure {
    Cure::now(Step::Roles, subject, sql)
}

fn missing(case: &Case<'_>) -> Vec<Finding> {
    if case.facts.role.is_some() {
        return vec![];
    }
    let name = case.role_name();
    let found = case.finding(
        "role-missing",
        |_| Some(Level::Error),
        format!("there is no role {name}"),
        "the tool cannot log in",
    );
    let log = case.tools.iter().any(|tool| tool.wants().reads_log);
    let replication = if log { " REPLICATION" } else { "" };
    let sql = format!("CREATE ROLE {} LOGIN{replication} PASSWORD '…';", quote(name));
    found.map(|found| found.cure(cure("role", sql).by_hand("choose a password"))).into_iter().collect()
}

fn login(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        let seen = format!("the role {} has no LOGIN", role.name);
        let found = case.finding("role-login", |_| Some(Level::Error), seen, "the tool cannot log in")?;
        let sql = format!("ALTER ROLE {} LOGIN;", quote(&role.name));
        (!role.login).then_some((found, vec![cure("login", sql)]))
    })
}

/// The attribute is not inherited: membership in a role that has it does not do.
fn replication(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        if role.replication || role.superuser || role.rds_replication == Some(true) {
            return None;
        }
        let seen = match &role.replication_of_group {
            Some(group) => format!(
                "the role {} has no REPLICATION; {group}, of which it is a member, has it, but attributes are not inherited",
                role.name
            ),
            None => format!("the role {} has no REPLICATION", role.name),
        };
        let why = "it can neither make a slot nor read one";
        let found = case.finding("role-replication", log(Level::Error), seen, why)?;
        let name = quote(&role.name);
        let sql = match role.rds_replication {
            Some(_) => format!("GRANT rds_replication TO {name};"),
            None => format!("ALTER ROLE {name} REPLICATION;"),
        };
        Some((found, vec![cure("replication", sql)]))
    })
}

fn superuser(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        if role.superuser || role.rds_superuser == Some(true) {
            return None;
        }
        let level = |tool: Tool| tool.wants().superuser.then_some(Level::Error);
        let seen = format!("the role {} is no superuser", role.name);
        let why = "AWS DMS makes objects of its own in the database, and asks for a superuser, or for rds_superuser on RDS";
        let found = case.finding("role-superuser", level, seen, why)?;
        let name = quote(&role.name);
        let sql = match role.rds_superuser {
            Some(_) => format!("GRANT rds_superuser TO {name};"),
            None => format!("ALTER ROLE {name} SUPERUSER;"),
        };
        Some((found, vec![cure("superuser", sql).by_hand("a superuser may do anything on this server")]))
    })
}

fn connect(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        let database = &case.facts.server.database;
        let seen = format!("the role {} has no CONNECT on the database {database}", role.name);
        let found = case.finding("database-connect", |_| Some(Level::Error), seen, "the tool is refused")?;
        let sql = format!("GRANT CONNECT ON DATABASE {} TO {};", quote(database), quote(&role.name));
        (!role.connect).then_some((found, vec![cure("connect", sql)]))
    })
}

fn create(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        if role.create || role.superuser {
            return None;
        }
        let has_publication = case.publication().is_some();
        let level = |tool: Tool| {
            let wants = tool.wants();
            match tool {
                // Its own schema may have been made for it.
                Tool::Shopsim => (role.state_schema != Some(true)).then_some(Level::Error),
                _ if wants.creates => Some(Level::Error),
                // It makes the publication if it finds none.
                Tool::Debezium => (!has_publication && case.knows_publications()).then_some(Level::Warning),
                _ => None,
            }
        };
        let database = &case.facts.server.database;
        let seen = format!("the role {} has no CREATE on the database {database}", role.name);
        let why = "a tool that makes its own publication or schema is refused";
        let found = case.finding("database-create", level, seen, why)?;
        let sql = format!("GRANT CREATE ON DATABASE {} TO {};", quote(database), quote(&role.name));
        Some((found, vec![cure("create", sql)]))
    })
}

fn schema_missing(case: &Case<'_>) -> Vec<Finding> {
    if case.facts.server.schema_exists {
        return vec![];
    }
    let level = if case.asked.tables_of_shopsim { Level::Note } else { Level::Error };
    let schema = &case.asked.schema;
    let seen = format!("there is no schema {schema}");
    let found = case.finding("schema-missing", |_| Some(level), seen, "there are no tables to read");
    let sql = format!("CREATE SCHEMA {};", quote(schema));
    let made = |found: Finding| found.cure(cure("schema", sql).by_hand("if the name is right"));
    found.map(made).into_iter().collect()
}

fn schema_usage(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        let schema = &case.asked.schema;
        let seen = format!("the role {} has no USAGE on the schema {schema}", role.name);
        let why = "the first copy of the tables is refused";
        let found = case.finding("schema-usage", |_| Some(Level::Error), seen, why)?;
        let sql = format!("GRANT USAGE ON SCHEMA {} TO {};", quote(schema), quote(&role.name));
        (role.schema_usage == Some(false)).then_some((found, vec![cure("usage", sql)]))
    })
}

/// shopsim creates its tables, and its record in a schema of its own.
fn schema_create(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        let of_tables = (role.schema_create == Some(false)).then_some(case.asked.schema.as_str());
        let of_record = (role.state_schema == Some(false)).then_some(&*case.asked.state_schema);
        let closed: Vec<&str> = of_tables.into_iter().chain(of_record).collect();
        if closed.is_empty() || role.superuser {
            return None;
        }
        let seen = format!("the role {} has no CREATE on the schema {}", role.name, closed.join(" and "));
        let level = |tool| (tool == Tool::Shopsim).then_some(Level::Error);
        let found = case.finding("schema-create", level, seen, "shopsim cannot create its tables")?;
        let grant = |schema: &&str| {
            let sql = format!("GRANT USAGE, CREATE ON SCHEMA {} TO {};", quote(schema), quote(&role.name));
            cure(&format!("create in {schema}"), sql)
        };
        Some((found, closed.iter().map(grant).collect()))
    })
}

/// Tables of which a right is missing, with a cure for each.
fn tables_without(
    case: &Case<'_>,
    right: impl Fn(&Table) -> Option<bool>,
    statement: impl Fn(&Table) -> String,
) -> Option<(String, Vec<Cure>)> {
    let missing: Vec<&Table> =
        case.facts.asked_tables().filter(|table| right(table) == Some(false)).collect();
    let cures = missing.iter().map(|table| {
        let sql = statement(table);
        Cure::now(Step::Roles, sql.clone(), sql)
    });
    let cures = cures.collect();
    (!missing.is_empty()).then(|| (names(missing), cures))
}

fn select(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        let grant = |table: &Table| format!("GRANT SELECT ON {} TO {};", sql_name(table), quote(&role.name));
        let (tables, cures) = tables_without(case, |table| table.select, grant)?;
        let seen = format!("the role {} has no SELECT on {tables}", role.name);
        let why = "the first copy of the tables is refused";
        Some((case.finding("table-select", readers(Level::Error), seen, why)?, cures))
    })
}

/// Only a table's owner adds it to a publication.
fn owner(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        if role.superuser {
            return None;
        }
        let has_publication = case.publication().is_some();
        let level = |tool: Tool| {
            let wants = tool.wants();
            let makes_it = wants.publication == Publication::ByTool && !has_publication;
            match tool {
                Tool::Shopsim => Some(Level::Error),
                _ if wants.owns_tables => Some(Level::Error),
                _ => makes_it.then_some(Level::Warning),
            }
        };
        let own = |table: &Table| format!("ALTER TABLE {} OWNER TO {};", sql_name(table), quote(&role.name));
        let (tables, cures) = tables_without(case, |table| table.owned, own)?;
        let seen = format!("the role {} does not own {tables}", role.name);
        let why = "only a table's owner adds it to a publication: make the publication by hand and tell the tool its name, or \
                   make the role a member of the owner";
        let cures = cures.into_iter().map(|cure| cure.by_hand("the former owner loses its rights"));
        let found = case.finding("table-owner", level, seen, why)?;
        // Where a tool only makes the publication, one that is there already is enough.
        let by_hand = found.tools.values().any(|level| *level == Level::Warning);
        let publication = by_hand.then(|| publication::made_by_hand(case)).flatten();
        Some((found, publication.into_iter().chain(cures).collect()))
    })
}

fn row_security(case: &Case<'_>) -> Vec<Finding> {
    of_role(case, |role| {
        let hidden: Vec<&Table> =
            case.facts.asked_tables().filter(|table| table.row_security == Some(true)).collect();
        if hidden.is_empty() || role.bypass_row_security || role.superuser {
            return None;
        }
        let seen = format!("row security is on for {}", names(hidden));
        let why = "the first copy has only the rows that the policies show to the role, and later changes of all rows";
        let found = case.finding("row-security", readers(Level::Warning), seen, why)?;
        let sql = format!("ALTER ROLE {} BYPASSRLS;", quote(&role.name));
        Some((found, vec![cure("row-security", sql)]))
    })
}

/// A shop has one connection, and commands that look at it a second one.
fn connections(case: &Case<'_>) -> Vec<Finding> {
    const NEEDED: i64 = 2;
    let reserved = ["superuser_reserved_connections", "reserved_connections"];
    let reserved: i64 = reserved.iter().filter_map(|name| case.facts.number(name)).sum();
    let (Some(most), Some(used)) = (case.facts.number("max_connections"), case.facts.activity.clients) else {
        return vec![];
    };
    // The session that asks is one of them.
    let free = most - reserved - used + 1;
    if free >= NEEDED {
        return vec![];
    }
    let seen = format!("{free} of {most} connections are free for roles without privileges");
    let level = |tool| (tool == Tool::Shopsim).then_some(Level::Error);
    let found = case.finding("connections", level, seen, "a shop has a connection of its own");
    let cure = Cure::setting(case.facts, "max_connections", &(most + 50).to_string());
    found.map(|found| found.cure(cure)).into_iter().collect()
}
