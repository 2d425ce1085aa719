"""A report as JSON and as JUnit XML. Pure: what they say, not where they go."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from virtubar.loadtest.plan import Report

SUITE: Final = "virtubar loadtest"


def as_json(report: Report) -> bytes:
    """Everything, for scripts."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def as_junit(report: Report) -> bytes:
    """A test case for each expectation: failed where it was breached, an error where the generator
    was the bottleneck."""
    outcomes = [verdict.outcome for verdict in report.verdicts]
    attributes = {
        "name": SUITE,
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("breached")),
        "errors": str(outcomes.count("no verdict")),
        "time": f"{report.window_s:.3f}",
    }
    suite = Element("testsuite", attributes)
    for verdict in report.verdicts:
        case = SubElement(suite, "testcase", classname=SUITE, name=verdict.expectation)
        if verdict.outcome == "breached":
            SubElement(case, "failure", message=verdict.sentence)
        elif verdict.outcome == "no verdict":
            message = f"the generator was the bottleneck: {report.bottleneck}"
            SubElement(case, "error", message=message)
        else:
            SubElement(case, "system-out").text = verdict.sentence
    indent(suite)
    document: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return document + b"\n"
