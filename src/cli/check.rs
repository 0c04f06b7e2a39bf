//! `shopsim check`: is the config right, and what would run?
//!
//! Owns the summary's words. Touches nothing.

use std::fmt::Write as _;

use super::ShopsFile;
use crate::app::{Chain, Shop};
use crate::config::{Database, Pace};
use crate::plan::TablePlan;

/// `shopsim check`.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) file: ShopsFile,
}

/// What a checked chain would run.
pub fn summary(chain: &Chain) -> String {
    let mut text = String::new();
    for shop in &chain.shops {
        // Writing to a String cannot fail.
        let _ = describe(&mut text, shop);
    }
    let shops = chain.shops.len();
    let _ = writeln!(
        text,
        "{}: {shops} shop{}, no errors",
        chain.path.display(),
        if shops == 1 { "" } else { "s" }
    );
    text
}

fn describe(text: &mut String, shop: &Shop) -> std::fmt::Result {
    let (plan, config) = (&shop.plan, &shop.config);
    let city = config.city.as_deref().map_or(String::new(), |city| format!(" ({city})"));
    writeln!(text, "{}{city}", plan.name)?;
    let database = match &config.database.value {
        Database::Embedded { port } => format!("embedded, port {port}"),
        Database::Server(server) => {
            format!("{}@{}:{}/{}", server.user, server.host, server.port, server.database)
        }
    };
    writeln!(text, "  database     {database}, schema {}", plan.schema)?;
    writeln!(text, "  seed         {}", plan.seed)?;
    writeln!(text, "  fingerprint  {}", &plan.fingerprint()[..12])?;
    let interval = humantime::format_duration(config.tick_interval.value);
    let ticks = match shop.schedule.ticks(plan.interval) {
        Some(ticks) => format!("{ticks}, one every {interval}"),
        None => format!("without end, one every {interval}"),
    };
    writeln!(text, "  ticks        {ticks}, pace {}", config.pace)?;
    for table in &plan.tables {
        let insert = per_day(table.insert_rows, plan.interval, config.pace);
        let update = per_day(table.update_rows, plan.interval, config.pace);
        writeln!(
            text,
            "  {:<12} {insert} rows inserted and up to {update} updated a day; ids {}",
            table.name,
            ids_last(table, plan.interval)
        )?;
    }
    Ok(())
}

/// Rows a day of wall time.
fn per_day(rows: u64, interval: i64, pace: Pace) -> String {
    const DAY: u128 = 86_400_000_000;
    let interval = interval.max(1) as u128;
    match pace {
        Pace::Unlimited => format!("{} (simulated)", u128::from(rows) * DAY / interval),
        Pace::Factor { numerator, denominator } => {
            let scaled = u128::from(rows) * DAY * u128::from(numerator);
            (scaled / (interval * u128::from(denominator))).to_string()
        }
    }
}

/// For how much simulated time there are ids.
fn ids_last(table: &TablePlan, interval: i64) -> String {
    let Some(ticks) = table.ticks_of_ids() else { return "are not used".to_owned() };
    let days = u128::from(ticks) * interval.max(1) as u128 / 86_400_000_000;
    match days / 365 {
        0 => format!("run out after {days} days"),
        years @ 1..=9999 => format!("last {years} years"),
        _ => "last for ever".to_owned(),
    }
}
