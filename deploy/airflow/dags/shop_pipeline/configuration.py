"""The variable `load_data_conf`: which tables of which shops are loaded, and through which connections.

Owns the form of that JSON and its mistakes; it opens no connection.
"""

from dataclasses import dataclass

VARIABLE = "load_data_conf"


class ConfigurationError(ValueError):
    """The variable does not say what to load."""


@dataclass(frozen=True)
class Shop:
    """A branch: a source database of its own."""

    name: str
    connection: str
    schema: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Configuration:
    """All that is loaded, and where to."""

    warehouse: str
    shops: tuple[Shop, ...]


def parse(value: object) -> Configuration:
    """The configuration of the parsed JSON; `ConfigurationError` names the first mistake and its place."""
    top = _object(value, VARIABLE, required={"warehouse", "shops"}, optional=set())
    shops = _object(top["shops"], f"{VARIABLE}.shops", required=set(), optional=None)
    return Configuration(
        warehouse=_text(top["warehouse"], f"{VARIABLE}.warehouse"),
        shops=tuple(_shop(name, settings) for name, settings in shops.items()),
    )


def _shop(name: str, value: object) -> Shop:
    place = f"{VARIABLE}.shops.{name}"
    settings = _object(value, place, required={"connection", "tables"}, optional={"schema"})
    tables = settings["tables"]
    if not isinstance(tables, list) or not tables or len(set(map(str, tables))) != len(tables):
        raise ConfigurationError(f"{place}.tables: expected a list of different table names")
    return Shop(
        name=name,
        connection=_text(settings["connection"], f"{place}.connection"),
        schema=_text(settings.get("schema", "public"), f"{place}.schema"),
        tables=tuple(_text(table, f"{place}.tables") for table in tables),
    )


def _object(value: object, place: str, required: set[str], optional: set[str] | None) -> dict:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place}: expected a JSON object, such as {{…}}")
    if missing := sorted(required - value.keys()):
        raise ConfigurationError(f"{place}: missing key {missing[0]}")
    if optional is not None and (unknown := sorted(value.keys() - required - optional)):
        raise ConfigurationError(
            f"{place}: unknown key {unknown[0]}; known are {', '.join(sorted(required | optional))}"
        )
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{place}: expected a text that is not empty")
    return value
