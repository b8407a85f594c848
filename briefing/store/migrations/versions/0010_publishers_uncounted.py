"""How many publishers tell a story is counted from its sources where it is shown: no row keeps it."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.drop_column("stories", "publishers")
