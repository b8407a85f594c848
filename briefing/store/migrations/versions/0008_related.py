"""What is related to each insight, kept beside it, so that nobody who reads a page waits for it to be found."""

import sqlalchemy as sa
from alembic import op

from briefing.store import columns

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("insights", sa.Column("related", columns.Packed(tuple[tuple[str, str], ...]), nullable=True))
    op.add_column("insights", sa.Column("related_at", columns.Moment(), nullable=True))
    op.create_index("ix_insights_related_at_shown_at", "insights", ["related_at", "shown_at"], unique=False)
