#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Validates documents against docs/schema, and the schemas against documents that are wrong.

    schema.py result FILE...   each is a valid result document ("-": standard input)
    schema.py diff FILE...     each is a valid comparison
    schema.py gate FILE...     each is a valid gate document, with all documents in it
    schema.py canary FILE...   each is a valid canary document, likewise
    schema.py history FILE..., schema.py trend FILE...    each is a valid document of the history
    schema.py wrong KIND FILE  wrong variants of that document (a key less, one more, another type) are all refused
    schema.py trial FILE...    each line of each is a valid trial line
    schema.py self             the schemas are valid schemas
    schema.py mutants KIND     wrong variants of the example are all refused

Exit status 1, with what is wrong on stdout, when something is not as it must be.
"""
import copy
import json
import sys

import jsonschema

EXAMPLE = "tests/data/example-result.json"
# Objects whose keys are names from elsewhere: any may be missing, and any may be there.
OPEN = {"parameters", "mitigations", "options", "versions", "values", "breakdown"}


def load(path):
    with (sys.stdin if path == "-" else open(path, encoding="utf-8")) as file:
        return json.load(file)


RESULT = load("docs/schema/result-1.json")
TRIAL = load("docs/schema/trial-1.json")
DIFF = load("docs/schema/diff-1.json")
GATE = load("docs/schema/gate-1.json")
CANARY = load("docs/schema/canary-1.json")
HISTORY = load("docs/schema/history-1.json")
TREND = load("docs/schema/trend-1.json")
FILES = {"result": RESULT, "diff": DIFF, "gate": GATE, "canary": CANARY, "history": HISTORY, "trend": TREND}


def validator(schema):
    store = {each["$id"]: each for each in (RESULT, TRIAL, DIFF)}
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def complaints(schema, value):
    return ["%s: %s" % (error.json_path, error.message[:300]) for error in validator(schema).iter_errors(value)]


def places(value, path=()):
    """Every object key and array index of a document, with its parent's path."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield path + (key,)
        yield from places(item, path + (key,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def small_example():
    """The example with one block: hundreds of variants of it are validated."""
    example = load(EXAMPLE)
    del example["blocks"][1:], example["blocks"][0]["latency"]["buckets"][1:]
    return example


def is_open(path):
    return any(key in OPEN for key in path)


def mutants_missing(example):
    for path in places(example):
        if isinstance(path[-1], str) and not is_open(path[:-1]):
            mutant = copy.deepcopy(example)
            del at(mutant, path[:-1])[path[-1]]
            yield "without %s" % (path,), mutant


def mutants_unknown(example):
    for path in [()] + list(places(example)):
        if isinstance(at(example, path), dict) and not is_open(path):
            mutant = copy.deepcopy(example)
            at(mutant, path)["no_such_key"] = 1
            yield "unknown key in %s" % (path,), mutant


def mutants_type(example):
    for path in places(example):
        if is_open(path[:-1]):
            continue
        mutant = copy.deepcopy(example)
        at(mutant, path[:-1])[path[-1]] = [[["nothing like it"]]]
        yield "wrong type at %s" % (path,), mutant


CONTRADICTIONS = {
    "another schema": {("schema",): "tracetoll.result/2"},
    "fail that exits 0": {("verdict", "exit_status"): 0},
    "pass that exits 1": {("verdict", "status"): "pass"},
    "untrustworthy that exits 0": {("verdict", "status"): "untrustworthy", ("verdict", "exit_status"): 0},
    "an unknown status": {("verdict", "status"): "fine"},
    "two primary metrics": {("metrics", 1, "primary"): True},
    "a verdict without a budget": {("metrics", 0, "budget"): None},
    "a detection in a secondary metric": {("metrics", 1, "detected"): True},
    "adjusted without the raw figures": {("metrics", 0, "raw"): None},
    "a reference used and dropped": {("reference", "dropped"): "moved"},
    "a negative count": {("target", "attachments"): -1},
    "a share above one": {("environment", "steal_share"): 1.5},
    "a time without a zone": {("time", "started"): "2001-01-01 00:00:00"},
    "an order that is no quad": {("design", "order", 0): "ABAB"},
    "a seventh block in a quad": {("blocks", 0, "position"): 6},
    "a fourth arm": {("blocks", 0, "arm"): "D"},
    "an empty reason": {("blocks", 0, "invalid"): ""},
    "a bucket beyond the last": {("blocks", 0, "latency", "buckets", 0): [4608, 1]},
    "a bucket without a count": {("blocks", 0, "latency", "buckets", 0): [5, 0]},
    "a bucket that is no pair": {("blocks", 0, "latency", "buckets", 0): [5]},
    "a repeat command of two lines": {("command", "repeat"): "tracetoll\nrun"},
}


def mutants_contradiction(example):
    for name, changes in CONTRADICTIONS.items():
        mutant = copy.deepcopy(example)
        for path, value in changes.items():
            at(mutant, path[:-1])[path[-1]] = value
        yield name, mutant


def mutants_line(example):
    block = example["blocks"][0]
    yield "no type", {"block": block}
    yield "unknown type", {"type": "night"}
    yield "header of another schema", {"type": "header", "schema": "tracetoll.trial/2", "header": {}}
    yield "header without a header", {"type": "header", "schema": "tracetoll.trial/1"}
    yield "block without a block", {"type": "block"}
    yield "block with a wrong arm", {"type": "block", "block": dict(block, arm="D")}
    yield "fact without a value", {"type": "fact", "name": "x"}
    yield "fact with more", {"type": "fact", "name": "x", "value": 1, "unit": "ns"}


def refused(mutants, judge):
    mutants = list(mutants)
    taken = [name for name, mutant in mutants if judge.is_valid(mutant)]
    print("%d of %d wrong variants taken for right" % (len(taken), len(mutants)), *taken, sep="\n")
    return len(mutants) >= 8 and not taken


def check_mutants(kind):
    return refused(globals()["mutants_" + kind](small_example()), validator(TRIAL if kind == "line" else RESULT))


def check_wrong(kind, path):
    document = load(path)
    return all([refused(make(document), validator(FILES[kind]))
                for make in (mutants_missing, mutants_unknown, mutants_type)])


def check_file(kind, path):
    if kind in FILES:
        found = complaints(FILES[kind], load(path))
    else:
        with open(path, encoding="utf-8") as lines:
            found = ["line %d: %s" % (number, text) for number, line in enumerate(lines, 1)
                     for text in complaints(TRIAL, json.loads(line))]
    print(*found, sep="\n")
    return not found


def main(what, *arguments):
    if what == "self":
        for schema in TRIAL, *FILES.values():
            jsonschema.Draft202012Validator.check_schema(schema)
        return True
    if what == "mutants":
        return check_mutants(arguments[0])
    if what == "wrong":
        return check_wrong(*arguments)
    return bool(arguments) and all([check_file(what, path) for path in arguments])


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
