"""Which address a request counts for, and which host it was sent to; pure.

A forwarded header is only as good as who wrote it: it is believed exactly where the peer that
sent it is a proxy the operator trusts (`VIRTUBAR_TRUSTED_PROXIES`).
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

FORWARDED_MAX: Final = 16
"""Entries of `X-Forwarded-For` that are looked at, from the right: no real chain is longer."""
_IPV4: Final = 4
_IPV6_PREFIX: Final = 64
"""One household or venue is given at least a /64, and its devices change address within it."""
WIDER_IPV6: Final = ((56, 2), (48, 4), (40, 8), (32, 16))
WIDER_IPV4: Final = ((24, 4), (16, 16))
"""Prefixes around an address, and for how many times its budget they are good, all their addresses
together. Whoever is given a /48 has 65 536 /64s to take turns with, a rented /24 has 256 addresses,
and a /32 is a whole provider's. Each step is worth far less than the addresses that it adds, and
more than one party needs: behind one router it has one address, on phones a few dozen of one
provider's. What somebody can have beyond (a botnet) is no prefix's fault."""
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


@lru_cache(4_096)
def wider(key: str) -> tuple[tuple[str, int], ...]:
    """The networks around a key that `client` gave, each with how many times its budget it has;
    none for what is no address."""
    try:
        network = ip_network(key)
    except ValueError:
        return ()
    prefixes = WIDER_IPV4 if network.version == _IPV4 else WIDER_IPV6
    return tuple((str(network.supernet(new_prefix=length)), times) for length, times in prefixes)


class AddressCounts:
    """How many of something each address has open, and each network around it.

    Args:
        most: that an address may have; None for no limit.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def admit(self, key: str) -> bool:
        """Count one more for the address, if it may be; `release` it later."""
        most = self._most
        if most is None:
            return True
        around = wider(key)
        if self._open[key] >= most or any(self._open[net] >= most * times for net, times in around):
            self._forget(key, around)
            return False
        for counted in (key, *(network for network, _ in around)):
            self._open[counted] += 1
        return True

    def release(self, key: str) -> None:
        """One that was admitted is gone."""
        if self._most is None:
            return
        around = wider(key)
        for counted in (key, *(network for network, _ in around)):
            self._open[counted] -= 1
        self._forget(key, around)

    def _forget(self, key: str, around: tuple[tuple[str, int], ...]) -> None:
        for counted in (key, *(network for network, _ in around)):
            if self._open[counted] <= 0:
                del self._open[counted]

    def __len__(self) -> int:
        return len(self._open)


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
