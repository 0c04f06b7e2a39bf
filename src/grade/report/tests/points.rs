//! What a report is worth: no class that failed is hidden behind others.

use std::collections::BTreeMap;

use super::sample;
use crate::grade::Class;
use crate::grade::report::{Obligation, Report, TableReport, Verdict};

const ASKED: [Obligation; 3] = [Obligation::Inserts, Obligation::Changes, Obligation::Values];

/// A report of a table per set of counts, in which only three classes are asked for.
fn report(tables: &[[(u64, u64); 3]]) -> Report {
    let table = |counts: &[(u64, u64); 3]| TableReport {
        obliged: ASKED.into_iter().zip(*counts).collect(),
        ..sample::right("shop-1", "orders")
    };
    let not_asked = Obligation::ALL.into_iter().filter(|class| !ASKED.contains(class)).collect();
    Report { tables: tables.iter().map(table).collect(), not_asked, ..Report::default() }
}

fn total(report: &Report) -> String {
    report.score().total.unwrap().to_string()
}

#[test]
fn the_total_is_the_mean_of_the_tested_classes_by_their_weights() {
    // (10 × 100 + 25 × 60 + 15 × 100) / 50
    assert_eq!(total(&report(&[[(10, 0), (10, 4), (10, 0)]])), "80.0");
    // Changes are not tested: (10 × 100 + 15 × 60) / 25
    assert_eq!(total(&report(&[[(10, 0), (0, 0), (10, 4)]])), "76.0");
}

#[test]
fn a_class_with_less_than_half_cuts_the_total_to_59() {
    assert_eq!(total(&report(&[[(10, 0), (10, 5), (10, 0)]])), "75.0");
    let failed = report(&[[(1_000, 0), (100, 51), (1_000, 0)]]);
    assert_eq!(total(&failed), "59.0");
    assert_eq!(failed.score().failed, [Obligation::Changes]);
    assert_eq!(total(&report(&[[(10, 10), (10, 10), (10, 10)]])), "0.0");
}

#[test]
fn a_large_table_hides_no_class_that_failed_in_a_small_one() {
    let report = report(&[[(10_000, 0), (10_000, 0), (10_000, 0)], [(10, 0), (10, 9), (10, 0)]]);
    assert_eq!(total(&report), "59.0");
    assert_eq!(report.score_of_table(&report.tables[0]).total.unwrap().to_string(), "100.0");
}

#[test]
fn one_finding_in_a_billion_is_not_100_points() {
    let report = report(&[[(1_000_000_000, 1), (1, 0), (1, 0)]]);
    let score = report.score();
    assert_eq!(score.classes[&Obligation::Inserts].points.to_string(), "99.9");
    assert_eq!(score.total.unwrap().to_string(), "99.9");
    assert_eq!(report.verdict(), Verdict::Findings);
}

#[test]
fn a_torn_load_is_in_no_class_and_still_is_a_finding() {
    let mut report = report(&[[(10, 0), (10, 0), (10, 0)]]);
    assert_eq!((total(&report).as_str(), report.verdict()), ("100.0", Verdict::Right));
    report.tables[0].findings = BTreeMap::from([(Class::TornLoad, 1)]);
    assert_eq!((total(&report).as_str(), report.verdict()), ("99.9", Verdict::Findings));
}

#[test]
fn what_was_asked_for_and_not_tested_is_inconclusive_and_an_error_only_if_strict() {
    let without_changes = report(&[[(10, 0), (0, 0), (10, 0)]]);
    assert_eq!(without_changes.verdict(), Verdict::Inconclusive);
    assert_eq!(without_changes.not_tested(), [Obligation::Changes]);
    assert_eq!([false, true].map(|strict| without_changes.verdict().exit_code(strict)), [0, 3]);
    // One table with changes suffices; each must have had rows to hold.
    assert_eq!(report(&[[(1, 0), (0, 0), (1, 0)], [(1, 0), (1, 0), (1, 0)]]).verdict(), Verdict::Right);
    assert_eq!(
        report(&[[(0, 0), (1, 0), (1, 0)], [(1, 0), (1, 0), (1, 0)]]).not_tested(),
        [Obligation::Inserts]
    );
}

#[test]
fn nothing_loaded_cannot_be_told_and_has_no_points() {
    let mut report = report(&[[(0, 0); 3]]);
    report.tables[0].right = 0;
    for report in [report, Report::default()] {
        assert_eq!(report.score().total, None);
        assert_eq!(report.verdict(), Verdict::NothingLoaded);
        assert_eq!(report.verdict().exit_code(false), 3);
    }
}

#[test]
fn a_class_that_is_not_asked_for_has_no_points() {
    let mut report = report(&[[(10, 0), (10, 0), (10, 0)]]);
    report.tables[0].obliged.insert(Obligation::Deletes, (10, 10));
    assert_eq!(total(&report), "100.0");
    assert!(!report.score().classes.contains_key(&Obligation::Deletes));
}

#[test]
fn the_points_of_a_shop_are_those_of_its_tables() {
    let report = sample::report();
    assert_eq!(report.score_of_shop("shop-1").failed, [Obligation::Changes]);
    assert!(report.score_of_shop("shop-2").failed.is_empty());
    assert_eq!(report.score_of_shop("shop-2").findings, 3);
    assert_eq!(report.verdict().exit_code(false), 1);
}
