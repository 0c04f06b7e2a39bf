//! The comparison of the cells of one column.
//!
//! Owns the order of the tests: bytes first, then NULL, then the meaning. Must not know how a meaning is compared.

use super::problem::{self, SchemaProblem};
use super::sameness::{self, Sides};
use super::target::TargetType;
use super::transform::Transform;
use super::writing;
use crate::value::{SqlType, Value};

/// Compares the cells of a column of the warehouse with the values of its source.
///
/// What a tool may do to a value without changing it makes no difference: an integer in a wider type, a time in a type
/// with a zone, a number with more zeros, a document with other blanks. Texts are compared exactly.
#[derive(Clone, Debug)]
pub struct Comparison {
    source: SqlType,
    target: TargetType,
    zone: i64,
    empty_is_null: bool,
    accepted: Option<Transform>,
}

impl Comparison {
    /// The comparison of a column of the chain with one of the warehouse. `zone` is the offset from UTC of times that
    /// name none there, in microseconds: they may show the source's time in UTC, or in that zone.
    pub fn new(source: &SqlType, target: TargetType, zone: i64) -> Self {
        let empty_is_null = target == TargetType::Csv;
        Self { source: source.clone(), target, zone, empty_is_null, accepted: None }
    }

    /// The same for a CSV file that tells an empty text (quoted) from NULL (not quoted). By default, the two are the
    /// same in CSV.
    pub fn telling_empty_from_null(self) -> Self {
        Self { empty_is_null: false, ..self }
    }

    /// The same, but cells that this transform explains count as equal, too: the column as a whole has been reported.
    pub fn accepting(self, transform: Transform) -> Self {
        Self { accepted: Some(transform), ..self }
    }

    /// The type of the source.
    pub fn source(&self) -> &SqlType {
        &self.source
    }

    /// The type in the warehouse.
    pub fn target(&self) -> &TargetType {
        &self.target
    }

    /// Why the type in the warehouse cannot hold all values of the source's type, if it cannot.
    pub fn problem(&self) -> Option<SchemaProblem> {
        problem::of(&self.source, &self.target)
    }

    /// Whether a cell shows the expected value. `expected_text` is what [`Comparison::write_expected`] or the value's
    /// `Display` writes, and is not looked at if the value is NULL; `found` is `None` for NULL.
    ///
    /// Allocates nothing if the texts are equal.
    pub fn is_same(&self, expected: Value<'_>, expected_text: &str, found: Option<&str>) -> bool {
        let same = match (expected, found) {
            (Value::Null, None) => true,
            (Value::Null, Some(found)) => self.empty_is_null && found.is_empty(),
            (_, None) => self.empty_is_null && expected_text.is_empty(),
            (_, Some(found)) => found == expected_text || sameness::is_same(&self.sides(), expected, found),
        };
        same || self.accepted.is_some_and(|transform| transform.explains(expected, found))
    }

    /// Appends the text that PostgreSQL prints for the value after a lossless conversion to the type in the warehouse,
    /// in a session in UTC with the default settings; the value's own text where there is no such conversion, and
    /// nothing for NULL. Most cells of a right warehouse then equal it byte for byte.
    pub fn write_expected(&self, value: Value<'_>, out: &mut String) {
        writing::write(&self.sides(), value, out);
    }

    /// The first known transform that makes the found text of the expected value; `None` if they are the same, or no
    /// transform is known that does.
    pub fn explain(&self, expected: Value<'_>, found: Option<&str>) -> Option<Transform> {
        if self.is_same(expected, &expected.to_string(), found) {
            return None;
        }
        Transform::explaining(expected, found).next()
    }

    fn sides(&self) -> Sides<'_> {
        Sides { source: &self.source, target: &self.target, zone: self.zone }
    }
}
