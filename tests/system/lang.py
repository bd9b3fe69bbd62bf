#!/usr/bin/env python3
"""Reports in other languages, checked: lang.py CHECK ARGS...

missing CATALOGUE POT           messages of POT that the catalogue lacks, has empty or marks as fuzzy
sentences POT DOCUMENT N        the document with a warning for each sentence that a composer can write (the N-th hundred)
whole DOCUMENT                  the document with everything in it that reports have words for
english FILE                    runs of English words in a report, but for what stays English
figures ENGLISH OTHER           the figures of two reports, where they differ
columns FILE                    tables of a text report whose columns don't stand below each other
"""
import ast
import itertools
import json
import re
import sys
import unicodedata


def messages(path):
    """(msgid, msgstr, flags) of a .po or .pot file."""
    for block in open(path, encoding="utf-8").read().split("\n\n"):
        fields = {"msgid": None, "msgstr": None}
        flags, field = "", None
        for line in block.splitlines():
            if line.startswith("#,"):
                flags += line
            if line.startswith("#"):
                continue
            start = re.match(r'(msgid|msgstr) (".*")$', line)
            if start:
                field = start.group(1)
                fields[field] = ast.literal_eval(start.group(2))
            elif line.startswith('"'):
                fields[field] += ast.literal_eval(line)
        if fields["msgid"]:
            yield fields["msgid"], fields["msgstr"], flags


def missing(catalogue, pot):
    have = {id_: (text, flags) for id_, text, flags in messages(catalogue)}
    for id_, _, _ in messages(pot):
        text, flags = have.get(id_, ("", ""))
        if not text or "fuzzy" in flags:
            print(repr(id_))


CONVERSION = re.compile(r"%(?:\d+\$)?[-+# 0]*[\d.]*(?:zu|[sdufgi%])")


def fill(message, flags):
    """As printf would, with names for texts and another number for each number; the numbers are in no word."""
    number = itertools.count(1)
    if "no-c-format" in flags or not CONVERSION.search(message):
        return message

    def argument(match):
        kind = match.group(0)[-1]
        if kind == "%":
            return "%"
        if kind == "s":
            return "NAME"
        return f"{next(number)}{'.5' if kind in 'fg' and '.0f' not in match.group(0) else ''}"

    return CONVERSION.sub(argument, message)


def sentences(pot, document, part):
    wanted = [fill(id_, flags) for id_, _, flags in messages(pot) if " " in fill(id_, flags).strip()]
    wanted = wanted[int(part) * 100:][:100]
    result = json.load(open(document, encoding="utf-8"))
    result["warnings"] = [{"code": "test", "text": text, "remedy": None} for text in wanted]
    print(json.dumps(result))


def interval(middle, half):
    return {"estimate": middle, "low": middle - half, "high": middle + half}


def parts(*rows):
    return [dict(interval(value, 1), name=name, summary=summary) for name, value, summary in rows]


