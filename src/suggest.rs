//! "Did you mean": the nearest of the right names to a wrong one.
//!
//! Owns the measure of nearness alone; what the names are for is the caller's.

/// The candidate that `word` was most likely meant to be, or `None` if none is near.
///
/// Near means at most one edit in three characters (a swap of neighbours counts as one), case ignored.
/// Of equally near candidates the first wins, so the answer does not depend on anything but the list.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let distance = strsim::osa_distance(&word, &candidate.to_lowercase());
        let limit = (word.chars().count().max(candidate.chars().count()) / 3).max(1);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether `word` is so near `right` that hardly anything else can be meant: at most two edits, case
/// told apart. For guesses that nobody asked for, where [`nearest`] would guess too freely.
pub fn is_slip(word: &str, right: &str) -> bool {
    (1..=2).contains(&strsim::osa_distance(word, right))
}

#[cfg(test)]
mod tests {
    use super::*;

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
