#!/usr/bin/python3
"""What operations of 5 ms and more do to a load that knows none: how many windows have one, how many of these are known as stalls (the CPU had
no timer interrupts meanwhile), and the standard deviation of a quad's contrast of the mean latency, with the part of the reference's bursts
taken off, as it is and without these operations.

    tests/bench/stalls_table.py RESULT.json...      of own closed loops, with the same load and target"""
import collections
import math
import statistics
import sys

import results

LONG_NS = 5e6


def look(document):
    """Of each window in a quad: its place, arm, log latency as it is and without its longest operation where that is long, and whether it has
    one and it is known."""
    for block in document["blocks"]:
        if block["phase"] != "quad" or block["invalid"]:
            continue
        times, values = block["latency"], block["values"]
        long_ns = times["max_ns"] if times["max_ns"] >= LONG_NS else 0
        mood = results.reference_log(document, values, without=("stall",))
        yield (block["quad"], block["arm"], math.log(times["sum_ns"] / times["count"]) - mood,
               math.log((times["sum_ns"] - long_ns) / times["count"]) - mood, long_ns > 0,
               values.get("ref.stall.count", 1) < values.get("ref.stall.ns", 1))


def contrasts(windows, column):
    quads = collections.defaultdict(list)
    for window in windows:
        quads[window[0]].append(window)
    for quad in quads.values():
        if len(quad) == 4:
            yield 100 * (statistics.mean(w[column] for w in quad if w[1] == "B") - statistics.mean(w[column] for w in quad if w[1] == "A"))


print("| load | runs | windows with 5 ms in one operation | known as stalls | a quad's contrast | without these operations |\n|---|---|---|---|---|---|")
groups = results.by_load(sys.argv[1:])
for load, documents in groups.items():
    runs = [list(look(document)) for document in documents]
    windows = [window for run in runs for window in run]
    known = "not counted" if all("ref.stall.ns" not in b["values"] for d in documents for b in d["blocks"]) else f"{sum(w[5] for w in windows)}"
    sd = [statistics.stdev(c for run in runs for c in contrasts(run, column)) for column in (2, 3)]
    print(f"| {load} | {len(documents)} | {sum(w[4] for w in windows)} of {len(windows)} | {known} | {sd[0]:.2f} % | {sd[1]:.2f} % |")
print(f"\nRevision {results.revisions(groups)}.")
