"""Warehouses that the code of the shipped DAGs has loaded, without Airflow."""

import sys
from collections.abc import Iterator

from case import Case
from world import PROJECT, Chain, Step

sys.path.insert(0, str(PROJECT / "deploy" / "airflow" / "dags"))
from shop_pipeline.extract import extract  # noqa: E402
from shop_pipeline.load import load  # noqa: E402


def listeners(world) -> Iterator:
    """The chains that are loaded, each into a warehouse that later cases copy."""
    for chain in ("a", "b", "values"):
        yield chain, Pipeline(world, chain).step
    yield "a", Pipeline(world, "a", name="shipped_twice", twice=True).step


class Pipeline:
    """What the two DAGs do at each load."""

    def __init__(self, world, chain: str, *, name: str = "", twice: bool = False):
        self.world, self.chain, self.twice = world, chain, twice
        self.name = name or f"shipped_{chain}"
        self.made = False

    def step(self, chain: Chain, step: Step, number: int) -> None:
        """One load of the step's shops."""
        server = self.world.server
        if not self.made:
            server.create(self.name)
            self.made = True
        tables = sorted({table for _, table in chain.sources})
        for shop in step.shops:
            for table in tables:
                with server.connect(chain.database(shop)) as source, server.connect(self.name) as warehouse:
                    extract(source, warehouse, shop, "public", table)
                    load(warehouse, shop, table)
                    if self.twice:
                        load(warehouse, shop, table)


def cases(world) -> Iterator[Case]:
    """Right ones; mutations of them are in `mutations`."""
    yield Case("right: the shipped DAGs, one shop", "a", arguments=("--only", "shop-1"), template="shipped_a")
    yield Case(
        "right: the shipped DAGs, each load twice",
        "a",
        arguments=("--only", "shop-1"),
        template="shipped_twice",
    )
    yield Case("right: the shipped DAGs, both shops", "b", template="shipped_b")
    yield Case(
        "right: the shipped DAGs, by name of the preset",
        "b",
        template="shipped_b",
        arguments=("--preset", "shopsim"),
    )
    yield Case("right: the shipped DAGs, all kinds of values", "values", template="shipped_values")
