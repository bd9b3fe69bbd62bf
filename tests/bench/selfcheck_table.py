#!/usr/bin/python3
"""The table of several selfchecks in a row, as Markdown. Exits with 1 when a check did not hold in one of them.

    tests/bench/selfcheck_table.py DIRECTORY"""
import json
import pathlib
import sys

paths = sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda path: int(path.stem))
runs = [json.loads(path.read_text())["checks"] for path in paths]
seconds = [int(path.with_suffix(".seconds").read_text()) for path in paths]
print("| run | " + " | ".join(check["check"] for check in runs[0]) + " | took |")
print("|---" * (len(runs[0]) + 2) + "|")
print("| must show | " + " | ".join(check["expected"] for check in runs[0]) + " | |")
for number, (run, took) in enumerate(zip(runs, seconds), 1):
    cells = [check["seen"] + ("" if check["holds"] else " **does not hold**") for check in run]
    print(f"| {number} | " + " | ".join(cells) + f" | {took / 60:.1f} min |")
held = sum(all(check["holds"] for check in run) for run in runs)
print(f"\n{held} of {len(runs)} runs in a row hold in all checks.")
sys.exit(held < len(runs))
