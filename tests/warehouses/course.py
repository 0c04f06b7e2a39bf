"""Warehouses of the course: loaded with pandas, through CSV files, as learners' DAGs do it.

A cursor on `created_at` with a look-back of 330 seconds for each source, `to_sql` that appends, first versions from
`created_at`, later ones from the load, old ones closed a second before, deletions never noticed.
"""

import warnings
from collections.abc import Iterator
from datetime import timedelta

import pandas
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from case import Case
from expect import findings
from world import Chain, Step

warnings.filterwarnings("ignore", category=FutureWarning)
LOOK_BACK = timedelta(seconds=330)
OPEN = "9999-12-31 23:59:59"


def listeners(world) -> Iterator:
    """The pipeline, right."""
    yield "b", Pipeline(world, "course_right").step


class Pipeline:
    """Stages an increment in a CSV file, and merges it into `dds`."""

    def __init__(self, world, name: str):
        self.world, self.name = world, name
        self.engine = None

    def step(self, chain: Chain, step: Step, number: int) -> None:
        """One load of the step's shops."""
        server = self.world.server
        if self.engine is None:
            server.create(self.name)
            server.execute(self.name, "create schema stg; create schema dds")
            self.engine = create_engine(server.url(self.name), poolclass=NullPool)
        for shop in step.shops:
            source = create_engine(server.url(chain.database(shop)), poolclass=NullPool)
            for table in ("customers", "orders", "products"):
                self._load(
                    source, chain.city(shop), table, chain.sources[shop, table].reads[-1].stamp, number // 2
                )

    def _load(self, source, city: str, table: str, at, run: int) -> None:
        key, at = f"{table[:-1]}_id", at.replace(microsecond=0)
        known = self._known(table, city)
        where = ""
        if len(known):
            where = f" where created_at > '{known['created_at'].max() - LOOK_BACK}'"
        with source.connect() as connection:
            extracted = pandas.read_sql(text(f"select * from {table}{where}"), connection)
        file = self.world.folder / f"{self.name}_{city}_{table}.csv"
        extracted.to_csv(file, index=False)
        times = [column for column in ("created_at", "order_dttm") if column in extracted]
        texts = {
            column: str
            for column in extracted.columns
            if extracted[column].dtype == object and column != "birth_date"
        }
        staged = pandas.read_csv(file, parse_dates=times, dtype=texts, keep_default_na=False)
        if "birth_date" in staged:
            staged["birth_date"] = pandas.to_datetime(staged["birth_date"]).dt.date
        columns = list(staged.columns)
        staged["src_id"], staged["dag_run_id"], staged["ingested_at"] = city, f"scheduled__{run}", at
        with self.engine.begin() as connection:
            staged.to_sql(
                table, connection, schema="stg", if_exists="replace", index=False, chunksize=5000, method=None
            )

        current = known[known["eff_to_dttm"] == pandas.Timestamp("2200-01-01")] if len(known) else known
        rows = staged.assign(eff_from_dttm=staged["created_at"])
        keys = []
        if len(current):
            both = staged.merge(current[columns], on=key, suffixes=("", "_old"))
            differs = pandas.Series(False, index=both.index)
            for column in columns:
                if column != key:
                    differs |= both[column].astype(str) != both[f"{column}_old"].astype(str)
            keys = both.loc[differs, key].tolist()
            rows.loc[rows[key].isin(keys), "eff_from_dttm"] = pandas.Timestamp(at)
            rows = rows[~rows[key].isin(set(current[key]) - set(keys))].copy()
        with self.engine.begin() as connection:
            if keys:
                connection.execute(
                    text(
                        f"update dds.{table} set eff_to_dttm = :end where src_id = :city and eff_to_dttm = '{OPEN}'"
                        f" and {key} = any(:keys)"
                    ),
                    {"end": at - timedelta(seconds=1), "city": city, "keys": keys},
                )
            self._append(connection, table, rows)

    def _append(self, connection, table: str, rows) -> None:
        # pandas cannot hold the end of all times, so that it is the column's default.
        names = ", ".join(f'"{name}" {kind(rows[name])}' for name in rows.columns)
        end = f"eff_to_dttm timestamp default '{OPEN}'"
        connection.execute(text(f"create table if not exists dds.{table} ({names}, {end})"))
        rows.to_sql(table, connection, schema="dds", if_exists="append", index=False, chunksize=5000)

    def _known(self, table: str, city: str):
        with self.engine.begin() as connection:
            if connection.execute(text(f"select to_regclass('dds.{table}')")).scalar() is None:
                return pandas.DataFrame()
            query = f"select *, least(eff_to_dttm, '2200-01-01') as capped from dds.{table} where src_id = '{city}'"
            known = pandas.read_sql(
                text(query.replace("*, ", f"{self._columns(connection, table)}, ")), connection
            )
        return known.rename(columns={"capped": "eff_to_dttm"})

    @staticmethod
    def _columns(connection, table: str) -> str:
        names = connection.execute(
            text(
                "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)"
                " from information_schema.columns where table_schema = 'dds' and table_name = :table"
                " and column_name <> 'eff_to_dttm'"
            ),
            {"table": table},
        )
        return names.scalar()


def kind(column) -> str:
    """The type that `to_sql` gives a column."""
    if str(column.dtype).startswith("int"):
        return "bigint"
    if str(column.dtype).startswith("float"):
        return "double precision"
    if str(column.dtype).startswith("datetime"):
        return "timestamp"
    return "date" if len(column) and hasattr(column.iloc[0], "toordinal") else "text"


def cases(world) -> Iterator[Case]:
    """Right, and with a load that was appended twice."""
    yield Case(
        "right: the course with pandas, course-g3",
        "b",
        template="course_right",
        arguments=("--preset", "course-g3"),
    )
    # The load task of the third run was retried after it had written: `to_sql` appends again.
    tables = ("customers", "orders", "products")
    third = "from dds.{0} where dag_run_id = 'scheduled__2'"
    counts = " union all ".join(f"select count(*) {third.format(table)}" for table in tables)
    again = ";".join(f"insert into dds.{table} select * {third.format(table)}" for table in tables)
    expected = findings("H10", duplicate=sum(count for (count,) in world.server.rows("course_right", counts)))
    yield Case(
        "#12 the course, a load task retried", "b", expected=expected, template="course_right", sql=again,
        arguments=("--preset", "course-g3"),
    )  # fmt: skip
