//! What happens to the stack from its start to its stop, without a fault of its databases.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Form;
use super::docker::docker;
use super::harness::{free_port, until};
use super::stack::Stack;

/// What the whole chain may take.
const MEMORY_LIMIT_MIB: f64 = 50.0;
/// What our image may add to its base.
const IMAGE_LIMIT_BYTES: u64 = 60_000_000;
/// How long `docker compose stop` may take.
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// Ticks of one and two seconds, so that tests need not wait for those of the course.
pub fn quick(stack: &Stack) {
    stack.edit("deploy/env/shop-1.env", "TICK_INTERVAL_SEC=15", "TICK_INTERVAL_SEC=1");
    stack.edit("deploy/env/shop-2.env", "TICK_INTERVAL_SEC=5", "TICK_INTERVAL_SEC=2");
}

/// Compose finds nothing to say against our file, with and without the monitoring, and reads in the env files
/// what shopsim reads.
pub async fn compose_file_is_clean(stack: &Stack<'_>, _form: Form) {
    for profile in [&[][..], &["--profile", "monitoring"]] {
        let said = stack.compose(&[profile, &["config", "--quiet"]].concat());
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), "", ""), "{profile:?}");
    }
    let config = stack.compose(&["config", "--format", "json"]).expect("docker compose config");
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    for shop in ["shop-1", "shop-2"] {
        let text = std::fs::read_to_string(stack.path(&format!("deploy/env/{shop}.env"))).unwrap();
        let read = shopsim::config::env_lines(&text, &|_| None);
        assert_eq!(read.len(), shopsim::config::ENV_NAMES.len());
        let environment = &config["services"][format!("pg-{shop}")]["environment"];
        for line in read {
            // `config` prints what could be read again: a dollar as two.
            let value = environment[&line.name].as_str().map(|value| value.replace("$$", "$"));
            assert_eq!(Ok(value), line.value, "{shop}: {}", line.name);
        }
    }
}

/// The course's chain at ten times its rate: it ticks, is ready, logs on the host, and stays small.
pub async fn up(stack: &Stack<'_>, form: Form) {
    stack.edit("deploy/shops.toml", "pace = \"real-time\"", "pace = \"10x\"");
    for shop in ["shop-1", "shop-2"] {
        // At this pace the course's 50 minutes would be over before the test is.
        let file = format!("deploy/env/{shop}.env");
        stack.edit(&file, "STOP_GENERATOR_AFTER_SEC=3000", "STOP_GENERATOR_AFTER_SEC=0");
    }
    stack.up();
    stack.ready().await;
    image(stack);
    let lasts = if form == Form::Full { Duration::from_secs(300) } else { Duration::ZERO };
    let began = Instant::now();
    let mut most: f64 = 0.0;
    while began.elapsed() < lasts {
        most = most.max(memory_mib(stack));
        sleep(Duration::from_secs(1)).await;
    }
    stack.ticks("shop-1", 3).await;
    stack.ticks("shop-2", 3).await;
    let verdict = stack.verify();
    assert!(verdict.contains("same"), "{verdict}");
    most = most.max(memory_mib(stack));
    println!("     memory: {most} of {MEMORY_LIMIT_MIB} MiB at most, after {:?}", began.elapsed());
    assert!(most < MEMORY_LIMIT_MIB);
    // A container that had wanted more would have been killed.
    assert_eq!(
        stack.inspect("shopsim", "{{.State.OOMKilled}} {{.RestartCount}} {{.State.Running}}"),
        "false 0 true"
    );
    until("the container is healthy", async || {
        stack.inspect("shopsim", "{{.State.Health.Status}}") == "healthy"
    })
    .await;
    for shop in ["shop-1", "shop-2"] {
        let log = std::fs::read_to_string(stack.path(&format!("logs/{shop}/info.log"))).unwrap();
        assert!(log.contains("committed tick=0"), "{log}");
        assert!(stack.metric("shopsim_rows_written_total", &format!("shop=\"{shop}\"")).await > 0.0);
    }
    dashboard(stack).await;
    confined(stack);
}

/// Each metric that the dashboard shows is there.
async fn dashboard(stack: &Stack<'_>) {
    let path = stack.path("deploy/monitoring/grafana/dashboards/shopsim.json");
    let dashboard = std::fs::read_to_string(path).unwrap();
    let (_, metrics) = stack.page("/metrics").await.unwrap();
    let names = regex::Regex::new(r"\b(?:shopsim|process)_[a-z_]+").unwrap();
    let shown: BTreeSet<&str> = names.find_iter(&dashboard).map(|name| name.as_str()).collect();
    assert!(shown.len() > 5, "{shown:?}");
    for name in shown {
        assert!(metrics.lines().any(|line| line.starts_with(name)), "no {name}: {metrics}");
    }
}

