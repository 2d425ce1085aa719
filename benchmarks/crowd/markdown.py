"""The results as Markdown, for the page and for the terminal. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from benchmarks.crowd.rules import APPROACH_MAX_MS, FULL, HALL_M, NEAR, RATE_HZ, Goal, Line, Times
from benchmarks.figures import DISTURBED_SHARE
from benchmarks.peers.markdown import table

IMAGES = {
    "cpu": "CPU of the server for each person in the room, by size of the room",
    "bytes": "Bytes a second to each person in the room, by size of the room",
}
"""What each plot shows, by its name."""


class Results(Struct, frozen=True, kw_only=True):
    """All that one run of the command found: a thousand, rooms of all sizes, one too large."""

    started_at: str
    command: str
    minutes: float
    environment: dict[str, str]
    times: Times
    full: list[Line]
    sizes: list[Line]
    large: list[Line]

    @property
    def lines(self) -> list[Line]:
        """Every line."""
        return [*self.full, *self.sizes, *self.large]


def page(results: Results, images: dict[str, str]) -> str:
    """All of it.

    Args:
        images: where each plot is, by name, as seen from the page.
    """
    parts = [_provenance(results)]
    for line in results.full:
        parts += [f"### {line.people} people, {line.reader}", _goals(line)]
    if results.sizes:
        parts += ["### Rooms of all sizes", _sizes(results.sizes)]
        parts += [f"![{IMAGES[name]}]({path})" for name, path in images.items()]
    if results.large:
        parts += ["### Where it breaks", _large(results.large)]
    parts += ["### Every room", _every(results.lines)]
    parts += ["### The machine", _environment(results.environment)]
    return "\n\n".join(parts) + "\n"


def _provenance(results: Results) -> str:
    times = results.times
    said = (
        f"Measured on {results.started_at} with `{results.command}` in {results.minutes:.0f} "
        f"minutes: everybody walks {RATE_HZ:g} moves a second in a hall of {HALL_M:g} by "
        f"{HALL_M:g} m; {FULL} people for {times.full_s:g} s, rooms of other sizes for "
        f"{times.rung_s:g} s, medians of {times.rounds}."
    )
    busy = [line for line in results.lines if line.others_share > DISTURBED_SHARE]
    if busy:
        said += (
            f" **Other processes took part** in {len(busy)} of {len(results.lines)} of them: CPU "
            "and bytes hold nevertheless, milliseconds do not."
        )
    return said


def _goals(line: Line) -> str:
    if line.why:
        return f"Not measured: {line.why}."
    rows = [
        [goal.name, f"{goal.value:.0f} {goal.unit}", f"{goal.most:.0f} {goal.unit}", _verdict(goal)]
        for goal in line.goals
    ]
    shown = table(["what", "measured", "at most", "goal"], rows)
    more = (
        f"Updates to each client: {line.updates_per_s:.0f} a second. Nearest {NEAR} behind, p50: "
        f"{line.behind_p50_ms:.0f} ms; age of their newest place, p99: {line.near_p99_ms:.0f} ms. "
        f"Full rate after a jump, p50: {line.approach_p50_ms:.0f} ms. Own echo, p99: "
        f"{line.echo_p99_ms:.0f} ms. The most to one client in one second: "
        f"{line.second_bytes_max / 1000:.0f} KB."
    )
    wrongs = [f"Wrong: {wrong}." for wrong in line.wrongs]
    return "\n\n".join([shown, more, *wrongs])


def _verdict(goal: Goal) -> str:
    return "met" if goal.is_met else "**missed**"


def _sizes(lines: Sequence[Line]) -> str:
    head = ["people", "reader", "CPU of the core", "µs a second for each", "KB/s to each"]
    head += ["updates/s to each", f"nearest {NEAR} behind, p99 ms", "anybody, oldest ms"]
    rows = [
        [
            str(line.people),
            line.reader,
            f"{line.cpu_share:.1%}",
            f"{1e6 * line.cpu_share / line.people:.0f}",
            f"{line.bytes_per_s / 1000:.1f}",
            f"{line.updates_per_s:.0f}",
            f"{line.behind_p99_ms:.0f}",
            f"{line.anybody_max_ms:.0f}",
        ]
        for line in lines
    ]
    return table(head, rows)


def _large(lines: Sequence[Line]) -> str:
    said = [
        f"- {line.people} people in one room, {line.reader}: "
        f"{line.broken or 'held'}, {line.cpu_share:.0%} of the core, "
        f"{line.bytes_per_s / 1000:.0f} KB/s to each, nearest {NEAR} behind "
        f"{line.behind_p99_ms:.0f} ms at p99, anybody {line.anybody_max_ms:.0f} ms at most."
        for line in lines
    ]
    return "\n".join(said)


def _every(lines: Sequence[Line]) -> str:
    head = ["people", "reader", "verdict", "server", "generator", "others", "lost"]
    head += [f"after a jump, p99 ms (goal {APPROACH_MAX_MS:.0f})", "echo, p99 ms"]
    rows = [
        [
            str(line.people),
            line.reader,
            line.broken or "held",
            f"{line.cpu_share:.0%}",
            f"{line.generator_share:.0%}",
            f"{line.others_share:.0%}",
            f"{line.lost:.0f}",
            f"{line.approach_p99_ms:.0f}",
            f"{line.echo_p99_ms:.0f}",
        ]
        for line in lines
    ]
    return table(head, rows)


def _environment(facts: dict[str, str]) -> str:
    return table(["what", "which"], [[name, value] for name, value in facts.items()])
