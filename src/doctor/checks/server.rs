//! Checks of the server itself: version, log level, standby, the way to it, encoding, clocks, failover.
//!
//! Owns what versions can do. Pure.

use super::{Case, Check, few, log, readers, seconds};
use crate::doctor::facts::Rule;
use crate::doctor::finding::{Cure, Finding, Level};
use crate::doctor::tools::Tool;

pub(super) const CHECKS: &[Check] = &[
    server_version,
    old_release,
    wal_level,
    standby,
    standby_feedback,
    pooler,
    no_tls,
    listens_locally,
    hba_local,
    hba_errors,
    encoding,
    time_zone,
    clock_skew,
    failover_slots,
    unknown,
];

/// Major versions with the minor release that this program knows as the newest, and the end of their maintenance in
/// seconds since 1970 (<https://www.postgresql.org/support/versioning/>).
const RELEASES: [(u32, u32, f64); 7] = [
    (12, 22, 1_732_147_200.0),
    (13, 23, 1_762_992_000.0),
    (14, 23, 1_794_441_600.0),
    (15, 18, 1_825_891_200.0),
    (16, 14, 1_857_340_800.0),
    (17, 10, 1_888_790_400.0),
    (18, 4, 1_920_844_800.0),
];

/// The last day of a clock's difference that is not told, in seconds.
const SKEW: f64 = 5.0;

fn server_version(case: &Case<'_>) -> Vec<Finding> {
    let major = case.facts.major();
    let level = |tool: Tool| {
        let versions = &tool.wants().versions;
        match () {
            () if major < *versions.start() => Some(Level::Error),
            () if major > *versions.end() => Some(Level::Warning),
            () => None,
        }
    };
    let of = |tool: &Tool| {
        let versions = &tool.wants().versions;
        let range = match *versions.end() {
            u32::MAX => format!("{} and later", versions.start()),
            end => format!("{} to {end}", versions.start()),
        };
        format!("{tool} reads {range}")
    };
    let concerned = case.tools.iter().filter(|tool| level(**tool).is_some()).map(of);
    let seen = format!("PostgreSQL {major}: {}", few(concerned));
    let why = "a tool's documentation names the versions that it was tested with";
    case.finding("server-version", level, seen, why).into_iter().collect()
}

fn old_release(case: &Case<'_>) -> Vec<Finding> {
    let (major, minor) = (case.facts.major(), case.facts.server.version % 10_000);
    let Some((_, newest, end)) = RELEASES.into_iter().find(|(of, ..)| *of == major) else { return vec![] };
    let seen = match (case.facts.server.now > end, minor < newest) {
        (true, _) => format!("PostgreSQL {major} is not maintained any more"),
        (false, true) => format!("PostgreSQL {major}.{minor}, and {major}.{newest} has been released"),
        (false, false) => return vec![],
    };
    let why = "minor releases repair decoding, too, and need no more than a restart";
    case.finding("old-release", |_| Some(Level::Note), seen, why).into_iter().collect()
}

/// From 19 on the first logical slot raises the level by itself, if it is not `minimal`.
fn wal_level(case: &Case<'_>) -> Vec<Finding> {
    let Some(level) = case.facts.text("wal_level") else { return vec![] };
    let effective = case.facts.text("effective_wal_level");
    let is_enough = match (effective, case.facts.major()) {
        (Some("logical"), _) => true,
        (_, 19..) => level != "minimal",
        _ => level == "logical",
    };
    if is_enough {
        return vec![];
    }
    let pending = case.facts.setting("wal_level").and_then(|setting| setting.pending_restart) == Some(true);
    let wanted = if case.facts.major() >= 19 { "replica" } else { "logical" };
    let seen = match pending {
        true => format!("wal_level is {level} until the server is restarted: it has been changed"),
        false => format!("wal_level is {level}"),
    };
    let why = "the write-ahead log does not tell which rows were changed, and no logical slot can be made";
    let found = case.finding("wal-level", log(Level::Error), seen, why);
    let cured = found.map(|found| match pending {
        true => Finding { restart_pending: true, ..found },
        false => found.cure(Cure::setting(case.facts, "wal_level", wanted)),
    });
    cured.into_iter().collect()
}

fn standby(case: &Case<'_>) -> Vec<Finding> {
    if !case.facts.server.in_recovery {
        return vec![];
    }
    let major = case.facts.major();
    let level = |tool: Tool| {
        let wants = tool.wants();
        match wants.standby {
            Some(from) if major >= from => Some(Level::Note),
            _ => Some(Level::Error),
        }
    };
    let seen = "the server is a standby";
    let why = "standbys can be decoded from PostgreSQL 16 on, if the primary's wal_level is logical, and only some tools do \
               so; a publication is made on the primary. Connect to the primary";
    case.finding("standby", level, seen, why).into_iter().collect()
}

