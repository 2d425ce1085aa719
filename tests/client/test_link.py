"""One WebSocket of the client's, frame by frame, against a server that writes raw bytes."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import picows
import pytest

from client.fake_owner import Owner
from virtubar.client.link import MESSAGE_MAX_BYTES, Link, open_link

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CONTINUATION, CLOSE, PING = 0x1, 0x2, 0x0, 0x8, 0x9


def frame(opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0) -> bytes:
    """One unmasked frame, as a server writes it."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    size = len(payload)
    if size < 126:
        return bytes([first, size]) + payload
    if size < 1 << 16:
        return bytes([first, 126]) + size.to_bytes(2, "big") + payload
    return bytes([first, 127]) + size.to_bytes(8, "big") + payload


class Raw:
    """The server's end of the link."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def read_frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the client's next frame, which must be masked."""
        head = await self._reader.readexactly(2)
        assert head[1] & 0x80
        size = head[1] & 0x7F
        if size == 126:
            size = int.from_bytes(await self._reader.readexactly(2), "big")
        mask = await self._reader.readexactly(4)
        payload = await self._reader.readexactly(size)
        return head[0] & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))

    async def read_close_code(self) -> int:
        """The code of the client's close frame, which must come next."""
        opcode, payload = await asyncio.wait_for(self.read_frame(), 5)
        assert opcode == CLOSE
        return int.from_bytes(payload[:2], "big")


@asynccontextmanager
async def linked(*, takes_binary: bool = False) -> AsyncIterator[tuple[Link, Owner, Raw]]:
    """An open link with both its ends."""
    raws: asyncio.Queue[Raw] = asyncio.Queue()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        [key] = [
            line.split(b": ")[1]
            for line in request.split(b"\r\n")
            if line.lower().startswith(b"sec-websocket-key")
        ]
        accepted = base64.b64encode(hashlib.sha1(key + _GUID).digest())  # noqa: S324 - RFC 6455
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
        )
        raws.put_nowait(Raw(reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    owner = Owner()
    link = await open_link(
        f"ws://127.0.0.1:{port}/ws", lambda: Link(owner, takes_binary=takes_binary)
    )
    raw = await raws.get()
    try:
        yield link, owner, raw
    finally:
        link.cut()
        await link.wait_closed()
        raw.writer.close()
        server.close()
        await server.wait_closed()


async def get(queue: "asyncio.Queue[bytes] | asyncio.Queue[tuple[int, str]]") -> object:
    return await asyncio.wait_for(queue.get(), 5)


async def test_a_message_comes_whole() -> None:
    """However it was cut into frames, with a ping in between (RFC 6455 §5.4)."""
    async with linked() as (_, owner, raw):
        raw.writer.write(frame(TEXT, b"one"))
        raw.writer.write(frame(TEXT, b"t", fin=False) + frame(PING, b"?"))
        raw.writer.write(frame(CONTINUATION, b"w", fin=False) + frame(CONTINUATION, b"o"))
        raw.writer.write(frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"three"))
        assert [await get(owner.messages) for _ in range(3)] == [b"one", b"two", b"three"]
        assert await raw.read_frame() == (0xA, b"?")


async def test_a_binary_message_comes_whole_to_who_asked_for_it() -> None:
    """However it was cut into frames; texts are told apart from it (§12)."""
    async with linked(takes_binary=True) as (_, owner, raw):
        raw.writer.write(frame(BINARY, b"o", fin=False) + frame(CONTINUATION, b"ne"))
        raw.writer.write(frame(TEXT, b"two") + frame(BINARY, b"three"))
        assert [await get(owner.binaries) for _ in range(2)] == [b"one", b"three"]
        assert await get(owner.messages) == b"two"


async def test_a_message_goes_masked() -> None:
    """As a client must (RFC 6455 §5.3)."""
    async with linked() as (link, _, raw):
        link.send("grüß dich".encode())
        assert await raw.read_frame() == (TEXT, "grüß dich".encode())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(BINARY, b"x"), 1002),
        (frame(TEXT, b"x", rsv=4), 1002),
        (frame(CONTINUATION, b"x"), 1002),
        (frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), 1002),
    ],
)
async def test_what_is_not_plain_text_ends_the_connection(data: bytes, code: int) -> None:
    """Nothing was negotiated that would allow it."""
    async with linked() as (_, owner, raw):
        raw.writer.write(data)
        assert await raw.read_close_code() == code
        assert (await owner.closed.get())[0] == code


