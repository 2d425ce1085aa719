"""Which proxy of the environment a request goes through, the same for HTTP and for sockets.

What is on this machine is asked directly: no proxy elsewhere could reach it, and whatever answers
there instead would be taken for the server.
"""

from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from virtubar.errors import ConfigurationError

_SPOKEN_AS: Final = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
"""A WebSocket goes where a request of its kind would go."""
_PROXY_SCHEMES: Final = ("http", "https")


def proxy_for(url: str) -> str | None:
    """The URL of the proxy to ask for this URL, None to ask its host directly.

    `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case, or what the operating
    system has set.

    Raises:
        ConfigurationError: it is of a kind that is not spoken here.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    proxy = proxies.get(_SPOKEN_AS.get(parts.scheme, ""), proxies.get("all", ""))
    if not proxy:
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    scheme = urlsplit(proxy).scheme
    if scheme not in _PROXY_SCHEMES:
        raise ConfigurationError(
            f"the proxy set for {host} speaks {scheme}, and only http and https proxies are "
            "used here: set HTTP_PROXY or HTTPS_PROXY, or NO_PROXY for that host."
        )
    return proxy


def is_loopback(host: str) -> bool:
    """Whether the host is this very machine, by a name or an address that says so."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified
