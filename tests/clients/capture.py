"""Publications, slots and identities for clients that read the log.

The only place that makes them, by SQL. Knows nothing of single clients.
"""

from client import Client


def publish(shop, name: str, tables=None) -> None:
    """A publication of the shop's tables, or of these."""
    listed = ", ".join(f'public."{table}"' for table in tables or shop.tables)
    shop.rows(f"create publication {name} for table {listed}")


def publish_all(shop, name: str) -> None:
    """A publication of all tables, shopsim's own among them, which only a superuser can make."""
    shop.rows(f"create publication {name} for all tables", superuser=True)


def identify_fully(shop, table: str) -> None:
    """Has the log tell whole old rows."""
    shop.rows(f'alter table public."{table}" replica identity full')


def slot(shop, name: str, plugin: str) -> None:
    """A slot from now on."""
    shop.rows("select pg_create_logical_replication_slot(%s, %s)", name, plugin)


def position(shop) -> str:
    """How far the log is."""
    return shop.rows("select pg_current_wal_lsn()")[0][0]


def has_read(shop, name: str, position: str) -> bool:
    """Whether the reader of a slot has confirmed the log up to a position."""
    found = shop.rows("select confirmed_flush_lsn >= %s::pg_lsn from pg_replication_slots where slot_name = %s", position, name)
    return found == [(True,)]


def is_read(shop, name: str) -> bool:
    """Whether a slot has a reader at the moment."""
    return shop.rows("select active from pg_replication_slots where slot_name = %s", name) == [(True,)]


def lacks_wal2json(world) -> str:
    """How to install the plugin where it is not; it comes with the distribution's packages, and not everywhere."""
    folders = [world.programs.parent / name for name in ("lib", "lib64")]
    there = any(found for folder in folders for found in folder.rglob("wal2json.so"))
    return "" if there else "PostgreSQL has no wal2json: install postgresql-15-wal2json, or that of your version"


class LogClient(Client):
    """A client that reads the log without end."""

    # How often it was looked at.
    looks = 0
    # It is ended in the middle, once, and begins again where it was.
    KILLED_AT = 2

    def sync(self) -> None:
        self.looks += 1
        if self.looks == self.KILLED_AT:
            self.kill()
        self.catch_up()

    def kill(self) -> None:
        """Ends the client as a machine's failure does, and begins again."""

    def catch_up(self) -> None:
        """Waits until it has all that the shop has committed by now."""
        raise NotImplementedError
