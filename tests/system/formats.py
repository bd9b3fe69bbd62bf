#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Reads what the renderers for machines write, with readers that others wrote.

    formats.py make DIR              documents for the tests: NAME.json of each kind of verdict, and a hostile one
    formats.py read RESULT FILE...       each FILE.FORMAT says what the document RESULT says; its name is its format

openmetrics: an OpenMetrics and a Prometheus parser take it; benchmark: an array of name, unit, value, range, extra; csv: a row for
each block, each value in its column; junit: green exactly where the exit status is 0, one case for each budget and one more.
"""
import copy
import csv
import json
import math
import pathlib
import sys
import xml.etree.ElementTree

EXAMPLE = "tests/data/example-result.json"
# What each reader has a meaning for, and what none may hold.
NASTY = "=cmd|'x'!A1 \"q\" <&>]]> a\\b {x=\"y\"} \u0001\u0085\ufffe\uffff # EOF\n\r\n# EOF\n,;\t中文 `|*"


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def judged(status, exit_status, metric, **verdict):
    document = load(EXAMPLE)
    document["verdict"].update(status=status, exit_status=exit_status, **verdict)
    document["metrics"][0]["verdict"] = metric
    return document


def spoil(value, key=None):
    """Each text that no reader of ours has rules for becomes a nasty one, and so does each name of a map."""
    if isinstance(value, dict):
        return {k: spoil(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [spoil(v, key) for v in value]
    return NASTY if isinstance(value, str) and key not in ("schema", "scale", "status") else value


def hostile():
    document = spoil(load(EXAMPLE))
    for block in document["blocks"]:
        block["values"] = {NASTY + key: number for key, number in block["values"].items()}
    return document


def make(directory):
    documents = {"fail": judged("fail", 1, "fail"), "pass": judged("pass", 0, "pass"),
                 "inconclusive": judged("inconclusive", 3, "inconclusive"),
                 "inconclusive_fail": judged("inconclusive", 1, "inconclusive"),
                 "inconclusive_pass": judged("inconclusive", 0, "inconclusive"),
                 "untrustworthy": judged("untrustworthy", 7, "pass", reasons=["the clock jumped"]),
                 "interrupted": judged("inconclusive", 130, "pass"), "hostile": hostile()}
    measured = judged("measured", 0, "measured")
    measured["metrics"][0].update(budget=None, at_least=False, judged_on=None)
    documents["measured"] = measured
    twice = copy.deepcopy(measured)
    twice["versus"] = {"target": twice["target"], "metrics": twice["metrics"]}
    documents["versus"] = twice
    for name, document in documents.items():
        pathlib.Path(directory, name + ".json").write_text(json.dumps(document), encoding="utf-8")


def figures(document):
    """Of the document, under the names that monitoring knows them by."""
    units = {"ns": ("seconds", 1e-9), "bytes": ("bytes", 1), "1/s": ("per_second", 1)}
    for metric in document["metrics"]:
        suffix, factor = units.get(metric["unit"], (None, 1))
        for key in ("baseline", "with_target"):
            if suffix and metric[key] is not None:
                yield "tracetoll_%s_%s" % (key, suffix), metric["name"], metric[key] * factor
        if metric["effect"] and metric["effect"]["scale"] == "relative":
            for key, family in ("estimate", "effect"), ("low", "effect_low"), ("high", "effect_high"):
                if metric["effect"][key] is not None:
                    yield "tracetoll_%s_ratio" % family, metric["name"], metric["effect"][key]


def openmetrics(document, path):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as strict
    from prometheus_client.parser import text_string_to_metric_families as plain
    text = pathlib.Path(path).read_text(encoding="utf-8")
    assert text.endswith("\n# EOF\n")
    samples = {}
    for family in strict(text):
        assert family.type == "gauge" and family.documentation and family.samples, family
        for sample in family.samples:
            assert sample.timestamp is None and math.isfinite(sample.value), sample
            assert set(sample.labels) >= {"target", "workload", "topology", "kernel"}, sample
            key = sample.name, tuple(sorted(sample.labels.items()))
            assert key not in samples, key
            samples[key] = sample.value
    others = {(s.name, tuple(sorted(s.labels.items()))): s.value for family in plain(text) for s in family.samples}
    assert samples == others
    named = {(name, dict(labels).get("metric")): value for (name, labels), value in samples.items()}
    count = 0
    for name, metric, value in figures(document):
        if document["verdict"]["status"] in ("pass", "fail", "measured") and metric != NASTY:
            assert math.isclose(named[name, metric], value, rel_tol=1e-12), (name, metric)
            count += 1
    assert count or metric == NASTY or document["verdict"]["status"] in ("inconclusive", "untrustworthy")
    assert named["tracetoll_exit_status", None] == document["verdict"]["exit_status"]


def benchmark(document, path):
    entries = load(path)
    trusted = document["verdict"]["status"] != "untrustworthy"
    assert bool(entries) == trusted
    for entry in entries:
        assert set(entry) == {"name", "unit", "value", "range", "extra"}, entry
        assert isinstance(entry["value"], (int, float)) and all(isinstance(entry[k], str) for k in entry if k != "value")
        assert entry["name"] and entry["unit"] and entry["range"].startswith("± ")
    assert len({entry["name"] for entry in entries}) == len(entries) or document["metrics"][0]["name"] == NASTY
    for metric in document["metrics"] if trusted else []:
        effect = metric["effect"]
        if effect and None not in effect.values() and metric["better"] == "lower" and metric["name"] != NASTY:
            factor = 100 if effect["scale"] == "relative" else 1
            values = [e["value"] for e in entries if e["name"].endswith(": " + metric["name"])]
            assert values and math.isclose(values[0], factor * effect["estimate"], rel_tol=1e-12, abs_tol=1e-300), metric["name"]


def table(document, path):
    text = pathlib.Path(path).read_bytes().decode("utf-8")
    assert text.count("\r\n") == 1 + len(document["blocks"]) == text.count("\n"), "lines end in CRLF"
    rows = list(csv.reader(text.splitlines(True), strict=True))
    header = rows.pop(0)
    assert len(set(header)) == len(header)
    assert all(len(row) == len(header) for row in rows)
    for cell in header + [cell for row in rows for cell in row]:
        assert not cell or cell[0] not in "=+@\t\r" and (cell[0] != "-" or float(cell)), cell
    for block, row in zip(document["blocks"], rows):
        cells = dict(zip(header, row))
        assert int(float(cells["quad"])) == block["quad"] and int(float(cells["start_ns"])) == block["start_ns"]
        for key, value in block["values"].items():
            if key.isprintable() and "\n" not in key:
                assert (float(cells["values." + key]) if cells["values." + key] else None) == value, key
        if block["latency"]:
            assert float(cells["latency.count"]) == block["latency"]["count"]
            p50, high = cells["latency.p50_ns"], block["latency"]["max_ns"]
            assert block["latency"]["min_ns"] <= float(p50) <= high + 1 if p50 else block["arm"] == NASTY


def junit(document, path):
    root = xml.etree.ElementTree.parse(path).getroot()
    suites, cases = root.findall("testsuite"), root.findall("testsuite/testcase")
    budgets = [m["name"] for m in document["metrics"] if m["budget"]]
    assert len(suites) == 1 and len(cases) == 1 + len(budgets)
    for kind, attribute in ("failure", "failures"), ("error", "errors"), ("skipped", "skipped"):
        found = len(root.findall("testsuite/testcase/" + kind))
        assert int(suites[0].get(attribute)) == found, kind
        assert root.get(attribute) is None or int(root.get(attribute)) == found
    red = int(root.get("failures")) + int(root.get("errors"))
    assert (red == 0) == (document["verdict"]["exit_status"] == 0), red
    assert math.isclose(sum(float(case.get("time")) for case in cases), float(root.get("time")))
    assert any(p.get("name") == "environment.kernel.release" for p in root.findall("testsuite/properties/property"))


READERS = {"openmetrics": openmetrics, "benchmark": benchmark, "csv": table, "junit": junit}

if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        for file in sys.argv[3:]:
            READERS[file.rsplit(".", 1)[1]](load(sys.argv[2]), file)
