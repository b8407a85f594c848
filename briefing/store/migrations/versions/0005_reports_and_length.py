"""Problems that visitors report, and how long an edition a reader wants."""

import sqlalchemy as sa
from alembic import op

from briefing.store import columns

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("top", sa.Integer(), nullable=True))
    op.add_column("subscribers", sa.Column("related", sa.Integer(), nullable=True))
    op.create_table(
        "problem_reports",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("insight_id", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=14), nullable=False),
        sa.Column("settled_at", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_problem_reports"),
    )
    op.create_index("ix_problem_reports_outcome_at", "problem_reports", ["outcome", "at"], unique=False)
