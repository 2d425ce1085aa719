"""The tree of exceptions is as its docstring draws it."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import virtubar
from virtubar import errors
from virtubar.errors import VirtuBarError

_LINE = re.compile(r"^ {4}((?:[│ ]   )*)(?:[├└]── )?(\w+Error)\b")


def drawn() -> dict[str, str]:
    """The parent of each exception in the drawing, by name."""
    found: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        depth = len(match[1]) // 4 + (match[2] != VirtuBarError.__name__)
        path[depth:] = [match[2]]
        found[match[2]] = path[depth - 1] if depth else Exception.__name__
    return found


def defined(root: type[BaseException]) -> Iterator[tuple[str, str]]:
    """Each exception under that one, with its parent."""
    for child in root.__subclasses__():
        if child.__module__.startswith(f"{virtubar.__name__}."):
            yield child.__name__, root.__name__
            yield from defined(child)


def test_the_tree_is_as_it_is_drawn() -> None:
    """Whoever looks for what can be raised finds all of it there, under what it is."""
    for module in pkgutil.walk_packages(virtubar.__path__, f"{virtubar.__name__}."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert drawn() == {VirtuBarError.__name__: Exception.__name__, **dict(defined(VirtuBarError))}
