#!/usr/bin/python3
"""A row per result document: tool, load, runs per operation, added latency and CPU with their intervals.

    tests/bench/tools_table.py RESULT.json..."""
import shlex
import sys

import results


def scaled(value):
    for divisor, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns")):
        if abs(value) >= divisor or divisor == 1:
            return divisor, unit


def interval(metric):
    """The absolute change with its interval, in one unit."""
    change = metric and metric["absolute"]
    if not change or change["estimate"] is None:
        return "-"
    divisor, unit = scaled(max(abs(change[key]) for key in ("estimate", "low", "high")))
    if metric["unit"] != "ns":
        return "{:+.3g} [{:+.3g}, {:+.3g}] {}".format(change["estimate"], change["low"], change["high"], metric["unit"])
    return "{:+.3g} [{:+.3g}, {:+.3g}] {}".format(*(change[key] / divisor for key in ("estimate", "low", "high")), unit)


def row(document):
    metrics = {metric["name"]: metric for metric in document["metrics"]}
    runs = sum(program["runs_per_op"] or 0 for program in document["target"]["programs"])
    load = document["workload"]["text"]
    topology = document["workload"]["topology"]["name"]
    if topology not in ("host", "veth"):
        load += " on " + topology
    missed = {warning["code"] for warning in document["warnings"]} & {"never_fired", "firing_unclear"}
    tool = shlex.join(document["target"]["argv"]).replace("|", "\\|")
    return (f"| `{tool}` | `{load}` | {runs:.3g}{' (' + ', '.join(missed) + ')' if missed else ''} "
            f"| {interval(metrics.get('latency.mean'))} | {interval(metrics.get('cpu.per_op'))} |")


machine = None
print("| tool | load | runs per operation | added latency | added CPU per operation |\n|---|---|---|---|---|")
for document in map(results.load, sys.argv[1:]):
    machine = document["environment"]
    print(row(document))
if machine:
    print(f"\nOn {machine['cpu']['model']}, {machine['cpu']['online']} CPUs, kernel {machine['kernel']['release']}.")
