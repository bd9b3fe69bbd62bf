#!/usr/bin/python3
"""The two tables of age.sh from its documents."""
import glob
import os
import sys

import results


def load(path):
    return os.path.basename(path)[:-5].split("-", 1)[1], results.load(path)


def percent(interval):
    return "unknown" if interval is None or interval["low"] is None else "%+.2f %% [%+.2f, %+.2f]" % tuple(
        100 * interval[k] for k in ("estimate", "low", "high"))


print("| tool, one attachment | quads' windows | late half of it | differs | by age, each fifth |\n|---|---|---|---|---|")
for path in sorted(glob.glob(sys.argv[1] + "/old-*.json")):
    name, document = load(path)
    steady = document["steady"]
    primary = results.metric(document)
    values = [b["value"] / steady["baseline"] - 1 for b in steady["bins"]]
    fifths = [values[i * len(values) // 5:(i + 1) * len(values) // 5] for i in range(5)]
    print("| %s, %.0f s | %s | %s | %s | %s |" % (
        name, steady["seconds"], percent(primary["effect"]), percent(steady["late_estimate"]),
        {True: "yes", False: "no", None: "unknown"}[steady["differs"]],
        " ".join("%+.1f %%" % (100 * sum(f) / len(f)) for f in fifths)))
print("\n| tool, settle | effect | A after B less A after A | matters |\n|---|---|---|---|")
for path in sorted(glob.glob(sys.argv[1] + "/after-*.json")):
    name, document = load(path)
    primary = results.metric(document)
    check = next((c for c in document["checks"] if c["name"] == "a_after_b"), None)
    print("| %s s | %s | %s | %s |" % (
        name.replace("-", ", "), percent(primary["effect"]), percent(check["value"] if check else None),
        "unknown" if not check or check["ok"] is None else "no" if check["ok"] else "yes"))
