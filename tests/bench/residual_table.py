#!/usr/bin/python3
"""What the breakdowns of several runs leave unexplained, one line for each load and probe.

    tests/bench/residual_table.py RESULT.json...

A comparison of one kernel counts as that kernel's document. Wanted: per system call at most 20 ns or 10 % of the cost, per round trip at most 15 %, in
nine of ten runs; in instructions at most 3 % of either, and exit status 1 where that is missed."""
import statistics
import sys

import results

groups = {}
for document in map(results.load, sys.argv[1:]):
    key = (document["workload"]["text"], " ".join(document["target"]["argv"]))
    groups.setdefault(key, []).append(document)

print("| load | probe | runs | cost | predicted | unexplained | interval holds zero | within its limit |")
print("|---|---|---|---|---|---|---|---|")
good, exact = True, False
for (load, probe), documents in sorted(groups.items()):
    made = [d["breakdown"] for d in documents if d["breakdown"]]
    costs = [b["measured"]["estimate"] for b in made]
    rests = [b["unexplained"]["estimate"] for b in made]
    unit = made[0]["unit"] if made else "ns"
    exact = exact or unit == "insn"
    limit = (lambda cost: 0.03 * cost) if exact else (lambda cost: max(0.10 * cost, 20)) if load.startswith("syscall") else (lambda cost: 0.15 * cost)
    within = sum(abs(rest) <= limit(cost) for cost, rest in zip(costs, rests))
    zero = sum(b["unexplained"]["low"] <= 0 <= b["unexplained"]["high"] for b in made)
    lows = [b["predicted"]["low"] for b in made]
    highs = [b["predicted"]["high"] for b in made if b["predicted"]["high"] is not None]
    good = good and within >= 0.9 * len(documents)
    print(f"| {load} | {probe} | {len(documents)} | {statistics.median(costs):.0f} {unit} | "
          f"{statistics.median(lows):.0f} to {f'{statistics.median(highs):.0f} {unit}' if highs else 'any'} | "
          f"{statistics.median(rests):+.0f} {unit} ({100 * statistics.median(rests) / statistics.median(costs):+.1f} %), "
          f"{min(rests):+.0f} to {max(rests):+.0f} | {zero} of {len(made)} | {within} of {len(documents)} |")
revisions = results.revisions(groups)
holds = "they hold" if good else "they do not hold everywhere"
if exact:
    print(f"\nLimit: 3 % of the cost, in instructions; {holds}. Revision {revisions}.".replace("they hold", "it holds").replace("they do", "it does"))
    sys.exit(not good)
print(f"\nLimits: 20 ns or 10 % of the cost of a system call, 15 % of that of a round trip; {holds} in nine of ten runs. Revision {revisions}.")
sys.exit(not good)
