"""What polling remembers of a feed: what it asks for, what it held, where it moves, that it is gone, what could not be read."""

import sqlalchemy as sa
from alembic import op

from briefing.store import columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for column in (
        sa.Column("interval", sa.Float()),
        sa.Column("fingerprints", sa.LargeBinary()),
        sa.Column("validators_at", columns.Moment()),
        sa.Column("moving_to", sa.Text(), server_default="", nullable=False),
        sa.Column("moving_since", columns.Moment()),
        sa.Column("moving_times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gone_since", columns.Moment()),
        sa.Column("retired_at", columns.Moment()),
        sa.Column("poison_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("poisonings", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("feeds", column)
