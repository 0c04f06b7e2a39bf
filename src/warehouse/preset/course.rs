//! What each grade of the course asks of a warehouse.
//!
//! Owns the grades G0 to G4. No grade asks that deleted rows be followed.

use crate::grade::report::Obligation;

/// A grade of the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    /// Its name as a preset.
    pub name: &'static str,
    /// Whether it asks for a history; otherwise for one row per key.
    pub history: bool,
    /// The longest allowed time from a change to its load, in microseconds.
    pub max_lag: Option<i64>,
    /// Whether what an order refers to must be there, and set aside what refers to nothing.
    pub references: bool,
    /// What it does not ask for.
    pub not_asked: &'static [Obligation],
}

/// The given code, and what an intern makes of it: a history.
const HISTORY: Grade = Grade {
    name: "",
    history: true,
    max_lag: None,
    references: false,
    not_asked: &[Obligation::Deletes, Obligation::Freshness, Obligation::References],
};

pub(super) const GRADES: [Grade; 5] = [
    Grade { name: "course-g0", ..HISTORY },
    Grade { name: "course-g1", ..HISTORY },
    Grade {
        name: "course-g2",
        history: false,
        // The shops of this grade change no row.
        not_asked: &[
            Obligation::Changes,
            Obligation::Deletes,
            Obligation::Intervals,
            Obligation::Freshness,
            Obligation::References,
        ],
        ..HISTORY
    },
    Grade { name: "course-g3", ..HISTORY },
    Grade {
        name: "course-g4",
        max_lag: Some(300_000_000),
        references: true,
        not_asked: &[Obligation::Deletes],
        ..HISTORY
    },
];

/// The grade of a name, such as `course-g3`.
pub fn grade(name: &str) -> Option<&'static Grade> {
    GRADES.iter().find(|grade| grade.name == name)
}
