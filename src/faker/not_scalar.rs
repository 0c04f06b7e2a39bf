//! Faker's providers whose values no column holds, and what to use instead.
//!
//! Owns the list alone.

/// A provider of Faker that shopsim lacks: its name, what its values are, a provider to use instead.
pub type NotScalar = (&'static str, &'static str, &'static str);

/// In the order of their names.
const ALL: [NotScalar; 22] = [
    ("color_hsl", "a tuple of numbers", "color"),
    ("color_hsv", "a tuple of numbers", "color"),
    ("color_rgb_float", "a tuple of fractions", "color_rgb"),
    ("cryptocurrency", "a tuple of a code and a name", "cryptocurrency_code"),
    ("currency", "a tuple of a code and a name", "currency_code"),
    ("enum", "a member of a Python class", "random_element"),
    ("image", "the bytes of a picture", "binary"),
    ("local_latlng", "a tuple of a place", "latlng"),
    ("location_on_land", "a tuple of a place", "latlng"),
    ("passport_dates", "a tuple of days", "passport_dob"),
    ("passport_owner", "a tuple of names", "name"),
    ("pydict", "a Python dictionary", "json"),
    ("pyiterable", "a Python collection", "list"),
    ("pylist", "a Python list of all kinds", "list"),
    ("pyobject", "a Python object", "pystr"),
    ("pyset", "a Python set", "list"),
    ("pystruct", "a tuple of Python collections", "json"),
    ("pytimezone", "a Python object", "timezone"),
    ("pytuple", "a Python tuple of all kinds", "list"),
    ("tar", "the bytes of an archive", "binary"),
    ("time_series", "a series without end", "date_time"),
    ("zip", "the bytes of an archive", "binary"),
];

/// The provider of this name, if it is one of them.
pub fn not_scalar(name: &str) -> Option<&'static NotScalar> {
    ALL.iter().find(|(there, ..)| *there == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faker::{Locale, find};

    #[test]
    fn what_is_to_be_used_instead_is_there_and_what_is_not_is_not() {
        for (name, _, instead) in &ALL {
            assert!(find(name, Locale::default()).is_none(), "{name}");
            assert!(find(instead, Locale::default()).is_some(), "{instead}");
        }
    }
}
