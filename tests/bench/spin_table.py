#!/usr/bin/python3
"""What ten runs of a probe with spin measured, against what the probe accounted plus its attach cost.

    tests/bench/spin_table.py BEFORE.json AFTER.json RUN.json...

BEFORE and AFTER are documents of `tracetoll micro attach`, the others of `tracetoll run`. Fails when fewer than nine in ten
intervals contain the sum, or when the median of their half widths is above 5 % of it."""
import json
import statistics
import sys

NAME, VARIANT = "raw_tp", "accounting, spin:0ns"


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def attach_cost(path):
    """What of the cost of a hit the program does not account itself."""
    row = next(row for row in read(path)["rows"] if (row["name"], row["variant"]) == (NAME, VARIANT))
    if row["estimate"] is None:
        sys.exit(f"{path}: no figure for {NAME}, {VARIANT}: {row['reason']}")
    print("%s, %s: %.1f ns [%.1f, %.1f], of which it accounts %.1f; attach cost %.1f ns" % (
        NAME, VARIANT, row["estimate"], row["low"], row["high"], row["detail"]["accounted_ns"], row["detail"]["outside_account_ns"]))
    return row["detail"]["outside_account_ns"]


outside = statistics.mean(attach_cost(path) for path in sys.argv[1:3])
print("\n| run | accounted | with attach cost | measured | half width | contains |\n|---|---|---|---|---|---|")
contained, halves, away = 0, [], []
for path in sorted(sys.argv[3:], key=lambda path: (len(path), path)):
    document = read(path)
    account = document["target"]["accounted"]
    accounted = account["ns"] / account["runs"]
    measured = next(metric for metric in document["metrics"] if metric["name"] == "latency.mean")["absolute"]
    expected = accounted + outside
    contains = measured["low"] <= expected <= measured["high"]
    half = (measured["high"] - measured["low"]) / 2 / expected
    contained += contains
    halves.append(half)
    away.append(measured["estimate"] - expected)
    print("| %d | %.1f ns | %.1f ns | %.1f ns [%.1f, %.1f] | %.1f %% | %s |" % (
        len(halves), accounted, expected, measured["estimate"], measured["low"], measured["high"], 100 * half, "yes" if contains else "no"))
print("\n%d of %d intervals contain what was accounted plus the attach cost (9 in 10 wanted);" % (contained, len(halves)))
print("half widths %.1f to %.1f %%, median %.1f %% (5 %% wanted); measured less expected %+.1f ns on average" % (
    100 * min(halves), 100 * max(halves), 100 * statistics.median(halves), statistics.mean(away)))
sys.exit(contained < 0.9 * len(halves) or statistics.median(halves) > 0.05)
