"""The house keeps its shape: pure rules, arrows one way, no circles (docs/architecture.md)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[1] / "src"
ROOT = "virtubar"
LINES_MAX = 300

PURE = (
    "protocol",
    "room",
    "auth",
    "venue",
    "addresses",
    "origins",
    "errors",
    "client.session",
    "client.smoothing",
    "client.heartbeat_clock",
    "bots.patron",
    "bots.bartender",
    "bots.floor",
    "loadtest.tally",
    "loadtest.verdicts",
)
"""Packages and modules of rules. Modules whose docstring says that they are pure come to them, and
whatever of ours these import."""

IMPURE_LIBRARIES = {
    "asyncio", "concurrent", "http.client", "http.server", "io", "multiprocessing", "os",
    "pathlib", "queue", "random", "sched", "secrets", "select", "selectors", "shutil", "signal",
    "socket", "socketserver", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib.request", "uuid",
    "aiosqlite", "alembic", "asyncpg", "sqlalchemy", "sqlite3",
    "httptools", "httpx", "litestar", "picows", "prometheus_client", "structlog", "uvicorn",
    "uvloop",
}  # fmt: skip
IMPURE_CALLS = {"Random", "input", "open", "print"}
"""`Random` may be imported as the type of an argument; who makes one has a seed to choose."""

EVERYBODY = None
ARROWS: dict[str, set[str] | None] = {
    "protocol": set(),
    "errors": {"protocol"},
    "addresses": set(),
    "origins": set(),
    "auth": {"errors", "protocol"},
    "venue": {"errors", "protocol"},
    "room": {"addresses", "errors", "protocol", "venue"},
    "api": {
        "addresses", "auth", "cluster", "errors", "origins", "protocol", "room", "storage",
    },
    "storage": {"auth", "errors", "protocol", "room"},
    "runtime": {"errors", "protocol", "storage"},
    "moderation": {
        "addresses", "auth", "errors", "protocol", "room", "runtime", "storage",
    },
    "live": {
        "addresses", "auth", "cluster", "errors", "moderation", "protocol", "room", "runtime",
        "storage",
    },
    "transport": {
        "addresses", "auth", "errors", "live", "moderation", "origins", "protocol", "room",
        "runtime",
    },
    "cluster": {"auth", "errors", "protocol", "room"},
    "proxies": {"errors"},
    "client": {"errors", "protocol", "proxies"},
    "bots": {"client", "errors", "protocol", "venue"},
    "watch": {"bots", "client", "errors", "protocol", "venue"},
    "loadtest": {"client", "errors", "protocol"},
    "conformance": {"client", "errors", "protocol"},
    "settings": {"auth", "errors", "origins", "protocol", "room"},
    "process": set(),
    "services": {
        "addresses", "auth", "cluster", "errors", "live", "moderation", "protocol", "room",
        "runtime", "storage",
    },
    "app": EVERYBODY,
    "composition": EVERYBODY,
    "build": {"room"},
    "cli": EVERYBODY,
    "__main__": EVERYBODY,
}  # fmt: skip
"""What each room of the house may know of the others; itself always."""


class Import(NamedTuple):
    """One import of a module: what, and whether only for the type checker."""

    module: str
    name: str | None
    for_types: bool


@cache
def modules() -> dict[str, Path]:
    """Every module by its dotted name; a package stands for its `__init__`."""
    found = {}
    for path in sorted((SOURCE / ROOT).rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def _is_for_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _imports(node: ast.AST, for_types: bool = False) -> list[Import]:
    if isinstance(node, ast.Import):
        return [Import(alias.name, None, for_types) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide where an arrow points"
        assert node.module is not None
        return [Import(node.module, alias.name, for_types) for alias in node.names]
    if isinstance(node, ast.If) and _is_for_types(node.test):
        inner = [_imports(child, True) for child in node.body]
        inner += [_imports(child, for_types) for child in node.orelse]
        return list(chain.from_iterable(inner))
    return list(
        chain.from_iterable(_imports(child, for_types) for child in ast.iter_child_nodes(node))
    )


@cache
def imports(module: str) -> tuple[Import, ...]:
    return tuple(_imports(tree(module)))


def ours(module: str, *, for_types: bool) -> set[str]:
    """The modules of ours that a module imports, those only for types where asked for."""
    found = set()
    for item in imports(module):
        if item.module.split(".")[0] == ROOT and (for_types or not item.for_types):
            inner = f"{item.module}.{item.name}"
            found.add(inner if inner in modules() else item.module)
    return (found - {module}) & modules().keys()


def room_of(module: str) -> str:
    """The room of the house that a module is in; the root package is nobody's."""
    return module.split(".")[1] if "." in module else ""


