"""The names that people had when they were reported, moderated or wrote a line of the audit.

Rows from before have none: nothing else that is kept knows what guests were called.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Put a name beside each id that people are shown by."""
    for table, names in (
        ("reports", ("reporter_name", "reported_name", "closed_by_name")),
        ("sanctions", ("user_name", "actor_name")),
        ("audit", ("actor_name", "user_name")),
    ):
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text()))
