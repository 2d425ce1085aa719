"""The `virtubar` command, run as its users run it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema
import pytest

from support.server import TEST_SECRET, RunningServer, running_server
from virtubar import __version__
from virtubar.auth.identities import Identities
from virtubar.auth.tokens import RealtimeTokens, TokenRefusedError
from virtubar.build import build_kind
from virtubar.cli import main
from virtubar.protocol.constants import TOKEN_LEEWAY_MS, Device, Role
from virtubar.settings import Settings

CAPTURED = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("VIRTUBAR_"):
            monkeypatch.delenv(name)


def run(*words: str, timeout: float = 30, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "virtubar.cli", *words],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["serve", "--help"], ["watch", "--help"], ["ban", "--help"]]
)
def test_help_is_there(words: list[str], capsys: CAPTURED) -> None:
    """Without a word it says what there is."""
    assert main(words) == 0
    assert "Usage: virtubar" in capsys.readouterr().out


def test_says_its_version(capsys: CAPTURED) -> None:
    """--version, and which build it is, which the tests are told apart (tests/test_build.py)."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"virtubar {__version__} ({build_kind()})\n"


def test_every_command_prints_in_a_narrow_encoding(server: RunningServer) -> None:
    """A name that the terminal's encoding does not have is no reason to end with a traceback."""
    joined = httpx.post(f"{server.http_url}/rooms", json={"name": "\N{BEER MUG} \u0416"}).json()
    environment = {
        "PYTHONIOENCODING": "cp1252",
        "VIRTUBAR_URL": server.http_url,
        "VIRTUBAR_SECRET": TEST_SECRET,
        "VIRTUBAR_TOKEN": "",
    }
    reason = "\N{FACE WITH TEARS OF JOY}"
    for words in (
        ["rooms", "show", joined["roomId"]],
        ["ban", "guest-x", "--reason", reason, "--server"],
        ["bans", "--server"],
        ["bans", "--server", "--json"],
        ["audit"],
        ["audit", "--json"],
        ["protocol", "schema"],
        ["watch", joined["roomId"], "--name", reason, "--plain", "--seconds", "0.2"],
        ["unban", "guest-x", "--server"],
    ):
        done = run(*words, timeout=60, **environment)
        assert (done.returncode, done.stderr) == (0, ""), words


