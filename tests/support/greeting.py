"""What everybody who comes in is told first, whether or not anything has happened (§3, §11)."""

from typing import Final

WHOLE_GREETING: Final = ("room_state", "session", "roles", "seats")
"""The names of these events, in order."""
GREETING: Final = tuple(name for name in WHOLE_GREETING if name != "roles")
"""The same for guests who ignore roles, which come with every join."""