/// The process has no right that it does not need, and no place to write but the logs.
fn confined(stack: &Stack) {
    let pid = stack.inspect("shopsim", "{{.State.Pid}}");
    let state = on_host(stack, &format!("cat /proc/{pid}/status"));
    let of = |name: &str| {
        let line = state.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.unwrap().split_whitespace().next().unwrap()
    };
    assert_ne!(of("Uid"), "0");
    assert_eq!([of("CapPrm"), of("CapBnd")], ["0000000000000000"; 2]);
    assert_eq!(of("NoNewPrivs"), "1");
    let mounts = on_host(stack, &format!("cat /proc/{pid}/mounts"));
    let of_disks = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let writable = of_disks.filter(|fields| fields[3].starts_with("rw"));
    let places: Vec<&str> = writable.map(|fields| fields[1]).filter(|place| !is_engines(place)).collect();
    assert_eq!(places, ["/app/logs"], "{mounts}");
}

/// Whether the engine puts something there in each container.
fn is_engines(place: &str) -> bool {
    ["/proc", "/dev", "/sys", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts"]
        .iter()
        .any(|engines| place.starts_with(engines))
}

/// What our image is said to be, and how large it is.
fn image(stack: &Stack) {
    let of = |image: &str, template: &str| docker(&["image", "inspect", "--format", template, image]);
    let ours = |template: &str| of(&stack.images.shopsim, template);
    let label =
        |name: &str| ours(&format!("{{{{index .Config.Labels \"org.opencontainers.image.{name}\"}}}}"));
    assert_eq!([label("title"), label("version")], ["shopsim", env!("CARGO_PKG_VERSION")]);
    assert_eq!(ours("{{.Config.User}} {{.Config.StopSignal}}"), "1000:1000 SIGTERM");
    assert_eq!(ours("{{json .Config.Cmd}}"), r#"["run","--shops","/etc/shopsim/shops.toml"]"#);
    let size = |image: &str| of(image, "{{.Size}}").parse::<u64>().unwrap();
    let added = size(&stack.images.shopsim) - size(&stack.images.slim);
    println!("     image: {:.1} MB over its base", added as f64 / 1e6);
    assert!(added < IMAGE_LIMIT_BYTES);
}

/// What the container takes, without the pages of files that the kernel can give back.
fn memory_mib(stack: &Stack) -> f64 {
    let used = docker(&["stats", "--no-stream", "--format", "{{.MemUsage}}", &stack.container("shopsim")]);
    let (used, limit) = used.split_once(" / ").unwrap();
    assert_eq!(limit, "50MiB");
    match used.strip_suffix("MiB") {
        Some(used) => used.parse().unwrap(),
        None => panic!("not in MiB: {used}"),
    }
}

/// `kill -9` of the process: the engine starts it again, and nothing is lost or doubled.
pub async fn process_killed(stack: &Stack<'_>, form: Form) {
    quick(stack);
    stack.up();
    let times = if form == Form::Full { 5 } else { 1 };
    for time in 1..=times {
        stack.ticks("shop-1", 2).await;
        stack.ticks("shop-2", 2).await;
        kill(stack, "shopsim");
        let restarts = format!("{time}");
        until("the engine starts it again", async || {
            stack.inspect("shopsim", "{{.RestartCount}}") == restarts
        })
        .await;
        stack.ready().await;
    }
    stack.ticks("shop-1", 2).await;
    stack.ticks("shop-2", 2).await;
    let verdict = stack.verify();
    assert!(verdict.contains("same") && !verdict.contains("differs"), "{verdict}");
}

/// Kills the first process of a container behind the engine's back: what `docker kill` kills stays down.
fn kill(stack: &Stack, service: &str) {
    on_host(stack, &format!("kill -9 {}", stack.inspect(service, "{{.State.Pid}}")));
}

/// Runs a line of shell as shopsim's user where the engine's processes are seen, whoever runs the test.
fn on_host(stack: &Stack, line: &str) -> String {
    let user = stack.inspect("shopsim", "{{.Config.User}}");
    let shell =
        ["run", "--rm", "--pid", "host", "--network", "none", "--user", &user, "--entrypoint", "bash"];
    docker(&[&shell[..], &[&stack.images.postgres, "-c", line]].concat())
}

/// The branches' time is over: the container ends with 0 and stays down, also if it is started once more.
pub async fn stop_time_reached(stack: &Stack<'_>, _form: Form) {
    quick(stack);
    for shop in ["shop-1", "shop-2"] {
        let file = format!("deploy/env/{shop}.env");
        stack.edit(&file, "STOP_GENERATOR_AFTER_SEC=3000", "STOP_GENERATOR_AFTER_SEC=6");
        stack.edit(&file, "DELETE_OLDER_THAN_SEC=600", "DELETE_OLDER_THAN_SEC=5");
        stack.edit(&file, "UPDATE_NOT_OLDER_THAN_SEC", "UPDATE_NOT_OLDER_THAN_SEC=3 # was ");
    }
    stack.up();
    for _ in 0..2 {
        until("the container ends", async || stack.inspect("shopsim", "{{.State.Status}}") == "exited").await;
        let ended = "{{.State.ExitCode}} {{.RestartCount}} {{.State.FinishedAt}}";
        let state = stack.inspect("shopsim", ended);
        assert!(state.starts_with("0 0 "), "{state}");
        // An engine that restarts does so after 100 ms.
        sleep(Duration::from_secs(2)).await;
        assert_eq!(stack.inspect("shopsim", ended), state);
        assert_eq!((stack.tick("shop-1").await, stack.tick("shop-2").await), (Some(5), Some(2)));
        stack.compose(&["start", "shopsim"]).expect("docker compose start");
    }
    let verdict =
        stack.compose(&["run", "--rm", "--no-deps", "-T", "shopsim", "verify"]).expect("shopsim verify");
    assert!(verdict.contains("same"), "{verdict}");
}

/// A third branch as docs/course.md tells: it ticks, and the others go on where they were.
pub async fn third_branch(stack: &Stack<'_>, _form: Form) {
    quick(stack);
    stack.up();
    stack.ticks("shop-1", 2).await;
    std::fs::copy(stack.path("deploy/env/shop-2.env"), stack.path("deploy/env/shop-3.env")).unwrap();
    stack.edit("deploy/env/shop-3.env", "GENERATOR_SEED=1234", "GENERATOR_SEED=99");
    stack.edit("deploy/env/shop-3.env", "pg-shop-2", "pg-shop-3");
    let shop = "[[shop]]\nname = \"shop-3\"\nenv_file = \"env/shop-3.env\"\n\n[tech_fields]";
    stack.edit("deploy/shops.toml", "[tech_fields]", shop);
    let course = include_str!("../../docs/course.md");
    let (_, shown) = course.split_once("   services:\n     pg-shop-3:").unwrap();
    let (shown, _) = shown.split_once("   ```").unwrap();
    let lines: Vec<&str> = shown.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect();
    let text =
        format!("services:\n  pg-shop-3:{}", lines.join("\n")).replace("5436", &free_port().to_string());
    std::fs::write(stack.path("deploy/docker-compose.override.yml"), text).unwrap();
    stack.compose(&["up", "--detach", "--no-build", "pg-shop-3", "shopsim"]).expect("docker compose up");
    until("all three tick", async || {
        let status = stack.page("/status").await.map(|(_, status)| status).unwrap_or_default();
        let status: serde_json::Value = serde_json::from_str(&status).unwrap_or_default();
        let ticks = |shop: usize| status["shops"][shop]["ticks_committed"].as_u64().unwrap_or(0);
        (0..3).all(|shop| ticks(shop) >= 2)
    })
    .await;
    stack.ready().await;
    let verdict = stack.verify();
    assert!(
        verdict.contains("shop-3") && verdict.contains("same") && !verdict.contains("differs"),
        "{verdict}"
    );
    assert!(stack.tick("shop-1").await.unwrap() >= 4, "shop-1 began anew");
}

/// A wrong password in one env file: that shop is given up with a clear line, the other runs.
pub async fn wrong_password(stack: &Stack<'_>, _form: Form) {
    quick(stack);
    stack.up();
    stack.ticks("shop-1", 1).await;
    stack.edit("deploy/env/shop-1.env", "POSTGRES_PASSWORD='Hhdsyt", "POSTGRES_PASSWORD='hhdsyt");
    stack.compose(&["restart", "shopsim"]).expect("docker compose restart");
    until("readyz names shop-1", async || stack.is_ready(503, &["shop-1"]).await).await;
    until("shop-1 is given up", async || {
        stack.page("/readyz").await.is_some_and(|(_, text)| text.contains("given up"))
    })
    .await;
    let line = "password authentication failed for user \"dwh-tech\"";
    let printed = stack.printed();
    assert!(printed.lines().any(|said| said.contains("shop-1") && said.contains(line)), "{printed}");
    assert!(!printed.contains("hdsyt768sxD"), "a password was printed");
    stack.ticks("shop-2", 3).await;
    assert_eq!(stack.inspect("shopsim", "{{.State.Running}} {{.RestartCount}}"), "true 0");
}

/// `docker compose stop`: at once, and all has ended well.
pub async fn compose_stop(stack: &Stack<'_>, form: Form) {
    quick(stack);
    let times = if form == Form::Full { 5 } else { 1 };
    for _ in 0..times {
        stack.up();
        stack.ready().await;
        stack.ticks("shop-1", 2).await;
        let began = Instant::now();
        stack.compose(&["stop"]).expect("docker compose stop");
        let took = began.elapsed();
        println!("     stopped in {:.1} s", took.as_secs_f64());
        assert!(took < STOP_LIMIT, "{took:?}");
        for service in ["shopsim", "pg-shop-1", "pg-shop-2"] {
            assert_eq!(
                stack.inspect(service, "{{.State.ExitCode}} {{.State.Status}}"),
                "0 exited",
                "{service}"
            );
        }
    }
}
