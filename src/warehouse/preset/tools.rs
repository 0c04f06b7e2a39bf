//! The tables of dbt, dlt, Airbyte, Debezium, Meltano, Fivetran, SQLMesh, Data Vault and Lakeflow.
//!
//! Owns their columns. A convention that a tool lets its users choose is left to be found in the rows.

use super::{Keeps, LoadsTable, Mark, PLAIN, Preset, TRUE};
use crate::grade::{Deletes, Kind, Starts};

/// Tables with a row per version.
pub(super) const HISTORIES: &[Preset] = &[
    // Snapshots: https://docs.getdbt.com/docs/build/snapshots
    Preset {
        name: "dbt",
        marks: &[&["dbt_valid_from", "dbt_valid_to"]],
        keeps: Keeps::Always(Kind::History),
        valid_from: &["dbt_valid_from"],
        valid_to: &["dbt_valid_to"],
        deleted: &[Mark { column: "dbt_is_deleted", values: &["True", "true", "t"] }],
        deletes_if_marked: Some(Deletes::NewRecord),
        ends: Some(0),
        technical: &["dbt_*"],
        ..PLAIN
    },
    // The strategy `scd2`: https://dlthub.com/docs/general-usage/merge-loading
    Preset {
        name: "dlt",
        marks: &[&["_dlt_valid_from", "_dlt_valid_to"]],
        keeps: Keeps::Always(Kind::History),
        valid_from: &["_dlt_valid_from"],
        valid_to: &["_dlt_valid_to"],
        starts: Some(Starts::Load),
        deletes: Some(Deletes::Close),
        ends: Some(0),
        stamps: &["_dlt_valid_from"],
        begins: &["_dlt_valid_from"],
        loads: Some(DLT_LOADS),
        ..PLAIN
    },
    // History mode: an end is the next start minus a millisecond.
    Preset {
        name: "fivetran",
        marks: &[&["_fivetran_start", "_fivetran_end"]],
        keeps: Keeps::Always(Kind::History),
        valid_from: &["_fivetran_start"],
        valid_to: &["_fivetran_end"],
        current: &["_fivetran_active"],
        deletes: Some(Deletes::Close),
        ends: Some(1_000),
        stamps: &["_fivetran_synced"],
        ..PLAIN
    },
    // AUTO CDC, type 2: intervals of the column that orders the changes.
    Preset {
        name: "lakeflow",
        marks: &[&["__START_AT", "__END_AT"]],
        keeps: Keeps::Always(Kind::History),
        valid_from: &["__START_AT"],
        valid_to: &["__END_AT"],
        deletes: Some(Deletes::Close),
        ends: Some(0),
        ..PLAIN
    },
    // A satellite with its end, which is a view: datavault4dbt subtracts a microsecond, others nothing.
    Preset {
        keeps: Keeps::Always(Kind::History),
        valid_to: LEDTS,
        marks: &[&["ldts", "ledts"]],
        ..SATELLITE
    },
    Preset {
        keeps: Keeps::Always(Kind::Log),
        marks: &[&["ldts", "hd_*"], &["ldts", "hashdiff*"], &["ldts", "hk_*"], &["src_ldts"]],
        ..SATELLITE
    },
];

/// Histories that are known by the warehouse they stand in.
pub(super) const MODELS: &[Preset] = &[
    // SCD_TYPE_2: first versions start in 1970 unless the model says otherwise.
    Preset {
        name: "sqlmesh",
        marks: &[&["valid_from", "valid_to"]],
        needs_schema: Some("sqlmesh"),
        keeps: Keeps::Always(Kind::History),
        valid_from: &["valid_from"],
        valid_to: &["valid_to"],
        ends: Some(0),
        ..PLAIN
    },
];

const LEDTS: super::Names = &["ledts"];

/// A satellite: a row per change that a load found, and ghost records for what was never there.
const SATELLITE: Preset = Preset {
    name: "datavault",
    valid_from: &["ldts", "src_ldts"],
    current: &["is_current"],
    deleted: &[Mark { column: "deleted_flag", values: TRUE }],
    deletes_if_marked: Some(Deletes::NewRecord),
    ghosts: &[
        Mark { column: "rsrc", values: &["SYSTEM", "ERROR"] },
        Mark { column: "src_source", values: &["SYSTEM", "ERROR"] },
    ],
    starts: Some(Starts::Load),
    stamps: &["ldts", "src_ldts"],
    technical: &["hk_*", "hd_*", "hashdiff*", "src_pk", "src_hashdiff"],
    ..PLAIN
};

/// `load_id` is the moment at which the package was made, in seconds since 1970, as a text: before its first table was
/// read. `inserted_at` is when all its tables were loaded.
const DLT_LOADS: LoadsTable = LoadsTable {
    schema: None,
    name: "_dlt_loads",
    at: "load_id",
    end: Some("inserted_at"),
    shop: Some("schema_name"),
    of: None,
};

/// Copies: a row per key, per load or per change.
pub(super) const COPIES: &[Preset] = &[
    // After `ExtractNewRecordState`; `__deleted` is a text, tombstones hold the key alone.
    Preset {
        name: "debezium",
        marks: &[&["__deleted"], &["__op"], &["__source_ts_ms"]],
        keeps: Keeps::IfRepeated(Kind::Log),
        deleted: &[
            Mark { column: "__deleted", values: &["true", "t"] },
            Mark { column: "__op", values: &["d"] },
        ],
        deletes_if_marked: Some(Deletes::Flag),
        order: &["__lsn", "__source_lsn", "__source_ts_ms", "__ts_ms"],
        every_change: &["*"],
        technical: &["__*"],
        ..PLAIN
    },
    Preset {
        name: "airbyte",
        marks: &[&["_airbyte_raw_id"], &["_airbyte_extracted_at"]],
        keeps: Keeps::IfRepeated(Kind::Append),
        deleted: &[Mark { column: "_ab_cdc_deleted_at", values: &[] }],
        order: &["_ab_cdc_lsn", "_ab_cdc_cursor"],
        stamps: &["_airbyte_extracted_at", "_airbyte_loaded_at"],
        // Sources of databases give all records of a sync the moment at which it began.
        begins: &["_airbyte_extracted_at"],
        every_change: &["_ab_cdc_lsn", "_ab_cdc_updated_at"],
        ..PLAIN
    },
    Preset {
        name: "meltano",
        marks: &[&["_sdc_extracted_at"], &["_sdc_batched_at"], &["_sdc_received_at"]],
        keeps: Keeps::IfRepeated(Kind::Append),
        deleted: &[Mark { column: "_sdc_deleted_at", values: &[] }],
        order: &["_sdc_lsn", "_sdc_sequence"],
        stamps: &["_sdc_extracted_at", "_sdc_batched_at", "_sdc_received_at"],
        every_change: &["_sdc_lsn"],
        ..PLAIN
    },
    Preset {
        name: "dlt",
        marks: &[&["_dlt_load_id"], &["_dlt_id"]],
        keeps: Keeps::IfRepeated(Kind::Append),
        stamps: &["_dlt_load_id"],
        begins: &["_dlt_load_id"],
        loads: Some(DLT_LOADS),
        ..PLAIN
    },
    Preset {
        name: "fivetran",
        marks: &[&["_fivetran_synced"]],
        keeps: Keeps::IfRepeated(Kind::Append),
        deleted: &[Mark { column: "_fivetran_deleted", values: TRUE }],
        stamps: &["_fivetran_synced"],
        ..PLAIN
    },
];
