"""The results as Markdown, for the page and for the terminal. Pure."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from benchmarks.peers.figures import NOT_RUN, Line, find, least, ratio
from benchmarks.peers.ladder import ROOM_SIZE, Climb
from benchmarks.peers.rules import CANNOT, P99_MAX_MS, Shape, Times
from benchmarks.peers.table import FLOOR, NEAREST, PEERS

NOTHING = "–"
SPREAD_MARK, BUSY_MARK = "▲", "~"
OURS = tuple(peer.name for peer in PEERS if peer.is_ours and peer.name != FLOOR)


class Results(Struct, frozen=True, kw_only=True):
    """All that one run of the command found; `failures` are peers that could not be set up."""

    started_at: str
    command: str
    minutes: float
    environment: dict[str, str]
    times: Times
    lines: list[Line]
    climbs: list[Climb]
    failures: list[str] = []

    @property
    def shapes(self) -> list[Shape]:
        """Those that were measured, in order."""
        return list(dict.fromkeys(line.shape for line in self.lines))

    @property
    def peers(self) -> list[str]:
        """Those that were measured, in order."""
        return list(dict.fromkeys(line.peer for line in self.lines))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are figures."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def number(value: float | None, decimals: int) -> str:
    """A figure, or a dash."""
    return NOTHING if value is None else f"{value:.{decimals}f}"


def page(results: Results, images: dict[str, str]) -> str:
    """All of it.

    Args:
        images: where each plot is, by name, as seen from the page.
    """
    parts = [_provenance(results)]
    if results.lines:
        parts += _matrices(results, images)
    if results.climbs:
        parts += ["### Clients held a core", _ladder(results), _image(images, "ladder")]
    if results.lines:
        parts += ["### Every line", _details(results.lines)]
    parts += ["### Machine and versions", _environment(results.environment)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _provenance(results: Results) -> str:
    times = results.times
    rounds = "one round" if times.rounds == 1 else f"medians of {times.rounds} interleaved rounds"
    said = (
        f"Measured on {results.started_at} with `{results.command}` in {results.minutes:.0f} "
        f"minutes: {rounds} of {times.window_s:g} s each."
    )
    if times.rounds == 1:
        said += " **A quick run**: one round says nothing about the spread."
    disturbed = [line for line in results.lines if (line.others_share or 0) > 0.1]
    if disturbed:
        said += (
            f" **Other processes took part** in {len(disturbed)} of {len(results.lines)} lines: "
            "these figures are worth little."
        )
    return "\n\n".join([said, *(f"Not measured: {failure}." for failure in results.failures)])


def _image(images: dict[str, str], name: str) -> str:
    return f"![{ALT[name]}]({images[name]})" if name in images else ""


ALT = {
    "cpu": "CPU time of the server per delivered update, by peer and shape",
    "bytes": "Bytes per delivered update, by peer and shape",
    "ladder": "Clients that one core holds in rooms of 50, by peer",
}
"""What each plot shows; its key is the plot's name."""


CPU_SAYS = "The server's µs for one update delivered to one member. Columns: clients / in a room."
CPU_MARKS = (
    f"{SPREAD_MARK} the rounds differ by more than a fifth of the median. *cannot*: and the share "
    "that it delivered in time. *generator*: the load generator's core was full before the "
    "server's was, so there is no figure for the server."
)
LATENCY_SAYS = (
    "p50 / p99 in ms, the worse of a mover's own echo and of its room mates; "
    f"{BUSY_MARK} where the generator was so busy that its own queue is in it."
)
LEADERS_SAY = (
    "The best way of ours and the best of the peers, the less the better: whoever is ahead comes "
    "first and in bold."
)
RATIOS_SAY = f"VirtuBar in multiples of {NEAREST}, and of the C floor. Under 1, VirtuBar is ahead."


def _matrices(results: Results, images: dict[str, str]) -> list[str]:
    return [
        *("### CPU per update", CPU_SAYS, _matrix(results, _cpu), CPU_MARKS),
        *_not_run(results.lines),
        _image(images, "cpu"),
        *("### Bytes per update", _matrix(results, lambda line: number(line.bytes, 0))),
        _image(images, "bytes"),
        *("### Added latency", LATENCY_SAYS, _matrix(results, _latency)),
        *("### Who is ahead", LEADERS_SAY, _leaders(results), RATIOS_SAY, _ratios(results)),
    ]


def _matrix(results: Results, cell: Callable[[Line], str]) -> str:
    rows = [
        [peer, *(_cell(find(results.lines, peer, shape), cell) for shape in results.shapes)]
        for peer in results.peers
    ]
    return table(["peer", *(shape.name for shape in results.shapes)], rows)


def _cell(line: Line | None, cell: Callable[[Line], str]) -> str:
    if line is None or line.verdict == NOT_RUN:
        return NOTHING
    if line.verdict == CANNOT and line.delivered_share is not None:
        return f"cannot: {line.delivered_share:.0%}"
    return cell(line) if line.held else line.verdict


