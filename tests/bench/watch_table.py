#!/usr/bin/python3
"""The table of tests/bench/watch.sh. Exits with 1 when watch may cost 0.1 % of a CPU or more.

    tests/bench/watch_table.py RESULT.json"""
import json
import sys

LIMIT = 0.001

document = json.load(open(sys.argv[1], encoding="utf-8"))
metrics = {metric["name"]: metric for metric in document["metrics"]}
print("| what | of one CPU | interval |\n|---|---|---|")
for name, text in (("cpu.target", "its own processes"), ("cpu.system", "all that the machine spends more")):
    effect = metrics[name]["effect"]
    print(f"| {text} (`{name}`) | {100 * effect['estimate']:.3f} % | {100 * effect['low']:.3f} to {100 * effect['high']:.3f} % |")
high = metrics["cpu.target"]["effect"]["high"]
print(f"\nLooking every 10 s, {len(document['blocks'])} windows of 10 s. At most {100 * high:.3f} % of a CPU ({100 * LIMIT:g} % wanted).")
sys.exit(not high < LIMIT)
