"""What comes back to readers: predictions by their day, corrections, and who was told of which."""

import sqlalchemy as sa
from alembic import op

from briefing.store import columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "predictions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=40), nullable=False),
        sa.Column("insight_id", sa.String(length=40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("prediction", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_predictions"),
    )
    op.create_index("ix_predictions_entry_id", "predictions", ["entry_id"], unique=False)
    op.create_index("ix_predictions_due", "predictions", ["due"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("insight_id", sa.String(length=40), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_insight_id", "corrections", ["insight_id"], unique=False)
    op.create_index("ix_corrections_at", "corrections", ["at"], unique=False)
    op.create_table(
        "reminded",
        sa.Column("edition_id", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=40), nullable=False),
        sa.Column("reader", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", "item_id", name="pk_reminded"),
    )
    op.create_index("ix_reminded_reader_slot", "reminded", ["reader", "slot"], unique=False)
