"""Addresses: nobody can choose which one their requests count for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.addresses import FORWARDED_MAX, AddressCounts, AddressPolicy, wider

PROXIES = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.1"]


@pytest.fixture
def policy() -> AddressPolicy:
    return AddressPolicy(PROXIES)


@pytest.mark.parametrize(
    "forged", ["1.1.1.1", "10.0.0.1", "::1", "nonsense", "", ",,,", "a" * 9999]
)
def test_a_stranger_cannot_forge_an_address(policy: AddressPolicy, forged: str) -> None:
    """`X-Forwarded-For` is ignored where the peer is no trusted proxy."""
    assert policy.client("203.0.113.7", forged) == "203.0.113.7"
    assert AddressPolicy().client("10.0.0.1", forged) == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("1.1.1.1,203.0.113.7,192.0.2.1,10.9.9.9", "203.0.113.7"),
        ("203.0.113.7:5123", "203.0.113.7"),
        ("[2001:db8:1:2::5]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("1.1.1.1, 2001:db8:ffff::9", "1.1.1.1"),
        ("10.1.1.1", "10.1.1.1"),
        ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_right_most_untrusted_address_wins(
    policy: AddressPolicy, forwarded: str, expected: str
) -> None:
    """Everything left of it could have been written by anybody."""
    assert policy.client("10.0.0.1", forwarded) == expected


@pytest.mark.parametrize(
    "garbage", ["unknown", "_hidden", "", "999.1.1.1", "1.1.1.1 2.2.2.2", "[::"]
)
def test_an_entry_that_is_no_address_counts_for_the_proxy_that_passed_it(
    policy: AddressPolicy, garbage: str
) -> None:
    """Garbage hides nobody behind an address further left."""
    assert policy.client("10.0.0.1", f"1.1.1.1, {garbage}") == "10.0.0.1"
    assert policy.client("10.0.0.1", f"1.1.1.1, {garbage}, 10.5.5.5") == "10.5.5.5"


def test_a_very_long_chain_is_not_walked(policy: AddressPolicy) -> None:
    """Only the last entries are looked at, however many were sent."""
    chain = ",".join(["1.1.1.1"] + ["10.0.0.2"] * FORWARDED_MAX)
    assert policy.client("10.0.0.1", chain) == "10.0.0.2"
    assert policy.client("10.0.0.1", chain.removesuffix(",10.0.0.2")) == "1.1.1.1"


def test_addresses_of_one_ipv6_network_count_together(policy: AddressPolicy) -> None:
    """A /64 is one household; its neighbour is another."""
    first = policy.client("2001:db8:1:2::1", None)
    assert first == policy.client("2001:db8:1:2:ffff:ffff:ffff:ffff", None) == "2001:db8:1:2::/64"
    assert first != policy.client("2001:db8:1:3::1", None)


def test_an_ipv4_address_in_ipv6_form_is_the_same_address(policy: AddressPolicy) -> None:
    """A dual-stack socket shows IPv4 peers so; their proxies stay trusted, their limits one."""
    assert policy.client("::ffff:203.0.113.7", None) == "203.0.113.7"
    assert policy.client("::ffff:10.0.0.1", "203.0.113.7") == "203.0.113.7"


def test_a_zone_is_not_part_of_the_address(policy: AddressPolicy) -> None:
    """Link-local peers carry their interface's name."""
    assert policy.client("fe80::1%eth0", None) == "fe80::/64"


@pytest.mark.parametrize("peer", ["", "testclient", "unix:/run/bar.sock"])
def test_a_peer_without_an_address_counts_as_itself(policy: AddressPolicy, peer: str) -> None:
    """A Unix socket has no address, and so nothing it forwards is believed."""
    assert policy.client(peer, "203.0.113.7") == peer


@pytest.mark.parametrize(
    "peer",
    ["203.0.113.7", "192.168.1.20", "172.16.0.9", "100.64.3.4", "2001:db8:1:2::5", "fd00::1"],
)
def test_an_address_tells_people_apart(policy: AddressPolicy, peer: str) -> None:
    """Public or private, at home each has their own."""
    assert policy.tells_apart(policy.client(peer, None))
    assert policy.tells_apart(policy.client("10.0.0.1", f"1.1.1.1, {peer}"))


@pytest.mark.parametrize(
    "peer",
    [
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "::ffff:127.0.0.1",
        "::",
        "0.0.0.0",
        "fe80::1%eth0",
        "64:ff9b::203.0.113.7",
        "",
        "testclient",
        "unix:/run/bar.sock",
        "10.0.0.1",
        "192.0.2.1",
        "2001:db8:ffff::9",
    ],
)
def test_an_address_that_everybody_has_tells_nobody_apart(policy: AddressPolicy, peer: str) -> None:
    """This machine, a socket without an address, the whole link, a proxy that told us nothing."""
    assert not policy.tells_apart(policy.client(peer, None))