def test_help_loads_no_server() -> None:
    """`--help` is quick: what a command needs is imported in it."""
    code = (
        "import sys; from virtubar.cli import main; main(['--help']); "
        "heavy = ('litestar', 'picows', 'uvicorn', 'httpx', 'sqlalchemy'); "
        "print([one for one in heavy if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "No such command"),
        (["protocol"], "Missing command"),
        (["serve", "--port", "http"], "--port"),
        (["serve", "--port", "70000"], "VIRTUBAR_PORT"),
        (["serve", "--env", "staging"], "VIRTUBAR_ENV"),
        (["serve", "--env", "production"], "VIRTUBAR_SECRET"),
        (["serve", "--trusted-proxy", "home"], "VIRTUBAR_TRUSTED_PROXIES"),
        (["bots", "--count", "0"], "--count"),
        (["bots", "--count", "1001"], "--count"),
        (["bots", "--url", "bar.example"], "--url"),
        (["watch", "--url", "ftp://bar.example"], "--url"),
        (["watch", "--seconds", "-1"], "--seconds"),
        (["token"], "VIRTUBAR_SECRET is not set"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    words: list[str], said: str, capsys: CAPTURED
) -> None:
    """On standard error, with what was wrong in it."""
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("virtubar: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_serve_has_an_option_for_every_setting_but_secrets(capsys: CAPTURED) -> None:
    """Options mirror VIRTUBAR_*; a command line is no place for a secret."""
    assert main(["serve", "--help"]) == 0
    shown = capsys.readouterr().out
    singular = {
        "allowed_origins": "allowed_origin",
        "trusted_proxies": "trusted_proxy",
        "external_roles": "external_role",
    }
    for field in Settings.model_fields:
        option = f"--{singular.get(field, field).replace('_', '-')}"
        secret = field.endswith("secret") or field == "database_url"  # with its password
        assert (option[:18] in shown) is not secret, option


def test_serve_hands_its_options_to_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option wins over its variable; what was not said is left to it."""
    seen: list[Settings] = []

    def serve(settings: Settings) -> int:
        seen.append(settings)
        return 5

    monkeypatch.setattr("virtubar.app.serve", serve)
    monkeypatch.setenv("VIRTUBAR_PORT", "9000")
    monkeypatch.setenv("VIRTUBAR_MAX_ROOMS", "7")
    words = ["--port", "9001", "--no-compression", "--demo-bots", "3"]
    words += ["--allowed-origin", "https://a.example", "--allowed-origin", "https://b.example"]
    assert main(["serve", *words]) == 5
    [settings] = seen
    assert (settings.port, settings.max_rooms, settings.demo_bots) == (9001, 7, 3)
    assert settings.compression is False
    assert settings.address_limits is True
    assert settings.allowed_origins == ("https://a.example", "https://b.example")


def test_a_token_is_taken_by_the_server(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """Signed with the same secret, it says what was asked for."""
    assert server.app.settings.signing_secret == TEST_SECRET
    monkeypatch.setenv("VIRTUBAR_SECRET", TEST_SECRET)
    words = ["token", "lobby", "--user-id", "eve", "--role", "moderator", "--device", "mobile"]
    assert main([*words, "--name", "Eve", "--life-seconds", "60"]) == 0
    text = capsys.readouterr().out.strip()
    claims = RealtimeTokens(TEST_SECRET).verify(text, time.time_ns() // 1_000_000)
    assert (claims.room_id, claims.user_id, claims.display_name) == ("lobby", "eve", "Eve")
    assert (claims.role, claims.device) == (Role.MODERATOR, Device.MOBILE)
    assert claims.expires_at_ms - claims.issued_at_ms == 60_000


def test_an_operator_gets_an_identity(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """The server takes it as who it says, in every room, and gives a realtime token for it."""
    monkeypatch.setenv("VIRTUBAR_SECRET", TEST_SECRET)
    words = ["token", "--identity", "--role", "admin", "--user-id", "alice", "--name", " Alice "]
    assert main(words) == 0
    text = capsys.readouterr().out.strip()
    joined = httpx.post(
        f"{server.http_url}/rooms/join",
        json={"roomId": "lobby"},
        headers={"Authorization": f"Bearer {text}"},
    ).json()
    now_ms = time.time_ns() // 1_000_000
    claims = RealtimeTokens(TEST_SECRET).verify(joined["realtimeToken"], now_ms)
    assert (claims.user_id, claims.role, claims.display_name) == ("alice", Role.ADMIN, "Alice")
    assert joined["identityToken"] is None


@pytest.mark.parametrize(("words", "life_s"), [([], 12 * 3600), (["--life-seconds", "60"], 60)])
def test_an_operators_identity_ends(
    words: list[str], life_s: int, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """After 12 hours, or when it was told to."""
    monkeypatch.setenv("VIRTUBAR_SECRET", TEST_SECRET)
    before_ms = time.time_ns() // 1_000_000
    assert main(["token", "--identity", "--role", "moderator", "--user-id", "bo", *words]) == 0
    after_ms = time.time_ns() // 1_000_000
    identities, text = Identities(TEST_SECRET), capsys.readouterr().out.strip()
    end_ms = life_s * 1000 + TOKEN_LEEWAY_MS
    assert identities.verify(text, before_ms + end_ms - 1).role is Role.MODERATOR
    with pytest.raises(TokenRefusedError, match="expired"):
        identities.verify(text, after_ms + end_ms)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--role moderator or --role admin"),
        (["--role", "owner", "--user-id", "alice"], "--role moderator or --role admin"),
        (["--role", "admin"], "--user-id"),
        (["--role", "admin", "--user-id", "a b"], "--user-id"),
        (["--role", "admin", "--user-id", "guest-0123456789abcdef"], "--user-id"),
        (["--role", "admin", "--user-id", "system"], "--user-id"),
        (["lobby", "--role", "admin", "--user-id", "alice"], "every room"),
        (["--device", "mobile", "--role", "admin", "--user-id", "alice"], "every room"),
        (["--role", "admin", "--user-id", "alice", "--name", "\u200b"], "cannot be a name"),
        (["--role", "admin", "--user-id", "alice", "--life-seconds", "86401"], "86400"),
    ],
)
def test_an_identity_that_nobody_could_have_is_refused(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """One line says what is missing or wrong."""
    monkeypatch.setenv("VIRTUBAR_SECRET", TEST_SECRET)
    assert main(["token", "--identity", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


@pytest.mark.parametrize(
    "words",
    [
        ["no such room!"],
        ["lobby", "--user-id", "a b"],
        ["lobby", "--user-id", "system"],
        ["lobby", "--role", "king"],
        ["lobby", "--name", " "],
    ],
)
def test_a_token_for_nonsense_is_refused(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: CAPTURED
) -> None:
    """No server would take it."""
    monkeypatch.setenv("VIRTUBAR_SECRET", TEST_SECRET)
    assert main(["token", *words]) == 2
    assert capsys.readouterr().out == ""


def test_the_schema_is_json_schema(capsys: CAPTURED) -> None:
    """Of every event, for clients in other languages."""
    assert main(["protocol", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "avatar_transform" in schema["client"]
    assert "room_state" in schema["server"]


def test_the_schema_goes_into_a_file(tmp_path: Path, capsys: CAPTURED) -> None:
    """--output."""
    path = tmp_path / "schema.json"
    assert main(["protocol", "schema", "--output", str(path)]) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 1
    assert main(["protocol", "schema", "--output", str(tmp_path / "no" / "where")]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_watch_in_a_pipe_prints_lines(server: RunningServer) -> None:
    """Without a terminal nothing is drawn."""
    done = run("watch", "lobby", "--url", server.http_url, "--seconds", "0.3")
    assert done.returncode == 0, done.stderr
    assert "* in the room" in done.stdout
    assert "\x1b" not in done.stdout


def test_watching_a_room_that_is_not_there_fails_in_one_line(server: RunningServer) -> None:
    """Exit code 1: nothing was wrong with the words."""
    done = run("watch", "nowhere", "--url", server.http_url)
    assert done.returncode == 1
    assert done.stderr.startswith("virtubar: room_not_found")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_bots_go_home_when_told(server: RunningServer, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM are the ordinary end: exit code 0, and nobody stays behind."""
    words = ["bots", "--count", "3", "--url", server.http_url]
    with subprocess.Popen([sys.executable, "-m", "virtubar.cli", *words]) as process:
        wait_for_members(server, 3)
        process.send_signal(number)
        assert process.wait(10) == 0
    wait_for_members(server, 0)


def test_bots_of_an_unknown_room_fail_in_one_line(server: RunningServer) -> None:
    """The server's own words."""
    done = run("bots", "--room", "nowhere", "--count", "2", "--url", server.http_url)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("virtubar: room_not_found")


def wait_for_members(server: RunningServer, count: int) -> None:
    """Until the lobby has so many, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while (found := server.call(lambda: server.app.hub.occupancy("lobby"))) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
