"""What each text is about, kept beside it, so that related insights are found by whole texts too."""

import sqlalchemy as sa
from alembic import op

from briefing.store import columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("documents", sa.Column("signature", columns.Weights(), nullable=True))
