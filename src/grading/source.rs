//! Where the rows of a warehouse come from: a server, or a folder of files.
//!
//! Owns the queries around the rows: sizes, tables of loads. Must not know what rows mean.

use super::error::GradingError;
use super::lines::Lines;
use super::subject::Subject;
use crate::grade::cell::{Moment, TargetType, parse_moment};
use crate::pg::Snapshot;
use crate::quoting::{literal, quote};
use crate::warehouse::{Files, LoadsFrom, SortedFile, select_rows};

/// Loads of a table that are considered.
const MOST: usize = 1 << 17;

/// A warehouse that is open.
pub enum Warehouse<'a> {
    /// A server, in one snapshot.
    Server(&'a Snapshot),
    /// A folder of CSV files.
    Files(&'a Files),
}

impl Warehouse<'_> {
    /// The rows of a table in the order of their keys.
    pub async fn lines(&self, subject: &Subject<'_>) -> Result<Lines<'_>, GradingError> {
        let snapshot = match self {
            Self::Files(files) => {
                return Ok(Lines::Files(SortedFile::open(files, subject.mapping, subject.rows)?));
            }
            Self::Server(snapshot) => snapshot,
        };
        let doing = format!("read {}", subject.rows.relation);
        let relation = literal(&subject.rows.relation.to_string());
        // Values that are not stored apart from their rows are short. Views and partitions do not say.
        let stored = format!(
            "SELECT relkind = 'r' AND coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0) = 0 \
             FROM pg_class WHERE oid = {relation}::regclass"
        );
        let found = snapshot.texts(&doing, &stored).await?;
        let is_short =
            found.first().and_then(|row| row.first()).is_some_and(|value| value.as_deref() == Some("t"));
        let query = select_rows(subject.mapping, subject.rows, !is_short);
        Ok(Lines::Server(snapshot.copy(&doing, &query).await?))
    }

    /// Fails if what was read so far holds for no moment.
    pub async fn check(&self) -> Result<(), GradingError> {
        let Self::Server(snapshot) = self else { return Ok(()) };
        match snapshot.replaced().await? {
            Some(relation) => Err(GradingError::Replaced { relation }),
            None => Ok(()),
        }
    }

    /// The moments of a table of loads, ascending; nothing where loads are known otherwise.
    pub async fn loads(&self, subject: &Subject<'_>) -> Result<Option<Vec<i64>>, GradingError> {
        let (LoadsFrom::Table { relation, at, shop, of }, Self::Server(snapshot)) =
            (&subject.mapping.loads, self)
        else {
            return Ok(None);
        };
        let column = quote(&at.name);
        let mut conditions = vec![format!("{column} IS NOT NULL")];
        if let Some((shop, values)) = shop
            && let Some((_, value)) = values.iter().find(|(name, _)| *name == subject.plan.name)
        {
            conditions.push(format!("{}::text = {}", quote(shop), literal(value)));
        }
        if let Some((name, value)) = of {
            conditions.push(format!("{}::text = {}", quote(name), literal(value)));
        }
        let conditions = conditions.join(" AND ");
        let query = format!(
            "SELECT DISTINCT {column} FROM {relation} WHERE {conditions} ORDER BY 1 LIMIT {}",
            MOST + 1
        );
        let rows = snapshot.texts(&format!("read {relation}"), &query).await?;
        if rows.len() > MOST {
            return Err(GradingError::TooManyLoads { relation: relation.to_string() });
        }
        let target = TargetType::parse(&at.sql_type);
        let moment = |row: &Vec<Option<String>>| {
            let text = row.first()?.as_deref()?;
            match parse_moment(text, &target, subject.mapping.zone).ok()? {
                Moment::At(micros) => Some(micros),
                Moment::Sequence(_) => None,
            }
        };
        let mut moments: Vec<i64> = rows.iter().filter_map(moment).collect();
        moments.sort_unstable();
        moments.dedup();
        Ok(Some(moments))
    }
}
