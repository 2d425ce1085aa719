"""An HTTP proxy, as offices have them: whatever it is asked for, it gives from one server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Proxy:
    """A proxy that is running.

    Attributes:
        url: where it listens.
        asked: the first line of each request, `POST http://bar.test/rooms/join` or
            `CONNECT bar.test:80`.
    """

    def __init__(self, server: tuple[str, int] | None) -> None:
        self.url = ""
        self.asked: list[str] = []
        self._server = server
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which `hang_up` can end."""
        task = asyncio.ensure_future(self.serve(reader, writer))
        self._ends.add(writer)
        self._tasks.add(task)
        await task

    async def hang_up(self) -> None:
        """Drop every connection that is open."""
        for writer in self._ends:
            writer.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a tunnel, or one request in absolute form."""
        with contextlib.closing(writer):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, _, rest = head.partition("\r\n")
            method, target, _ = line.split(" ")
            self.asked.append(f"{method} {target}")
            if self._server is None:
                body = "<html>Bad gateway</html>"
                length = len(body)
                writer.write(f"HTTP/1.1 502 No\r\nContent-Length: {length}\r\n\r\n{body}".encode())
                await writer.drain()
                return
            up_reader, up_writer = await asyncio.open_connection(*self._server)
            self._ends.add(up_writer)
            with contextlib.closing(up_writer):
                if method == "CONNECT":
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    path = "/" + target.split("/", 3)[3]
                    up_writer.write(f"{method} {path} HTTP/1.1\r\n{rest}".encode("latin-1"))
                await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes, and its end."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


@contextlib.asynccontextmanager
async def running_proxy(server: tuple[str, int] | None) -> AsyncIterator[Proxy]:
    """A proxy in front of a server, or one that answers 502 to everything where that is None."""
    proxy = Proxy(server)
    listening = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()[:2]
    proxy.url = f"http://{host}:{port}"
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.hang_up()
        await listening.wait_closed()