def _cpu(line: Line) -> str:
    if line.cpu_us is None:
        return NOTHING
    mark = f" {SPREAD_MARK}" if line.is_flagged else ""
    return f"{line.cpu_us.median:.{_decimals(line.cpu_us.median)}f}{mark}"


def _decimals(value: float) -> int:
    """As many as make three figures, three at most."""
    return 3 if value < 1 else 2 if value < 10 else 1


def _latency(line: Line) -> str:
    mark = BUSY_MARK if line.is_generator_busy else ""
    return f"{mark}{number(line.p50_ms, 1)} / {number(line.p99_ms, 1)}"


def _not_run(lines: Sequence[Line]) -> list[str]:
    """Why somebody was not asked, one line a peer."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.verdict == NOT_RUN:
            reasons.setdefault((line.peer, line.reason), []).append(line.shape.name)
    said = [
        f"- {peer} was not run with {', '.join(shapes)}: {reason}."
        for (peer, reason), shapes in reasons.items()
    ]
    return ["\n".join(said)] if said else []


def _leaders(results: Results) -> str:
    rows = [_leading(results.lines, shape) for shape in results.shapes]
    return table(["clients / room", "CPU µs", "bytes", "p99 ms"], rows)


def _leading(lines: Sequence[Line], shape: Shape) -> list[str]:
    return [
        shape.name,
        _pair(least(lines, shape, lambda line: line.median_cpu_us), 3),
        _pair(least(lines, shape, lambda line: line.bytes), 0),
        _pair(least(lines, shape, lambda line: line.p99_ms), 1),
    ]


def _ratios(results: Results) -> str:
    kinds: dict[str, tuple[str, Callable[[Line], float | None]]] = {
        f"CPU, of {NEAREST}": (NEAREST, lambda line: line.median_cpu_us),
        f"bytes, of {NEAREST}": (NEAREST, lambda line: line.bytes),
        "CPU, of the floor": (FLOOR, lambda line: line.median_cpu_us),
    }
    rows = [
        [f"{ours}: {what}", *(_times(results, shape, ours, *kind) for shape in results.shapes)]
        for ours in OURS
        for what, kind in kinds.items()
    ]
    return table(["multiples", *(shape.name for shape in results.shapes)], rows)


def _times(
    results: Results, shape: Shape, ours: str, other: str, read: Callable[[Line], float | None]
) -> str:
    lines = results.lines
    return number(ratio(find(lines, ours, shape), find(lines, other, shape), read), 2)


def _pair(ranked: Sequence[tuple[float, Line]], decimals: int) -> str:
    """The best of ours and the best of the others, the better one first and in bold."""
    best: dict[bool, str] = {}
    for value, line in ranked:
        best.setdefault(line.peer in OURS, f"{line.peer} {value:.{decimals}f}")
    first, *rest = [*best.values()] or [NOTHING]
    return ", ".join([f"**{first}**", *rest]) if best else NOTHING


def _ladder(results: Results) -> str:
    said = (
        f"Rooms of {ROOM_SIZE}, 20 moves a second each, until p99 is over {P99_MAX_MS:.0f} ms or "
        "updates are lost. *generator*: that broke first; what the server would hold is unknown."
    )
    head = ["peer", "clients", "p99 ms there", "of its core", "broke at", "why"]
    return f"{said}\n\n{table(head, map(_rung, results.climbs))}"


def _rung(climb: Climb) -> list[str]:
    clients = str(climb.held) if climb.held else f"under {climb.broke}"
    if climb.is_generators:
        clients = f"generator (over {climb.held})" if climb.held else "generator"
    share = NOTHING if climb.cpu_share is None else f"{climb.cpu_share:.0%}"
    broke = str(climb.broke) if climb.broke is not None else "not yet"
    return [climb.peer, clients, number(climb.p99_ms, 0), share, broke, climb.why or NOTHING]


def _details(lines: Sequence[Line]) -> str:
    head = ["peer", "clients / room", "verdict", "rounds", "CPU µs", "least–most", "in time"]
    head += ["missing ‰", "lost ‰", "server", "generator", "others"]
    asked = [line for line in lines if line.verdict != NOT_RUN]
    return (
        "*missing*: updates that never came. *lost*: those after which no newer one of that member "
        "came either, by those clients whose updates are judged. *server*, *generator*, *others*: "
        f"of one core each.\n\n{table(head, map(_detail, asked))}"
    )


def _detail(line: Line) -> list[str]:
    cpu = line.cpu_us
    return [
        line.peer,
        line.shape.name,
        f"{line.verdict} ({line.reason})" if line.reason else line.verdict,
        f"{line.held_rounds} of {line.rounds}",
        number(line.median_cpu_us, 3),
        f"{cpu.least:.3f}–{cpu.most:.3f}" if cpu else NOTHING,
        _percent(line.delivered_share),
        number(line.missing_per_thousand, 1),
        number(line.lost_per_thousand, 1),
        _percent(line.cpu_share),
        _percent(line.generator_share),
        _percent(line.others_share),
    ]


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.0%}"


def _environment(facts: dict[str, str]) -> str:
    return table(["what", "which"], [[name, value] for name, value in facts.items()])
