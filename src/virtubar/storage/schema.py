"""The tables as this version knows them; migrations/versions leads there, a test compares.

Column names are the field names of `room.records` and `room.config`. Every query of the ports has
its index. Nothing refers to a room's row: chat, sanctions and reports outlive it.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Words(TypeDecorator[str]):
    """Text that people wrote. What PostgreSQL or UTF-8 cannot hold is replaced, so that no text
    can make a whole batch fail."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class's signature
        """The text without NUL and without lone surrogates."""
        plain = None if value is None else str(value).replace("\0", "")
        return plain and plain.encode("utf-8", "replace").decode("utf-8")


metadata = MetaData()
_id = String().with_variant(String(collation="C"), "postgresql")
"""Ids sort by their bytes in every database: cursors and UUIDv7 rely on it."""
_rising = BigInteger().with_variant(Integer(), "sqlite")

rooms = Table(
    "rooms",
    metadata,
    Column("room_id", _id, primary_key=True),
    Column("name", Words, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("hearing_radius_m", Float),
    Column("emotes", JSON, nullable=False),
    Column("owner_id", String),
    Column("public", Boolean, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("allowed_roles", JSON(none_as_null=True)),
    Column("slow_mode_s", Integer, nullable=False),
    Column("words", JSON, nullable=False),
    Column("guard", String, nullable=False),
    Column("chat_retention_days", Integer),
    Column("crowd_threshold", Integer),
    Column("used_ms", BigInteger, nullable=False),
    Index("rooms_by_use", "used_ms"),
    Index("rooms_by_owner", "owner_id"),
)

sanctions = Table(
    "sanctions",
    metadata,
    Column("sanction_id", _id, primary_key=True),
    Column("kind", String, nullable=False),
    Column("room_id", _id),
    Column("user_id", String, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("actor_role", String, nullable=False),
    Column("reason", Words, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("salt_id", String),
    Column("digest", String),
    Column("lifted_ms", BigInteger),
    Column("lifted_by", String),
    Column("user_name", Words),
    Column("actor_name", Words),
    Index("sanctions_by_scope", "kind", "room_id", "sanction_id"),
    Index("sanctions_by_person", "user_id", "kind"),
    Index("sanctions_by_actor", "actor_id"),
    Index("sanctions_by_lifter", "lifted_by"),
    Index("sanctions_by_time", "made_ms"),
    Index("sanctions_by_end", "lifted_ms", "until_ms"),
    Index("sanctions_by_own_end", "until_ms"),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", _rising, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("actor_role", String, nullable=False),
    Column("action", String, nullable=False),
    Column("room_id", _id),
    Column("user_id", String),
    Column("detail", JSON, nullable=False),
    Column("actor_name", Words),
    Column("user_name", Words),
    Index("audit_by_time", "at_ms"),
    Index("audit_by_room", "room_id", "audit_id"),
    Index("audit_by_actor", "actor_id", "audit_id"),
    Index("audit_by_person", "user_id", "audit_id"),
    Index("audit_by_action", "action", "audit_id"),
    sqlite_autoincrement=True,  # an id that was removed is never given again
)

chat = Table(
    "chat",
    metadata,
    Column("message_id", _id, primary_key=True),
    Column("room_id", _id, nullable=False),
    Column("user_id", String, nullable=False),
    Column("display_name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("said_ms", BigInteger, nullable=False),
    Index("chat_by_room", "room_id", "message_id"),
    Index("chat_by_room_and_time", "room_id", "said_ms"),
    Index("chat_by_time", "said_ms"),
    Index("chat_by_person", "user_id", "room_id", "message_id"),
)

reports = Table(
    "reports",
    metadata,
    Column("report_id", _id, primary_key=True),
    Column("room_id", _id, nullable=False),
    Column("reporter_id", String, nullable=False),
    Column("reported_id", String, nullable=False),
    Column("reason", Words, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("closed_ms", BigInteger),
    Column("closed_by", String),
    Column("note", Words, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("reporter_name", Words),
    Column("reported_name", Words),
    Column("closed_by_name", Words),
    Index("reports_by_time", "made_ms", "report_id"),
    Index("reports_by_status", "status", "made_ms", "report_id"),
    Index("reports_by_room", "room_id", "made_ms", "report_id"),
    Index("reports_by_reporter", "reporter_id"),
    Index("reports_by_closer", "closed_by"),
)

report_people = Table(
    "report_people",
    metadata,
    Column("report_id", _id, ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", String, primary_key=True),
    Index("report_people_by_person", "user_id"),
)
"""Whom a report shows, as the reported one or in the evidence that is its own: erasing a person
finds it here."""

evidence = Table(
    "evidence",
    metadata,
    Column("piece_id", _id, primary_key=True),
    Column("content", JSON, nullable=False),
)
"""Slices of what went on in a room, each once, whoever reports it; see storage.evidence."""

report_evidence = Table(
    "report_evidence",
    metadata,
    Column("report_id", _id, ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("piece_id", _id, ForeignKey("evidence.piece_id"), nullable=False),
    Index("report_evidence_by_piece", "piece_id"),
)
"""Which slices a report shows, in their order. A slice that no report shows is removed."""

evidence_people = Table(
    "evidence_people",
    metadata,
    Column("piece_id", _id, ForeignKey("evidence.piece_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", String, primary_key=True),
    Index("evidence_people_by_person", "user_id"),
)
"""Whom a slice shows."""

staff = Table(
    "staff",
    metadata,
    Column("user_id", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Index("staff_by_time", "seen_ms"),
)

salts = Table(
    "salts",
    metadata,
    Column("salt_id", _id, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Index("salts_by_time", "made_ms"),
)
