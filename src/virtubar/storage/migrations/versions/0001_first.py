"""The first schema: rooms, sanctions, the audit, chat, reports, staff and salts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make every table."""
    _rooms()
    _sanctions()
    _audit()
    _chat()
    _reports()
    _report_people()
    _staff()
    _salts()


def _rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("room_id", _id, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("hearing_radius_m", sa.Float()),
        sa.Column("emotes", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.String()),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("allowed_roles", sa.JSON()),
        sa.Column("slow_mode_s", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("guard", sa.String(), nullable=False),
        sa.Column("chat_retention_days", sa.Integer()),
        sa.Column("used_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("rooms_by_owner", "rooms", ["owner_id"])
    op.create_index("rooms_by_use", "rooms", ["used_ms"])


def _sanctions() -> None:
    op.create_table(
        "sanctions",
        sa.Column("sanction_id", _id, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("room_id", _id),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger()),
        sa.Column("salt_id", sa.String()),
        sa.Column("digest", sa.String()),
        sa.Column("lifted_ms", sa.BigInteger()),
        sa.Column("lifted_by", sa.String()),
    )
    op.create_index("sanctions_by_actor", "sanctions", ["actor_id"])
    op.create_index("sanctions_by_end", "sanctions", ["lifted_ms", "until_ms"])
    op.create_index("sanctions_by_lifter", "sanctions", ["lifted_by"])
    op.create_index("sanctions_by_own_end", "sanctions", ["until_ms"])
    op.create_index("sanctions_by_person", "sanctions", ["user_id", "kind"])
    op.create_index("sanctions_by_scope", "sanctions", ["kind", "room_id", "sanction_id"])
    op.create_index("sanctions_by_time", "sanctions", ["made_ms"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("room_id", _id),
        sa.Column("user_id", sa.String()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_action", "audit", ["action", "audit_id"])
    op.create_index("audit_by_actor", "audit", ["actor_id", "audit_id"])
    op.create_index("audit_by_person", "audit", ["user_id", "audit_id"])
    op.create_index("audit_by_room", "audit", ["room_id", "audit_id"])
    op.create_index("audit_by_time", "audit", ["at_ms"])


def _chat() -> None:
    op.create_table(
        "chat",
        sa.Column("message_id", _id, primary_key=True),
        sa.Column("room_id", _id, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("chat_by_person", "chat", ["user_id"])
    op.create_index("chat_by_room", "chat", ["room_id", "message_id"])
    op.create_index("chat_by_room_and_time", "chat", ["room_id", "said_ms"])
    op.create_index("chat_by_time", "chat", ["said_ms"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("report_id", _id, primary_key=True),
        sa.Column("room_id", _id, nullable=False),
        sa.Column("reporter_id", sa.String(), nullable=False),
        sa.Column("reported_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_ms", sa.BigInteger()),
        sa.Column("closed_by", sa.String()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
    )
    op.create_index("reports_by_closer", "reports", ["closed_by"])
    op.create_index("reports_by_reporter", "reports", ["reporter_id"])
    op.create_index("reports_by_room", "reports", ["room_id", "made_ms", "report_id"])
    op.create_index("reports_by_status", "reports", ["status", "made_ms", "report_id"])
    op.create_index("reports_by_time", "reports", ["made_ms", "report_id"])


def _report_people() -> None:
    op.create_table(
        "report_people",
        sa.Column(
            "report_id",
            _id,
            sa.ForeignKey("reports.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("user_id", sa.String(), primary_key=True),
    )
    op.create_index("report_people_by_person", "report_people", ["user_id"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("user_id", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("staff_by_time", "staff", ["seen_ms"])


def _salts() -> None:
    op.create_table(
        "salts",
        sa.Column("salt_id", _id, primary_key=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("salts_by_time", "salts", ["made_ms"])
