#!/usr/bin/python3
"""What ten runs of a probe with spin measured, against what the probe accounted plus its attach cost.

    tests/bench/spin_table.py BEFORE.json AFTER.json RUN.json...

BEFORE and AFTER are documents of `tracetoll micro attach`, the others of `tracetoll run`. The attach cost is what of the cost of
a hit the same program does not account in micro, where another system call fires it; it has an interval of its own, which is
joined with the run's. Fails when fewer than nine in ten of the joint intervals contain the sum, or when the median of their
half widths is above 5 % of it."""
import json
import math
import statistics
import sys

NAME, VARIANT = "raw_tp", "accounting, spin:500ns"


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def attach_cost(path):
    """What of the cost of a hit the program does not account itself, and the half width of its interval."""
    rows = {row["variant"]: row for row in read(path)["rows"] if row["name"] == NAME}
    for variant in ("accounting, spin:0ns", VARIANT):
        row = rows[variant]
        if row["estimate"] is None:
            sys.exit(f"{path}: no figure for {NAME}, {variant}: {row['reason']}")
        print("- micro, %s, %s: %.1f ns [%.1f, %.1f], of which it accounts %.1f; attach cost %.1f ns" % (
            NAME, variant, row["estimate"], row["low"], row["high"], row["detail"]["accounted_ns"], row["detail"]["outside_account_ns"]))
    return row["detail"]["outside_account_ns"], (row["high"] - row["low"]) / 2


costs = [attach_cost(path) for path in sys.argv[1:3]]
outside = statistics.mean(cost for cost, _ in costs)
outside_half = math.hypot(*(half for _, half in costs)) / len(costs)
print("\n| run | accounted | with attach cost | measured | contains | with the attach cost's interval | joint half width |")
print("|---|---|---|---|---|---|---|")
contained, alone, halves, away = 0, 0, [], []
for path in sorted(sys.argv[3:], key=lambda path: (len(path), path)):
    document = read(path)
    account = document["target"]["accounted"]
    accounted = account["ns"] / account["runs"]
    measured = next(metric for metric in document["metrics"] if metric["name"] == "latency.mean")["absolute"]
    expected = accounted + outside
    contains = measured["low"] <= expected <= measured["high"]
    half = math.hypot((measured["high"] - measured["low"]) / 2, outside_half)
    joint = abs(measured["estimate"] - expected) <= half
    alone += contains
    contained += joint
    halves.append(half / expected)
    away.append(measured["estimate"] - expected)
    print("| %d | %.1f ns | %.1f ns | %.1f ns [%.1f, %.1f] | %s | %s | %.1f %% |" % (
        len(halves), accounted, expected, measured["estimate"], measured["low"], measured["high"], "yes" if contains else "no",
        "yes" if joint else "no", 100 * half / expected))
print("\n%d of %d joint intervals contain what was accounted plus the attach cost (9 in 10 wanted), %d of %d of the runs' alone;" % (
    contained, len(halves), alone, len(halves)))
print("half widths %.1f to %.1f %%, median %.1f %% (5 %% wanted); measured less expected %+.1f ns on average" % (
    100 * min(halves), 100 * max(halves), 100 * statistics.median(halves), statistics.mean(away)))
sys.exit(contained < 0.9 * len(halves) or statistics.median(halves) > 0.05)
