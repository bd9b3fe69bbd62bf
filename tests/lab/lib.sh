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
# A document of one kernel, taken out to be validated.
document_of() {
    /usr/bin/python3 -c "import json,sys; d=json.load(open(sys.argv[1])); json.dump(next(k['document'] for k in d['kernels'] if k['name']==sys.argv[2]), open(sys.argv[3],'w'))" "$@"
}
# Figures alone: what two runs of the same command must have in common.
figures() {
    /usr/bin/python3 -c "
import json, sys
d = json.load(open(sys.argv[1]))
for part in ('time', 'command'): d.pop(part)
print(json.dumps(d, sort_keys=True))" "$1"
}
