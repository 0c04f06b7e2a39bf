"""PostgreSQL's own subscriptions: a mirror, and the history that a trigger on the subscriber makes of it."""

import hashlib
import io
import json
from contextlib import closing

import capture
import psycopg2
from capture import LogClient
from chain import wait_for
from client import FULL, SHORT, Expected, run

# What the trigger writes is a log of changes: `shopsim grade` reads it like Debezium's.
TRIGGER = """
create schema history;
create sequence history.change;
create function history.note() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    execute format('insert into history.%I select ($1).*, $2, nextval(''history.change'')', tg_table_name) using old, 'd';
  else
    execute format('insert into history.%I select ($1).*, $2, nextval(''history.change'')', tg_table_name)
      using new, case tg_op when 'INSERT' then 'c' else 'u' end;
  end if;
  return null;
end $$;
"""
# `ALWAYS`: an ordinary trigger does not fire for what a subscription writes.
OF_TABLE = """
create table history.{0} (like public.{0}, __op text, __lsn bigint);
alter table history.{0} alter {1} drop not null;
create trigger note after insert or update or delete on public.{0} for each row execute function history.note();
alter table public.{0} enable always trigger note;
"""


class Subscription(LogClient):
    """A mirror of the shop's tables in a database of the warehouses' server."""

    name = "subscription"
    shops = {SHORT: ("shop-2",), FULL: ("shop-1", "shop-2")}

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.warehouse = world.warehouses.create(self.label)
        self.make_tables()
        self.publish()
        self.subscribe()
        self.catch_up()

    def make_tables(self) -> None:
        """A subscription brings rows and no tables: those of the shop, without their rows."""
        self._copy_definitions("--schema=public")
        self.ours(TRIGGER)
        for table in self.shop.tables:
            self.ours(OF_TABLE.format(table, "created_at"))

    def publish(self) -> None:
        """What it subscribes to."""
        capture.publish(self.shop, self.label)

    def subscribe(self) -> None:
        """Cannot be made in a transaction, as it makes a slot."""
        shop = self.shop
        source = f"host={shop.host} port={shop.port} dbname={shop.database} user={shop.user} password={shop.password}"
        with closing(psycopg2.connect(self.warehouse)) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"create subscription {self.label} connection '{source}' publication {self.label}")

    def catch_up(self) -> None:
        position = capture.position(self.shop)
        copied = "select bool_and(srsubstate in ('r', 's')) from pg_subscription_rel"
        wait_for("the first copy", lambda: self.ours(copied)[0][0])
        wait_for("the subscription to catch up", lambda: capture.has_read(self.shop, self.label, position))

    def kill(self) -> None:
        """Its worker on the subscriber; PostgreSQL starts another one after some seconds."""
        self.ours("select pg_terminate_backend(pid) from pg_stat_subscription where subname = %s", self.label)

    def finish(self) -> None:
        done = self.world.chain.shopsim(
            "digest", "--only", self.shop.name, "--database", "--at-tick", str(self.shop.tick()), "--format", "json"
        )
        assert done.returncode == 0, done.stderr
        due = {told["table"]: told["sha256"] for told in json.loads(done.stdout)}
        assert due == {table: self._digest(table) for table in self.shop.tables}, "the mirror is another one than the shop"

    def expected(self) -> Expected:
        mapping = self.world.root / f"{self.label}.toml"
        tables = [f'[tables.{table}]\nfrom = "history.{table}"\npreset = "debezium"\n' for table in self.shop.tables]
        mapping.write_text("".join(tables))
        return Expected(("--warehouse", self.warehouse, "--mapping", str(mapping)))

    def ours(self, query: str, *parameters) -> list[tuple]:
        """The rows of a query on the subscriber."""
        return self.world.warehouses.rows(self.label, query, *parameters)

    def _copy_definitions(self, *arguments: str) -> None:
        programs = self.world.programs
        made = run([programs / "pg_dump", "--schema-only", "--no-owner", "--no-publications", *arguments, self.shop.superuser_url])
        # It is there already.
        made = made.replace("CREATE SCHEMA public;", "")
        run([programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", self.warehouse], input=made)

    def _digest(self, table: str) -> str:
        """As docs/cli.md makes it."""
        text = io.BytesIO()
        with closing(psycopg2.connect(self.warehouse)) as connection, connection.cursor() as cursor:
            cursor.copy_expert(f"copy (select * from public.{table} order by 1) to stdout", text)
        return hashlib.sha256(text.getvalue()).hexdigest()


class AllTables(Subscription):
    """A publication `for all tables` takes shopsim's own along, which the subscriber must have, too."""

    name = "subscription for all tables"
    shops = {SHORT: ("shop-2",), FULL: ("shop-2",)}

    def publish(self) -> None:
        capture.publish_all(self.shop, self.label)

    def subscribe(self) -> None:
        try:
            super().subscribe()
        except psycopg2.Error as error:
            assert 'schema "shopsim" does not exist' in str(error), error
        else:
            raise AssertionError("a subscriber without shopsim's tables should be refused")
        self._copy_definitions("--schema=shopsim")
        super().subscribe()

    def expected(self) -> None:
        """The warehouse looks like a shop's database now, and `grade` says so."""
        graded = self.world.chain.shopsim("grade", "--only", self.shop.name, "--warehouse", self.warehouse)
        assert graded.returncode == 2 and "shopsim" in graded.stderr, f"{graded.returncode}: {graded.stdout}{graded.stderr}"


CLIENTS = (Subscription, AllTables)
