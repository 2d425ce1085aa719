"""The web client's package: every dependency has its reason, and the lock works anywhere."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEB = ROOT / "apps" / "web"
REASONS = (ROOT / "docs" / "decisions" / "0008-web-client-tools.md").read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    """Each is code that guests download, or that we have to keep up with."""
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    named = {*package["dependencies"], *package["devDependencies"]}
    rows = re.findall(r"^\| ((?:@?[a-z][\w./-]*(?:, )?)+) \|", REASONS, re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} - {"package"} == named


def test_the_lock_records_no_address_to_download_from() -> None:
    """Such a lock works behind any mirror."""
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for path, entry in lock["packages"].items() if path]
    assert len(packages) > 100
    assert not [entry for entry in packages if "resolved" in entry]
    assert all("integrity" in entry for entry in packages)
