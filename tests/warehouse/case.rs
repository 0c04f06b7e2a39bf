//! A warehouse as a case describes it, in its `catalog.txt`:
//!
//! ```text
//! preset course-g3
//! dds.orders: @orders, src_id varchar; unique order_id, src_id
//! values dds.orders.src_id: New-York, Istanbul
//! repeats dds.orders
//! ```
//!
//! `@orders` stands for the columns of the chain's table, with the types that shopsim gives them. What is not said: a
//! column has no values, and no row repeats.

use std::path::Path;

use shopsim::warehouse::{Answer, Catalog, Column, Question, Relation, RelationName};

const ORDERS: &str = "order_id integer, customer_id integer, product_id integer, order_status character varying, \
                      order_dttm timestamp without time zone, quantity double precision, \
                      created_at timestamp without time zone";
const CUSTOMERS: &str = "customer_id integer, full_name character varying, home_address character varying, \
                         phone_number character varying, passport character varying, birth_date date, \
                         email character varying, credit_card bigint, credit_card_expire character varying, \
                         created_at timestamp without time zone";
const PRODUCTS: &str = "product_id integer, ssn character varying, name character varying, price integer, \
                        currency character varying, created_at timestamp without time zone";

/// A case.
#[derive(Default)]
pub struct Case {
    pub catalog: Catalog,
    pub preset: Option<String>,
    /// Its `warehouse.toml`.
    pub config: Option<String>,
    values: Vec<(String, Vec<String>)>,
    repeating: Vec<String>,
}

impl Case {
    pub fn read(folder: &Path) -> Self {
        let config = std::fs::read_to_string(folder.join("warehouse.toml")).ok();
        let mut case = Self { config, ..Self::default() };
        for line in std::fs::read_to_string(folder.join("catalog.txt")).unwrap().lines() {
            let words = |text: &str| text.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>();
            if let Some(preset) = line.strip_prefix("preset ") {
                case.preset = Some(preset.to_owned());
            } else if let Some(relation) = line.strip_prefix("repeats ") {
                case.repeating.push(relation.to_owned());
            } else if let Some(values) = line.strip_prefix("values ") {
                let (column, values) = values.split_once(": ").unwrap();
                case.values.push((column.to_owned(), words(values)));
            } else if let Some((name, rest)) = line.split_once(": ") {
                case.catalog.relations.push(relation(name, rest));
            } else {
                assert!(line.is_empty() || line.starts_with('#'), "{line}");
            }
        }
        case.catalog.relations.sort_by(|one, other| one.name.cmp(&other.name));
        case
    }

    pub fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Values { relation, column } => {
                let name = format!("{}.{column}", relation.shown());
                let values = self.values.iter().find(|(of, _)| *of == name);
                Answer::Values(values.map(|(_, values)| values.clone()).unwrap_or_default())
            }
            Question::Repeats { relation, .. } => Answer::Repeats(self.repeating.contains(&relation.shown())),
        }
    }
}

fn relation(name: &str, rest: &str) -> Relation {
    let (schema, name) = RelationName::parts(name).unwrap();
    let rest =
        rest.replace("@orders", ORDERS).replace("@customers", CUSTOMERS).replace("@products", PRODUCTS);
    let (columns, unique) = rest.split_once("; unique ").unwrap_or((&rest, ""));
    let column = |text: &str| {
        let (name, sql_type) = text.trim().split_once(' ').unwrap_or((text.trim(), "text"));
        Column { name: name.to_owned(), sql_type: sql_type.to_owned() }
    };
    let unique = unique.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    Relation {
        name: RelationName { schema: schema.unwrap_or_default(), name },
        columns: columns.split(',').map(column).collect(),
        unique: unique.collect(),
    }
}
