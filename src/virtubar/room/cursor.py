"""From where on a receiver needs what, where that is not what everybody gets. Pure."""

from bisect import bisect_left

from msgspec import Struct

from virtubar.room.parts import Post


class Cursor(Struct):
    """From where on a receiver needs what; whoever has none gets everything as it is said.

    Attributes:
        index: how much of the outbox was there when they came: the state has it already.
        private: of a newcomer, what follows the state for them alone, the session first (§3); None
            for everybody else.
        hidden: whether their page is: they get no transforms (§4).
        wants_state: they had no transforms, and get a `room_state` after all else (§4).
        since: the flush from which on they were left out of transforms, since they do not read as
            fast as is written (§5).
        reads: whether they read again, and are to have the newest of what they missed.
    """

    index: int = 0
    private: list[Post] | None = None
    hidden: bool = False
    wants_state: bool = False
    since: int | None = None
    reads: bool = False

    @property
    def is_due(self) -> bool:
        """Whether the next flush owes them something, even where nothing was said."""
        return self.private is not None or self.wants_state or self.reads

    def settle(self) -> bool:
        """They have what they were owed; whether they need anything else than everybody."""
        self.private, self.wants_state = None, False
        if self.reads:
            self.since, self.reads = None, False
        return self.hidden or self.since is not None


class Cursors:
    """The cursor of each receiver of one room who needs one.

    Attributes:
        by_user: to look into; changed only here.
        due: whose cursor the next flush owes something.
    """

    __slots__ = ("by_user", "due")

    def __init__(self) -> None:
        self.by_user: dict[str, Cursor] = {}
        self.due: set[str] = set()

    @property
    def want_state(self) -> bool:
        """Whether somebody gets a `room_state` with the next flush."""
        owed = [self.by_user[user_id] for user_id in self.due]
        return any(one.private is not None or one.wants_state for one in owed)

    def welcome(self, user_id: str, index: int, private: list[Post]) -> None:
        """Somebody came in when that much had been said."""
        self.by_user[user_id] = Cursor(index=index, private=private)
        self.due.add(user_id)

    def shift(self, taken: list[int]) -> None:
        """What stood at these places, rising, was taken out of the outbox."""
        for user_id in self.due:
            cursor = self.by_user[user_id]
            cursor.index -= bisect_left(taken, cursor.index)

    def awaits_state(self, user_id: str) -> bool:
        """Whether somebody came in and has not been given the state yet."""
        cursor = self.by_user.get(user_id)
        return cursor is not None and cursor.private is not None

    def hide(self, user_id: str) -> None:
        """The member sees no transforms from now on, and misses none."""
        cursor = self.by_user.setdefault(user_id, Cursor())
        cursor.hidden, cursor.wants_state = True, False
        cursor.since, cursor.reads = None, False
        self._note(user_id, cursor)

    def show(self, user_id: str) -> None:
        """The member sees transforms again, after a `room_state` that ends the next flush."""
        cursor = self.by_user.setdefault(user_id, Cursor())
        cursor.hidden = False
        cursor.wants_state = cursor.private is None
        self._note(user_id, cursor)

    def fall_behind(self, user_id: str, flush: int) -> None:
        """The member does not read as fast as is written, and was left out of that flush's
        transforms: there are no more until they `catch_up`."""
        cursor = self.by_user.setdefault(user_id, Cursor())
        if cursor.since is None and not cursor.hidden:
            cursor.since = flush

    def catch_up(self, user_id: str) -> None:
        """The member reads again: with the flush that is about to be made comes the newest of what
        they missed."""
        cursor = self.by_user.get(user_id)
        if cursor is not None and cursor.since is not None:
            cursor.reads = True
            self._note(user_id, cursor)

    @property
    def behind(self) -> list[str]:
        """Who is left out of transforms until they read again."""
        return [user for user, one in self.by_user.items() if one.since is not None]

    def forget(self, user_id: str) -> None:
        """Someone is not there to be given anything any more."""
        self.by_user.pop(user_id, None)
        self.due.discard(user_id)

    def _note(self, user_id: str, cursor: Cursor) -> None:
        (self.due.add if cursor.is_due else self.due.discard)(user_id)

    def settle(self) -> None:
        """Everybody has what they were owed."""
        for user_id in self.due:
            if not self.by_user[user_id].settle():
                del self.by_user[user_id]
        self.due.clear()
