"""The machine, and the version of everything that was measured."""

import json
import os
import subprocess
from pathlib import Path

from benchmarks import report
from benchmarks.servers import NODE, NODE_OF_THE_WHEEL, WITH_NODE
from virtubar import __version__
from virtubar.build import build_kind

PACKAGES = (*report.PACKAGES, "fastapi", "python-engineio", "zlib-ng")


def environment() -> dict[str, str]:
    """What report.environment says, and Node with its packages."""
    build = {"virtubar": f"{__version__} ({build_kind()})"}
    return report.environment(PACKAGES) | build | {"node": _node()} | npm_versions(NODE)


def npm_versions(directory: Path) -> dict[str, str]:
    """The packages that package.json asks for, as package-lock.json has fixed them."""
    wanted = json.loads((directory / "package.json").read_text())["dependencies"]
    locked = json.loads((directory / "package-lock.json").read_text())["packages"]
    return {f"npm {name}": locked[f"node_modules/{name}"]["version"] for name in wanted}


def _node() -> str:
    command = [*WITH_NODE, "node", "--version"]
    asked = os.environ | NODE_OF_THE_WHEEL
    done = subprocess.run(command, env=asked, capture_output=True, text=True, check=False)
    # The last word: the first time, installing it comes before.
    return done.stdout.split()[-1].removeprefix("v") if done.returncode == 0 else "absent"
