"""Fetches an identity provider's public keys (JWKS) when somebody comes who needs them (§3).

When to fetch, and which keys count, is decided in `virtubar.auth`.
"""

import asyncio
import math
from collections.abc import Callable
from typing import Final

import httpx
import structlog

from virtubar.auth.keyring import Keyring
from virtubar.auth.keys import KeySet, KeysUnusableError, WantedKey
from virtubar.errors import RequestRefusedError

FETCH_TIMEOUT_S: Final = 5.0
"""For the whole of a fetch, name lookup and body included."""
BODY_MAX_BYTES: Final = 64 * 1024

_log = structlog.get_logger("virtubar.api")


class ProviderKeys:
    """The keys of one provider, fetched by one request at a time, however many people wait.

    Args:
        url: https, or http to this machine.
        now_ms: monotonic time in ms.
        timeout_s: of one fetch.
    """

    def __init__(
        self, url: str, now_ms: Callable[[], float], *, timeout_s: float = FETCH_TIMEOUT_S
    ) -> None:
        self._url = httpx.URL(url)
        self._now_ms = now_ms
        self._timeout_s = timeout_s
        self._ring = Keyring()
        self._fetching: asyncio.Task[None] | None = None
        # Made once: it reads every certificate authority of the machine.
        self._tls = httpx.create_ssl_context()

    async def for_token(self, wanted: WantedKey) -> KeySet:
        """The keys to verify a token with that wants this one; it may not be among them.

        Raises:
            RequestRefusedError: 503 `identity_unavailable` where no keys can be had.
        """
        if self._ring.is_due(wanted, self._now_ms()):
            await self._fetched()
        keys = self._ring.keys(self._now_ms())
        if keys is None:
            wait_ms = max(1_000, math.ceil(self._ring.wait_ms(self._now_ms())))
            raise RequestRefusedError(
                503, "identity_unavailable", "Identities cannot be checked at the moment.", wait_ms
            )
        return keys

    async def _fetched(self) -> None:
        """Wait for the fetch that is under way, or for a new one; who gives up ends only their
        own wait."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
        await asyncio.shield(self._fetching)

    async def _fetch(self) -> None:
        try:
            keys = KeySet.parse(await self._download())
        except (httpx.HTTPError, TimeoutError, KeysUnusableError) as error:
            self._ring.fail(self._now_ms())
            _log.warning("provider_keys_failed", reason=str(error) or type(error).__name__)
        else:
            self._ring.take(keys, self._now_ms())
            log = _log.info if len(keys) else _log.warning
            log("provider_keys_fetched", keys=len(keys))
        finally:
            self._fetching = None

    async def _download(self) -> bytes:
        """The body of the answer; only a plain 200 is one."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with (
            asyncio.timeout(self._timeout_s),
            httpx.AsyncClient(
                verify=self._tls,
                timeout=self._timeout_s,
                follow_redirects=False,
                # What is to stay on this machine must not go through a proxy.
                trust_env=self._url.scheme == "https",
            ) as client,
            client.stream("GET", self._url, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise KeysUnusableError(f"the answer has status {answer.status_code}")
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise KeysUnusableError("the answer is compressed")
            body = bytearray()
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > BODY_MAX_BYTES:
                    raise KeysUnusableError(f"the answer is over {BODY_MAX_BYTES} bytes")
            return bytes(body)