def whole(path):
    """The example's own sentences are those of a hand: here they are a composer's."""
    d = json.load(open(path, encoding="utf-8"))
    d["verdict"].update(
        sentence="syscount makes a call at least 2.3 times slower (latency.p50 +131.20 % [+128.10, +135.30]); its own processes "
                 "account for 0 % of the added CPU, the rest is paid by the traced tasks and the kernel.",
        reasons=["latency.p50 exceeds its budget (latency.p50=10%) in the long attachment"])
    d["warnings"] = [
        {"code": "program_idle", "text": "program sys_exit (attach point unknown) did not run under this load",
         "remedy": "-w files is a load that fires it"},
        {"code": "events_lost", "text": "at most 71.2 % of the events that this load should have produced arrived: it is cheap "
                                        "because it loses data", "remedy": "give the tool larger buffers, or lower the rate of the load"},
        {"code": "repeated_quads", "text": "3 quads were repeated (last: the clock jumped by 2.5 ms)", "remedy": None}]
    for part, summary in zip(d["cost_split"]["parts"], [
            "the target's own processes", "the traced workload's processes (where most probes run)",
            "softirqs, kernel threads, the harness and others"]):
        part["summary"] = summary
    d["metrics"][-1]["note"] = "a block measured zero, so there is no ratio"
    d["metrics"][0]["note"] = "cannot exclude costs that occur in fewer than 12 % of quads"
    d["metrics"][0].update(needed_quads=48, needed_seconds=91.0, judged_on="steady")
    d["checks"][0].update(ok=False, text="a block with the target on costs the same right after switching on as later")
    d["checks"][1].update(ok=None)
    d["losses"] = {"delivered": 0.712, "at_most": True}
    d["target"].update(lost_events=17, lost_lines=2)
    d["reference"].update(used=False, dropped="the target may move the noise reference")
    d["reference"]["kinds"][0]["moved"] = True
    d["steady"] = {"seconds": 15.1, "metric": "latency.p50", "unit": "ns", "differs": True, "late_estimate": interval(1.4, 0.1),
                   "memory_growth": {"bytes_per_second": 4096, "low": 2048, "high": 6144},
                   "growing": [{"what": "map", "name": "start", "id": 7}, {"what": "process", "name": "syscount", "id": 12}]}
    d["safe_rate"] = {"cpu_per_op_ns": interval(219, 7), "per_second": interval(457000, 9000), "share": 0.1, "cpus": 2}
    d["breakdown"] = {
        "metric": "cpu.per_op", "unit": "ns", "measured": interval(219, 7), "predicted": {"low": 120, "high": 300},
        "parts": parts(("dispatch", 80, "getting to the programs and back"),
                       ("programs", 100, "what the programs do, and waking consumers meanwhile"),
                       ("delivery", 10, "waking consumers, and their time in the kernel"),
                       ("user", 2, "the target's own processes, in user space")),
        "unexplained": dict(interval(27, 9), name="unexplained", summary="caches, interrupts, and what the parts have wrong"),
        "unpriced": ["bpf_one", "bpf_two", "bpf_three", "bpf_four"], "programs": [
            {"name": "sys_enter", "attach": "", "runs_per_op": 1.0, "dispatch": interval(40, 1), "body": 50.0},
            {"name": "", "attach": "tp_btf:sys_exit", "runs_per_op": 0.5, "dispatch": interval(40, 1), "body": 51.0}],
        "latency": {"metric": "latency.mean", "unit": "ns", "measured": interval(214, 5),
                    "parts": parts(("dispatch", 80, "getting to the programs that it waits for, and back"),
                                   ("programs", 100, "what they do, but for waking consumers")),
                    "unexplained": dict(interval(34, 9), name="unexplained",
                                        summary="caches, waits for a CPU, and what the parts have wrong")}}
    d["advice"] = [
        {"rule": "a", "text": "attach to the raw tracepoint: nobody has to copy its arguments", "since": "4.17", "program": "sys_exit",
         "unit": "ns", "saves": interval(22, 2), "evidence": "1.00 hits an operation; tp takes 365 ns here, raw_tp 142 ns"},
        {"rule": "b", "text": "send one event in ten", "since": "3.19", "program": None, "unit": "ns", "saves": interval(20, 2),
         "sampling": [{"one_in": 1, "cost": interval(219, 7)}, {"one_in": 10, "cost": interval(41, 7)}],
         "evidence": "__htab_map_lookup_elem is called 0.41 times an operation, by the time that its program takes, 46.85 ns in all; "
                     "hash_lookup takes 153.2 ns here, array_lookup 13 ns; htab_map_update_elem is called 0.20 times an "
                     "operation; hash_update takes 427 ns here"}]
    d["target"]["programs"][0]["code"] = {"instructions": {"fewest": 18, "most": None}, "calls": [
        {"name": "bpf_ktime_get_ns", "fewest": 0, "most": 1}]}
    print(json.dumps(d))


# What stays English: commands, options, code, names, units.
KEPT = [r"^- \*\*漏洞缓解措施.*$", r"```.*?```", r"`[^`\n]*`", r"^  tracetoll .*$", r"“tracetoll [^”]*”", r"'tracetoll [^']*'", r"--[a-z-]+( long)?",
        r"\bNAME\b", r"(user|system call entry|kernel function)( -> )?", r"raw tracepoint", r"[a-z]*[A-Za-z]+[_:]\w*(:\w+)*", r"Example CPU", r"BPF JIT", r"\btracetoll\b", r"\bbogo\b"]


def english(path):
    text = open(path, encoding="utf-8").read()
    for kept in KEPT:
        text = re.sub(kept, "\0", text, flags=re.S if "```" in kept else re.M)
    for line in text.splitlines():
        for found in re.findall(r"[A-Za-z']{2,}(?:,? [A-Za-z']{2,})+", line):
            print(found)


NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def numbers(path):
    text = open(path, encoding="utf-8").read()
    return NUMBER.findall(text)


def figures(one, other):
    a, b = numbers(one), numbers(other)
    if not a:
        print("no figures at all")
    for x, y in itertools.zip_longest(a, b):
        if x != y:
            print(x, y)
            break


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def columns(path):
    """The interval's bracket and the number before it: their columns are aligned in the table of indicators."""
    lines = open(path, encoding="utf-8").read().splitlines()
    rows = [line for line in lines if re.match(r"[* ] (latency|throughput|cpu|memory)[.a-z0-9_]* .* \[", line) and "|" not in line]
    head = next(line for line in lines if re.match(r" +基线 ", line) or re.match(r" +baseline ", line))
    # Right end of the first two headings, left end of the third: where figures end and begin below them.
    words = list(re.finditer(r"\S+(?: (?=tool|\[)\S+)*", head))
    ends = [width(head[:words[i].end()]) for i in (0, 1)]
    begin = width(head[:words[2].start()])
    if len(rows) < 5:
        print("only", len(rows), "rows")
    for row in rows:
        cells = [row[:i] for i in range(len(row) + 1)]
        at = {width(cell): cell for cell in cells}
        for end in ends:
            if end not in at or row[len(at[end]):len(at[end]) + 1] != " ":
                print("not aligned to the right:", row)
        if begin not in at or row[len(at[begin]) - 1] != " " or row[len(at[begin])] == " ":
            print("not aligned to the left:", row)


if __name__ == "__main__":
    {"missing": missing, "sentences": sentences, "whole": whole, "english": english, "figures": figures,
     "columns": columns}[sys.argv[1]](*sys.argv[2:])
