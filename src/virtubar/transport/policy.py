"""Who may open a socket, whatever it speaks, and how many there may be."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from virtubar.addresses import AddressCounts, AddressPolicy
from virtubar.origins import is_cross_site
from virtubar.transport.upgrade import UpgradeRefusedError, check_origin


class SeamPolicy:
    """Who may open a socket; and how many there are.

    Args:
        allowed_origins: beyond the same origin; `*` for all.
        connections_per_address: None for no limit; see AddressCounts.
    """

    def __init__(
        self,
        *,
        addresses: AddressPolicy,
        allowed_origins: tuple[str, ...],
        connections_max: int,
        connections_per_address: int | None,
        compression: bool,
        draining: Callable[[], bool],
    ) -> None:
        self._addresses = addresses
        self._allowed_origins = allowed_origins
        self._connections_max = connections_max
        self._compression = compression
        self._draining = draining
        self._open = AddressCounts(connections_per_address)
        self._total = 0

    @property
    def compression(self) -> bool:
        """Whether clients that offer it get compressed messages."""
        return self._compression

    def check(self, headers: Mapping[str, str], peer: str, scheme: str) -> str:
        """See that a request may be made from where it comes; the address it counts for.

        Args:
            headers: names in lower case.

        Raises:
            UpgradeRefusedError: where it may not be.
        """
        if self._draining():
            raise UpgradeRefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "draining", "The server is about to stop.", 1
            )
        self.check_origin(headers, peer, scheme)
        return self._addresses.client(peer, headers.get("x-forwarded-for"))

    def check_origin(self, headers: Mapping[str, str], peer: str, scheme: str) -> None:
        """See that no other site's page makes the request; arguments as of `check`.

        Raises:
            UpgradeRefusedError: 403, where one does.
        """
        _, host = self._addresses.scheme_and_host(
            peer,
            scheme,
            headers.get("host", ""),
            headers.get("x-forwarded-proto"),
            headers.get("x-forwarded-host"),
        )
        origin = headers.get("origin")
        check_origin(origin, host, self._allowed_origins)
        if origin is None and is_cross_site(headers.get("sec-fetch-site")):
            raise UpgradeRefusedError(
                HTTPStatus.FORBIDDEN, "origin_not_allowed", "This page may not open a socket here."
            )

    def admit(self, address: str) -> None:
        """Count one more socket from there; `release` it later.

        Raises:
            UpgradeRefusedError: where there are too many.
        """
        if self._total >= self._connections_max:
            raise UpgradeRefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE, "server_full", "The server is full.", 10
            )
        if not self._open.admit(address):
            raise UpgradeRefusedError(
                HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", "Too many sockets from there.", 10
            )
        self._total += 1

    def release(self, address: str) -> None:
        """A socket that was admitted is gone."""
        self._total -= 1
        self._open.release(address)