async def test_a_message_over_the_limit_ends_the_connection() -> None:
    """All fragments count together; the limit itself still comes."""
    async with linked() as (_, owner, raw):
        half = b"x" * (MESSAGE_MAX_BYTES // 2)
        raw.writer.write(frame(TEXT, half, fin=False) + frame(CONTINUATION, half))
        assert len(await owner.messages.get()) == MESSAGE_MAX_BYTES
        raw.writer.write(frame(TEXT, half, fin=False) + frame(CONTINUATION, half + b"y"))
        assert await raw.read_close_code() == 1009


@pytest.mark.parametrize(
    ("payload", "told", "echoed"),
    [
        ((4001).to_bytes(2, "big") + "böse".encode(), (4001, "böse"), 4001),
        ((1000).to_bytes(2, "big"), (1000, ""), 1000),
        (b"", (1005, ""), 1000),
    ],
)
async def test_a_close_is_answered_and_told(
    payload: bytes, told: tuple[int, str], echoed: int
) -> None:
    """With its code and words, whatever they are (§8)."""
    async with linked() as (_, owner, raw):
        raw.writer.write(frame(CLOSE, payload))
        assert await raw.read_close_code() == echoed
        assert await get(owner.closed) == told


async def test_a_cut_connection_is_told_as_1006() -> None:
    """No close frame came."""
    async with linked() as (_, owner, raw):
        raw.writer.transport.abort()
        assert await get(owner.closed) == (1006, "")


async def test_after_close_the_owner_hears_nothing_more() -> None:
    """Whoever said good-bye is gone, whatever still comes."""
    async with linked() as (link, owner, raw):
        link.close(1000)
        raw.writer.write(frame(TEXT, b"late"))
        assert await raw.read_close_code() == 1000
        raw.writer.write(frame(CLOSE, (1000).to_bytes(2, "big")))
        await asyncio.wait_for(link.wait_closed(), 5)
        assert owner.messages.empty()
        assert owner.closed.empty()


async def test_a_server_that_ignores_the_good_bye_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Leaving takes at most the close time-out."""
    monkeypatch.setattr("virtubar.client.link.CLOSE_TIMEOUT_S", 0.05)
    async with linked() as (link, _, _raw):
        link.close(1000)
        await asyncio.wait_for(link.wait_goodbye(), 5)
        await asyncio.wait_for(link.wait_closed(), 5)


@pytest.mark.parametrize(
    ("data", "code"),
    [(bytes([0x8B, 0x00]), 1002), (frame(CLOSE, (1001).to_bytes(2, "big") + b"\xff"), 1007)],
)
async def test_a_frame_that_picows_refuses_ends_the_connection(data: bytes, code: int) -> None:
    """An unknown opcode, a close reason that is no text: they cost only this connection."""
    async with linked() as (link, owner, raw):
        raw.writer.write(data)
        assert await raw.read_close_code() == code
        await get(owner.closed)
        await link.wait_closed()


async def test_a_server_that_hangs_up_during_the_handshake_is_an_error() -> None:
    """picows itself comes back without a connection then."""

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionError):
            await open_link(f"ws://127.0.0.1:{port}/ws", lambda: Link(Owner()))


async def test_a_refused_upgrade_is_an_error() -> None:
    """403: this page may not open sockets there."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(picows.WSError):
            await open_link(f"ws://127.0.0.1:{port}/ws", lambda: Link(Owner()))
