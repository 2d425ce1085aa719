"""The sanctions that hold, as every door asks for them (§3, §7); pure.

The whole of it is in memory, so that no join waits for a database; storage is written first and
read when the server starts.
"""

from typing import Final

import msgspec

from virtubar.auth.tokens import REVOKED_MS
from virtubar.protocol.constants import (
    KICK_REFUSAL_MS,
    AuthCode,
)
from virtubar.room.ports import ModerationAct, Mute, Refusal
from virtubar.room.records import AddressMark, Sanction, SanctionKind

ADDRESS_LIFE_MS: Final = 24 * 3_600_000
"""An address refuses new guests for a day at most: tomorrow somebody else may have it."""
_SWEEP_MIN: Final = 1_024
"""Entries up to which what is over is left in place: looking for it costs more than it holds."""
_KINDS: Final = {"kick": SanctionKind.KICK, "ban": SanctionKind.BAN, "mute": SanctionKind.MUTE}
LIFTS: Final = {"unban": SanctionKind.BAN, "unmute": SanctionKind.MUTE}
"""What each lifting verb lifts."""

Key = tuple[str | None, str]
"""Room (None: the whole server) and user."""


def sanction_of(
    act: ModerationAct,
    *,
    sanction_id: str,
    wall_ms: int,
    address: AddressMark | None,
    names: tuple[str | None, str | None] = (None, None),
) -> Sanction:
    """The sanction that an act of `kick`, `ban` or `mute` makes.

    Args:
        names: what the person and the actor are called.
        address: where the person came from; kept with a ban of a guest only.
    """
    kind = _KINDS[act.verb]
    until_ms = None if act.duration_ms is None else wall_ms + act.duration_ms
    if kind is SanctionKind.KICK:
        until_ms = wall_ms + KICK_REFUSAL_MS
    return Sanction(
        sanction_id=sanction_id,
        kind=kind,
        room_id=None if act.scope == "server" else act.room_id,
        user_id=act.user_id,
        actor_id=act.actor_id,
        actor_role=act.actor_role,
        reason=act.reason,
        made_ms=wall_ms,
        until_ms=until_ms,
        address=address if kind is SanctionKind.BAN else None,
        user_name=names[0],
        actor_name=names[1],
    )


