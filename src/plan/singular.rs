//! The singular of a table's name, which names its key: `customers` → `customer_id`.
//!
//! Owns the rule of thumb for English plurals; a config that needs another name sets `key`.

/// The key of a table whose config sets none.
pub fn default_key(table: &str) -> String {
    format!("{}_id", singular(table))
}

/// The singular of an English plural; any other word is its own singular.
fn singular(plural: &str) -> String {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| plural.ends_with(suffix));
    let cut = |characters: usize, ending: &str| format!("{}{ending}", &plural[..plural.len() - characters]);
    if plural.len() > 4 && ends(&["ies"]) {
        cut(3, "y")
    } else if ends(&["sses", "shes", "ches", "xes", "zzes"]) {
        cut(2, "")
    } else if plural.len() > 2 && ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        cut(1, "")
    } else {
        plural.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_plurals_are_known() {
        let pairs = [
            ("customers", "customer"),
            ("orders", "order"),
            ("products", "product"),
            ("categories", "category"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("branches", "branch"),
            ("warehouses", "warehouse"),
            ("status", "status"),
            ("stock", "stock"),
            ("müşteriler", "müşteriler"),
            ("s", "s"),
        ];
        for (plural, expected) in pairs {
            assert_eq!(singular(plural), expected);
        }
    }
}
