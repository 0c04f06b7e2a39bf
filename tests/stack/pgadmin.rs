//! The passwords that pgAdmin's service is started with. pgAdmin itself is another test's: here psql stands in
//! its place, in the container and with the start that the compose file gives it.

use std::os::unix::fs::PermissionsExt;

use super::Form;
use super::stack::Stack;

/// Each server of `servers.json` lets in who has the password file that `start` makes.
pub async fn passwords(stack: &Stack<'_>, _form: Form) {
    let servers = std::fs::read_to_string(stack.path("deploy/pgadmin/servers.json")).unwrap();
    let servers: serde_json::Value = serde_json::from_str(&servers).unwrap();
    let servers = servers["Servers"].as_object().unwrap();
    let mut script = "#!/bin/sh\nset -e\nexport PGPASSFILE=\"$PGPASS_FILE\"\n".to_owned();
    for server in servers.values() {
        let of = |key: &str| server[key].as_str().unwrap();
        let (host, user, database) = (of("Host"), of("Username"), of("MaintenanceDB"));
        let query = "SELECT current_user || ' ' || current_setting('wal_level')";
        script +=
            &format!("psql -h {host} -p {} -U {user} -d {database} -wAtc \"{query}\"\n", server["Port"]);
    }
    let entrypoint = stack.path("entrypoint.sh");
    std::fs::write(&entrypoint, script).unwrap();
    std::fs::set_permissions(&entrypoint, PermissionsExt::from_mode(0o755)).unwrap();

    // A colon and a backslash mean something else in a password file.
    stack.edit("deploy/env/dwh.env", "POSTGRES_PASSWORD='dwh'", r"POSTGRES_PASSWORD='d\w:h # $x'");
    stack
        .compose(&["up", "--detach", "--wait", "pg-shop-1", "pg-shop-2", "pg-dwh"])
        .expect("docker compose up");
    let mount = format!("{}:/entrypoint.sh:ro", entrypoint.display());
    let run = ["run", "--rm", "-T", "--no-deps", "--volume", &mount, "pgadmin"];
    let said = stack.compose(&run).expect("a login to each server");
    assert_eq!(said, "dwh-tech logical\nedwh-tech logical\ndwh logical");
}
