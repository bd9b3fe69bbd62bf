#!/usr/bin/python3
"""What advice says that it saves, beside what it saved, one line for each pair of documents; exit status 1 where one is missed.

    tests/bench/advice_table.py RULE:BEFORE.json:AFTER.json... RULE:BOTH.json...

Wanted: measured and estimated within 30 % of each other, and half the width of the estimate's interval at most 20 % of it. Where no such advice is given,
nothing that it would have been given for: less than a hundredth of the cost."""
import sys

import results

NEAR, NARROW, SAID = 0.30, 0.20, 0.01


def pair_of(files):
    """Two documents, or the two targets of one that has both (`run --versus`), with what they differ by where that was measured."""
    before, *after = map(results.load, files)
    if after:
        return before, after[0], None
    metric = before["breakdown"]["metric"]
    return before, before["versus"], next(m["absolute"] for m in before["versus"]["between"] if m["name"] == metric)


def measured(before, after, between, unit):
    """What was saved, in the unit of the advice, and half its interval's width."""
    if unit == "1/op":
        return before["losses"]["lost_per_op"] - after["losses"]["lost_per_op"], 0
    if unit == "B":
        rings = [sum(m["max_entries"] for m in d["target"]["maps"] if m["type"] == "ringbuf") for d in (before, after)]
        return rings[0] - rings[1], 0
    if between:
        return -between["estimate"], (between["high"] - between["low"]) / 2
    costs = [d["breakdown"]["measured"] for d in (before, after)]
    halves = [(c["high"] - c["low"]) / 2 for c in costs]
    return costs[0]["estimate"] - costs[1]["estimate"], (halves[0] ** 2 + halves[1] ** 2) ** 0.5


def target(document):
    words = document["target"]["argv"]
    return " ".join(words[:-1] + words[-1].split("/")[-1:]).removesuffix(".bpf.o")


print("| rule | load | before | after | says it saves | saved | says by saved | holds |")
print("|---|---|---|---|---|---|---|---|")
good = True
for pair in sys.argv[1:]:
    rule, *files = pair.split(":")
    before, after, between = pair_of(files)
    advice = [a for a in before["advice"] if a["rule"] == rule]
    line = f"| {rule} | {before['workload']['text']} | `{target(before)}` | `{target(after)}` | "
    if not advice: # nothing is said: then there is nothing to be saved, a hundredth of the cost (advice.c) at most
        saved, half = measured(before, after, between, before["breakdown"]["unit"])
        silent = saved <= SAID * before["breakdown"]["measured"]["estimate"] + half
        print(line + f"nothing | {saved:.0f} {before['breakdown']['unit']} | | {'yes' if silent else 'no'} |")
        good = good and silent
        continue
    # The rule may concern several programs of one target.
    low, estimate, high = (sum(a["saves"][end] for a in advice) for end in ("low", "estimate", "high"))
    unit = advice[0]["unit"]
    saved, half = measured(before, after, between, unit)
    near = abs(estimate / saved - 1) <= NEAR if saved else False
    narrow = (high - low) / 2 <= NARROW * abs(estimate)
    good = good and near and narrow
    places = 3 if unit == "1/op" else 0
    print(line + f"{estimate:.{places}f} {unit} [{low:.{places}f}, {high:.{places}f}] | {saved:.{places}f} {unit}"
          + (f" +- {half:.{places}f}" if half else "")
          + f" | {estimate / saved if saved else float('nan'):.2f} | {'yes' if near and narrow else 'no' if not near else 'interval too wide'} |")
sys.exit(not good)
