"""`--expect 'age_p99<100ms'`: what is asked of a server, and whether it held. Pure."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct

from virtubar.errors import ConfigurationError
from virtubar.loadtest.metrics import ERROR_PREFIX, METRICS, Kind, kind_of, shown

Outcome = Literal["held", "breached", "no verdict"]

_form: Final = re.compile(
    r"\s*([a-z0-9_.]+)\s*(<=|>=|==|<|>)\s*([0-9]*\.?[0-9]+)\s*([A-Za-z/%]*)\s*"
)
_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
_UNITS: Final[Mapping[Kind, Mapping[str, float]]] = {
    "time": {"ms": 1.0, "s": 1000.0},
    "share": {"%": 0.01, "": 1.0},
    "rate": {"B/s": 1.0, "B": 1.0, "KB/s": 1e3, "KB": 1e3, "MB/s": 1e6, "MB": 1e6},
    "count": {"": 1.0},
}
"""What may stand behind a number, and how much of the metric's own unit it is."""


class Expectation(Struct, frozen=True):
    """One metric within a limit.

    Attributes:
        text: as it was asked for.
        limit: in the metric's own unit: ms, a share of 1, bytes a second, or a count.
    """

    text: str
    metric: str
    comparison: str
    limit: float

    def holds(self, value: float) -> bool:
        """Whether a value is within the limit."""
        return _COMPARE[self.comparison](value, self.limit)


class Verdict(Struct, frozen=True):
    """What became of an expectation; `value` is None where there was nothing to measure."""

    expectation: str
    metric: str
    value: float | None
    outcome: Outcome

    @property
    def sentence(self) -> str:
        """The expectation and the value, for people."""
        return f"{self.expectation}: {shown(self.metric, self.value)}"


def parse(text: str) -> Expectation:
    """The expectation in a text such as `age_p99<100ms` or `delivered>=99%`.

    Raises:
        ConfigurationError: it is none, or names a metric or a unit that there is not; says which
            there are.
    """
    found = _form.fullmatch(text)
    if found is None:
        raise ConfigurationError(
            f"{text!r} is no expectation like 'age_p99<100ms': a metric, one of < <= > >= ==, "
            "and a number with its unit."
        )
    metric, comparison, number, unit = found.groups()
    kind = kind_of(metric)
    if kind is None:
        known = ", ".join([*METRICS, f"{ERROR_PREFIX}CODE"])
        raise ConfigurationError(f"there is no metric {metric!r} to expect; there are: {known}.")
    units = _UNITS[kind]
    if unit not in units:
        wanted = " or ".join(name for name in units if name) or "no unit"
        raise ConfigurationError(f"{text!r}: {metric} is given in {wanted}.")
    return Expectation(text.strip(), metric, comparison, float(number) * units[unit])


ALWAYS: Final = ("joined==100%", "faults==0")
"""Expected unless something else is asked of these metrics: a test with half of its clients is
none, and what must never happen need not be asked for."""


def all_expectations(texts: list[str]) -> list[Expectation]:
    """What was asked for, and what is always expected.

    Raises:
        ConfigurationError: as of parse.
    """
    asked = [parse(text) for text in texts]
    metrics = {expectation.metric for expectation in asked}
    always = [parse(text) for text in ALWAYS]
    return asked + [expectation for expectation in always if expectation.metric not in metrics]


def judge(
    expectations: list[Expectation], values: Mapping[str, float | None], *, can_tell: bool
) -> list[Verdict]:
    """One verdict each, in order.

    Args:
        values: by metric; an error's code that is missing never came, so it is 0.
        can_tell: False where the generator was the bottleneck: then there are none.
    """
    verdicts = []
    for one in expectations:
        value = values.get(one.metric, 0.0)
        outcome: Outcome = "no verdict"
        if can_tell and value is not None:
            outcome = "held" if one.holds(value) else "breached"
        elif can_tell:
            outcome = "breached"
        verdicts.append(Verdict(one.text, one.metric, value, outcome))
    return verdicts
