"""Asking a running server: whom it is told we are, and what goes wrong."""

import time

import httpx
import pytest

from api.fakes import SECRET, Bar
from virtubar.cli import main
from virtubar.protocol.constants import Role
from virtubar.storage.engine import UPKEEP_S

CAPTURED = pytest.CaptureFixture[str]


@pytest.fixture
def untold(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> Bar:
    """A bar that nobody has a token for."""
    bar.wall_ms = time.time_ns() // 1_000_000
    monkeypatch.delenv("VIRTUBAR_TOKEN")
    return bar


@pytest.mark.parametrize(("words", "actor"), [([], "cli"), (["--as", "alice"], "alice")])
def test_with_the_servers_secret_a_token_is_made_on_the_spot(
    untold: Bar, words: list[str], actor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An admin's, by the name that the audit is to say."""
    monkeypatch.setenv("VIRTUBAR_SECRET", SECRET)
    assert main(["kick", "ben", *words]) == 0
    [act] = untold.moderation.acts
    assert (act.actor_id, act.actor_role) == (actor, Role.ADMIN)


def test_a_token_wins_over_the_secret(untold: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has one acts as who they are."""
    monkeypatch.setenv("VIRTUBAR_SECRET", SECRET)
    assert main(["kick", "ben", "--token", untold.token("eve", Role.MODERATOR)]) == 0
    [act] = untold.moderation.acts
    assert (act.actor_id, act.actor_role) == ("eve", Role.MODERATOR)


def test_without_a_token_and_a_secret_there_is_nobody(untold: Bar, capsys: CAPTURED) -> None:
    """Exit code 2: the environment is to be set."""
    assert main(["kick", "ben"]) == 2
    assert "VIRTUBAR_TOKEN" in capsys.readouterr().err
    assert untold.moderation.acts == []


@pytest.mark.parametrize("name", ["guest-0123456789abcdef", "a b", "system"])
def test_nobody_acts_as_somebody_who_cannot_be(
    untold: Bar, name: str, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """No guest's id, and not the rooms' own."""
    monkeypatch.setenv("VIRTUBAR_SECRET", SECRET)
    assert main(["kick", "ben", "--as", name]) == 2
    assert "--as" in capsys.readouterr().err
    assert untold.moderation.acts == []


def test_a_token_that_is_not_believed_is_told(untold: Bar, capsys: CAPTURED) -> None:
    """Exit code 1, and the token is not repeated."""
    assert main(["bans", "--token", "nonsense"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("virtubar: token_invalid: ")
    assert "nonsense" not in error
    assert untold.storage.audit.lines == []


def answering(monkeypatch: pytest.MonkeyPatch, response: httpx.Response | Exception) -> list[str]:
    """What is asked of a server that answers like this, whatever is asked."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if isinstance(response, Exception):
            raise response
        return response

    transport = httpx.MockTransport(answer)
    monkeypatch.setattr(
        "virtubar.cli.remote.http_client", lambda _url: httpx.AsyncClient(transport=transport)
    )
    monkeypatch.setenv("VIRTUBAR_TOKEN", "token")
    return asked


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (httpx.ConnectError("refused"), "cannot reach http://bar.example:1: refused"),
        (httpx.ConnectTimeout(""), "cannot reach http://bar.example:1: ConnectTimeout"),
        (httpx.ReadTimeout(""), "virtubar: http://bar.example:1 did not answer in time\n"),
        (httpx.Response(200, text="<html>"), "answered 200, and not as a VirtuBar does"),
        (httpx.Response(502, text="<html>"), "answered 502, and not as a VirtuBar does"),
        (httpx.Response(404, json=[]), "answered 404, and not as a VirtuBar does"),
        (
            httpx.Response(403, json={"code": "no\x1b", "message": "Stop\x07."}),
            "no\N{REPLACEMENT CHARACTER}: Stop\N{REPLACEMENT CHARACTER}.",
        ),
    ],
)
def test_a_server_that_does_not_answer_well_is_told_in_one_line(
    response: httpx.Response | Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: CAPTURED,
) -> None:
    """Exit code 1, no traceback, nothing that a terminal would take as an order."""
    answering(monkeypatch, response)
    assert main(["bans", "--url", "http://bar.example:1/"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("words", [["ban", "ben"], ["erase", "ben", "--yes"]])
def test_an_act_that_was_not_answered_is_not_said_to_have_failed(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """The server may be at it still."""
    answering(monkeypatch, httpx.ReadTimeout(""))
    assert main(words) == 1
    assert "it may be done yet: look before you try again" in capsys.readouterr().err


def test_an_erasure_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """For longer than a server takes at most."""
    waited: dict[str, float | None] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        waited[request.method] = request.extensions["timeout"]["read"]
        return httpx.Response(200, json={"items": [], "nextCursor": None})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), timeout=10)
    monkeypatch.setattr("virtubar.cli.remote.http_client", lambda _url: client)
    monkeypatch.setenv("VIRTUBAR_TOKEN", "token")
    assert main(["erase", "ben", "--yes", "--json"]) == 0
    assert waited == {"DELETE": 150.0}
    assert UPKEEP_S < 150.0


def test_the_server_can_be_said_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """VIRTUBAR_URL; an option wins over it."""
    page = httpx.Response(200, json={"items": [], "nextCursor": None})
    asked = answering(monkeypatch, page)
    monkeypatch.setenv("VIRTUBAR_URL", "https://bar.example/")
    assert main(["bans"]) == 0
    assert main(["bans", "--url", "http://other.example"]) == 0
    assert [url.partition("?")[0] for url in asked] == [
        "https://bar.example/rooms/lobby/bans",
        "http://other.example/rooms/lobby/bans",
    ]
