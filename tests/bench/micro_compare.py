#!/usr/bin/python3
"""Two documents of `tracetoll micro`: how many rows agree, how many are not to be trusted, how long they took.

    tests/bench/micro_compare.py FIRST.json SECOND.json

The host may give the second another core clock than the first: its figures are taken to that of the first by what a
multiplication took in each. Fails when fewer than 90 % of the rows have intervals that overlap, when more than 5 % are untrustworthy, or when a
document took longer than five minutes."""
import json
import sys


def read(path):
    document = json.load(open(path, encoding="utf-8"))
    rows = {(row["suite"], row["name"], row["variant"]): row for row in document["rows"]}
    if len(rows) != len(document["rows"]):
        sys.exit(f"{path}: two rows have one name")
    return rows, document["time"]["seconds"], document["clock"]["multiplication_ns"]


def at_clock(row, factor):
    """The row as it had been at another core clock, unless its time is the clock's."""
    if row["estimate"] is None or "accounted_ns" in row["detail"]:
        return row
    return {**row, **{key: row[key] * factor for key in ("estimate", "low", "high")}}


documents = [read(path) for path in sys.argv[1:]]
(first, _, first_clock), (second, _, second_clock) = documents
second = {key: at_clock(row, first_clock / second_clock) for key, row in second.items()}
both = [(key, first[key], second[key]) for key in first if first[key]["estimate"] is not None and second[key]["estimate"] is not None]
apart = [(key, a, b) for key, a, b in both if a["low"] > b["high"] or b["low"] > a["high"]]
able = [row for rows, _, _ in documents for row in rows.values() if row["status"] != "unsupported"]
doubtful = [row for row in able if row["status"] == "untrustworthy"]
placed = [row for row in able if (row["detail"].get("loads_sd_ns") or 0) > 2 * (row["detail"].get("within_load_sd_ns") or 0)]
seconds = max(seconds for _, seconds, _ in documents)
if not both:
    sys.exit("no row has a figure in both documents")
for key, a, b in apart:
    print("apart: %s %s %s: [%.4g, %.4g] and [%.4g, %.4g]" % (*key, a["low"], a["high"], b["low"], b["high"]))
for row in doubtful:
    print("untrustworthy: %s %s %s: %s" % (row["suite"], row["name"], row["variant"], row["reason"]))
print("%d of %d rows overlap (%.1f %%; at least 90 %% wanted)" % (len(both) - len(apart), len(both), 100 * (1 - len(apart) / len(both))))
print("%d of %d untrustworthy (%.1f %%; at most 5 %%)" % (len(doubtful), len(able), 100 * len(doubtful) / len(able)))
print("%d of %d: loads differ twice as much as the repetitions of one" % (len(placed), len(able)))
print("a multiplication took %.4f and %.4f ns" % (first_clock, second_clock))
print("%.0f s at most for all suites (300 s wanted)" % seconds)
sys.exit(len(apart) > 0.1 * len(both) or len(doubtful) > 0.05 * len(able) or seconds > 300)
