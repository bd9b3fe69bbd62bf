#!/usr/bin/python3
"""What system tests ask of documents: `document.py valid FILE`, `document.py get FILE PATH`, `document.py same A B`,
`document.py company FILE`: was nothing wrong with the run but what others did on the machine meanwhile? Says what."""
import json
import sys

import jsonschema

SCHEMA = "docs/schema/result-1.json"


def load(path):
    with open(path) as file:
        return json.load(file)


def valid(path):
    validator = jsonschema.Draft202012Validator(load(SCHEMA))
    errors = sorted(validator.iter_errors(load(path)), key=lambda e: list(e.path))
    for error in errors[:10]:
        print("/".join(map(str, error.path)), error.message[:200])
    return 1 if errors else 0


def get(path, expression):
    """A Python expression over `d`, the document."""
    value = eval(expression, {"__builtins__": {"len": len, "min": min, "max": max, "all": all, "any": any, "abs": abs,
                                               "sum": sum, "sorted": sorted, "round": round, "next": next}, "d": load(path)})
    print(json.dumps(value) if not isinstance(value, str) else value)
    return 0


def same(a, b):
    return 0 if load(a) == load(b) else 1


COMPANY = ("the hypervisor gave ", "something else kept ")


def company(path):
    verdict = load(path)["verdict"]
    print("; ".join(verdict["reasons"]))
    return 0 if verdict["status"] == "untrustworthy" and all(r.startswith(COMPANY) for r in verdict["reasons"]) else 1


if __name__ == "__main__":
    sys.exit({"valid": valid, "get": get, "same": same, "company": company}[sys.argv[1]](*sys.argv[2:]))
