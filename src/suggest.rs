//! "Did you mean": the valid name that is nearest to an invalid one.
//!
//! Owns only the distance, and that a long word costs little: words may come from anybody. The caller owns the names.

/// The candidate that was most likely meant by `word`, or `None` if none is near.
///
/// Near means at most one edit in three characters (a swap of neighbours counts as one), case ignored.
/// Of equally near candidates the first wins, so that the result depends only on the list.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let characters = word.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let lowercase = candidate.to_lowercase();
        let limit = (characters.max(candidate.chars().count()) / 3).max(1);
        // Each edit changes the length by one at most.
        if characters.abs_diff(lowercase.chars().count()) > limit {
            continue;
        }
        let distance = strsim::osa_distance(&word, &lowercase);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether `word` is a likely typo of `right`: one or two edits, case-sensitive. For hints on names that may be valid,
/// where [`nearest`] would guess too freely.
pub fn is_slip(word: &str, right: &str) -> bool {
    word.chars().count().abs_diff(right.chars().count()) <= 2
        && (1..=2).contains(&strsim::osa_distance(word, right))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_word_that_is_much_longer_than_every_name_costs_no_comparison() {
        let (say, said) = mpsc::channel();
        thread::spawn(move || {
            let word = "shop-".repeat(1 << 20);
            let name = "a name of forty characters and no others";
            say.send((nearest(&word, [name; 1_000]), is_slip(&word, name))).unwrap();
        });
        // Compared by letters, this takes an hour.
        assert_eq!(said.recv_timeout(Duration::from_secs(60)), Ok((None, false)));
    }

    #[test]
    fn a_slip_is_nearer_than_a_guess() {
        assert!(is_slip("tick_intervall", "tick_interval"));
        assert!(!is_slip("tick_interval", "tick_interval"));
        assert!(!is_slip("POSTGRES_SSL", "POSTGRES_DB"));
    }

    #[test]
    fn a_typo_finds_its_name_and_nonsense_finds_none() {
        let names = ["random_int", "random_element", "name"];
        assert_eq!(nearest("random_itn", names), Some("random_int"));
        assert_eq!(nearest("Random_Elment", names), Some("random_element"));
        assert_eq!(nearest("zzzzzz", names), None);
    }
}
