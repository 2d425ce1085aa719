"""Which address a request counts for, and which host it was sent to; pure.

A forwarded header is only as good as who wrote it: it is believed exactly where the peer that
sent it is a proxy the operator trusts (`VIRTUBAR_TRUSTED_PROXIES`).
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

FORWARDED_MAX: Final = 16
"""Entries of `X-Forwarded-For` that are looked at, from the right: no real chain is longer."""
_IPV6_PREFIX: Final = 64
"""One household or venue is given at least a /64, and its devices change address within it."""
_SHARED: Final = tuple(
    map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "::/64", "64:ff9b::/96", "fe80::/10"))
)
"""No address, this machine, everybody behind a NAT64, every device on the link."""
_bracketed = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?\Z")
_host = re.compile(r"(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?\Z")


class AddressPolicy:
    """Reads addresses and hosts off requests without believing strangers.

    Args:
        trusted_proxies: networks in CIDR form (or single addresses) whose forwarded headers count.
    """

    def __init__(self, trusted_proxies: Iterable[str] = ()) -> None:
        self._trusted = [ip_network(proxy, strict=False) for proxy in trusted_proxies]

    def client(self, peer: str, forwarded_for: str | None) -> str:
        """The key that limits per address count by.

        The right-most address that no trusted proxy has: everything left of it could have been
        written by anybody. Where an entry is no address, the proxy that handed it on counts.

        Args:
            peer: the other end of the socket; not an address for a Unix socket.
            forwarded_for: `X-Forwarded-For`, several of them joined by commas.

        Returns:
            An IPv4 address, an IPv6 /64 (`2001:db8::/64`), or `peer` where it is neither.
        """
        address = _parse(peer)
        if address is None:
            return peer
        if forwarded_for is not None and self._is_trusted(address):
            for entry in reversed(forwarded_for.split(",")[-FORWARDED_MAX:]):
                hop = _parse(entry)
                if hop is None:
                    break
                address = hop
                if not self._is_trusted(address):
                    break
        return _key(address)

    def tells_apart(self, key: str) -> bool:
        """Whether a key that `client` gave belongs to somebody, rather than to everybody.

        Not on this machine, nor behind a Unix socket or a proxy whose forwarded headers did not
        help: everybody comes from there. A private address is its owner's on a local network.
        """
        try:
            network = ip_network(key)
        except ValueError:
            return False
        return not any(network.overlaps(other) for other in (*_SHARED, *self._trusted))

    def is_proxy(self, peer: str) -> bool:
        """Whether the other end of a socket is a trusted proxy, through which everybody comes."""
        address = _parse(peer)
        return address is not None and self._is_trusted(address)

    def scheme_and_host(
        self,
        peer: str,
        scheme: str,
        host: str,
        x_forwarded_proto: str | None,
        x_forwarded_host: str | None,
    ) -> tuple[str, str]:
        """The scheme and `host[:port]` that the client used.

        Args:
            peer: the other end of the socket.
            scheme: `http` or `https`, of the connection itself.
            host: the `Host` header.
            x_forwarded_proto: as the header came; its right-most entry, the nearest proxy's,
                counts.
            x_forwarded_host: the same.

        Returns:
            The scheme and the host; the host is empty where it is no host at all.
        """
        address = _parse(peer)
        if address is not None and self._is_trusted(address):
            proto = _last(x_forwarded_proto).lower()
            scheme = proto if proto in ("http", "https") else scheme
            host = _last(x_forwarded_host) or host
        return scheme, host if _host.match(host) else ""

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _parse(text: str) -> Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1` or `[2001:db8::1]:80`, or None."""
    text = text.strip()
    if bracketed := _bracketed.match(text):
        text = bracketed[1]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _key(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _IPV6_PREFIX), strict=False))


def _last(header: str | None) -> str:
    return "" if header is None else header.rpartition(",")[2].strip()
