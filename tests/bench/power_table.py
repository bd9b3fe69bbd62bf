#!/usr/bin/python3
"""The table of power.sh: how many runs reach the right verdict, and when; exit status 1 where a needed one is missed.

    tests/bench/power_table.py DIRECTORY

Needed, in nine of ten runs: an effect of 10 % within 30 s, one of 1 % within five minutes. Aimed at: 1 % within two minutes, 0.5 % within six."""
import collections
import glob
import os
import statistics
import sys

import results

NEEDED = {10: 30, 1: 300}
AIMED = {1: 120, 0.5: 360}
NINE_IN_TEN = 0.9
RUNS_MIN = 10

groups = collections.defaultdict(list)
for path in glob.glob(sys.argv[1] + "/*-[0-9]*-[0-9]*.json"):
    document = results.load(path)
    groups[document["workload"]["text"], float(os.path.basename(path).rsplit("-", 2)[1])].append(document)


def within(documents, seconds):
    """Share of runs with the right verdict by then."""
    return sum(results.metric(d)["verdict"] == "fail" and d["time"]["seconds"] <= seconds for d in documents) / len(documents)


def wanted(documents, effect, table):
    if effect not in table:
        return ""
    return f"{100 * within(documents, table[effect]):.0f} % within {table[effect]} s"


def slower(document):
    """By the throughput: how much longer an operation takes, all in all."""
    return 1 / (1 + results.metric(document, "throughput")["effect"]["estimate"]) - 1


print("| load | injected | runs | seen | by throughput | could see | FAIL, right | inconclusive | PASS, wrong | time, median | needed in 90 % | aimed at |\n|---|---|---|---|---|---|---|---|---|---|---|---|")
loads = sorted({load for load, _ in groups})
# What was not measured, or in a few runs alone, does not hold.
good = bool(loads) and all(len(groups.get((load, effect), [])) >= RUNS_MIN for load in loads for effect in NEEDED)
for (load, effect), documents in sorted(groups.items(), key=lambda item: (item[0][0], -item[0][1])):
    metrics = list(map(results.metric, documents))
    verdicts = collections.Counter(m["verdict"] for m in metrics)
    good = good and (effect not in NEEDED or within(documents, NEEDED[effect]) >= NINE_IN_TEN)
    could = [m["detectable"] for m in metrics if m["detectable"] is not None]
    print(f"| {load} | {effect:g} % | {len(documents)} | {100 * statistics.median(m['effect']['estimate'] for m in metrics):+.2f} % | {100 * statistics.median(map(slower, documents)):+.2f} % | "
          f"{f'{100 * statistics.median(could):.2f} %' if could else ''} | {verdicts['fail']} | {verdicts['inconclusive']} | {verdicts['pass']} | "
          f"{statistics.median(d['time']['seconds'] for d in documents):.0f} s | {wanted(documents, effect, NEEDED)} | {wanted(documents, effect, AIMED)} |")
revisions = results.revisions(groups)
print(f"\nBudget: half of what is injected. {'What is needed holds' if good else 'What is needed does not hold everywhere'}. Revision {revisions}.")
sys.exit(not good)
