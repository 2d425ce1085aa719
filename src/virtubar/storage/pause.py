"""Waiting that ends early where the work is to end."""

import asyncio
from collections.abc import Awaitable, Callable

Pause = Callable[[asyncio.Event, float], Awaitable[None]]
"""Waits for the event, at most so many seconds; tests pass one of their own."""


async def pause(closing: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is time to close."""
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return
