//! The configs of `deploy/`: they are right, and play what `shops.toml` plays.

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
