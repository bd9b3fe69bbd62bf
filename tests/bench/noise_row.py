#!/usr/bin/python3
"""One row of noise.sh's table from a result document."""
import json
import sys

document = json.load(open(sys.argv[1]))
metric = next(m for m in document["metrics"] if m["primary"])
adjusted = metric["sd"]
raw = metric["raw"]["sd"] if metric["raw"] else adjusted
print("| %s | %s | %.2f %% | %.2f %% | %.1f | %.1f times |" % (
    document["workload"]["text"], metric["name"], 100 * raw, 100 * adjusted, raw / adjusted, (raw / adjusted) ** 2))
