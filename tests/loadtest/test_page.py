"""A report as a page."""

import re
from html.parser import HTMLParser

from msgspec.structs import replace

from loadtest.test_outputs import SAMPLES, report
from virtubar.loadtest.page import POINTS_MAX, as_html


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_page_stands_alone() -> None:
    """No script, and nothing that is fetched from elsewhere."""
    tags = Tags(as_html(report("held", "breached"))).found
    names = {tag for tag, _ in tags}
    assert "svg" in names
    assert not names & {"script", "link", "img", "iframe", "object"}
    targets = [attributes.get(name) for _, attributes in tags for name in ("src", "xlink:href")]
    assert [target for target in targets if target and not target.startswith("#")] == []


def test_verdicts_come_first_with_their_values() -> None:
    """Before the figures and the plots."""
    page = as_html(report("breached")).decode()
    assert page.index("<td class='value'>9.0 ms</td>") < page.index("<svg")
    assert "class='breached'" in page


def test_no_verdict_is_explained() -> None:
    """In the generator's own words."""
    assert "bottleneck: it was late" in as_html(report(bottleneck="it was late")).decode()


def test_what_a_server_has_said_is_no_markup() -> None:
    """Codes of errors come from outside."""
    page = as_html(report("held")).decode()
    assert "<b>" not in page
    assert "errors.&lt;b&gt;" in page


def test_long_tests_are_drawn_with_fewer_points() -> None:
    """A page of an hour is hardly larger than one of ten minutes."""

    def size(count: int) -> int:
        samples = [replace(SAMPLES[0], at_s=float(second)) for second in range(count)]
        return len(as_html(replace(report("held"), samples=samples)))

    assert size(20 * POINTS_MAX) < 1.5 * size(POINTS_MAX)


def test_a_test_without_a_whole_second_has_a_page_too() -> None:
    """With empty plots."""
    page = as_html(replace(report("held"), samples=[])).decode()
    assert len(re.findall("<svg", page)) == 6
