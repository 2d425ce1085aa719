"""What bots wear exists in the web client's wardrobe."""

import re
from pathlib import Path

from virtubar.bots.names import AVATAR_IDS

LOOKS = Path(__file__).parents[2] / "apps" / "web" / "src" / "scene" / "avatar" / "looks.ts"


def test_bots_wear_the_web_clients_looks() -> None:
    """All of them, so that a room of bots looks like a crowd."""
    assert tuple(re.findall(r'^  look\("([a-z]+)"', LOOKS.read_text(), re.MULTILINE)) == AVATAR_IDS
