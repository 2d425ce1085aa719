"""`/healthz`, `/readyz`, `/metrics`: what those who run the server see."""

import pytest

from api.fakes import Bar, assert_error


@pytest.fixture
def bar() -> Bar:
    return Bar()


async def test_a_living_process_is_healthy_whatever_its_services_do(bar: Bar) -> None:
    """A service that is away, or a drain, must not get the process restarted."""
    bar.ready, bar.draining = False, True
    response = await bar.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_a_ready_server_lists_its_checks(bar: Bar) -> None:
    """Every check by name."""
    body = (await bar.get("/readyz")).json()
    assert body == {"status": "ready", "checks": {"storage": True, "loop": True}}


async def test_a_server_that_is_not_ready_says_what_is_missing(bar: Bar) -> None:
    """503 that names the failed checks and no others."""
    bar.ready = False
    message = assert_error(await bar.get("/readyz"), 503, "not_ready")
    assert "storage" in message
    assert "loop" not in message


async def test_a_draining_server_is_not_ready(bar: Bar) -> None:
    """No new guest should be sent to it."""
    bar.draining = True
    assert "draining" in assert_error(await bar.get("/readyz"), 503, "not_ready")


async def test_metrics_are_the_text_exposition(bar: Bar) -> None:
    """As Prometheus reads it, with its media type."""
    response = await bar.get("/metrics")
    assert response.content == b"virtubar_members 3\n"
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
