"""Two guests with a stock client who measure what the rest of the room does to them."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import websockets

from support.guest import Guest, enter


class Bystanders:
    """Ann moves and talks, Bob looks on.

    Attributes:
        chats: what Bob heard, by messageId, in order.
    """

    def __init__(self, ann: Guest, bob: Guest) -> None:
        self.ann = ann
        self.bob = bob
        self.chats: dict[str, str] = {}
        self._sent_s: dict[int, float] = {}
        self._seen_s: dict[int, float] = {}

    async def look(self) -> None:
        """Read everything that Bob gets, until the socket closes."""
        last_seq = 0
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in self.bob.socket:
                now_s = time.monotonic()
                if '"chat_broadcast"' in str(message):
                    payload = json.loads(message)["payload"]
                    self.chats[payload["messageId"]] = payload["text"]
                elif self.ann.user_id in str(message) and '"avatar_transform_b' in str(message):
                    seq = json.loads(message)["payload"]["seq"]
                    assert seq > last_seq, "a move came out of order"
                    last_seq = seq
                    self._seen_s[seq] = now_s

    async def drain(self) -> None:
        """Throw away everything that Ann gets, until the socket closes."""
        with contextlib.suppress(websockets.ConnectionClosed):
            async for _ in self.ann.socket:
                pass

    async def stroll(self, seconds: float, *, lines: int = 0) -> list[float]:
        """Ann walks for so long, at 10 Hz, saying so many lines.

        Returns:
            Milliseconds that her moves took to Bob, shortest first. Where the machine stalls,
            newer moves may take the place of older ones; the last always arrives.
        """
        steps = int(seconds * 10)
        first = self.ann.seq + 1
        for step in range(steps):
            due_s = time.monotonic() + 0.1
            seq = await self.ann.move(float(step % 50))
            self._sent_s[seq] = time.monotonic()
            if lines and step % max(1, steps // lines) == 0:
                await self.ann.say(f"line at {step}")
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        await asyncio.sleep(0.5)
        took = [
            (self._seen_s[seq] - self._sent_s[seq]) * 1000
            for seq in range(first, self.ann.seq + 1)
            if seq in self._seen_s
        ]
        assert self.ann.seq in self._seen_s, "the last position must arrive"
        assert len(took) >= 0.5 * steps, f"only {len(took)} of {steps} moves came"
        return sorted(took)


@asynccontextmanager
async def bystanders(http_url: str) -> AsyncIterator[Bystanders]:
    """Ann and Bob in the lobby for as long as the block lasts."""
    ann = await enter(http_url, name="Ann")
    bob = await enter(http_url, name="Bob")
    both = Bystanders(ann, bob)
    tasks = [asyncio.create_task(both.look()), asyncio.create_task(both.drain())]
    try:
        yield both
    finally:
        await ann.socket.close()
        await bob.socket.close()
        await asyncio.gather(*tasks)
