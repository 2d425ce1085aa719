"""Origins in their plain form; who is let in by them is tested with the upgrade."""

import pytest

from virtubar.origins import is_let_in, plain_origin, web_origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Bar.example/", "https://bar.example"),
        ("http://bar.example:80", "http://bar.example"),
        ("https://bar.example:443", "https://bar.example"),
        ("https://bar.example:80", "https://bar.example:80"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("app://bar.example:443", "app://bar.example:443"),
        ("http://[2001:DB8::1]:8000", "http://[2001:db8::1]:8000"),
        ("*", "*"),
        ("null", "null"),
    ],
)
def test_an_origin_is_what_browsers_send(text: str, origin: str) -> None:
    """Lower case, no slash behind, and no port that goes without saying."""
    assert plain_origin(text) == origin


@pytest.mark.parametrize("text", ["", "bar.example", "https://", "https://a/b", "://a", "a://*"])
def test_what_no_browser_sends_is_no_origin(text: str) -> None:
    """It would never match, and whoever wrote it should know."""
    with pytest.raises(ValueError, match="must be scheme"):
        plain_origin(text)


@pytest.mark.parametrize("text", ["capacitor://localhost", "null", "*", "https://a/b", "a.example"])
def test_a_web_site_is_reached_by_http(text: str) -> None:
    """An app's own scheme is an origin, and nothing that anybody could connect to."""
    assert web_origin("https://a.example") == "https://a.example"
    with pytest.raises(ValueError, match="must be"):
        web_origin(text)


def test_null_is_let_in_by_its_name_only() -> None:
    """Any page can make itself to be null, in a sandboxed frame."""
    assert not is_let_in("null", "bar.example", ["*"])
    assert not is_let_in("NULL", "bar.example", ["*"])
    assert is_let_in("null", "bar.example", ["null"])
    assert is_let_in("https://any.example", "bar.example", ["*"])
