//! Many shops of one database that begin at once.

use super::harness::{Place, chain};
use super::server::{Server, number};

#[tokio::test]
async fn many_shops_of_one_database_begin_in_turns_without_a_restart_also_while_their_making_is_held_up() {
    let place = Place::new("");
    let server = Server::new(&place, "own").await;
    let shops = 60;
    let shop = |number: usize| {
        format!(
            "name = \"shop-{number}\"\nschema = \"shop_{number}\"\ntick_interval = \"15s\"\n\
             update_not_older_than = \"40s\"\ndatabase = {:?}",
            server.url("shop")
        )
    };
    place.configure(&chain(&(0..shops).map(shop).collect::<Vec<_>>()));
    // Whoever makes shopsim's own tables holds up the others for a moment: here for longer than a deadline.
    let client = server.client("shop").await;
    let key = shopsim::pg::lock_key("shopsim state");
    client.execute("SELECT pg_advisory_lock($1)", &[&key]).await.unwrap();
    let mut run = place.run(&["--until-tick", "1"]);
    run.until_log("waiting for its server: other simulators are still creating their tables").await;
    let made = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'shop%'";
    assert_eq!(number(&client, made).await, 0, "somebody did not wait");
    client.execute("SELECT pg_advisory_unlock($1)", &[&key]).await.unwrap();
    let ended = run.end(0).await;
    assert_eq!(ended.out.matches(" finished ").count(), shops, "{}{}", ended.out, ended.err);
    assert!(!ended.err.contains("failed, restarting in") && !ended.err.contains("given up"), "{}", ended.err);
    assert_eq!(number(&client, made).await, 1 + shops as i64);
    assert_eq!(number(&client, "SELECT count(*) FROM shopsim.checkpoint WHERE last_tick = 0").await, 60);
}
