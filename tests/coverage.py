#!/usr/bin/python3
"""How many lines the tests run, by folder; exit status 1 where it is too few.

    tests/coverage.py SUMMARY.json      (gcovr --json-summary)

Wanted (lines): statistics and parsers 95 %, everything 80 %."""
import collections
import fnmatch
import json
import sys

STATISTICS = ["orchestrator/stats/*.c"]
# What reads bytes that others wrote.
PARSERS = ["agents/proc_parse*.c", "agents/text.c", "agents/fdinfo.c", "agents/xlated*.c", "agents/flow_graph.c", "agents/kernel_config.c", "agents/kprobe_list.c",
           "agents/loss_lines.c", "agents/compiler_error.c", "agents/bcc_output.c", "agents/funclatency_output.c", "agents/lab/frame.c", "base/params.c", "base/units.c",
           "base/shell_words.c", "bpf/spec.c", "workloads/*_output.c", "workloads/exposition.c", "workloads/options.c", "orchestrator/scenario/tree*.c",
           "orchestrator/scenario/schema.c", "orchestrator/scenario/scenario.c", "reports/document.c", "reports/document_check.c", "reports/trial_read.c", "reports/block.c"]
GROUPS = [("statistics", STATISTICS, 95), ("parsers", PARSERS, 95), ("everything", ["*"], 80)]


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def line(name, files, wanted=None):
    total, covered = (sum(f[key] for f in files) for key in ("line_total", "line_covered"))
    share = 100 * covered / total if total else 0
    enough = wanted is None or share >= wanted
    print(f"| {name} | {len(files)} | {total} | {covered} | {share:.1f} % | {'' if wanted is None else f'{wanted} %'}{'' if enough else ' **missed**'} |")
    return enough


files = json.load(open(sys.argv[1], encoding="utf-8"))["files"]
folders = collections.defaultdict(list)
for file in files:
    folders[file["filename"].rsplit("/", 1)[0]].append(file)
print("| files | number | lines | run | share | wanted |\n|---|---|---|---|---|---|")
for folder in sorted(folders):
    line(folder, folders[folder])
good = True
for name, patterns, wanted in GROUPS:
    chosen = [f for f in files if matches(f["filename"], patterns)]
    good = line(name, chosen, wanted) and good
    if wanted == 95:
        for file in sorted(chosen, key=lambda f: f["line_covered"] - f["line_total"]):
            if file["line_covered"] < 0.95 * file["line_total"]:
                line("&nbsp;&nbsp;" + file["filename"], [file])
sys.exit(not good)
