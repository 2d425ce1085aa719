"""`/healthz`, `/readyz`, `/metrics`: what those who run the server see."""

import asyncio

import pytest

from api.fakes import Bar, assert_error
from virtubar.api.health import CHECKED_MS


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
    assert body == {"status": "ready", "checks": {"storage": True, "hub": True, "loop": True}}


async def test_a_server_that_is_not_ready_says_what_is_missing(bar: Bar) -> None:
    """503 that names the failed checks and no others."""
    bar.ready = False
    message = assert_error(await bar.get("/readyz"), 503, "not_ready")
    assert "hub" in message
    assert "loop" not in message
    assert "storage" not in message


async def test_a_server_without_its_storage_is_not_ready(bar: Bar) -> None:
    """No guest should be sent to where no moderator can act."""
    bar.storage.awake = False
    message = assert_error(await bar.get("/readyz"), 503, "not_ready")
    assert message == "Not ready: storage."


async def test_a_check_that_never_ends_has_failed(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks wants an answer, also when the database gives none."""
    monkeypatch.setattr("virtubar.api.health.CHECK_TIMEOUT_S", 0)
    bar.storage.hangs = True
    assert "storage" in assert_error(await bar.get("/readyz"), 503, "not_ready")


async def test_the_checks_are_asked_once_a_second_however_many_want_to_know(bar: Bar) -> None:
    """Nobody makes a load for the database of it; a drain is felt at once."""
    answers = await asyncio.gather(*(bar.get("/readyz") for _ in range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert bar.storage.asked == 1
    bar.storage.awake = False
    bar.now_ms += CHECKED_MS - 1
    assert (await bar.get("/readyz")).status_code == 200
    bar.now_ms += 1
    assert (await bar.get("/readyz")).status_code == 503
    assert bar.storage.asked == 2
    bar.storage.awake = bar.draining = True
    assert "draining" in assert_error(await bar.get("/readyz"), 503, "not_ready")


async def test_a_draining_server_is_not_ready(bar: Bar) -> None:
    """No new guest should be sent to it."""
    bar.draining = True
    assert "draining" in assert_error(await bar.get("/readyz"), 503, "not_ready")


async def test_metrics_are_the_text_exposition(bar: Bar) -> None:
    """As Prometheus reads it, with its media type."""
    response = await bar.get("/metrics")
    assert response.content == b"virtubar_members 3\n"
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
