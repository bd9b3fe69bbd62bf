#!/usr/bin/python3
"""The tables of docs/twins.md from what tests/bench/twins.sh has kept.

    tests/bench/twins_table.py timed|exact DIRECTORY"""
import json
import os
import sys

SHOWN = ["latency.mean", "cpu.per_op", "memory.rss"]


def metric(document, name):
    return next((m for m in document["metrics"] if m["name"] == name and m["absolute"]), None)


def amount(number, unit):
    if number is None:
        return "?"
    if unit == "bytes":
        return f"{number / 2**20:+.1f} MiB"
    if unit == "ns" and abs(number) >= 1e4:
        return f"{number / 1e3:+.1f} us"
    return f"{number:+.0f} {unit}"


def added(m):
    interval = m["absolute"]
    return f"{amount(interval['estimate'], m['unit'])} [{amount(interval['low'], m['unit'])}, {amount(interval['high'], m['unit'])}]"


def timed(directory):
    print("| tool | load | adds to | libbpf | bpftrace | bpftrace : libbpf |")
    print("|---|---|---|---|---|---|")
    for file in sorted(os.listdir(directory)):
        if not file.endswith(".json"):
            continue
        d = json.load(open(os.path.join(directory, file), encoding="utf-8"))
        ratios = {r["name"]: r for r in d["versus"]["ratios"]}
        for name in SHOWN:
            first, second, ratio = metric(d, name), metric(d["versus"], name), ratios.get(name)
            if not first or not second or not ratio:
                continue
            times = "not known: " + ratio["why"] if ratio["estimate"] is None else f"{ratio['estimate']:.2f} [{ratio['low']:.2f}, {ratio['high']:.2f}]"
            print(f"| {file[:-5]} | {d['workload']['text']} | {name} | {added(first)} | {added(second)} | {times} |")
    print("\nOn " + d["environment"]["kernel"]["release"] + ", " + d["environment"]["cpu"]["model"] + ".")


def exact(directory):
    names = sorted({file.rsplit("-", 1)[0] for file in os.listdir(directory)})
    print("| tool | load | libbpf | bpftrace | BCC | bpftrace : libbpf | BCC : libbpf |")
    print("|---|---|---|---|---|---|---|")
    why, release = [], ""
    for name in names:
        cells, load, first = [], "", None
        for way in ("libbpf", "bpftrace", "bcc"):
            path = os.path.join(directory, f"{name}-{way}")
            if not os.path.exists(path + ".json"):
                reason = open(path + ".failed", encoding="utf-8").read().strip().splitlines() if os.path.exists(path + ".failed") else ["not run"]
                why.append(f"{name}, {way}: {reason[-1].removeprefix('tracetoll: ')}")
                cells.append(None)
                continue
            d = json.load(open(path + ".json", encoding="utf-8"))
            load, release = d["workload"]["text"], d["environment"]["kernel"]["release"]
            cells.append(metric(d, "cpu.per_op")["absolute"]["estimate"])
        texts = [f"{c:+.0f} insn" if c is not None else "-" for c in cells]
        times = [f"{c / cells[0]:.2f}" if c is not None and cells[0] else "-" for c in cells[1:]]
        print(f"| {name} | {load} | " + " | ".join(texts + times) + " |")
    print(f"\nAdded to each operation on all CPUs, on {release}, one seed.")
    for reason in why:
        print(f"Not measured: {reason}")


{"timed": timed, "exact": exact}[sys.argv[1]](sys.argv[2])
