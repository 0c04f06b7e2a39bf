//! Databases of other encodings than UTF8: refused where they cannot hold a shop's texts.

use super::harness::{Place, UNLIMITED};
use super::oracle;
use super::server::{Server, number};

fn shop(name: &str, server: &Server, locale: &str) -> String {
    format!(
        "[[shop]]\nname = \"{name}\"\nlocale = \"{locale}\"\ntick_interval = \"5s\"\ndatabase = \"{}\"\n",
        server.url(name)
    )
}

#[tokio::test]
async fn a_database_that_cannot_hold_the_texts_is_refused_before_anything_is_made() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let superuser = server.superuser("postgres").await;
    let databases = [
        ("turkish-latin", "LATIN1", "tr_TR"),
        ("turkish-bytes", "SQL_ASCII", "tr_TR"),
        ("japanese", "EUC_JP", "ja_JP"),
        ("plain-latin", "LATIN1", "en_US"),
        ("turkish", "UTF8", "tr_TR"),
    ];
    let mut config = String::new();
    for (name, encoding, locale) in databases {
        let create = format!(
            "CREATE DATABASE \"{name}\" OWNER shop ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
        );
        superuser.batch_execute(&create).await.unwrap();
        config += &shop(name, &server, locale);
    }
    config += "[tables.people]\ninsert_rows_per_tick = 5\nupdate_rows_per_tick = 0\n[tables.people.columns]\n\
               city = { type = \"varchar(100)\", faker = \"random_element\", params = { elements = [\"Ankara\"] } }\n\
               name = { type = \"text\", faker = \"name\" }\n";
    place.configure(&config);
    let options = [&UNLIMITED[..], &["--until-tick", "20"]].concat();
    let ended = place.finish(&options, 3).await;
    for (name, encoding) in [("turkish-latin", "LATIN1"), ("japanese", "EUC_JP")] {
        let line = ended.err.lines().find(|line| line.contains(&format!("ERROR {name}: given up")));
        let line = line.unwrap_or_else(|| panic!("{name} is not told of:\n{}", ended.err));
        for words in [encoding, "`name` of `people`", "ENCODING 'UTF8' TEMPLATE template0"] {
            assert!(line.contains(words), "{words} in: {line}");
        }
        let made = "SELECT count(*) FROM pg_namespace WHERE nspname = 'shopsim'";
        assert_eq!(number(&server.client(name).await, made).await, 0, "{name}");
    }
    for name in ["plain-latin", "turkish", "turkish-bytes"] {
        let plan = oracle::plan_in(&place, name);
        let standing = oracle::assert_engine_agrees(&server.client(name).await, &plan).await;
        assert_eq!(standing.ticks, 20, "{name}");
    }
}
