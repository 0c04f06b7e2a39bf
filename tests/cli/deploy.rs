//! The configs of `deploy/`: they are right, and play what `shops.toml` plays; its mapping is that of the DAGs.

use std::path::Path;

use shopsim::config::warehouse::{self, From, Loads};
use shopsim::config::{Source, Surroundings};

use super::program::Program;

const TOP: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{TOP}/{name}")).unwrap()
}

/// What `check` says of a config that has nothing wrong.
fn told(program: &Program) -> String {
    let ended = program.run("check");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
    ended.stdout
}

#[test]
fn the_stack_plays_the_shipped_chain_in_the_databases_of_its_env_files() {
    let stack = Program::with(read("deploy/shops.toml"));
    std::fs::create_dir(stack.path("env")).unwrap();
    for shop in ["shop-1", "shop-2"] {
        std::fs::write(stack.path(&format!("env/{shop}.env")), read(&format!("deploy/env/{shop}.env")))
            .unwrap();
    }
    let (stack, shipped) = (told(&stack), told(&Program::with(read("shops.toml"))));
    let (databases, stack): (Vec<_>, Vec<_>) = stack.lines().partition(|line| line.starts_with("  database"));
    let shipped: Vec<_> = shipped.lines().filter(|line| !line.starts_with("  database")).collect();
    assert_eq!(stack, shipped, "seeds, fingerprints, ticks and rows");
    assert_eq!(
        databases,
        [
            "  database  postgresql://dwh-tech@pg-shop-1:5432/postgres, schema public",
            "  database  postgresql://edwh-tech@pg-shop-2:5432/postgres, schema public",
        ]
    );
}

#[test]
fn the_config_map_for_kubernetes_is_right() {
    let manifest = read("deploy/kubernetes/shopsim.yaml");
    let (_, rest) = manifest.split_once("  shops.toml: |\n").unwrap();
    let lines = rest.lines().take_while(|line| line.is_empty() || line.starts_with("    "));
    let config: Vec<&str> = lines.map(|line| line.trim_start_matches("    ")).collect();
    let program = Program::with(config.join("\n"));
    std::fs::create_dir(program.path("passwords")).unwrap();
    for shop in ["shop-1", "shop-2"] {
        std::fs::write(program.path(&format!("passwords/{shop}")), "change me").unwrap();
    }
    assert!(told(&program).contains("postgresql://edwh-tech@pg-shop-2:5432/postgres"));
}

#[test]
fn the_mapping_of_the_stack_names_the_warehouse_of_its_env_file_and_each_table_of_the_chain() {
    let none = |_: &str| None;
    let file = |path: &Path| std::fs::read(Path::new(TOP).join(path));
    let source = Source::new("deploy/warehouse.toml", read("deploy/warehouse.toml"));
    let (mapping, problems) = warehouse::read(&source, &Surroundings { var: &none, read: &file });
    assert!(problems.is_empty(), "{}", source.render_all(&problems, false));
    let server = mapping.database.unwrap();
    assert_eq!((server.host.as_str(), server.port, server.user.as_str()), ("pg-dwh", 5432, "dwh"));
    let Some(Loads::Table(loads)) = mapping.settings.loads.map(|loads| loads.value) else { panic!() };
    assert_eq!(loads.table.value, "stg.extraction");
    let tables: Vec<String> = mapping
        .tables
        .iter()
        .map(|table| match &table.from {
            Some(From::One(from)) => format!("{} {}", table.name.value, from.value),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(tables, ["customers dds.customers", "orders dds.orders", "products dds.products"]);
    let loaded: serde_json::Value =
        serde_json::from_str(&read("deploy/airflow/load_data_conf.json")).unwrap();
    assert_eq!(loaded["shops"]["shop-1"]["tables"], serde_json::json!(["customers", "orders", "products"]));
}
