#!/usr/bin/python3
"""Two documents of `tracetoll micro`: how many rows agree, how many are not to be trusted."""
import json
import sys

first, second = ({(r["suite"], r["name"], r["variant"]): r for r in json.load(open(path, encoding="utf-8"))["rows"]} for path in sys.argv[1:3])
both = [(key, first[key], second[key]) for key in first if first[key]["estimate"] is not None and second[key]["estimate"] is not None]
apart = [(key, a, b) for key, a, b in both if a["low"] > b["high"] or b["low"] > a["high"]]
able = [r for rows in (first, second) for r in rows.values() if r["status"] != "unsupported"]
doubtful = [r for r in able if r["status"] == "untrustworthy"]
for key, a, b in apart:
    print("apart: %s %s %s: [%.4g, %.4g] and [%.4g, %.4g]" % (*key, a["low"], a["high"], b["low"], b["high"]))
for row in doubtful:
    print("untrustworthy: %s %s %s: %s" % (row["suite"], row["name"], row["variant"], row["reason"]))
print("%d of %d rows overlap (%.0f %%; 90 %% wanted); %d of %d untrustworthy (%.1f %%; at most 5 %%)" % (
    len(both) - len(apart), len(both), 100 * (1 - len(apart) / len(both)), len(doubtful), len(able), 100 * len(doubtful) / len(able)))
sys.exit(len(apart) > 0.1 * len(both) or len(doubtful) > 0.05 * len(able))