class SanctionBook:
    """Every sanction that holds; implements room.ports.Sanctions.

    As large as the bans and mutes that hold, which no rule may forget, and the revocations of one
    day.
    """

    def __init__(self) -> None:
        self._bans: dict[Key, Sanction] = {}
        self._kicks: dict[Key, Sanction] = {}
        self._mutes: dict[Key, Sanction] = {}
        self._revoked_ms: dict[Key, int] = {}
        self._held: dict[Key, list[Sanction]] = {}
        self._addresses: dict[tuple[str | None, AddressMark], dict[str, Sanction]] = {}
        # room → (kind, user) → the ban or mute; some of them may be over
        self._in_room: dict[str | None, dict[tuple[SanctionKind, str], Sanction]] = {}
        self._sweep_at = _SWEEP_MIN

    # Writing

    def hold(self, sanction: Sanction) -> None:
        """Refuse as this kick or ban will, while it is being stored: nobody slips in meanwhile."""
        if sanction.kind is not SanctionKind.MUTE:
            self._held.setdefault((sanction.room_id, sanction.user_id), []).append(sanction)

    def release(self, sanction: Sanction) -> None:
        """It was stored (and applied), or could not be: it is not held any more."""
        key = (sanction.room_id, sanction.user_id)
        held = self._held.get(key, [])
        if sanction in held:
            held.remove(sanction)
        if not held:
            self._held.pop(key, None)

    def apply(self, sanction: Sanction, wall_ms: int) -> None:
        """A sanction is stored: it holds from now on. One that was lifted only revokes.

        Args:
            wall_ms: now, which need not be when it was made: what is over by now may be let go.
        """
        self._keep(sanction)
        if len(self._revoked_ms) + len(self._mutes) > self._sweep_at:
            self._sweep(wall_ms)

    def _keep(self, sanction: Sanction) -> None:
        key = (sanction.room_id, sanction.user_id)
        if sanction.kind is not SanctionKind.MUTE:
            self._revoked_ms[key] = max(sanction.made_ms, self._revoked_ms.get(key, 0))
        if sanction.lifted_ms is not None:
            return
        if sanction.kind is SanctionKind.BAN:
            self._forget_address(self._bans.pop(key, None))
            self._bans[key] = sanction
            if sanction.address is not None:
                held = self._addresses.setdefault((sanction.room_id, sanction.address), {})
                held[sanction.user_id] = sanction
        elif sanction.kind is SanctionKind.KICK:
            self._kicks[key] = sanction
        else:
            self._mutes[key] = sanction
        if sanction.kind is not SanctionKind.KICK:
            here = self._in_room.setdefault(sanction.room_id, {})
            here[sanction.kind, sanction.user_id] = sanction

    def lift(self, kind: SanctionKind, room_id: str | None, user_id: str) -> None:
        """The ban or mute of that scope holds no more; tokens from before it stay revoked."""
        key = (room_id, user_id)
        if kind is SanctionKind.BAN:
            self._forget_address(self._bans.pop(key, None))
        elif kind is SanctionKind.MUTE:
            self._mutes.pop(key, None)
        here = self._in_room.get(room_id, {})
        here.pop((kind, user_id), None)
        if not here:
            self._in_room.pop(room_id, None)

    def forget_words(self, user_id: str) -> None:
        """The person was erased: what holds against them, or was done by them, says why no more."""
        for kept in (self._bans, self._kicks, self._mutes):
            for sanction in list(kept.values()):
                if user_id in (sanction.user_id, sanction.actor_id):
                    theirs = "user_name" if sanction.user_id == user_id else "actor_name"
                    self._keep(msgspec.structs.replace(sanction, reason="", **{theirs: None}))

    def _forget_address(self, ban: Sanction | None) -> None:
        if ban is None or ban.address is None:
            return
        held = self._addresses.get((ban.room_id, ban.address), {})
        held.pop(ban.user_id, None)
        if not held:
            self._addresses.pop((ban.room_id, ban.address), None)

    def _sweep(self, wall_ms: int) -> None:
        """Let go of what is over."""
        for key in [key for key, ban in self._bans.items() if not _holds(ban, wall_ms)]:
            self._forget_address(self._bans.pop(key))
        self._kicks = {k: held for k, held in self._kicks.items() if _holds(held, wall_ms)}
        self._mutes = {k: held for k, held in self._mutes.items() if _holds(held, wall_ms)}
        for room_id in list(self._in_room):
            self.holding(room_id, wall_ms)
        oldest_ms = wall_ms - REVOKED_MS
        self._revoked_ms = {k: ms for k, ms in self._revoked_ms.items() if ms > oldest_ms}
        self._sweep_at = max(_SWEEP_MIN, 2 * (len(self._revoked_ms) + len(self._mutes)))

    @property
    def size(self) -> int:
        """Entries that are kept, whether they hold or not."""
        sanctions = len(self._bans) + len(self._kicks) + len(self._mutes)
        return sanctions + len(self._revoked_ms) + len(self._held)

    # Asking

    def refusal(
        self, room_id: str, user_id: str, issued_at_ms: int, wall_ms: int
    ) -> Refusal | None:
        """Why a token issued then may not enter now; see ports.Sanctions."""
        keys: tuple[Key, Key] = ((None, user_id), (room_id, user_id))
        for found in (self._bans, self._kicks):
            for key in keys:
                sanction = found.get(key)
                if sanction is not None and _holds(sanction, wall_ms):
                    return refusal_of(sanction)
        for key in keys:
            if key in self._held:
                return refusal_of(self._held[key][0])
            if issued_at_ms <= self._revoked_ms.get(key, -1):
                return Refusal(AuthCode.KICKED, "The token was revoked.", wall_ms)
        return None

    def address_refusal(
        self, room_id: str, marks: tuple[AddressMark, ...], born_ms: int, wall_ms: int
    ) -> Refusal | None:
        """Why a guest who was made then may not enter from there; see ports.Sanctions."""
        for mark in marks:
            for scope in (None, room_id):
                for ban in self._addresses.get((scope, mark), {}).values():
                    ends_ms = min(ban.made_ms + ADDRESS_LIFE_MS, ban.until_ms or 2**53)
                    if ban.made_ms <= born_ms and wall_ms < ends_ms:
                        return Refusal(AuthCode.BANNED, _FROM_THERE, ends_ms, ban.scope)
        return None

    def holding(self, room_id: str | None, wall_ms: int) -> int:
        """How many bans and mutes hold in the room, those of the server not counted; forgets of
        the count what is over."""
        here = self._in_room.get(room_id, {})
        for key in [key for key, sanction in here.items() if not _holds(sanction, wall_ms)]:
            del here[key]
        if not here:
            self._in_room.pop(room_id, None)
        return len(here)

    def name_of(self, kind: SanctionKind, room_id: str | None, user_id: str) -> str | None:
        """What somebody was called when that ban or mute was made; None where nobody knew."""
        kept = self._in_room.get(room_id, {}).get((kind, user_id))
        return None if kept is None else kept.user_name

    def holds(self, kind: SanctionKind, room_id: str | None, user_id: str) -> bool:
        """Whether such a sanction is kept, so that another one only takes its place."""
        return (kind, user_id) in self._in_room.get(room_id, {})

    def mute(self, room_id: str, user_id: str, wall_ms: int) -> Mute | None:
        """The mute that holds for the user now, the server's before the room's."""
        for key in ((None, user_id), (room_id, user_id)):
            sanction = self._mutes.get(key)
            if sanction is not None and _holds(sanction, wall_ms):
                return Mute(sanction.reason, sanction.until_ms, sanction.scope)
        return None


_FROM_THERE: Final = "New guests from this address have to wait."


def refusal_of(sanction: Sanction) -> Refusal:
    """What a kick or a ban answers at the door."""
    code = AuthCode.BANNED if sanction.kind is SanctionKind.BAN else AuthCode.KICKED
    return Refusal(code, sanction.reason, sanction.until_ms, sanction.scope)


def _holds(sanction: Sanction, wall_ms: int) -> bool:
    return sanction.until_ms is None or wall_ms < sanction.until_ms
