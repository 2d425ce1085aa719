"""`virtubar loadtest`: load on a running server, and a verdict."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from virtubar.cli.options import DEFAULT_URL, Url, checked_room, checked_url
from virtubar.errors import ConfigurationError, VirtuBarError
from virtubar.loadtest.network import LOSS_MAX, Conditions
from virtubar.loadtest.plan import JOIN_PATIENCE_S, Plan, Wire, ramp_for, rooms_for
from virtubar.loadtest.verdicts import LATE_MAX_MS
from virtubar.protocol.constants import TRANSFORM_RATE_HZ, Device

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from virtubar.loadtest.expectations import Expectation
    from virtubar.loadtest.plan import Report

CLIENTS_MAX = 10_000
RATE_MAX_HZ = TRANSFORM_RATE_HZ[Device.DESKTOP]
"""A server lets no more through, and only the newest."""
Output = Path | None


def loadtest(  # noqa: PLR0913 - one option each
    *,
    clients: Annotated[int, typer.Option(min=1, max=CLIENTS_MAX, help="How many walk.")] = 50,
    rooms: Annotated[
        int | None, typer.Option(min=1, help="They share so many; one for 50 if absent.")
    ] = None,
    room: Annotated[
        list[str] | None, typer.Option(help="One that there is, instead; again for more.")
    ] = None,
    rate: Annotated[
        float,
        typer.Option(
            min=0.1, max=TRANSFORM_RATE_HZ[Device.DESKTOP], help="Moves of each a second."
        ),
    ] = 15.0,
    duration: Annotated[float, typer.Option(min=0.5, help="Seconds that are measured.")] = 30.0,
    ramp: Annotated[
        float | None, typer.Option(min=0, help="Seconds to come in; 20 clients in each if absent.")
    ] = None,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds after that to wait for who is not in.")
    ] = JOIN_PATIENCE_S,
    wire: Annotated[Wire, typer.Option(help="What is spoken.")] = "json",
    latency: Annotated[float, typer.Option(min=0, help="ms more, each way.")] = 0.0,
    jitter: Annotated[float, typer.Option(min=0, help="Up to so many ms more, each way.")] = 0.0,
    loss: Annotated[
        float, typer.Option(min=0, max=100 * LOSS_MAX, help="% of packets, each way.")
    ] = 0.0,
    bandwidth: Annotated[
        float | None, typer.Option(min=1, help="KB/s of each client, each way.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same networks.")] = 1,
    expect: Annotated[
        list[str] | None, typer.Option(help="Such as 'age_p99<100ms'; again for more.")
    ] = None,
    late_limit: Annotated[
        float, typer.Option(min=0, help="ms that the generator may be late (p99) for a verdict.")
    ] = LATE_MAX_MS,
    json: Annotated[Output, typer.Option(help="Write the report as JSON.")] = None,
    junit: Annotated[Output, typer.Option(help="Write the verdicts as JUnit XML.")] = None,
    html: Annotated[
        Output, typer.Option(help="Write a page with plots; needs virtubar[plots].")
    ] = None,
    url: Url = DEFAULT_URL,
) -> int:
    """Let guests walk on a running server, and judge what they get.

    Exit code 0: everything that was expected held; 1: something did not, or the test could not be
    made; 2: the generator was the bottleneck, so there is no verdict (or an option cannot be).
    """
    plan = Plan(
        url=checked_url(url),
        clients=clients,
        rooms=rooms or rooms_for(clients),
        rate_hz=rate,
        duration_s=duration,
        ramp_s=ramp_for(clients) if ramp is None else ramp,
        wire=wire,
        conditions=Conditions(
            latency_ms=latency,
            jitter_ms=jitter,
            loss=loss / 100.0,
            bandwidth=None if bandwidth is None else bandwidth * 1000.0,
        ),
        seed=seed,
        late_max_ms=late_limit,
        patience_s=patience,
        room_ids=tuple(map(checked_room, room or ())),
    )
    from rich.console import Console  # noqa: PLC0415 - `--help` is quick without them

    from virtubar.loadtest import outputs  # noqa: PLC0415 - the same
    from virtubar.loadtest.expectations import all_expectations  # noqa: PLC0415 - the same
    from virtubar.loadtest.screen import print_report  # noqa: PLC0415 - the same

    makers: list[tuple[Path | None, Callable[[Report], bytes]]] = [
        (json, outputs.as_json),
        (junit, outputs.as_junit),
    ]
    if html is not None:
        makers.append((html, _html()))
    console = Console(highlight=False)
    report = _run(plan, all_expectations(expect or []), console)
    print_report(console, report)
    for path, make in makers:
        if path is not None:
            _write(path, make(report))
    return report.exit_code


def _run(plan: Plan, expectations: "list[Expectation]", console: "Console") -> "Report":
    import asyncio  # noqa: PLC0415 - `--help` is quick without them

    import uvloop  # noqa: PLC0415 - the same
    from rich.live import Live  # noqa: PLC0415 - the same

    from virtubar.loadtest.runner import run_load_test  # noqa: PLC0415 - the same
    from virtubar.loadtest.screen import LiveTable  # noqa: PLC0415 - the same

    with (
        Live(console=console, transient=True, auto_refresh=False) as live,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(run_load_test(plan, expectations, LiveTable(live).show))


def _html() -> "Callable[[Report], bytes]":
    """What makes the page, looked for before anything is measured."""
    try:
        from virtubar.loadtest.page import as_html  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError('--html needs more: pip install "virtubar[plots]"') from None
    return as_html


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise VirtuBarError(f"cannot write {path}: {error.strerror}") from None
