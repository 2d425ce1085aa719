"""From how many members on a room is a crowd.

Null is what the server says, as for all rooms from before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A number of its own for each room."""
    op.add_column("rooms", sa.Column("crowd_threshold", sa.Integer()))
