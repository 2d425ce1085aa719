"""An index that finds what one person said in one room, newest first."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Widen the index by person, which erasing goes on to use."""
    op.drop_index("chat_by_person", "chat")
    op.create_index("chat_by_person", "chat", ["user_id", "room_id", "message_id"])
