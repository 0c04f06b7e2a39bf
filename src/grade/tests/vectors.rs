//! Small warehouses with all that is wrong with them: the specification of grading, case by case.

use super::{Truth, Warehouse, grade, judge, row};
use crate::grade::{Capture, Class, Deletes, Given, Kind, Load, Loads, NEVER, OPEN, Reads, Shape, Starts};

/// A case. Times are seconds, ticks are 10 s apart, values are letters.
struct Vector {
    name: &'static str,
    /// By key: the tick and the value of each insert and update, and the tick of the deletion.
    truth: &'static str,
    /// Where loads are known from, and each with its bracket and its stamp.
    loads: &'static str,
    /// Key, value, start and end of each row, and its stamp column.
    rows: &'static str,
    /// What is not a history of snapshots whose starts are loads and whose deleted rows are closed.
    options: &'static str,
    findings: &'static str,
}

const VECTORS: [Vector; 34] = [
    Vector {
        name: "of A, B, A whose B no load saw one row is right",
        truth: "1: 0A 2B 3A",
        loads: "all 1..1@15 4..4@45",
        rows: "1: A 15..",
        options: "",
        findings: "",
    },
    Vector {
        name: "of A, B, A whose B was seen and not told only B is missing",
        truth: "1: 0A 2B 4A",
        loads: "all 1..1@15 3..3@35 5..5@55",
        rows: "1: A 15..",
        options: "",
        findings: "1: missing-change",
    },
    Vector {
        name: "of A, B, A all seen, three rows are right",
        truth: "1: 0A 2B 4A",
        loads: "all 1..1@15 3..3@35 5..5@55",
        rows: "1: A 15..35; 1: B 35..55; 1: A 55..",
        options: "",
        findings: "",
    },
    Vector {
        name: "of A, B, A the second A is missing where B is still open",
        truth: "1: 0A 2B 4A",
        loads: "all 1..1@15 3..3@35 5..5@55",
        rows: "1: A 15..35; 1: B 35..",
        options: "",
        findings: "1: missing-change",
    },
    Vector {
        name: "a hidden B does not make the start of A later",
        truth: "1: 0A 2B 3A",
        loads: "all 1..1@15 4..4@45",
        rows: "1: A 45..",
        options: "",
        findings: "1: wrong-start",
    },
    Vector {
        name: "a row starts at the first load that saw it, whatever lay before",
        truth: "1: 2B 3A",
        loads: "all 1..1@15 4..4@45",
        rows: "1: A 45..",
        options: "",
        findings: "",
    },
    Vector {
        name: "a bracket over a change allows either value",
        truth: "1: 0A 3B",
        loads: "all 2..4@35",
        rows: "1: B 35..",
        options: "",
        findings: "",
    },
    Vector {
        name: "a bracket over a change does not allow no value",
        truth: "1: 0A 3B",
        loads: "all 2..4@35",
        rows: "",
        options: "",
        findings: "1: missing-row",
    },
    Vector {
        name: "a bracket over the insert allows absence",
        truth: "1: 3A",
        loads: "all 2..4@35",
        rows: "",
        options: "",
        findings: "",
    },
    Vector {
        name: "a row that came and went between loads need not be there",
        truth: "1: 2A -4",
        loads: "all 1..1@15 5..5@55",
        rows: "",
        options: "",
        findings: "",
    },
    Vector {
        name: "kept: the last value seen stays, although a change and the deletion were not seen",
        truth: "1: 0A 2B -4",
        loads: "all 1..1@15 5..5@55",
        rows: "1: A 15..",
        options: "keep",
        findings: "",
    },
    Vector {
        name: "closed by the load that saw the deletion",
        truth: "1: 0A 2B -4",
        loads: "all 1..1@15 5..5@55",
        rows: "1: A 15..55",
        options: "",
        findings: "",
    },
    Vector {
        name: "not closed although a load saw the deletion",
        truth: "1: 0A 2B -4",
        loads: "all 1..1@15 5..5@55",
        rows: "1: A 15..",
        options: "",
        findings: "1: delete-open",
    },
    Vector {
        name: "closed at the time of the deletion, which retention tells",
        truth: "1: 0A -4",
        loads: "all 1..1@15 5..5@55",
        rows: "1: A 15..40",
        options: "",
        findings: "",
    },
    Vector {
        name: "closed while the row lives",
        truth: "1: 0A",
        loads: "all 1..1@15 5..5@55",
        rows: "1: A 15..55",
        options: "",
        findings: "1: false-delete",
    },
    Vector {
        name: "ends a second before the next start: an end at the start is no empty interval",
        truth: "1: 0A 2B; 2: 0A 1B",
        loads: "all 1..1@15 2..2@16",
        rows: "1: A 15..15; 1: B 16..; 2: B 15..",
        options: "",
        findings: "",
    },
    Vector {
        name: "a row that repeats the one before it is a duplicate in a snapshot",
        truth: "1: 0A",
        loads: "all 1..1@15 3..3@35",
        rows: "1: A 15..35; 1: A 35..",
        options: "",
        findings: "1: duplicate",
    },
    Vector {
        name: "in a log an update that changes nothing may have its row",
        truth: "1: 0A 2A 4B",
        loads: "changes 0..5",
        rows: "1: A 0..20; 1: A 20..40; 1: B 40..",
        options: "log, event",
        findings: "",
    },
    Vector {
        name: "in a log a repetition without such an update is a duplicate",
        truth: "1: 0A 4B",
        loads: "changes 0..5",
        rows: "1: A 0..20; 1: A 20..40; 1: B 40..",
        options: "log, event",
        findings: "1: duplicate",
    },
    Vector {
        name: "closed and opened again while the row lives is one finding",
        truth: "1: 0A",
        loads: "all 1..1@15 3..3@35 5..5@55",
        rows: "1: A 15..35; 1: A 55..",
        options: "",
        findings: "1: false-delete",
    },
    Vector {
        name: "a wrong cell is one wrong value",
        truth: "1: 0A 2B",
        loads: "all 1..1@15 3..3@35 5..5@55",
        rows: "1: A 15..35; 1: @ 35..",
        options: "",
        findings: "1: wrong-value",
    },
    Vector {
        name: "from creation: the first row may hold a later value",
        truth: "1: 0A 1B",
        loads: "all 2..2@25",
        rows: "1: B 0..",
        options: "created",
        findings: "",
    },
    Vector {
        name: "a mirror that is behind misses a change",
        truth: "1: 0A 2B",
        loads: "all 3..3@35",
        rows: "1: A 0..",
        options: "current, remove",
        findings: "1: missing-change",
    },
    Vector {
        name: "content: loads that only removed rows leave no stamp",
        truth: "1: 0A -4; 2: 1A; 3: 8A",
        loads: "content",
        rows: "2: A 15..",
        options: "remove",
        findings: "",
    },
    Vector {
        name: "content: inserts in each tick make brackets exact",
        truth: "0: 0A; 1: 1A; 2: 2A; 3: 3A; 4: 4A; 5: 5A; 6: 6A; 7: 7A",
        loads: "content",
        rows: "0: A 15..; 1: A 15..; 2: A 55..; 3: A 55..; 4: A 55..; 5: A 55..",
        options: "",
        findings: "",
    },
    Vector {
        name: "content: a row missing between rows of the same load",
        truth: "0: 0A; 1: 1A; 2: 2A; 3: 3A; 4: 4A; 5: 5A; 6: 6A; 7: 7A",
        loads: "content",
        rows: "0: A 15..; 1: A 15..; 2: A 55..; 4: A 55..; 5: A 55..",
        options: "",
        findings: "3: missing-row",
    },
    Vector {
        name: "a load before the first tick",
        truth: "1: 0A",
        loads: "all -1..-1@-5 1..1@15",
        rows: "1: A 15..",
        options: "",
        findings: "",
    },
    Vector {
        name: "of two loads in one tick the second writes nothing",
        truth: "1: 0A 2B",
        loads: "all 1..1@15 1..1@16 3..3@35",
        rows: "1: A 15..35; 1: B 35..",
        options: "",
        findings: "",
    },
    Vector {
        name: "a schedule: a load that is not listed may have seen what no listed one could",
        truth: "1: 0A 2B 3C",
        loads: "schedule 1..1@15 5..5@55",
        rows: "1: A 15..27; 1: B 27..55; 1: C 55..",
        options: "",
        findings: "",
    },
    Vector {
        name: "all loads listed: a value that none of them could see is invented",
        truth: "1: 0A 2B 3C",
        loads: "all 1..1@15 5..5@55",
        rows: "1: A 15..27; 1: B 27..55; 1: C 55..",
        options: "",
        findings: "1: invented-version",
    },
    Vector {
        name: "the row lost in the middle is missing, and the gap is no second finding",
        truth: "1: 0A 2B 4C",
        loads: "all 1..1@15 3..3@35 5..5@55",
        rows: "1: A 15..35; 1: C 55..",
        options: "",
        findings: "1: missing-change",
    },
    Vector {
        name: "content: no pair of rows, but only ends a second before put the closing after the load that wrote the row",
        truth: "1: 2A -11; 2: 8A; 3: 14A",
        loads: "content",
        rows: "1: A 0.5..2.3@2.5; 2: A 2..@2.5",
        options: "event, every 0.25 of 24",
        findings: "",
    },
    Vector {
        name: "content: kept rows prove nothing about later loads",
        truth: "1: 0A 2B -4; 2: 1A; 3: 5A; 4: 6A",
        loads: "content",
        rows: "1: A 15..; 2: A 15..; 3: A 55..",
        options: "keep",
        findings: "",
    },
    Vector {
        name: "a bracket over a change, and a value that is neither",
        truth: "1: 0A 3B",
        loads: "all 2..4@35",
        rows: "1: C 35..",
        options: "",
        findings: "1: wrong-value",
    },
];

