"""Records to store, each whole, with what a test is about changed by name."""

from typing import Any

from msgspec.structs import replace

from virtubar.protocol.constants import Role
from virtubar.room.config import RoomConfig
from virtubar.room.records import (
    AddressMark,
    AuditEntry,
    ChatRecord,
    Report,
    Sanction,
    SanctionKind,
)

NOW = 1_800_000_000_000
"""Wall ms at which the samples happen."""
MINUTE = 60_000
DAY = 86_400_000


def numbered_id(number: int, at_ms: int = NOW) -> str:
    """A UUIDv7 as text, rising with the time and then with the number."""
    digits = f"{at_ms:012x}7{0:03x}8{number:015x}"
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return "-".join(parts)


def room(room_id: str = "snug", **changes: Any) -> RoomConfig:
    """A room with every setting off its default."""
    whole = RoomConfig(
        room_id,
        "The Snug",
        capacity=12,
        hearing_radius_m=7.5,
        emotes=("cheers", "wave"),
        owner_id="olga",
        public=False,
        locked=True,
        allowed_roles=(Role.MEMBER, Role.GUEST),
        slow_mode_s=5,
        words=("blast", "größe"),
        guard="strict",
        chat_retention_days=3,
        crowd_threshold=40,
    )
    return replace(whole, **changes)


def line(action: str = "ban", **changes: Any) -> AuditEntry:
    """A line of the audit."""
    whole = AuditEntry(
        NOW, "mona", "moderator", action, "snug", "bob",
        {"reason": "rude", "untilMs": None}, "Mona", "Bob",
    )  # fmt: skip
    return replace(whole, **changes)


def ban(number: int = 1, **changes: Any) -> Sanction:
    """A ban for good, from a known address."""
    whole = Sanction(
        numbered_id(number),
        SanctionKind.BAN,
        "snug",
        "bob",
        "mona",
        Role.MODERATOR,
        "rude",
        NOW,
        None,
        AddressMark("salt-1", "ab12"),
        user_name="Bob",
        actor_name="Mona",
    )
    return replace(whole, **changes)


def message(number: int = 1, **changes: Any) -> ChatRecord:
    """Something that was said."""
    whole = ChatRecord(numbered_id(number), "snug", "bob", "Bob 🍺", f"Hello {number}", NOW)
    return replace(whole, **changes)


def report(number: int = 1, **changes: Any) -> Report:
    """A report by alice of bob, with carol in what alice saw."""
    evidence = {
        "fromMs": NOW - 5 * MINUTE,
        "toMs": NOW,
        "people": {"alice": "Alice", "bob": "Bob", "carol": "Carol"},
        "events": [
            {"atMs": NOW - 9, "kind": "joined", "userId": "carol"},
            {"atMs": NOW - 8, "kind": "chat", "userId": "bob", "text": "Oi", "messageId": "m1"},
            {"atMs": NOW - 7, "kind": "chat", "userId": "carol", "text": "Now", "messageId": "m2"},
            {"atMs": NOW - 6, "kind": "emote", "userId": "carol", "emoteId": "sad"},
        ],
        "positions": [{"atMs": NOW - 5, "places": {"bob": [1, 2], "carol": [3, -4]}}],
    }
    whole = Report(
        *(numbered_id(number), "snug", "alice", "bob", "Bob shouts", NOW),
        evidence=evidence,
        reporter_name="Alice",
        reported_name="Bob",
    )
    return replace(whole, **changes)
