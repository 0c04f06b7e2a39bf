//! A server's tables, and what its rows answer.
//!
//! Owns these queries. Must not know what is made of them.

use super::catalog::{Catalog, Column, Relation, RelationName};
use super::question::{Answer, MOST_VALUES, Question};
use crate::pg::{PgError, Snapshot};
use crate::quoting::quote;

/// Every table and view that may be read, with its columns, by name; the columns of the first unique index have their
/// place in it.
const CATALOG: &str = "
SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       pg_catalog.array_position(i.indkey, a.attnum)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN LATERAL (
    SELECT x.indkey::smallint[] AS indkey
    FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class k ON k.oid = x.indexrelid
    WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL
    ORDER BY NOT x.indisprimary, k.relname LIMIT 1
) i ON true
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT c.relispartition
ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", a.attnum";

/// The tables of a server's database.
pub async fn catalog(snapshot: &Snapshot) -> Result<Catalog, PgError> {
    let mut catalog = Catalog::default();
    let mut unique: Vec<(u32, String)> = Vec::new();
    for row in snapshot.texts("list the tables of the warehouse", CATALOG).await? {
        let mut fields = row.into_iter();
        let (Some(Some(schema)), Some(Some(name)), Some(Some(column)), Some(Some(sql_type)), Some(place)) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let name = RelationName { schema, name };
        if catalog.relations.last().is_none_or(|last| last.name != name) {
            catalog.relations.push(Relation { name, ..Relation::default() });
            unique.clear();
        }
        let Some(relation) = catalog.relations.last_mut() else { continue };
        if let Some(place) = place.and_then(|place| place.parse().ok()) {
            unique.push((place, column.clone()));
            unique.sort_unstable();
            relation.unique = unique.iter().map(|(_, name)| name.clone()).collect();
        }
        relation.columns.push(Column { name: column, sql_type });
    }
    Ok(catalog)
}

/// The answer to a question about rows.
pub async fn answer(snapshot: &Snapshot, question: &Question) -> Result<Answer, PgError> {
    Ok(match question {
        Question::Values { relation, column } => {
            let name = quote(column);
            let query = format!(
                "SELECT DISTINCT left({name}::text, 200) FROM {relation} WHERE {name} IS NOT NULL LIMIT {}",
                MOST_VALUES + 1
            );
            let rows = snapshot.texts(&format!("read {relation}"), &query).await?;
            Answer::Values(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
        }
        Question::Repeats { relation, columns } => {
            let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
            let query = format!(
                "SELECT EXISTS (SELECT FROM {relation} GROUP BY {} HAVING count(*) > 1)",
                columns.join(", ")
            );
            let rows = snapshot.texts(&format!("read {relation}"), &query).await?;
            Answer::Repeats(rows.first().and_then(|row| row.first()?.as_deref()) == Some("t"))
        }
    })
}

pub fn catalog_of_files(_: &std::path::Path) -> Result<Catalog, std::io::Error> { Ok(Catalog::default()) }
pub fn answer_of_files(_: &std::path::Path, _: &Question) -> Result<Answer, std::io::Error> { Ok(Answer::Repeats(false)) }
