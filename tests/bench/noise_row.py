#!/usr/bin/python3
"""One row of noise.sh's table from a result document."""
import sys

import results

document = results.load(sys.argv[1])
metric = results.metric(document)
adjusted = metric["sd"]
raw = metric["raw"]["sd"] if metric["raw"] else adjusted
print("| %s | %s | %.2f %% | %.2f %% | %.1f | %.1f times |" % (
    document["workload"]["text"], metric["name"], 100 * raw, 100 * adjusted, raw / adjusted, (raw / adjusted) ** 2))
