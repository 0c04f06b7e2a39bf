"""dbt snapshots of a shop's tables, in its own database: dbt reads and writes one database."""

from client import Client, Expected
from worker import Worker
from world import compare, unchanged

PROFILES = """
shops:
  target: dev
  outputs:
    dev:
      type: postgres
      host: {shop.host}
      port: {shop.port}
      user: {shop.user}
      password: {shop.password}
      dbname: {shop.database}
      schema: dbt
      threads: 2
"""
PROJECT = "name: shops\nprofile: shops\nversion: '1.0'\nflags: {use_colors: false}\n"
SNAPSHOT = """
{{% snapshot {table}_{variant} %}}
{{{{ config(schema='{variant}', unique_key='{key}', {settings}) }}}}
select * from public.{table}
{{% endsnapshot %}}
"""
TIMESTAMP = "strategy='timestamp', updated_at='updated_at'"
CHECK = "strategy='check', check_cols='all'"
# By the schema of the snapshots: the name of the case, and their configuration.
VARIANTS = {
    "by_timestamp": ("dbt, timestamp strategy, invalidate", f"{TIMESTAMP}, hard_deletes='invalidate'"),
    "by_default": ("dbt, timestamp strategy, default", TIMESTAMP),
    "by_check": ("dbt, check strategy, new_record", f"{CHECK}, hard_deletes='new_record'"),
}
# The schema of a snapshot is what its configuration says, without that of the target before it.
SCHEMA_NAMES = "{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}\n"


class Snapshots(Client):
    """All of them, by one `dbt snapshot` at each load."""

    name = "dbt snapshots"

    def prepare(self, world, shop) -> None:
        super().prepare(world, shop)
        self.folder = world.folder(self.label)
        (self.folder / "profiles.yml").write_text(PROFILES.format(shop=shop))
        (self.folder / "dbt_project.yml").write_text(PROJECT)
        for name in ("snapshots", "macros"):
            (self.folder / name).mkdir()
        (self.folder / "macros" / "schemas.sql").write_text(SCHEMA_NAMES)
        for variant, (_, settings) in VARIANTS.items():
            for table, key in shop.tables.items():
                text = SNAPSHOT.format(variant=variant, table=table, key=key, settings=settings)
                (self.folder / "snapshots" / f"{table}_{variant}.sql").write_text(text)
        self.worker = Worker.of(world, "tools", "job_dbt", str(self.folder))

    def sync(self) -> None:
        self.worker.run({"command": "snapshot"})

    def cases(self) -> dict[str, Expected]:
        expected = {}
        for variant, (name, _) in VARIANTS.items():
            relations = {table: f"{variant}.{table}_{variant}" for table in self.shop.tables}
            mapping = self.folder / f"{variant}.toml"
            tables = "".join(
                f'[tables.{table}]\nfrom = "{relation}"\n' for table, relation in relations.items()
            )
            mapping.write_text(f'database = "{self.shop.url}"\npreset = "dbt"\n{tables}')
            lost, tested = {}, ("inserts", "changes", "deletes")
            if variant == "by_default":
                # Open rows that nothing ends look as if there had been one load, which need not have seen changes.
                tested = ("inserts", "deletes")
                open_rows = "select to_jsonb(t) from {} t where dbt_valid_to is null"
                lost["delete-open"] = unchanged(
                    compare(self.shop, lambda table: self.shop.rows(open_rows.format(relations[table])))
                )
            expected[name] = Expected(("--mapping", str(mapping)), lost, tested)
        return expected


CLIENTS = (Snapshots,)
