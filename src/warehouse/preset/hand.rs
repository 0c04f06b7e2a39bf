//! Tables that are made by hand: those of the course, of the shipped Airflow DAGs, and all others.
//!
//! Owns the names that people give such columns.

use super::{Keeps, LoadsTable, Mark, Names, PLAIN, Preset, TRUE};
use crate::grade::{Deletes, Kind, Starts};
use crate::warehouse::catalog::Relation;

/// The schemas of the course and of the shipped DAGs.
const FINISHED: Option<(&str, &str)> = Some(("dds", "stg"));

/// Tables of the DAGs in `deploy/airflow`.
pub(super) const SHIPPED: &[Preset] = &[Preset {
    name: "shopsim",
    marks: &[&["shop", "row_hash", "valid_from", "valid_to", "is_current"]],
    keeps: Keeps::Always(Kind::History),
    valid_from: &["valid_from"],
    valid_to: &["valid_to"],
    current: &["is_current"],
    shop: &["shop"],
    starts: Some(Starts::CreatedThenLoad),
    deletes: Some(Deletes::Close),
    ends: Some(0),
    loads: Some(LoadsTable {
        schema: Some("stg"),
        name: "extraction",
        at: "extracted_at",
        end: None,
        shop: Some("shop"),
        of: Some("table_name"),
    }),
    technical: &["row_hash"],
    finished: FINISHED,
    ..PLAIN
}];

/// Histories of the course, as learners build them: an end is the next start, or a second before it.
pub(super) const COURSE: &[Preset] = &[Preset {
    keeps: Keeps::Always(Kind::History),
    marks: &[&["src_id", "eff_from_dttm"], &["src_id", "ingested_at"], &["src_id", "dag_run_id"]],
    pair: true,
    current: CURRENT,
    ..OF_THE_COURSE
}];

/// Tables of the course without versions: one row per key is asked for, so that one that repeats is a finding.
pub(super) const COURSE_COPIES: &[Preset] = &[Preset {
    keeps: Keeps::Always(Kind::Current),
    marks: &[&["src_id", "dag_run_id"], &["src_id", "ingested_at"]],
    ..OF_THE_COURSE
}];

/// Deletes are never asked for.
const OF_THE_COURSE: Preset = Preset {
    name: "course",
    deletes: Some(Deletes::Keep),
    shop: &["src_id"],
    stamps: &["ingested_at"],
    technical: &["dag_run_id"],
    finished: FINISHED,
    ..PLAIN
};

/// Pairs of a start and an end.
const PAIRS: &[(Names, Names)] = &[
    (&["valid_from"], &["valid_to"]),
    (&["valid_from_dttm"], &["valid_to_dttm"]),
    (&["valid_from_ts"], &["valid_to_ts"]),
    (&["valid_from_date"], &["valid_to_date"]),
    (&["eff_from_dttm"], &["eff_to_dttm"]),
    (&["eff_from"], &["eff_to"]),
    (&["effective_from"], &["effective_to"]),
    (&["effective_from_dttm"], &["effective_to_dttm"]),
    (&["effective_start_ts"], &["effective_end_ts"]),
    (&["effective_start"], &["effective_end"]),
    (&["effective_start_date"], &["effective_end_date"]),
    (&["start_date"], &["end_date"]),
    (&["start_time"], &["end_time"]),
    (&["start_dttm"], &["end_dttm"]),
    (&["start_ts"], &["end_ts"]),
    (&["row_start"], &["row_end"]),
    (&["sys_start"], &["sys_end"]),
];

/// The start and the end that a table has: of two pairs, the first in the list.
pub(super) fn pair(relation: &Relation) -> Option<(Names, Names)> {
    PAIRS.iter().copied().find(|(from, to)| relation.has(from) && relation.has(to))
}

/// Flags of the current version.
const CURRENT: Names = &[
    "is_current",
    "current_flag",
    "cur_flg",
    "curr_rec_ind",
    "is_active",
    "current_flg",
    "is_actual",
    "active",
];

/// Marks of deleted rows.
const DELETED: &[Mark] = &[
    Mark { column: "is_deleted", values: TRUE },
    Mark { column: "deleted_flag", values: TRUE },
    Mark { column: "deleted_flg", values: TRUE },
    Mark { column: "del_flg", values: TRUE },
    Mark { column: "delete_flag", values: TRUE },
    Mark { column: "deleted_at", values: &[] },
    Mark { column: "deleted_dttm", values: &[] },
];

/// Columns with the moment of a load.
const STAMPS: Names = &[
    "ingested_at",
    "loaded_at",
    "_loaded_at",
    "load_dttm",
    "load_ts",
    "load_date",
    "loaded_dttm",
    "extracted_at",
    "inserted_at",
    "processed_dttm",
    "etl_loaded_at",
    "dwh_loaded_at",
    "dwh_created_at",
];

/// All other histories.
pub(super) const HISTORIES: &[Preset] =
    &[Preset { name: "history", pair: true, keeps: Keeps::Always(Kind::History), current: CURRENT, ..HAND }];

/// All other tables. `append` is for tables that are said to be, and for mirrors whose rows repeat.
pub(super) const COPIES: &[Preset] = &[
    Preset { name: "mirror", keeps: Keeps::IfRepeated(Kind::Append), ..HAND },
    Preset { name: "append", keeps: Keeps::Always(Kind::Append), ..HAND },
];

const HAND: Preset = Preset {
    deleted: DELETED,
    stamps: STAMPS,
    technical: &["row_hash", "dag_run_id", "run_id", "batch_id", "hash*"],
    ..PLAIN
};
