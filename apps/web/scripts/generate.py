"""Writes into the web client what it has of the server's (`npm run generate`).

The protocol's constants, types and checks, and what the bots' floor answers.
"""

from pathlib import Path

from floor_vectors import floor_vectors

from virtubar.protocol import constants
from virtubar.protocol.typescript import typescript_files

TARGET = Path(__file__).parents[1] / "src" / "net" / "realtime"

FILES = typescript_files(Path(constants.__file__).read_text(encoding="utf-8"))

for name, text in (FILES | {"sim/floor-vectors.json": floor_vectors()}).items():
    path = TARGET / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
