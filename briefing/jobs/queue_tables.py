"""The tables of the queue, in a PostgreSQL schema of their own: they hold nothing that the store does not know."""

from importlib.metadata import version
from typing import Any

import psycopg
from procrastinate.schema import SchemaManager
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy.engine import make_url

from briefing.errors import UsageError

SCHEMA = "briefing_queue"
LOCK = 0x51554555
"""Several workers that start together make the tables once."""


def conninfo(url: str) -> dict[str, Any]:
    """How a connection pool reaches the queue of this store. Raises `UsageError` for a store that is not on PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        remedy = (
            'set [store] url to "postgresql+psycopg://..." (`briefing migrate-store` copies what is there), or engine to "local"'
        )
        raise UsageError('[jobs] engine "queue"', "needs the store on PostgreSQL", remedy=remedy)
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"conninfo": plain, "kwargs": {"options": f"-c search_path={SCHEMA} -c DateStyle=ISO"}}


def prepare(url: str) -> None:
    """Make the tables, unless they are there. Those of another version of procrastinate go: what is due is submitted again."""
    options, made_by = conninfo(url), version("procrastinate")
    with psycopg.connect(options["conninfo"], **options["kwargs"]) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = connection.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [SCHEMA]).fetchone()
        if found and found[0] == made_by:
            return
        name = Identifier(SCHEMA)
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        connection.execute(SQL("CREATE SCHEMA {}").format(name))
        connection.execute(SchemaManager.get_schema())
        connection.execute(SQL("COMMENT ON SCHEMA {} IS {}").format(name, Literal(made_by)))
