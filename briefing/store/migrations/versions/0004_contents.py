"""The bytes of mails that went out and may have to go out once more, the same to the byte."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("return_path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_contents"),
    )
