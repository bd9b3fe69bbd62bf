# Every example scenario runs: on this host, and in guests; a regression is told instruction for instruction.
source "$(dirname "$0")/lib.sh"
remember_machine
valid_gate() { /usr/bin/python3 tests/system/schema.py gate "$1"; }
statuses() { get "$1" '[run["status"] for run in d["runs"]]'; }

for example in examples/*.yaml; do
    name=$(basename "$example" .yaml)
    expect 0 "$example passes" "$TRACETOLL" gate "$example" -q -o "$work/$name.json" -f markdown="$work/$name.md" -f junit="$work/$name.xml"
    check "$example: its document is valid" valid_gate "$work/$name.json"
    contains "$example: its summary has the figures" "$(cat "$work/$name.md")" '^\| latency.p50 \|'
    check "$example: its summary fits a CI step" test "$(stat -c %s "$work/$name.md")" -lt 1048576
done
is "kernels: one run each" "$(statuses "$work/kernels.json")" '["pass", "pass"]'

# The same again is no regression, to the digit; against one that took a tenth less it is.
cp "$work/kernels.json" "$work/base.json"
sed "\$a against: $work/base.json\nregression: {latency.p50: 0.1%}" examples/kernels.yaml >"$work/again.yaml"
expect 0 "the same again is no regression" "$TRACETOLL" gate "$work/again.yaml" -q -o "$work/again.json"
check "its document is valid" valid_gate "$work/again.json"
/usr/bin/python3 - "$work/base.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
for run in d["runs"]:
    for seed in run["document"]["exact"]["seeds"]:
        for metric in seed["metrics"]:
            if metric["name"] == "latency.p50":
                metric["difference"] *= 0.9
json.dump(d, open(sys.argv[1], "w"))
PY
expect 1 "a tenth more is" "$TRACETOLL" gate "$work/again.yaml" -q -o "$work/again.json"
left_nothing "nothing is left behind"
finish
