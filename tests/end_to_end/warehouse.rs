//! What a server says of a warehouse's tables, and the mapping that is found there.

use std::time::Duration;

use shopsim::chain::{self, Overrides};
use shopsim::pg::Snapshot;
use shopsim::warehouse::{
    Answer, Catalog, Chain, Question, Relation, RelationName, Request, postgres, print,
};

use super::harness::{Place, SHIPPED};
use super::server::Server;

const DEADLINE: Duration = Duration::from_secs(60);

/// As the DAGs in `deploy/airflow` make them, with a customer or two.
const LOADED: &str = r#"
CREATE SCHEMA stg; CREATE SCHEMA dds;
CREATE TABLE stg.extraction (shop text NOT NULL, table_name text NOT NULL, extracted_at timestamp(0) NOT NULL,
    rows_seen bigint NOT NULL, loaded_at timestamp(0), PRIMARY KEY (shop, table_name, extracted_at));
CREATE TABLE stg.products (shop text NOT NULL, operation text NOT NULL, row_hash text, product_id int, ssn varchar,
    name varchar, price int, currency varchar, created_at timestamp, PRIMARY KEY (shop, product_id));
CREATE TABLE dds.products (shop text NOT NULL, product_id int, ssn varchar, name varchar, price int,
    currency varchar, created_at timestamp, row_hash text NOT NULL, valid_from timestamp(0) NOT NULL,
    valid_to timestamp(0) NOT NULL DEFAULT 'infinity',
    is_current boolean NOT NULL GENERATED ALWAYS AS (valid_to = 'infinity') STORED,
    PRIMARY KEY (shop, product_id, valid_from));
CREATE UNIQUE INDEX ON dds.products (shop, product_id) WHERE is_current;
INSERT INTO dds.products (shop, product_id, row_hash, valid_from) VALUES ('shop-1', 1, 'x', now()), ('shop-2', 1, 'y', now());
INSERT INTO stg.extraction VALUES ('shop-1', 'products', now(), 1), ('shop-2', 'products', now(), 1);
"#;

const FORMS: &str = r#"
CREATE SCHEMA "Odd one";
CREATE TABLE "Odd one"."T.1" ("Key" bigint, price numeric(38,9), label varchar(30), code char(4), at timestamptz(3));
CREATE UNIQUE INDEX b ON "Odd one"."T.1" ("Key", code) INCLUDE (price);
CREATE UNIQUE INDEX a ON "Odd one"."T.1" (lower(label));
CREATE VIEW "Odd one".v AS SELECT "Key" FROM "Odd one"."T.1";
CREATE TABLE parted (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9);
INSERT INTO parted VALUES (1, 'a'), (2, 'a'), (2, 'b'), (3, null);
"#;

fn shown(catalog: &Catalog) -> Vec<String> {
    let shown = |relation: &Relation| {
        let columns = relation.columns.iter().map(|column| format!("{} {}", column.name, column.sql_type));
        let columns = columns.collect::<Vec<_>>().join(", ");
        format!("{}: {columns}; {}", relation.name.shown(), relation.unique.join(", "))
    };
    catalog.relations.iter().map(shown).collect()
}

#[tokio::test]
async fn a_server_lists_what_may_be_read_with_its_types() {
    let place = Place::new(SHIPPED);
    let server = Server::new(&place, "dwh").await;
    server.create_databases(&["dwh"]).await;
    server.client("dwh").await.batch_execute(FORMS).await.unwrap();
    server.superuser("dwh").await.batch_execute("CREATE TABLE hidden (x int)").await.unwrap();
    let connection = Snapshot::open(&server.connection("dwh"), "grade", DEADLINE).await.unwrap();
    assert_eq!(
        shown(&postgres::catalog(&connection).await.unwrap()),
        [
            "Odd one.\"T.1\": Key bigint, price numeric(38,9), label character varying(30), code character(4), \
             at timestamp(3) with time zone; Key, code",
            "Odd one.v: Key bigint; ",
            "public.parted: k integer, v text; ",
        ]
    );
    let relation = RelationName { schema: "public".to_owned(), name: "parted".to_owned() };
    let values = Question::Values { relation: relation.clone(), column: "v".to_owned() };
    let Answer::Values(mut values) = postgres::answer(&connection, &values).await.unwrap() else { panic!() };
    values.sort();
    assert_eq!(values, ["a", "b"]);
    for (columns, repeats) in [(vec!["k"], true), (vec!["k", "v"], false)] {
        let columns = columns.into_iter().map(str::to_owned).collect();
        let question = Question::Repeats { relation: relation.clone(), columns };
        assert_eq!(postgres::answer(&connection, &question).await.unwrap(), Answer::Repeats(repeats));
    }
    server.stop().await;
}

#[tokio::test]
async fn what_the_shipped_dags_load_is_found() {
    let place = Place::new(SHIPPED);
    let server = Server::new(&place, "dwh").await;
    server.create_databases(&["dwh"]).await;
    server.client("dwh").await.batch_execute(LOADED).await.unwrap();
    let connection = Snapshot::open(&server.connection("dwh"), "grade", DEADLINE).await.unwrap();
    let catalog = postgres::catalog(&connection).await.unwrap();
    let loaded = chain::load(&place.path("shops.toml"), &Overrides::default()).unwrap();
    let chain = Chain {
        tables: loaded.shops[0].plan.tables.iter().map(Into::into).collect(),
        shops: loaded.config.shops.iter().map(Into::into).collect(),
    };
    let request = Request { catalog: &catalog, chain: &chain, config: None, preset: None };
    let mapping = postgres::mapping(&connection, &request).await.unwrap().unwrap();
    let printed = print(&mapping, &chain);
    let part = "[tables.products]\nfrom = \"dds.products\"\npreset = \"shopsim\"\n";
    assert!(printed.contains(part), "{printed}");
    assert!(printed.contains("loads = { table = \"stg.extraction\", at = \"extracted_at\""), "{printed}");
    server.stop().await;
}