def test_the_network_of_a_single_trusted_proxy_tells_nobody_apart() -> None:
    """Its /64 is all that is kept of an IPv6 address, and the proxy is in it."""
    policy = AddressPolicy(["2001:db8:1:2::9"])
    assert not policy.tells_apart(policy.client("2001:db8:1:2::9", "unknown"))
    assert policy.tells_apart(policy.client("2001:db8:1:3::9", None))


def test_the_host_is_the_requests_own(policy: AddressPolicy) -> None:
    """A stranger's forwarded scheme and host are ignored."""
    seen = policy.scheme_and_host(
        "203.0.113.7", "http", "bar.example:8000", "https", "evil.example"
    )
    assert seen == ("http", "bar.example:8000")


@pytest.mark.parametrize(
    ("proto", "host", "expected"),
    [
        ("https", "bar.example", ("https", "bar.example")),
        ("HTTPS", None, ("https", "inside:8000")),
        ("http, https", "evil.example, bar.example", ("https", "bar.example")),
        ("gopher", "bar.example", ("http", "bar.example")),
        ("", "", ("http", "inside:8000")),
        (None, "[2001:db8::1]:8443", ("http", "[2001:db8::1]:8443")),
    ],
)
def test_a_trusted_proxy_says_scheme_and_host(
    policy: AddressPolicy, proto: str | None, host: str | None, expected: tuple[str, str]
) -> None:
    """The nearest proxy's word counts, and only where it makes sense."""
    assert policy.scheme_and_host("10.0.0.1", "http", "inside:8000", proto, host) == expected


@pytest.mark.parametrize(
    "host", ["", "a b", "evil.example/x", "u@evil.example", "a\nb", "a,b", "bar:", "[]", "bar\n"]
)
def test_a_host_that_is_none_is_empty(policy: AddressPolicy, host: str) -> None:
    """What cannot be a host never becomes part of a URL."""
    assert policy.scheme_and_host("203.0.113.7", "http", host, None, None) == ("http", "")


def test_a_proxy_that_is_no_network_is_refused() -> None:
    """A typing error in the setting does not trust somebody else."""
    with pytest.raises(ValueError, match="10\\.0\\.0\\.300"):
        AddressPolicy(["10.0.0.300"])


@given(peer=st.ip_addresses().map(str), header=st.text(max_size=200))
def test_no_header_changes_what_a_stranger_counts_for(peer: str, header: str) -> None:
    """Whatever the header, without trust the answer depends on the peer alone."""
    policy = AddressPolicy()
    assert policy.client(peer, header) == policy.client(peer, None)


@given(header=st.text(max_size=200))
def test_no_header_breaks_a_trusted_chain(header: str) -> None:
    """Any text from a trusted proxy gives some key, never an exception."""
    assert AddressPolicy(PROXIES).client("10.0.0.1", header)


@given(key=st.text(max_size=60) | st.ip_addresses().map(str))
def test_any_key_can_be_asked_about(key: str) -> None:
    """Whatever it is, the answer is yes or no."""
    assert AddressPolicy(PROXIES).tells_apart(key) in (True, False)


def test_the_networks_around_an_address_are_worth_some_times_as_much() -> None:
    """Far less than the addresses in them, and more than one party needs."""
    assert wider("2001:db8:1:203::/64") == (
        ("2001:db8:1:200::/56", 2),
        ("2001:db8:1::/48", 4),
        ("2001:db8::/40", 8),
        ("2001:db8::/32", 16),
    )
    assert wider("203.0.113.7") == (("203.0.113.0/24", 4), ("203.0.0.0/16", 16))
    assert wider("unix") == wider("") == ()


@given(
    key=st.text(max_size=60)
    | st.ip_addresses().map(lambda at: AddressPolicy().client(str(at), None))
)
def test_whatever_a_request_counts_for_has_networks_or_none(key: str) -> None:
    """No key is an exception, and each network is worth more than the one inside it."""
    worths = [times for _, times in wider(key)]
    assert worths == sorted(set(worths))


def test_an_address_has_so_many_open_and_no_more() -> None:
    """One that is gone makes place."""
    counts = AddressCounts(2)
    assert [counts.admit("203.0.113.7") for _ in range(3)] == [True, True, False]
    counts.release("203.0.113.7")
    assert counts.admit("203.0.113.7")
    assert AddressCounts(None).admit("203.0.113.7")


def test_taking_turns_with_addresses_gains_little() -> None:
    """A site with 65 536 networks has four times what one has, and its neighbours have theirs."""
    counts = AddressCounts(3)
    own = [f"2001:db8:1:{number:x}00::/64" for number in range(200)]
    assert sum(counts.admit(key) for key in own for _ in range(3)) == 3 * 4
    assert counts.admit("2001:db8:2::/64")


def test_what_is_gone_is_not_counted_and_leaves_nothing() -> None:
    """Neither does what was refused."""
    counts = AddressCounts(1)
    keys = ["2001:db8:1:100::/64", "2001:db8:2::/64", "203.0.113.7", "unix"]
    for key in keys:
        assert counts.admit(key)
        assert not counts.admit(key)
    for key in keys:
        counts.release(key)
    assert len(counts) == 0
