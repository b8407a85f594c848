"""The order in which mails are sent: a confirmation before the editions that have waited for longer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
WAITS = sa.text("state IN ('queued', 'deferred')")


def upgrade() -> None:
    op.create_index("ix_deliveries_turn", "deliveries", [sa.text("(notice_id IS NULL)"), "next_attempt_at"], sqlite_where=WAITS)
