"""Writes what the web client and its tests have of the server's (`npm run generate`).

The protocol's constants, types and checks, and the ways that both find on a floor.
"""

from pathlib import Path

from way_vectors import way_vectors

from virtubar.protocol import constants
from virtubar.protocol.typescript import typescript_files

WEB = Path(__file__).parents[1]
TARGET = WEB / "src" / "net" / "realtime"
WAYS = WEB.parents[1] / "wire" / "vectors" / "ways.json"

for name, text in typescript_files(Path(constants.__file__).read_text(encoding="utf-8")).items():
    path = TARGET / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
WAYS.write_text(way_vectors(), encoding="utf-8")
