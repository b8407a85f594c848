"""The search index over insights, stories and the words of documents."""

import sqlalchemy as sa
from alembic import op

from briefing.store.search_filling import fill
from briefing.store.search_schema import add_lookups

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "search_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_rows"),
    )
    op.create_index("ix_search_rows_owner_kind", "search_rows", ["owner", "kind"], unique=False)
    add_lookups(op.get_bind())
    fill(op.get_bind())
