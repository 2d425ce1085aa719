"""The documentation says everything that it must, and its links lead somewhere."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from support.pages import PROTOCOL, says, section
from support.vectors import invalid_cases, valid_cases
from virtubar.api import authorization, errors, reporting, room_settings, rooms
from virtubar.moderation import act_limits, act_line, service
from virtubar.protocol import constants
from virtubar.protocol.constants import (
    AuthCode,
    ClientEventName,
    CloseCode,
    ErrorCode,
    Role,
    ServerEventName,
)
from virtubar.protocol.events import CLIENT_EVENTS, SERVER_EVENTS
from virtubar.runtime.metrics import Gauges, Metrics
from virtubar.settings import Settings

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "virtubar"
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "wire").rglob("*.md"),
        ROOT / "benchmarks" / "README.md",
    ],
    key=str,
)
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
SECTIONS = (
    "1 Endpoints",
    "2 Envelope and errors",
    "3 Tokens and joining",
    "4 Presence, reconnect, liveness",
    "5 Transforms",
    "6 Chat and emotes",
    "7 Moderation",
    "8 Close codes",
    "9 Client behaviour",
    "10 Over Socket.IO",
    "11 Seats",
    "12 Crowds",
)
_link = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_fence = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def _page(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, made as code hosts make them."""
    text = _fence.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_protocol_has_its_sections_in_order() -> None:
    """The code refers to them by number (§5)."""
    headings = re.findall(r"^## (\d+ .+)$", PROTOCOL, re.MULTILINE)
    assert tuple(headings) == SECTIONS


@pytest.mark.parametrize("event", [*CLIENT_EVENTS, *SERVER_EVENTS], ids=lambda e: str(e.EVENT))
def test_every_event_is_documented_with_its_fields(event: type) -> None:
    """A stranger finds each event in the tables and again where its rules are."""
    name = str(event.EVENT)  # type: ignore[attr-defined]  # every event has its name
    row = next(line for line in PROTOCOL.splitlines() if re.match(rf"\| (＋ )?`{name}` \|", line))
    for field in event.__struct_encode_fields__:  # type: ignore[attr-defined]  # a msgspec struct
        assert says(row, field)
    rules = PROTOCOL.split("## All events")[0].split("## 1 Endpoints")[1]
    assert f"`{name}`" in rules


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_code_is_documented(code: ErrorCode) -> None:
    """§2 says when each is given."""
    assert f"`{code}`" in section(2)


@pytest.mark.parametrize("code", AuthCode)
def test_every_auth_code_is_documented(code: AuthCode) -> None:
    """§3 says why each is given, and what to do."""
    assert f"| `{code}` |" in section(3)


def _refusal_codes() -> set[str]:
    """The codes that the HTTP API and the doors of the sockets refuse with."""
    refusing = {"RequestRefusedError", "UpgradeRefusedError", "ErrorBody"}
    found = {code for code, _ in errors.FRAMEWORK.values()} | {errors.INTERNAL[0]}
    for path in [*SOURCE.glob("api/*.py"), *SOURCE.glob("transport/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                words = [a.value for a in node.args if isinstance(a, ast.Constant)]
                if node.func.id in refusing:
                    found |= {w for w in words if isinstance(w, str) and re.fullmatch("[a-z_]+", w)}
    return found


def test_every_code_of_an_http_error_is_documented() -> None:
    """A client tells refusals apart by them (§1)."""
    table = "".join(line for line in section(1).splitlines() if re.match(r"\| \d", line))
    codes = _refusal_codes()
    assert {"internal", "malformed", "room_exists", "server_full", "upgrade_required"} <= codes
    assert codes == {code for code in codes if f"`{code}`" in table}


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (rooms.CREATED_BY_ADDRESS, "{:g} new room a second after a burst of {}"),
        (
            room_settings.CHANGES_BY_ADDRESS,
            "{:g} changes of a room's settings a second after a burst of {}",
        ),
        (authorization.BY_ADDRESS, "{:g} requests a second of §7 of each kind after a burst of {}"),
        (
            authorization.BY_USER,
            "{:g} other requests of §7 a second of each kind after a burst of {}",
        ),
    ],
)
def test_limits_of_the_http_api_are_documented(limit: tuple[float, int], words: str) -> None:
    """Whoever writes a tool knows how fast it may ask (§1)."""
    assert says(section(1), words.format(*limit))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (rooms.CREATED_BY_USER, "a new room in {:g} s after a burst of {}"),
        (
            room_settings.CHANGES_BY_USER,
            "a change of a room's settings in {:g} s after a burst of {}",
        ),
    ],
)
def test_limits_below_one_a_second_are_documented(limit: tuple[float, int], words: str) -> None:
    """They are written as the time between two."""
    rate_hz, burst = limit
    assert says(section(1), words.format(1 / rate_hz, burst))


def test_the_limits_of_reports_are_documented() -> None:
    """§7 says how many a person, an address and a crowd may make."""
    row = next(line for line in section(7).splitlines() if "/reports` `{userId" in line)
    rate_hz, burst = reporting.REPORTS_BY_USER
    assert says(row, f"{burst} at once, then one in {1 / rate_hz:g} s")
    for what, (rate_hz, burst) in (
        ("of one address", reporting.REPORTS_BY_ADDRESS),
        ("by guests about one person", reporting.REPORTS_OF_PERSON),
    ):
        assert rate_hz * 60 == 1
        assert says(row, f"{what} {burst}, then one a minute")


