"""Writes the protocol's constants, types and checks into the web client (`npm run generate`)."""

from pathlib import Path

from virtubar.protocol import constants
from virtubar.protocol.typescript import typescript_files

TARGET = Path(__file__).parents[1] / "src" / "net" / "realtime"

for name, text in typescript_files(Path(constants.__file__).read_text(encoding="utf-8")).items():
    path = TARGET / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