def _pure_modules() -> list[str]:
    """The pure rooms, the modules that say they are pure, and what of ours they all import."""
    names = tuple(f"{ROOT}.{name}" for name in PURE)
    waiting = [m for m in modules() if any(m == n or m.startswith(f"{n}.") for n in names)]
    waiting += [m for m in modules() if re.search(r"\b[Pp]ure\b", ast.get_docstring(tree(m)) or "")]
    found: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += ours(module, for_types=False)
    return sorted(found)


def test_every_pure_name_is_a_module() -> None:
    """A module that was renamed must not fall out of the list unseen."""
    assert [name for name in PURE if f"{ROOT}.{name}" not in modules()] == []


def _is_promise(function: ast.AsyncFunctionDef) -> bool:
    """Whether it is a method of a port: what others keep may wait, the port itself does nothing."""
    last = function.body[-1]
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Constant)
        and last.value.value is Ellipsis
        and len(function.body) <= 2
    )


def _impurities(module: str) -> Iterator[str]:
    """What rules may not have: clocks, chance, I/O, and waiting for them."""
    for item in imports(module):
        used = {item.module, item.module.split(".")[0]} & IMPURE_LIBRARIES
        if used and not item.for_types and (item.module, item.name) != ("random", "Random"):
            yield f"{module} imports {item.module}"
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in IMPURE_CALLS:
                yield f"{module} calls {node.func.id}() in line {node.lineno}"
        elif isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield f"{module} waits"
        elif isinstance(node, ast.AsyncFunctionDef) and not _is_promise(node):
            yield f"{module} waits in {node.name}"


def test_pure_modules_have_no_clock_no_chance_and_no_io() -> None:
    """Rules take time and chance as arguments, so that a test can live a year in a second."""
    assert list(chain.from_iterable(_impurities(module) for module in _pure_modules())) == []


def _forbidden(module: str) -> set[str]:
    """What a module knows beyond what its room may; the root package imports nothing."""
    room = room_of(module)
    allowed = ARROWS[room] if room else set()
    if allowed is EVERYBODY:
        return set()
    return {room_of(other) for other in ours(module, for_types=True)} - {"", room} - allowed


def test_arrows_point_as_the_architecture_says() -> None:
    """Nobody knows more of the others than they need; only app and cli know everybody."""
    assert {module: found for module in modules() if (found := _forbidden(module))} == {}
    assert not ours(ROOT, for_types=True), "the root package imports nothing"


def test_no_module_imports_itself_in_a_circle() -> None:
    """A circle means that two modules are one; imports for types only are let off."""
    open_path: list[str] = []
    done: set[str] = set()

    def visit(module: str) -> None:
        assert module not in open_path, " → ".join([*open_path, module])
        if module not in done:
            open_path.append(module)
            for other in sorted(ours(module, for_types=False)):
                visit(other)
            done.add(open_path.pop())

    for module in modules():
        visit(module)


def _is_long_without_a_word(module: str) -> bool:
    if modules()[module].read_text(encoding="utf-8").count("\n") <= LINES_MAX:
        return False
    docstring = ast.get_docstring(tree(module)) or ""
    return re.search(r"\bLonger\b.*\bbecause\b", docstring, re.DOTALL) is None


def test_long_modules_say_why() -> None:
    """Over 300 lines the first docstring says "Longer than … because …"."""
    assert [module for module in modules() if _is_long_without_a_word(module)] == []


def test_every_module_says_what_it_is_for() -> None:
    """A reader starts at the docstring."""
    assert [module for module in modules() if not ast.get_docstring(tree(module))] == []
