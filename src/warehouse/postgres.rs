//! A warehouse on a PostgreSQL server: its tables, and answers to questions about their rows.
//!
//! Owns the queries. All are answered in one snapshot, so that they hold for one moment.

use super::catalog::{Catalog, Column, Relation, RelationName};
use super::detect::{Request, Settled, settle};
use super::mapping::Mapping;
use super::question::{Answer, Answers, MOST_VALUES, Question};
use crate::config::Problem;
use crate::pg::{PgError, Snapshot};
use crate::quoting::quote;

/// Characters of a value that are looked at: more than the names of shops and the marks of rows have.
const LONGEST: usize = 256;

/// The tables and views that may be read, with their columns and the columns of the first unique index: the primary
/// key's, or else the first by name. Indexes of some rows, or of expressions, make no row unique.
const CATALOG: &str = "
SELECT n.nspname::text, c.relname::text,
    array_agg(a.attname::text ORDER BY a.attnum),
    array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum),
    coalesce((
        SELECT (SELECT array_agg(u.attname::text ORDER BY k.place)
                FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
                JOIN pg_attribute u ON u.attrelid = i.indrelid AND u.attnum = k.attnum
                WHERE k.place <= i.indnkeyatts)
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        ORDER BY i.indisprimary DESC, x.relname LIMIT 1
    ), '{}')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
GROUP BY n.nspname, c.relname, c.oid
ORDER BY n.nspname, c.relname";

/// The tables and views that may be read.
///
/// # Errors
/// If the server cannot be reached any more.
pub async fn catalog(snapshot: &Snapshot) -> Result<Catalog, PgError> {
    let rows = snapshot.query("list the tables of the warehouse", CATALOG, &[]).await?;
    let relation = |row: &tokio_postgres::Row| -> Result<Relation, tokio_postgres::Error> {
        let (names, types): (Vec<String>, Vec<String>) = (row.try_get(2)?, row.try_get(3)?);
        let columns = names.into_iter().zip(types).map(|(name, sql_type)| Column { name, sql_type });
        Ok(Relation {
            name: RelationName { schema: row.try_get(0)?, name: row.try_get(1)? },
            columns: columns.collect(),
            unique: row.try_get(4)?,
        })
    };
    // A name that is no text, in a database without an encoding, is the name of nothing that could be meant.
    let relations = rows.iter().filter_map(|row| relation(row).ok());
    Ok(Catalog { relations: relations.collect() })
}

/// Settles what the tables mean, and answers the questions that come up: the mapping, or all that is wrong with it.
///
/// # Errors
/// If a table cannot be read, or the server not be reached any more.
pub async fn mapping(
    snapshot: &Snapshot,
    request: &Request<'_>,
) -> Result<Result<Mapping, Vec<Problem>>, PgError> {
    let mut answers = Answers::new();
    loop {
        match settle(request, &answers) {
            Err(problems) => return Ok(Err(problems)),
            Ok(Settled::Mapping(mapping)) => return Ok(Ok(mapping)),
            Ok(Settled::Ask(questions)) => {
                for question in questions {
                    let answer = answer(snapshot, &question).await?;
                    answers.insert(question, answer);
                }
            }
        }
    }
}

/// The answer to a question.
///
/// # Errors
/// If the table cannot be read, or the server not be reached any more.
pub async fn answer(snapshot: &Snapshot, question: &Question) -> Result<Answer, PgError> {
    match question {
        Question::Values { relation, column } => {
            let column = quote(column);
            let sql = format!(
                "SELECT DISTINCT left({column}::text, {LONGEST}) FROM {relation} WHERE {column} IS NOT NULL LIMIT {}",
                MOST_VALUES + 1
            );
            let rows =
                snapshot.query(&format!("read the values of {column} of {relation}"), &sql, &[]).await?;
            // In a database without an encoding a value may be no text, and then it is none that could be meant.
            Ok(Answer::Values(rows.iter().filter_map(|row| row.try_get(0).ok()).collect()))
        }
        Question::Repeats { relation, columns } => {
            let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
            let columns = columns.join(", ");
            let sql =
                format!("SELECT EXISTS (SELECT FROM {relation} GROUP BY {columns} HAVING count(*) > 1)");
            let row = snapshot.query_one(&format!("count the keys of {relation}"), &sql, &[]).await?;
            Ok(Answer::Repeats(row.get(0)))
        }
    }
}
