"""The parts of a connection as a client reads them: the client is the argument, its text on stdin, a JSON list of user,
password, host, port and database on stdout. Exit code 9 where this machine has no parser for the text."""

import json
import sys
import tomllib
import types
from urllib.parse import unquote, urlsplit

client, text = sys.argv[1], sys.stdin.read()


def of_url(url):
    parts = urlsplit(url)
    return [unquote(parts.username), unquote(parts.password), parts.hostname, parts.port, unquote(parts.path[1:])]


def of_keys(keys, user, password, host, port, database):
    return [keys[name] for name in (user, password, host, port, database)]


def of_jdbc(text):
    parts = urlsplit(text.removeprefix("jdbc:").strip())
    query = dict(pair.split("=") for pair in parts.query.split("&"))
    return [unquote(query["user"]), unquote(query["password"]), parts.hostname, parts.port, unquote(parts.path[1:])]


def of_python(text):
    """Runs it, with a SQLAlchemy that only keeps what it is given."""
    kept = {}
    url = types.SimpleNamespace(create=lambda driver, **parts: kept.update(parts))
    sys.modules["sqlalchemy"] = types.SimpleNamespace(URL=url, create_engine=lambda url: None)
    exec(compile(text, "sqlalchemy", "exec"), {})
    return of_keys(kept, "username", "password", "host", "port", "database")


def of_yaml(text):
    try:
        from jinja2.nativetypes import NativeEnvironment
        from yaml import safe_load
    except ImportError:
        sys.exit(9)
    document = safe_load(text)
    if client == "sling":
        (connection,) = document["connections"].values()
        return of_url(connection["url"])
    (profile,) = document.values()
    target = profile["outputs"][profile["target"]]
    rendered = {
        key: NativeEnvironment().from_string(value).render() if isinstance(value, str) and has_marks(value) else value
        for key, value in target.items()
    }
    return of_keys(rendered, "user", "password", "host", "port", "dbname")


def has_marks(text):
    """Whether dbt renders it."""
    return any(mark in text for mark in ("{{", "{%", "{#", "}}", "%}", "#}"))


match client:
    case "url":
        read = of_url(text.strip())
    case "sqlalchemy":
        read = of_python(text)
    case "jdbc":
        read = of_jdbc(text)
    case "debezium":
        names = ["database." + name for name in ("user", "password", "hostname", "port", "dbname")]
        read = of_keys(json.loads(text)["config"], *names)
        read[3] = int(read[3])
    case "airbyte" | "airbyte-standard":
        read = of_keys(json.loads(text), "username", "password", "host", "port", "database")
    case "dlt":
        toml, source = text.split("\n\n# ", 1)
        compile("# " + source, "dlt", "exec")
        credentials = tomllib.loads(toml)["sources"]["sql_database"]["credentials"]
        read = of_keys(credentials, "username", "password", "host", "port", "database")
    case "dbt" | "sling":
        read = of_yaml(text)
print(json.dumps(read))
