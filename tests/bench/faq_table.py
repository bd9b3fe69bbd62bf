#!/usr/bin/python3
"""The figures of docs/faq.md, from a document of 'tracetoll kernels --documents DIR -- micro attach map helper event'.

    tests/bench/faq_table.py MICRO.json"""
import json
import sys

TABLES = {
    "attach": [("attach", "raw_tp", ""), ("attach", "tp", ""), ("attach", "fentry", ""), ("attach", "fexit", ""), ("attach", "lsm", ""),
               ("attach", "kprobe", ""), ("attach", "kretprobe", ""), ("attach", "perf_event", ""), ("attach", "usdt", ""), ("attach", "uprobe", "on nop"),
               ("attach", "uprobe", "on ret"), ("attach", "uretprobe", "on nop")],
    "event": [("event", name, variant) for name in ("perf_event_output", "ringbuf_output", "ringbuf_reserve_submit")
              for variant in ("64 B, no consumer", "64 B, consumer woken for every event", "64 B, consumer woken for every 100th")] +
             [("event", "ringbuf_output", "16 events of 64 B in one of 1024 B, consumer woken"), ("map", "hash_update", ""), ("map", "percpu_hash_update", ""),
              ("map", "array_lookup", ""), ("helper", "get_stackid", "16 frames"), ("helper", "trace_printk", "")],
}

document = json.load(open(sys.argv[1], encoding="utf-8"))
rows = {(r["suite"], r["name"], r["variant"]): r for r in document["rows"]}
for title, wanted in TABLES.items():
    print(f"| {title} | instructions |\n|---|---:|")
    for key in wanted:
        row = rows[key]
        figure = f"{row['estimate']:.0f}" if row["estimate"] is not None else row["status"]
        print(f"| {key[1]}{', ' + key[2] if key[2] else ''} | {figure} |")
    print()
print(f"On {document['environment']['kernel']['release']}, by `tracetoll kernels --kernel debian:6.1 -- micro attach map helper event`: the same figures each time.")
