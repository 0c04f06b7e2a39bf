//! Types that cannot hold what the source has.
//!
//! Owns which type holds all values of which other. Must not know any value.

use std::fmt;

use super::target::TargetType;
use super::transform::{TimeUnit, Transform};
use crate::value::SqlType;

/// A column whose type cannot hold all values of the source's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaProblem {
    /// The type of the source.
    pub source: SqlType,
    /// The type in the warehouse.
    pub target: TargetType,
    /// What the type loses.
    pub loses: &'static str,
    /// What the type does to each value, where that is one transform: the cells can still be compared after it.
    pub grain: Option<Transform>,
}

/// A sentence without its subject, the column: `is date, which cannot hold the time of day of timestamp without time
/// zone`.
impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, target, loses, .. } = self;
        write!(f, "is {target}, which cannot hold {loses} of {source}")
    }
}

/// Why a type cannot hold all values of the source's, if it cannot. Where only the values decide, it can: for a text in
/// a type that reads texts, such as `uuid`, and for a number without limits in a `numeric` with digits after the point.
pub(super) fn of(source: &SqlType, target: &TargetType) -> Option<SchemaProblem> {
    let held = target.sql_type()?;
    let (loses, grain) = lost(source, held)?;
    Some(SchemaProblem { source: source.clone(), target: target.clone(), loses, grain })
}

fn lost(source: &SqlType, target: &SqlType) -> Option<(&'static str, Option<Transform>)> {
    use SqlType as T;
    if let T::Array(element) = source {
        return match target {
            T::Array(held) => lost(element, held).map(|(loses, _)| (loses, None)),
            _ if is_text(target) || matches!(target, T::Json | T::Jsonb) => None,
            _ => Some(("values", None)),
        };
    }
    match (source, target) {
        (_, T::Varchar(Some(length))) => {
            let longest = longest(source)?;
            (longest > *length).then_some(("all texts", Some(Transform::CutTo(*length))))
        }
        (T::Char(longest), T::Char(length)) => {
            (longest > length).then_some(("all texts", Some(Transform::CutTo(*length))))
        }
        (T::Varchar(_) | T::Text | T::Enum(_), T::Char(_)) => {
            Some(("texts without blanks at their ends", Some(Transform::Padded)))
        }
        (_, T::Text | T::Varchar(None) | T::Char(_))
        | (T::Char(_) | T::Varchar(_) | T::Text | T::Enum(_), _) => None,
        (T::Timestamp | T::TimestampTz, T::Date) => {
            Some(("the time of day", Some(Transform::Cut(TimeUnit::Day))))
        }
        (T::Timestamp | T::TimestampTz, T::Time) => Some(("the day", None)),
        (T::Timestamp | T::TimestampTz, T::SmallInt | T::Int) => Some(("all values", None)),
        (T::Time, T::SmallInt) | (T::Date, T::SmallInt) => Some(("all values", None)),
        (T::Int | T::BigInt | T::Double | T::Numeric(_) | T::Money, T::Real) => {
            let whole = matches!(source, T::Numeric(Some((1..=6, _))));
            (!whole).then_some(("all digits", Some(Transform::Float32)))
        }
        (T::Numeric(Some((precision, scale))), T::Numeric(Some((held_precision, held_scale)))) => {
            if held_scale < scale {
                let digits = u8::try_from(*held_scale).ok()?;
                return Some(("the digits after the point", Some(Transform::Rounded(digits))));
            }
            (precision - scale > held_precision - held_scale).then_some(("all values", None))
        }
        (T::Numeric(limits), _) if target.int_range().is_some() => match limits {
            Some((precision, 0)) => (*precision > digits_of(target)).then_some(("all values", None)),
            _ => Some(("the digits after the point", Some(Transform::Rounded(0)))),
        },
        (T::Real | T::Double | T::Money, _)
            if target.int_range().is_some() || matches!(target, T::Numeric(Some((_, 0)))) =>
        {
            Some(("the digits after the point", Some(Transform::Rounded(0))))
        }
        (T::Money, T::Numeric(Some((_, 1)))) => {
            Some(("the digits after the point", Some(Transform::Rounded(1))))
        }
        (T::SmallInt | T::Int | T::BigInt, _) if target.int_range().is_some() => {
            let (needed, held) = (source.int_range()?, target.int_range()?);
            (held.end() < needed.end()).then_some(("all values", None))
        }
        (T::SmallInt | T::Int | T::BigInt, T::Numeric(Some((precision, scale)))) => {
            // One digit more than those that every number of the type has.
            (precision - scale <= digits_of(source)).then_some(("all values", None))
        }
        _ => (!is_convertible(source, target)).then_some(("values", None)),
    }
}

/// The longest text of the type that its declaration allows, in characters.
fn longest(source: &SqlType) -> Option<u32> {
    match source {
        SqlType::Varchar(length) => *length,
        SqlType::Char(length) => Some(*length),
        SqlType::Enum(declared) => {
            let chars = declared.labels.iter().map(|label| label.chars().count());
            u32::try_from(chars.max()?).ok()
        }
        SqlType::Uuid => Some(36),
        SqlType::Date => Some(10),
        SqlType::Timestamp => Some(19),
        SqlType::TimestampTz => Some(22),
        SqlType::SmallInt => Some(6),
        SqlType::Int => Some(11),
        SqlType::BigInt => Some(20),
        _ => None,
    }
}

/// The digits that any number of an integer type may have.
fn digits_of(integer: &SqlType) -> u16 {
    match integer {
        SqlType::SmallInt => 4,
        SqlType::Int => 9,
        _ => 18,
    }
}

fn is_text(target: &SqlType) -> bool {
    matches!(target, SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_))
}

/// Whether values of the one type are at all values of the other.
fn is_convertible(source: &SqlType, target: &SqlType) -> bool {
    use SqlType as T;
    let is_number = |sql_type: &T| {
        sql_type.int_range().is_some() || matches!(sql_type, T::Real | T::Double | T::Numeric(_) | T::Money)
    };
    match source {
        _ if source == target => true,
        T::Timestamp | T::TimestampTz => matches!(target, T::Timestamp | T::TimestampTz | T::BigInt),
        T::Date => matches!(target, T::Timestamp | T::TimestampTz | T::Int | T::BigInt),
        T::Time => matches!(target, T::Interval | T::Int | T::BigInt),
        T::Boolean => is_number(target) && *target != T::Money,
        T::Json | T::Jsonb => matches!(target, T::Json | T::Jsonb),
        T::Inet | T::Cidr => *target == T::Inet,
        _ => is_number(source) && is_number(target),
    }
}
