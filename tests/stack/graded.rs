//! `docker compose run --rm --no-deps shopsim grade`, as docs/course.md has it: the warehouse that the code of the shipped
//! DAGs has loaded, while the chain runs. Airflow itself is another test's: here psycopg2 stands in its place, in the
//! container and with the mounts and networks that the compose file gives it.

use super::Form;
use super::cases::quick;
use super::docker::Said;
use super::stack::Stack;

/// Right after two loads; a value that is changed in the warehouse is found.
pub async fn graded(stack: &Stack<'_>, _form: Form) {
    quick(stack);
    stack.up();
    stack.compose(&["up", "--detach", "--wait", "pg-dwh"]).expect("docker compose up");
    for _ in 0..2 {
        stack.ticks("shop-1", 4).await;
        stack.ticks("shop-2", 4).await;
        load(stack);
    }
    let said = grade(stack);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("2 loads from the table of loads"), "{}", said.out);
    let spoil = "update dds.products set price = price + 1 where product_id = 3 and shop = 'shop-2'";
    stack
        .compose(&["exec", "-T", "pg-dwh", "psql", "-U", "dwh", "-d", "postgres", "-c", spoil])
        .expect("psql");
    let said = grade(stack);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("wrong-value") && said.out.contains("key 3,"), "{}", said.out);
}

/// What the two DAGs do.
fn load(stack: &Stack) {
    let script = format!("{}/tests/stack/load.py:/load.py:ro", env!("CARGO_MANIFEST_DIR"));
    let run = ["run", "--rm", "-T", "--no-deps", "--volume", &script, "--entrypoint", "python3", "airflow"];
    stack.compose(&[&run[..], &["-B", "/load.py"]].concat()).expect("a load by the DAGs' code");
}

fn grade(stack: &Stack) -> Said {
    stack.compose(&["run", "--rm", "-T", "--no-deps", "shopsim", "grade"])
}
