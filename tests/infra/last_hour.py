"""Log Analytics on made-up rows: the queries for an intruder's last hour, run by an interpreter of KQL over DuckDB."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb_kql
from kept import ROOT

from infra import kusto

QUERIES = ROOT / "infra" / "queries"
TYPES = {"datetime": "TIMESTAMP", "dynamic": "JSON", "int": "INTEGER", "string": "VARCHAR"}


class Logs:
    """The tables of a workspace and its saved functions; times come back in UTC."""

    def __init__(self) -> None:
        self._connection = duckdb_kql.connect()
        tables = json.loads((QUERIES / "tables.json").read_text(encoding="utf-8"))
        for name, columns in tables.items():
            typed = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in columns.items())
            self._connection.sql(f'CREATE TABLE "{name}" ({typed})')
        self._functions = list(_functions())

    def add(self, table: str, **row: object) -> None:
        """Add a row; columns left out are null."""
        columns = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" for _ in row)
        self._connection.execute(
            f'INSERT INTO "{table}" ({columns}) VALUES ({places})',  # noqa: S608 - the test's own names
            [_stored(value) for value in row.values()],
        )

    def ask(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query, each by column."""
        found = duckdb_kql.query(self._connection, query, functions=self._functions)
        return [dict(zip(found.columns, map(_read, row), strict=True)) for row in found.fetchall()]


def _functions() -> Iterator[str]:
    """Yield the saved functions as a cluster would have them, without their comments."""
    for name in kusto.FUNCTIONS:
        text = (QUERIES / "last-hour" / f"{name}.kql").read_text(encoding="utf-8")
        body = re.sub(r"^//.*\n", "", text, flags=re.MULTILINE)
        yield f'function {name}(run:string = "") {{ {body} }}'


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return json.dumps(value) if isinstance(value, Mapping) else value


def _read(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
