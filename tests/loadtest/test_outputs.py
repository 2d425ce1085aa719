"""Reports for programs."""

import json
from xml.etree import ElementTree

from virtubar.loadtest.expectations import Outcome, Verdict
from virtubar.loadtest.figures import Sample
from virtubar.loadtest.network import Conditions
from virtubar.loadtest.outputs import as_json, as_junit
from virtubar.loadtest.plan import Plan, Report, ramp_for, rooms_for

PLAN = Plan(
    url="http://127.0.0.1:8000",
    clients=2,
    rooms=1,
    rate_hz=15.0,
    duration_s=1.0,
    ramp_s=0.1,
    wire="compact",
    conditions=Conditions(latency_ms=20.0),
    seed=1,
    late_max_ms=20.0,
)
SAMPLES = [
    Sample(
        at_s=float(second),
        members=2,
        age_p50=5.0 + second,
        age_p99=None if second == 1 else 9.0,
        updates_hz=60.0,
        bytes_per_client=800.0,
        late_p99=1.0,
        cpu=0.02,
    )
    for second in range(1, 4)
]


def report(*outcomes: Outcome, bottleneck: str = "") -> Report:
    """A report with these verdicts."""
    return Report(
        version="0.1.0",
        plan=PLAN,
        began_ms=1_710_000_000_000,
        window_s=1.0,
        interrupted=False,
        exit_code=0,
        bottleneck=bottleneck,
        verdicts=[Verdict("age_p99<100ms", "age_p99", 9.0, outcome) for outcome in outcomes],
        figures={"age_p99": 9.0, "age_max": None, "errors.<b>": 1},
        advice=["take more --rooms"],
        samples=SAMPLES,
    )


def test_json_has_everything() -> None:
    """The plan, every figure, every verdict with its value, every second."""
    read = json.loads(as_json(report("held")))
    assert read["plan"]["conditions"]["latencyMs"] == 20.0
    assert read["figures"] == {"age_p99": 9.0, "age_max": None, "errors.<b>": 1}
    assert read["verdicts"][0]["value"] == 9.0
    assert [sample["atS"] for sample in read["samples"]] == [1.0, 2.0, 3.0]


def test_junit_has_a_case_for_each_expectation() -> None:
    """A breach is a failure that says the value."""
    suite = ElementTree.fromstring(as_junit(report("held", "breached")))  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "age_p99<100ms: 9.0 ms"


def test_no_verdict_is_an_error_in_junit() -> None:
    """Neither passed nor failed: the test itself could not be made."""
    document = as_junit(report("no verdict", bottleneck="it was late"))
    suite = ElementTree.fromstring(document)  # noqa: S314 - our own
    assert (suite.get("failures"), suite.get("errors")) == ("0", "1")
    error = suite.find("testcase/error")
    assert error is not None
    assert "it was late" in (error.get("message") or "")


def test_rooms_and_ramp_follow_the_clients() -> None:
    """Fifty to a room, twenty a second, unless they are set."""
    assert [rooms_for(clients) for clients in (1, 50, 51)] == [1, 1, 2]
    assert ramp_for(300) == 15.0
