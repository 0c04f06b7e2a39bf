//! The report for programs: one object of JSON.
//!
//! Owns the names of its fields and their order, which `docs/grade-report.md` promises.

use serde_json::{Map, Value as Json, json};

use super::words::method;
use super::{
    Bucket, CauseReport, ColumnReport, Example, Hints, KeyTimeline, LoadReport, Obligation, Points, Report,
    Score, TableReport, TimelineRow, TimelineVersion,
};
use crate::grade::Class;
use crate::value::Timestamp;

/// The version of the format: changes that a reader might stumble over raise it, new fields do not.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole report, indented, with a line feed at its end.
pub fn text(report: &Report) -> String {
    format!("{:#}\n", object(report))
}

fn object(report: &Report) -> Json {
    let shops = report.shops.iter().map(|shop| {
        json!({
            "shop": shop.shop,
            "fingerprint": shop.fingerprint,
            "last_tick": shop.last_tick,
            "at": shop.at.map(Timestamp::to_rfc3339),
            "score": score(&report.score_of_shop(&shop.shop)),
        })
    });
    json!({
        "schema_version": SCHEMA_VERSION,
        "tool": { "name": "shopsim", "version": env!("CARGO_PKG_VERSION") },
        "hints": match report.hints {
            Hints::None => "none",
            Hints::Where => "where",
            Hints::Why => "why",
        },
        "verdict": report.verdict().name(),
        "score": score(&report.score()),
        "not_tested": names(&report.not_tested()),
        "not_asked": names(&report.not_asked),
        "warehouse": report.warehouse,
        "at": report.at.map(Timestamp::to_rfc3339),
        "mapping": report.mapping,
        "notes": report.notes,
        "shops": shops.collect::<Vec<_>>(),
        "tables": report.tables.iter().map(|of| table(report, of)).collect::<Vec<_>>(),
    })
}

fn names(classes: &[Obligation]) -> Vec<&'static str> {
    classes.iter().map(|class| class.name()).collect()
}

fn score(score: &Score) -> Json {
    let class = |class: Obligation| {
        let tested = score.classes.get(&class).map(
            |class| json!({ "points": class.points.number(), "obliged": class.obliged, "bad": class.bad }),
        );
        (class.name().to_owned(), Json::from(tested))
    };
    json!({
        "points": score.total.map(Points::number),
        "failed": names(&score.failed),
        "findings": score.findings,
        "classes": Obligation::ALL.into_iter().map(class).collect::<Map<_, _>>(),
    })
}

fn table(report: &Report, table: &TableReport) -> Json {
    let findings = Class::ALL.into_iter().map(|class| {
        (class.name().to_owned(), Json::from(table.findings.get(&class).copied().unwrap_or_default()))
    });
    json!({
        "shop": table.shop,
        "table": table.table,
        "relation": table.relation,
        "reading": table.reading,
        "score": score(&report.score_of_table(table)),
        "right": table.right,
        "allowed_misses": table.allowed_misses,
        "foreign": table.foreign,
        "findings": findings.collect::<Map<_, _>>(),
        "loads": {
            "known_from": method(table.method),
            "count": table.load_count,
            "shown": table.loads.iter().map(load).collect::<Vec<_>>(),
        },
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "headlines": table.headlines,
        "causes": table.causes.iter().map(cause).collect::<Vec<_>>(),
        "about_causes": table.about_causes,
        "examples": table.examples.iter().map(example).collect::<Vec<_>>(),
        "timelines": table.timelines.iter().map(timeline).collect::<Vec<_>>(),
        "buckets": table.buckets.iter().map(bucket).collect::<Vec<_>>(),
    })
}

fn load((number, load): &(usize, LoadReport)) -> Json {
    json!({
        "load": number + 1,
        "lo": load.lo,
        "hi": load.hi,
        "stamp": load.stamp.map(Timestamp::to_rfc3339),
        "rows": load.rows,
        "torn": load.torn,
    })
}

fn column(column: &ColumnReport) -> Json {
    json!({
        "name": column.name,
        "found_as": column.found_as,
        "same": column.same,
        "different": column.different,
        "transform": column.transform,
    })
}

fn cause(cause: &CauseReport) -> Json {
    let twin = |(id, says): &(String, String)| json!({ "id": id, "says": says });
    json!({
        "id": cause.id,
        "says": cause.says,
        "cure": cause.cure,
        "explains": cause.explains.0,
        "of": cause.explains.1,
        "predicts_others": cause.predicts_others,
        "same_here": cause.same_here.iter().map(twin).collect::<Vec<_>>(),
    })
}

fn example(example: &Example) -> Json {
    json!({
        "class": example.class.name(),
        "key": example.key,
        "tick": example.tick.map(|(tick, _)| tick),
        "at": example.tick.map(|(_, at)| at.to_rfc3339()),
        "column": example.column,
        "expected": example.expected,
        "found": example.found,
        "load": example.load.map(|number| number + 1),
        "says": example.says,
        "query": example.query,
    })
}

fn timeline(timeline: &KeyTimeline) -> Json {
    let moment = |moment: Option<(i64, Timestamp)>| {
        moment.map(|(tick, at)| json!({ "tick": tick, "at": at.to_rfc3339() }))
    };
    let finding = |(class, says): &(Class, String)| json!({ "class": class.name(), "says": says });
    json!({
        "key": timeline.key,
        "versions": timeline.versions.iter().map(version).collect::<Vec<_>>(),
        "deleted": moment(timeline.deleted),
        "horizon": moment(timeline.horizon),
        "loads": timeline.loads.iter().map(load).collect::<Vec<_>>(),
        "rows": timeline.rows.iter().map(row).collect::<Vec<_>>(),
        "findings": timeline.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn version(version: &TimelineVersion) -> Json {
    let value = |(column, value): &(String, String)| json!({ "column": column, "value": value });
    json!({
        "tick": version.from.0,
        "at": version.from.1.to_rfc3339(),
        "values": version.values.iter().map(value).collect::<Vec<_>>(),
        "missed": version.missed,
    })
}

fn row(row: &TimelineRow) -> Json {
    let cell = |(column, expected, found): &(String, String, String)| json!({ "column": column, "expected": expected, "found": found });
    json!({
        "start": row.start,
        "end": row.end,
        "version": row.version.map(|version| version + 1),
        "load": row.load.map(|number| number + 1),
        "deleted": row.deleted,
        "differing": row.differing.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn bucket(bucket: &Bucket) -> Json {
    json!({
        "from_tick": bucket.from_tick,
        "to_tick": bucket.to_tick,
        "inserted": bucket.inserted,
        "changed": bucket.changed,
        "deleted": bucket.deleted,
        "missed": bucket.missed,
    })
}
