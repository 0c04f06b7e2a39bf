//! Which shop of a chain a text means: a value of a column, the name of a table or of a schema.
//!
//! Owns how freely names are compared. Must not know any table.

use super::chain::ChainShop;

/// How many letters and digits of a name there are at least where a part of it is compared.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The place of the shop that a value means: by the words of a mapping, by name, by city; then without regard to case,
/// blanks and punctuation. `None`: no shop, or more than one.
pub(super) fn told_by_value(shops: &[ChainShop], words: &[(String, usize)], value: &str) -> Option<usize> {
    if let Some((_, shop)) = words.iter().find(|(word, _)| word == value) {
        return Some(*shop);
    }
    let city = |shop: &ChainShop| shop.city.clone().unwrap_or_default();
    let name = |shop: &ChainShop| shop.name.clone();
    let folded = plain(value);
    only(shops, |shop| name(shop) == value)
        .or_else(|| only(shops, |shop| city(shop) == value))
        .or_else(|| only(shops, |shop| !folded.is_empty() && plain(&name(shop)) == folded))
        .or_else(|| only(shops, |shop| !folded.is_empty() && plain(&city(shop)) == folded))
}

/// The place of the shop that the name of a table or schema contains, as in `orders_shop_1` or `shop1_orders`: the
/// longest name or city that is whole parts of it.
pub(super) fn told_by_name(shops: &[ChainShop], name: &str) -> Option<usize> {
    let parts = parts(name);
    let contained = |word: &str| {
        let word = plain(word);
        let longest = (0..parts.len())
            .flat_map(|from| (from + 1..=parts.len()).map(move |to| (from, to)))
            .any(|(from, to)| parts[from..to].concat() == word);
        if longest && !word.is_empty() { word.len() } else { 0 }
    };
    let length = |shop: &ChainShop| contained(&shop.name).max(shop.city.as_deref().map_or(0, contained));
    let most = shops.iter().map(length).max().filter(|most| *most > 0)?;
    only(shops, |shop| length(shop) == most)
}

/// The runs of letters and the runs of digits of a name, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = None;
    for character in name.chars() {
        let kind = (character.is_alphanumeric()).then(|| character.is_numeric());
        if let (Some(_), Some(part)) = (kind.filter(|_| kind == before), parts.last_mut()) {
            part.extend(character.to_lowercase());
        } else if kind.is_some() {
            parts.push(character.to_lowercase().collect());
        }
        before = kind;
    }
    parts
}

/// The place of the only shop for which something holds.
fn only(shops: &[ChainShop], holds: impl Fn(&ChainShop) -> bool) -> Option<usize> {
    let mut places = (0..shops.len()).filter(|place| holds(&shops[*place]));
    places.next().filter(|_| places.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shops(shops: &[(&str, &str)]) -> Vec<ChainShop> {
        let shop = |(name, city): &(&str, &str)| ChainShop {
            name: (*name).to_owned(),
            city: (!city.is_empty()).then(|| (*city).to_owned()),
            graded: true,
        };
        shops.iter().map(shop).collect()
    }

    #[test]
    fn a_value_means_a_shop_by_name_by_city_or_by_a_mapping() {
        let shops = shops(&[("shop-1", "New-York"), ("shop-2", "Istanbul")]);
        for value in ["shop-1", "SHOP_1", "shop 1", "Shop1", "New-York", "new york", "NEWYORK"] {
            assert_eq!(told_by_value(&shops, &[], value), Some(0), "{value}");
        }
        for value in ["", "-", "shop", "shop-11", "Berlin"] {
            assert_eq!(told_by_value(&shops, &[], value), None, "{value}");
        }
        assert_eq!(told_by_value(&shops, &[("Berlin".to_owned(), 1)], "Berlin"), Some(1));
    }

    #[test]
    fn a_city_of_two_shops_tells_neither() {
        let shops = shops(&[("a", "Berlin"), ("b", "Berlin")]);
        assert_eq!(told_by_value(&shops, &[], "Berlin"), None);
        assert_eq!(told_by_value(&shops, &[], "b"), Some(1));
    }

    #[test]
    fn a_table_tells_its_shop_by_whole_parts_of_its_name() {
        let shops = shops(&[("shop-1", "New-York"), ("shop-10", ""), ("shop", "")]);
        for (name, shop) in [
            ("orders_shop_1", Some(0)),
            ("shop1_orders", Some(0)),
            ("raw_shop_1", Some(0)),
            ("orders_new_york", Some(0)),
            ("orders_newyork", Some(0)),
            ("orders_shop_10", Some(1)),
            ("shop_orders", Some(2)),
            ("orders_shop_2", Some(2)),
            ("workshop1", None),
            ("orders", None),
        ] {
            assert_eq!(told_by_name(&shops, name), shop, "{name}");
        }
    }
}