fn micros(seconds: &str) -> i64 {
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let part: i64 = format!("{part:0<6}").parse().unwrap();
    whole.parse::<i64>().unwrap() * 1_000_000 + part
}

/// The parts of a list, each split at its colon.
fn pairs(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.split("; ").filter(|part| !part.is_empty()).map(|part| part.split_once(": ").unwrap())
}

fn class(value: &str) -> u32 {
    u32::from(value.chars().next().unwrap())
}

impl Vector {
    fn truth(&self, interval: i64, ticks: i64) -> Truth {
        let mut truth = Truth::new(interval, ticks);
        for (key, life) in pairs(self.truth) {
            let (mut states, mut deleted) = (Vec::new(), NEVER);
            for part in life.split(' ') {
                match part.strip_prefix('-') {
                    Some(tick) => deleted = tick.parse().unwrap(),
                    None => {
                        let (tick, value) = part.split_at(part.len() - 1);
                        states.push((tick.parse().unwrap(), class(value)));
                    }
                }
            }
            truth.insert(key.parse().unwrap(), &states, deleted);
        }
        truth
    }

    fn warehouse(&self, starts_are_stamps: bool) -> Warehouse {
        let mut warehouse = Warehouse::new();
        for (key, text) in pairs(self.rows) {
            let (value, times) = text.split_once(' ').unwrap();
            let (interval, stamp) =
                times.split_once('@').map_or((times, None), |(at, stamp)| (at, Some(stamp)));
            let (start, end) = interval.split_once("..").unwrap();
            let start = micros(start);
            let stamp = stamp.map(micros).or(starts_are_stamps.then_some(start));
            let end = if end.is_empty() { OPEN } else { micros(end) };
            warehouse.entry(key.parse().unwrap()).or_default().push(row(start, end, class(value), stamp));
        }
        warehouse
    }

