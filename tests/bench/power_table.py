#!/usr/bin/python3
"""The table of power.sh: how many runs reach the right verdict, and when; exit status 1 where a needed one is missed.

    tests/bench/power_table.py DIRECTORY

Right is FAIL where the budget is less than what is injected, PASS where it is more. Needed, in nine of ten runs: an effect of 10 % within 30 s, one of 1 % within five minutes. Aimed at: 1 % within two minutes, 0.5 % within six."""
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
HALF = 0.5  # of what is injected: the budget without which the table is not whole

# (load, effect in %, budget as a multiple of it): documents.
groups = collections.defaultdict(list)
for path in glob.glob(sys.argv[1] + "/*-[0-9]*-[0-9]*-[0-9]*.json"):
    document = results.load(path)
    _, effect, budget, _ = os.path.basename(path).rsplit("-", 3)
    groups[document["workload"]["text"], float(effect), float(budget)].append(document)


def right(budget):
    return "fail" if budget < 1 else "pass"


def within(documents, verdict, seconds):
    """Share of runs with the right verdict by then."""
    return sum(results.metric(d)["verdict"] == verdict and d["time"]["seconds"] <= seconds for d in documents) / len(documents)


def wanted(documents, verdict, seconds):
    return f"{100 * within(documents, verdict, seconds):.0f} % within {seconds} s" if seconds else ""


def slower(document):
    """By the throughput: how much longer an operation takes, all in all."""
    return 1 / (1 + results.metric(document, "throughput")["effect"]["estimate"]) - 1


def median_percent(values, text):
    values = list(values)
    return f"{100 * statistics.median(values):{text}} %" if values else ""


print("| load | injected | budget | runs | seen | by throughput | could see | right | inconclusive | wrong | time, median | needed in 90 % | aimed at |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|")
loads = {load for load, _, _ in groups}
# What was not measured, or in a few runs alone, does not hold.
good = bool(loads) and all(len(groups.get((load, effect, HALF), [])) >= RUNS_MIN for load in loads for effect in NEEDED)
for (load, effect, budget), documents in sorted(groups.items(), key=lambda item: (item[0][0], item[0][2], -item[0][1])):
    metrics = list(map(results.metric, documents))
    verdicts = collections.Counter(m["verdict"] for m in metrics)
    good = good and (effect not in NEEDED or within(documents, right(budget), NEEDED[effect]) >= NINE_IN_TEN)
    counts = f"{right(budget).upper()}: {verdicts[right(budget)]} | {verdicts['inconclusive']} | {verdicts['fail'] + verdicts['pass'] - verdicts[right(budget)]}"
    print(f"| {load} | {effect:g} % | {effect * budget:g} % | {len(documents)} | {median_percent((m['effect']['estimate'] for m in metrics), '+.2f')} | {median_percent(map(slower, documents), '+.2f')} | "
          f"{median_percent((m['detectable'] for m in metrics if m['detectable'] is not None), '.2f')} | {counts} | {statistics.median(d['time']['seconds'] for d in documents):.0f} s | "
          f"{wanted(documents, right(budget), NEEDED.get(effect))} | {wanted(documents, right(budget), AIMED.get(effect))} |")
revisions = results.revisions(groups)
print(f"\n{'What is needed holds' if good else 'What is needed does not hold everywhere'}. Revision {revisions}.")
sys.exit(not good)
