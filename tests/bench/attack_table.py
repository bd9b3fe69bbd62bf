#!/usr/bin/python3
"""The table of attack.sh; exit status 1 where the reference is fooled.

    tests/bench/attack_table.py RESULT.json...

Wanted: where the target moves the reference, the adjustment is dropped, or doubtful: raw and adjusted figures are both judged then. Where neither was
said, the adjusted figures are on average within 0.3 % of the raw ones, or within what the raw ones' own interval allows."""
import collections
import statistics
import sys

import results

BIAS = 0.003

groups = collections.defaultdict(list)
for document in map(results.load, sys.argv[1:]):
    words = document["target"]["argv"]
    groups[document["workload"]["text"], " ".join(words[1:]) if document["target"]["kind"] == "exec" else "sham"].append(document)


def mean_bias(documents):
    return [m["effect"]["estimate"] - m["raw"]["estimate"] for m in map(results.metric, documents) if m["adjusted"] and m["raw"]]


def percent(values):
    return f"{100 * statistics.mean(values):+.2f} %" if values else ""


print("| load | target | runs | effect | dropped | doubtful | adjusted less raw, where doubtful | where neither | fooled |\n|---|---|---|---|---|---|---|---|---|")
good = True
for (load, target), documents in sorted(groups.items()):
    metrics = list(map(results.metric, documents))
    doubtful, sure = ([d for d in documents if results.said(d, "reference_doubtful") is which] for which in (True, False))
    dropped = sum(results.said(d, "reference_dropped") for d in documents)
    bias = mean_bias(sure)
    room = statistics.median((m["raw"]["high"] - m["raw"]["low"]) / 2 for m in metrics if m["raw"]) if bias else 0
    # A mean of as many runs has as much less noise of its own.
    fooled = bool(bias) and abs(statistics.mean(bias)) > max(BIAS, room / len(bias) ** 0.5)
    good = good and not fooled
    print(f"| {load} | {target} | {len(documents)} | {100 * statistics.median(m['effect']['estimate'] for m in metrics):+.2f} % | {dropped} | {len(doubtful)} | "
          f"{percent(mean_bias(doubtful))} | {percent(bias)} | {'yes' if fooled else 'no'} |")
print(f"\nRevision {results.revisions(groups)}.")
sys.exit(not good)
