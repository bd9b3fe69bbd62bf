# Sourced by each lab test: what tests/system/lib.sh has, and ways into a comparison document.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../system/lib.sh"

# of FILE EXPRESSION: Python, with the document as d and its kernels' documents as k["debian:6.1"].
of() {
    /usr/bin/python3 - "$1" "$2" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
k = {kernel["name"]: kernel["document"] for kernel in d["kernels"]}
def row(kernel, name, variant=""):
    return next(r for r in k[kernel]["rows"] if r["name"] == name and r["variant"] == variant)
def metric(kernel, name):
    return next(m for m in k[kernel]["metrics"] if m["name"] == name)
print(json.dumps(eval(sys.argv[2])))
PY
}
# figures FILE OF: the rows and metrics of FILE's kernels, as far as the document OF has those kernels.
figures() {
    /usr/bin/python3 -c "
import json, sys
d, other = (json.load(open(name)) for name in sys.argv[1:])
names = [kernel['name'] for kernel in other['kernels']]
for kernel in d['kernels']:
    if kernel['name'] in names:
        document = kernel['document']
        print(kernel['name'], json.dumps([document.get('rows'), document.get('metrics'), document.get('blocks')], sort_keys=True))" "$@"
}
# Is the comparison document as its schema says, and each run's document in it as the schema of results says?
valid_comparison() {
    /usr/bin/python3 - "$1" <<'PY'
import json, sys, jsonschema
d = json.load(open(sys.argv[1]))
def check(what, document, schema):
    errors = list(jsonschema.Draft202012Validator(json.load(open(schema))).iter_errors(document))
    for error in errors[:5]:
        print(what, "/".join(map(str, error.path)), error.message[:200])
    return len(errors)
bad = check("comparison", d, "docs/schema/kernels-1.json")
for kernel in d["kernels"]:
    document = kernel["document"]
    if document and document["schema"] == "tracetoll.result/1":
        bad += check(kernel["name"], document, "docs/schema/result-1.json")
sys.exit(bad > 0)
PY
}