    fn graded(&self) -> Vec<(Class, Option<u64>)> {
        let mut given = Given {
            kind: Kind::History,
            capture: Capture::Snapshot,
            starts: Some(Starts::Load),
            deletes: Some(Deletes::Close),
            tolerance: 0,
        };
        let (mut interval, mut ticks) = (10_000_000, 20);
        for option in self.options.split(", ") {
            match option {
                "current" => given.kind = Kind::Current,
                "log" => given.capture = Capture::EveryChange,
                "created" => given.starts = Some(Starts::CreatedThenLoad),
                "event" => given.starts = Some(Starts::Event),
                "keep" => given.deletes = Some(Deletes::Keep),
                "remove" => given.deletes = Some(Deletes::Remove),
                every => {
                    if let Some((tick, count)) =
                        every.strip_prefix("every ").and_then(|every| every.split_once(" of "))
                    {
                        (interval, ticks) = (micros(tick), count.parse().unwrap());
                    }
                }
            }
        }
        let truth = self.truth(interval, ticks);
        let warehouse = self.warehouse(given.starts == Some(Starts::Load));
        let (known, listed) = self.loads.split_once(' ').unwrap_or((self.loads, ""));
        if known == "changes" {
            let (first, last) = listed.split_once("..").unwrap();
            let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
            let reads = Reads::Changes { initial: (first, first), last, last_may: last };
            let shape = Shape {
                kind: given.kind,
                capture: given.capture,
                starts: Starts::Event,
                deletes: Deletes::Close,
                tolerance: 0,
            };
            return judge(&truth, &warehouse, shape, Some(0), reads).findings;
        }
        let load = |text: &str| {
            let (bracket, stamp) = text.split_once('@').unwrap();
            let (lo, hi) = bracket.split_once("..").unwrap();
            Load { lo: lo.parse().unwrap(), hi: hi.parse().unwrap(), stamp: micros(stamp) }
        };
        let loads = || listed.split(' ').map(load).collect();
        let loads = match known {
            "all" => Loads::Complete(loads()),
            "schedule" => Loads::Scheduled(loads()),
            _ => Loads::FromContent,
        };
        grade(&truth, &warehouse, given, &loads).findings
    }
}

#[test]
fn each_vector_has_its_findings_and_no_other() {
    let mut wrong = Vec::new();
    for vector in &VECTORS {
        let mut expected: Vec<(String, Option<u64>)> = pairs(vector.findings)
            .map(|(key, class)| (class.to_owned(), Some(key.parse().unwrap())))
            .collect();
        expected.sort();
        let mut found: Vec<(String, Option<u64>)> =
            vector.graded().into_iter().map(|(class, key)| (class.name().to_owned(), key)).collect();
        found.sort();
        if found != expected {
            wrong.push(format!("{}: found {found:?}, expected {expected:?}", vector.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), VECTORS.len(), wrong.join("\n"));
}
