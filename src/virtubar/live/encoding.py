"""The parts of a flush as bytes, each event encoded once, each part joined once a dialect."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from virtubar.live.ports import Dialect, Stream
from virtubar.protocol.codec import encode
from virtubar.protocol.events import ServerEvent
from virtubar.room.parts import Part, Post

_NOBODY: Final[Mapping[str, int]] = MappingProxyType({})


def event_bytes(event: ServerEvent, ts: int, dialect: Dialect) -> bytes:
    """One event for one receiver; none that is about where members are.

    Raises:
        Exception: it cannot be encoded, which is a defect of ours.
    """
    envelopes = FlushEncoder()
    data = dialect.plain(dialect.messages([Post(event, ts)], envelopes))
    for _, error in envelopes.failures:
        raise error
    return data


class FlushEncoder:
    """Encodes the parts of one flush into buffers that many receivers share; see ports.Envelopes.

    Attributes:
        indices: see ports.Envelopes.
        failures: the posts that could not be encoded, which is a defect of ours, and why. They are
            left out, so that nobody misses the others.
    """

    __slots__ = ("_alone", "_envelopes", "_first", "_plain", "_streamed", "failures", "indices")

    def __init__(self, indices: Mapping[str, int] = _NOBODY) -> None:
        self.indices = indices
        self.failures: list[tuple[Post, Exception]] = []
        # What was encoded first, which in most flushes is all; the others look it up.
        self._first: tuple[Sequence[Post], list[bytes]] | None = None
        # by identity: the posts and parts of one flush are alive as long as this encoder
        self._envelopes: dict[int, bytes] = {}
        self._plain: dict[tuple[Dialect, int], bytes] = {}
        self._alone: dict[tuple[Dialect, int], bytes] = {}
        self._streamed: dict[tuple[Dialect, int], bytes] = {}

    def plain(self, parts: Sequence[Part], dialect: Dialect) -> bytes:
        """The parts as uncompressed messages, one after another."""
        if len(parts) == 1:
            return self.part(parts[0], dialect)
        return dialect.joined([self.part(part, dialect) for part in parts])

    def part(self, part: Part, dialect: Dialect) -> bytes:
        """One part as uncompressed messages."""
        key = (dialect, id(part))
        data = self._plain.get(key)
        if data is None:
            data = self._plain[key] = dialect.plain(dialect.messages(part.posts, self))
        return data

    def alone(self, part: Part, dialect: Dialect) -> bytes:
        """A part whose messages are each compressed on their own, for any receiver that
        inflates."""
        key = (dialect, id(part))
        if key not in self._alone:
            self._alone[key] = dialect.deflated(dialect.messages(part.posts, self))
        return self._alone[key]

    def packed(self, part: Part, dialect: Dialect) -> bytes:
        """A part whose messages are compressed with what was before them in it, and refer to
        nothing else: for any receiver that inflates."""
        key = (dialect, id(part))
        if key not in self._alone:
            self._alone[key] = dialect.stream().frames(dialect.messages(part.posts, self))
        return self._alone[key]

    def streamed(self, part: Part, dialect: Dialect, stream: Stream) -> bytes:
        """A part as the next messages of a stream; to be asked in the order of the flush."""
        key = (dialect, id(part))
        if key not in self._streamed:
            self._streamed[key] = stream.frames(dialect.messages(part.posts, self))
        return self._streamed[key]

    def of(self, posts: Sequence[Post]) -> list[bytes]:
        """The envelope of each post; empty where it cannot be encoded."""
        if self._first is None:
            try:
                envelopes = [encode(post.event, post.ts) for post in posts]
            except Exception:
                envelopes = [self._encode(post) for post in posts]
            self._first = (posts, envelopes)
        if self._first[0] is posts:
            return self._first[1]
        known = self._envelopes
        if not known:
            known.update(zip(map(id, self._first[0]), self._first[1], strict=True))
        for post in posts:
            if id(post) not in known:
                known[id(post)] = self._encode(post)
        return [known[id(post)] for post in posts]

    def _encode(self, post: Post) -> bytes:
        try:
            return encode(post.event, post.ts)
        except Exception as error:
            self.failures.append((post, error))
            return b""