def test_the_limits_of_acts_are_documented() -> None:
    """§7 says how fast a bot may moderate, and what an owner's room may have."""
    page = section(7)
    for words, (rate_hz, burst) in (
        ("{:g} acts a second are taken, after a burst of {}", act_limits.ACTS_BY_USER),
        ("moderator nor admin, {:g} a second after a burst of {}", act_limits.ACTS_BY_ADDRESS),
    ):
        assert says(page, words.format(rate_hz, burst))
    rate_hz, burst = act_limits.ROOM_ACTS
    assert says(page, f"{burst} acts, then {rate_hz * 60:g} a minute")
    assert says(page, f"{service.ROOM_SANCTIONS_MAX} bans and mutes there")
    assert says(page, f"The answer comes within {act_line.ACT_MS / 1000:g} s")


@pytest.mark.parametrize("code", CloseCode)
def test_every_close_code_is_documented(code: CloseCode) -> None:
    """§8 says what each means, and whether to come back."""
    row = next(line for line in section(8).splitlines() if line.startswith(f"| {int(code)} |"))
    comes_back = not row.endswith("| no |")
    assert comes_back == (code not in constants.NO_RECONNECT_CODES)


@pytest.mark.parametrize("role", Role)
def test_every_role_is_documented(role: Role) -> None:
    """§7 says who may do what."""
    assert f"`{role}`" in section(7)


@pytest.mark.parametrize("name", [*constants.ANIMS, *constants.EMOTE_IDS])
def test_every_anim_and_emote_is_documented(name: str) -> None:
    """§5 and §6 list them."""
    assert f"`{name}`" in section(5) + section(6)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    """An operator finds each variable in running.md, and what happens without it."""
    row = next(line for line in RUNNING.splitlines() if f"`VIRTUBAR_{name.upper()}` |" in line)
    default = Settings.model_fields[name].default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    shown = row.split("|")[2].strip()
    if isinstance(default, bool):
        assert shown == ("`on`" if default else "`off`")
    elif default is not None and default != ():
        assert shown == f"`{default}`"
    else:
        assert shown


def test_no_setting_is_documented_that_does_not_exist() -> None:
    """A variable that was renamed is renamed on the page."""
    named = set(re.findall(r"VIRTUBAR_([A-Z_]+)", RUNNING + PROTOCOL))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_metric_is_documented() -> None:
    """An operator finds what each figure means."""
    metrics = Metrics()
    metrics.gauges = Gauges(lambda: 0, lambda: 0, lambda: 0, lambda: 0, dict)
    for family in metrics.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert re.search(
            rf"^\|.*`{name}({{\w+}})?`.* \| {family.type} \|", RUNNING, re.MULTILINE
        ), name


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """No link of the documentation dangles, pictures and anchors included."""
    for target in _link.findall(_fence.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        if anchor:
            assert anchor in _anchors(found), target


def test_every_page_can_be_reached_from_the_front_page() -> None:
    """No page is written for nobody; the decisions are linked as a folder."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in _link.findall(page.read_text(encoding="utf-8")):
            found = (page.parent / target.partition("#")[0]).resolve()
            waiting += sorted(found.glob("*.md")) if found.is_dir() else []
            waiting += [found] if found.suffix == ".md" and found.exists() else []
    assert seen == set(PAGES)


def test_every_dependency_has_its_reason() -> None:
    """Nothing is installed that nobody can explain."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *(item for extra in project["project"]["optional-dependencies"].values() for item in extra),
        *(item for group in project["dependency-groups"].values() for item in group),
    ]
    names = {re.split(r"[\[<>=; ]", item)[0] for item in wanted if isinstance(item, str)}
    text = (ROOT / "docs/decisions/0001-dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", text, re.MULTILINE)) - {"package", "---"}
    assert explained == names


def test_the_locks_agree_and_name_no_address() -> None:
    """The two small locks are parts of the large one, and all work behind any mirror."""
    pins = {}
    for lock in ("requirements.lock", "requirements-build.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        pins[lock] = set(re.findall(r"^([^\s=]+==\S+)", text, re.MULTILINE))
        assert pins[lock]
    assert (
        pins["requirements.lock"] | pins["requirements-build.lock"]
        <= (pins["requirements-dev.lock"])
    )


def test_sections_named_in_the_code_exist() -> None:
    """`§n` in a docstring of the protocol's code is a section of the page."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for number in re.findall(r"\(§(\d+)\)", node.value):
                    assert 1 <= int(number) <= len(SECTIONS), f"{path.name}: §{number}"


def test_vectors_name_sections_that_exist() -> None:
    """The vectors' `section` leads to the page too."""
    allowed = {f"§{number}" for number in range(1, len(SECTIONS) + 1)}
    named = {case.section for case in valid_cases("client-valid") + valid_cases("server-valid")}
    named |= {c.section for c in invalid_cases("client-invalid") + invalid_cases("server-invalid")}
    assert named <= allowed


def test_every_event_name_is_used_by_the_page_once_in_its_tables() -> None:
    """The tables list exactly the events that exist."""
    tables = PROTOCOL.split("## All events")[1]
    listed = re.findall(r"^\| (?:＋ )?`([a-z_]+)` \|", tables, re.MULTILINE)
    assert sorted(listed) == sorted([*map(str, ClientEventName), *map(str, ServerEventName)])


def test_every_file_that_a_change_is_sent_to_is_there() -> None:
    """Whoever moves a file moves it on the page that says where what goes, too."""
    page = (ROOT / "docs" / "where-does-it-go.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w./-]+(?:/|/[\w-]+|\.(?:py|ts|json|toml)))`", page)
    assert len(named) > 30
    lost = [
        name
        for name in named
        if not any((folder / name).exists() for folder in (ROOT, SOURCE, ROOT / "apps/web/src"))
    ]
    assert lost == []
