"""Writes what the web client and its tests have of the server's (`npm run generate`).

The protocol's constants, types and checks, the ways that both find on a floor, and how both
draw those who are seldom told of.
"""

from pathlib import Path

from smoothing_vectors import smoothing_vectors
from way_vectors import way_vectors

from virtubar.protocol import constants
from virtubar.protocol.typescript import typescript_files

WEB = Path(__file__).parents[1]
TARGET = WEB / "src" / "net" / "realtime"
VECTORS = WEB.parents[1] / "wire" / "vectors"

for name, text in typescript_files(Path(constants.__file__).read_text(encoding="utf-8")).items():
    path = TARGET / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
(VECTORS / "ways.json").write_text(way_vectors(), encoding="utf-8")
(VECTORS / "smoothing.json").write_text(smoothing_vectors(), encoding="utf-8")