fn standby_feedback(case: &Case<'_>) -> Vec<Finding> {
    let is_off = case.facts.text("hot_standby_feedback") == Some("off");
    if !(case.facts.server.in_recovery && is_off && case.facts.major() >= 16) {
        return vec![];
    }
    let why = "the primary removes rows of its catalog that decoding on the standby still needs, and the slot is lost";
    let found = case.finding(
        "standby-feedback",
        log(Level::Warning),
        "hot_standby_feedback is off on a standby",
        why,
    );
    let cure = Cure::setting(case.facts, "hot_standby_feedback", "on");
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn pooler(case: &Case<'_>) -> Vec<Finding> {
    if case.facts.server.direct != Some(false) {
        return vec![];
    }
    let level = |tool: Tool| Some(if tool.wants().reads_log { Level::Error } else { Level::Warning });
    let seen = "the connection leads through a pooler such as PgBouncer: it does not pass on the settings of a connection";
    let why = "a pooler gives no replication connections, and may give each transaction to another session: connect to the \
               server's own host and port. What is said of settings may be the pooler's";
    case.finding("pooler", level, seen, why).into_iter().collect()
}

/// Whether the server listens on addresses that only its own machine reaches.
fn listens_only_locally(case: &Case<'_>) -> bool {
    let is_local = |address: &str| {
        let address = address.trim();
        address == "localhost" || address.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    };
    let addresses = case.facts.text("listen_addresses");
    addresses.is_some_and(|addresses| addresses.split(',').all(|one| one.trim().is_empty() || is_local(one)))
}

fn no_tls(case: &Case<'_>) -> Vec<Finding> {
    if case.facts.text("ssl") != Some("off") {
        return vec![];
    }
    let local = listens_only_locally(case);
    let level = |tool: Tool| match tool.wants().tls {
        true => Some(Level::Error),
        false => (!local && tool != Tool::Shopsim).then_some(Level::Warning),
    };
    let why = "rows and queries go over the network in the clear; ssl_cert_file and ssl_key_file must name a certificate \
               and its key before it is turned on";
    let found = case.finding("no-tls", level, "ssl is off", why);
    let cure = Cure::setting(case.facts, "ssl", "on").by_hand("only with a certificate in place");
    found.map(|found| found.cure(cure)).into_iter().collect()
}

fn listens_locally(case: &Case<'_>) -> Vec<Finding> {
    if !listens_only_locally(case) {
        return vec![];
    }
    let seen = format!("listen_addresses is {:?}", case.facts.text("listen_addresses").unwrap_or_default());
    let why = match case.asked.private_server {
        true => {
            "a tool on another machine, or in a container, cannot reach the server; to let it in, set `listen` and a \
             `password` under `[embedded]`"
        }
        false => "a tool on another machine, or in a container, cannot reach the server",
    };
    case.finding("listens-locally", readers(Level::Note), seen, why).into_iter().collect()
}

/// The word `replication` in `pg_hba.conf` is for physical connections only: those of logical replication match the
/// database's name or `all`.
fn hba_local(case: &Case<'_>) -> Vec<Finding> {
    let Some(rules) = &case.facts.rules else { return vec![] };
    let lets_in = |rule: &Rule| {
        let is_host = rule.kind.as_deref().is_some_and(|kind| kind.starts_with("host"));
        let address = rule.address.as_deref().unwrap_or_default();
        // `replication` as the database is for physical connections.
        let databases = rule.database.iter().flatten();
        let physical = rule.database.is_some() && databases.clone().all(|name| name == "replication");
        let loopback = ["127.", "::1", "localhost"].iter().any(|local| address.starts_with(local));
        is_host && !loopback && !physical && rule.auth_method.as_deref() != Some("reject")
    };
    if listens_only_locally(case) || rules.is_empty() || rules.iter().any(lets_in) {
        return vec![];
    }
    let seen = "pg_hba.conf lets in connections from the server's own machine only";
    let why = "a tool on another machine is refused; it needs a line `host database role address scram-sha-256` (the word \
               `replication` stands for physical replication only)";
    case.finding("hba-local", readers(Level::Warning), seen, why).into_iter().collect()
}

fn hba_errors(case: &Case<'_>) -> Vec<Finding> {
    let errors: Vec<String> =
        case.facts.rules.iter().flatten().filter_map(|rule| rule.error.clone()).collect();
    if errors.is_empty() {
        return vec![];
    }
    let seen = format!("lines of pg_hba.conf are wrong: {}", few(errors));
    let why = "the file is ignored as a whole at the next reload, and the server does not start with it";
    case.finding("hba-errors", |_| Some(Level::Warning), seen, why).into_iter().collect()
}

fn encoding(case: &Case<'_>) -> Vec<Finding> {
    let encoding = &case.facts.server.encoding;
    if encoding == "UTF8" {
        return vec![];
    }
    let why =
        "tools read UTF8: what has no counterpart there is refused, and with SQL_ASCII any byte may come";
    let seen = format!("the database's encoding is {encoding}");
    case.finding("encoding", |_| Some(Level::Note), seen, why).into_iter().collect()
}

fn time_zone(case: &Case<'_>) -> Vec<Finding> {
    const UTC: [&str; 6] = ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT"];
    let Some(zone) = case.facts.text("TimeZone") else { return vec![] };
    if UTC.contains(&zone) {
        return vec![];
    }
    let why = "a `timestamp` that a default or a trigger fills from now() is local time, and repeats an hour in autumn";
    let seen = format!("TimeZone is {zone}");
    case.finding("time-zone", readers(Level::Note), seen, why).into_iter().collect()
}

fn clock_skew(case: &Case<'_>) -> Vec<Finding> {
    let Some(skew) = case.facts.clock_skew.filter(|skew| skew.abs() > SKEW) else { return vec![] };
    let side = if skew > 0.0 { "ahead of" } else { "behind" };
    let seen = format!("the server's clock is {} {side} the clock here", seconds(skew.abs()));
    let why = "a load that asks for what is newer than its own clock's last time leaves rows out, or reads them twice";
    case.finding("clock-skew", |_| Some(Level::Note), seen, why).into_iter().collect()
}

/// From 17 on a slot can be copied to standbys.
fn failover_slots(case: &Case<'_>) -> Vec<Finding> {
    if case.facts.major() < 17 || case.facts.activity.standbys.is_none_or(|standbys| standbys == 0) {
        return vec![];
    }
    let slots =
        case.facts.slots.iter().flatten().filter(|slot| slot.slot_type == "logical" && !slot.temporary);
    let lost: Vec<String> =
        slots.filter(|slot| slot.failover == Some(false)).map(|slot| slot.name.clone()).collect();
    let is_off = case.facts.text("sync_replication_slots") == Some("off");
    let seen = match (lost.is_empty(), is_off) {
        (false, _) => format!("slots without `failover`, on a server with standbys: {}", few(lost)),
        (true, true) => "sync_replication_slots is off, on a server with standbys".to_owned(),
        (true, false) => return vec![],
    };
    let why = "after a failover the slot is gone, and the tool loads everything anew. From PostgreSQL 17 on slots that are \
               made with failover = true are copied to standbys with sync_replication_slots = on (Debezium: slot.failover)";
    case.finding("failover-slots", log(Level::Note), seen, why).into_iter().collect()
}

/// What the role of the session may not see, or the version does not have.
fn unknown(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.facts;
    let mut unknown = Vec::new();
    let mut tell = |is_unknown: bool, what: &str| {
        if is_unknown {
            unknown.push(what.to_owned());
        }
    };
    let tables = "the tables (locked by another session, or the server is older than 12)";
    tell(!facts.tables_seen, tables);
    tell(facts.text("wal_level").is_none(), "wal_level");
    tell(facts.rules.is_none(), "pg_hba.conf (needs a superuser, or EXECUTE on pg_hba_file_rules())");
    tell(
        facts.server.sees_activity != Some(true),
        "how old the transactions of other roles are (needs pg_read_all_stats)",
    );
    tell(facts.publications.is_none() || facts.published.is_none(), "publications");
    tell(facts.slots.is_none(), "replication slots");
    tell(facts.activity.prepared.is_none(), "prepared transactions");
    let timeouts = ["statement_timeout", "idle_in_transaction_session_timeout"];
    let of_others = timeouts.into_iter().filter(|name| facts.base_for_role(name).is_none());
    of_others.for_each(|name| tell(true, &format!("{name} of the role {}", case.role_name())));
    if unknown.is_empty() {
        return vec![];
    }
    let seen = format!("not seen by the role {}: {}", facts.server.session_role, few(unknown));
    let why = "what is not seen is not checked; a superuser or a member of pg_monitor sees more";
    // Without tables hardly anything was checked.
    let level = if facts.tables_seen { Level::Note } else { Level::Warning };
    case.finding("unknown", |_| Some(level), seen, why).into_iter().collect()
}
