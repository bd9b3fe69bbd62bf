# Scenarios through the gate: each exit status, several at once, what is stopped, what is kept.
source "$(dirname "$0")/lib.sh"
remember_machine
quick='steady: 0
window: 50ms
settle: 20ms'
scenario() { # NAME TEXT...: a scenario of quick runs
    local name=$1
    shift
    printf '%s\n' "$@" "$quick" >"$work/$name.yaml"
}
valid_gate() { /usr/bin/python3 tests/system/schema.py gate "$1"; }
statuses() { get "$1" '[run["status"] for run in d["runs"]]'; }

# --- mistakes: file, line and key; nothing is measured ---
wrong() { # NAME PATTERN TEXT...
    local name=$1 pattern=$2
    shift 2
    scenario wrong "$@"
    expect 2 "$name: exit 2" "$TRACETOLL" gate "$work/wrong.yaml"
    contains "$name: says where and what" "$(cat "$work/err")" "wrong.yaml:$pattern"
}
load='workloads: [{load: "syscall,call=getpid"}]'
sham='targets: [{sham: true}]'
wrong "an unknown key" '2: unknown key "lod" \(did you mean "load"\?\); valid are load, beside' "$sham" 'workloads: [{lod: syscall}]'
wrong "an unknown metric" '4: unknown metric "latency.p5" \(did you mean "latency.p50"' "$sham" "$load" 'budgets:' '  latency.p5: {max_worsening: 5%}'
wrong "two kinds" '1: targets: .*exactly one of' 'targets: [{sham: true, object: x.bpf.o}]' "$load"
wrong "an unknown load" '3: load: .*did you mean "syscall"' "$sham" 'workloads:' '  - load: sycall'
wrong "an unknown unit" '3: latency.p50: .*unit' "$sham" "$load" 'budgets: {latency.p50: {max_absolute: 5parsec}}'
wrong "a percentage of nothing" '3: memory.rss: .*max_absolute' "$sham" "$load" 'budgets: {memory.rss: {max_worsening: 5%}}'
wrong "both limits" '3: latency.p50: .*not both' "$sham" "$load" 'budgets: {latency.p50: {max_worsening: 5%, max_absolute: 5ns}}'
wrong "exact on this host" '3: mode: .*guests' "$sham" "$load" 'mode: exact'
wrong "an unknown mode" '3: mode: .*did you mean "timed"' "$sham" "$load" 'mode: timd'
wrong "an unknown kernel" '3: kernels: ' "$sham" "$load" 'kernels: [fedora]'
wrong "quads that are none" '3: quads: ' "$sham" "$load" 'quads: 99'
wrong "a rate where there is none" '2: rate: .*leave the rate out' "$sham" 'workloads: [{load: "command,cmd=true", rate: 5k/s}]'
wrong "a key twice" '3: targets: .*twice' "$sham" "$load" "$sham"
wrong "no YAML" '[0-9]+: this is no YAML' 'targets: [' "$load"
wrong "a flag that is none" '1: sham: "maybe" is neither' 'targets: [{sham: maybe}]' "$load"
wrong "no base" '3: against: cannot read' "$sham" "$load" 'against: /no/such.json' 'regression: {latency.p50: 3%}'
expect 2 "no scenario" "$TRACETOLL" gate
expect 2 "a missing one" "$TRACETOLL" gate "$work/missing.yaml"
expect 2 "an unknown format" "$TRACETOLL" gate "$work/wrong.yaml" -f txt
for example in examples/*.yaml; do
    expect 0 "$example: --dry-run" "$TRACETOLL" gate "$example" --dry-run
    contains "$example: prints its runs" "$(cat "$work/out")" '^run  '
done

# --- each exit status ---
scenario pass 'name: a quiet one' "$sham" "$load" 'budgets: {latency.p50: {max_worsening: 400%}}' 'quads: 10'
expect 0 "a sham passes: exit 0" "$TRACETOLL" gate "$work/pass.yaml" -o "$work/pass.json" -f text -f markdown="$work/pass.md" -f junit="$work/pass.xml"
check "its document is valid" valid_gate "$work/pass.json"
contains "the summary says so" "$(cat "$work/out")" '^PASS  a quiet one'
contains "in Markdown as well" "$(cat "$work/pass.md")" '^## PASS: a quiet one'
check "JUnit fits the schema" xmllint --noout --nonet --schema docs/schema/junit.xsd "$work/pass.xml"
check "JUnit counts the run and its budget" /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as t; r = t.parse(sys.argv[1]).getroot(); sys.exit((r.get("tests"), r.get("failures")) != ("2", "0"))' "$work/pass.xml"
is "the run's document names the scenario" "$(get "$work/pass.json" 'd["runs"][0]["document"]["command"]["scenario_digest"] == d["scenario"]["digest"]')" true
{ echo '# a comment'; sed 's/^/ /;s/^ //' "$work/pass.yaml" | tac; } >"$work/again.yaml"
"$TRACETOLL" gate --dry-run "$work/again.yaml" >"$work/out"
contains "the same scenario in another order has the same digest" "$(cat "$work/out")" "$(get "$work/pass.json" 'd["scenario"]["digest"]')"

# Mixed: the sham can't tell by one quad, the tool never attaches, the other one is not there, and this kernel lacks a probe.
scenario mixed 'targets:' '  - {name: never, exec: [sh, -c, "exit 3"]}' '  - {name: missing, exec: [no-such-tool]}' '  - {name: quiet, sham: true}' \
    "$load" 'budgets: {latency.p50: {max_worsening: 5%}}' 'quads: 1'
expect 5 "never attached before not there before inconclusive: exit 5" "$TRACETOLL" gate "$work/mixed.yaml" -o "$work/mixed.json" -f junit="$work/mixed.xml"
check "JUnit fits the schema" xmllint --noout --nonet --schema docs/schema/junit.xsd "$work/mixed.xml"
contains "and names what failed" "$(cat "$work/mixed.xml")" '<error type="target_failed"'
is "each has its own" "$(statuses "$work/mixed.json")" '["target_failed", "environment", "inconclusive"]'
check "the document is valid" valid_gate "$work/mixed.json"
sed '/never/d; /quiet/d' "$work/mixed.yaml" >"$work/six.yaml"
expect 6 "a tool that is not there: exit 6" "$TRACETOLL" gate "$work/six.yaml"
contains "and its name" "$(cat "$work/out")" 'no-such-tool'
sed '/never/d; /missing/d' "$work/mixed.yaml" >"$work/three.yaml"
expect 3 "inconclusive: exit 3" "$TRACETOLL" gate "$work/three.yaml"

# The helper of bcc: targets stands beside the program; here it does not.
mkdir "$work/alone" && cp "$TRACETOLL" "$work/alone/tracetoll"
scenario four 'targets: [{bcc: examples/bcc/benchmark_template.c}]' "$load"
expect 4 "a target that is not supported here: exit 4" "$work/alone/tracetoll" gate "$work/four.yaml"
scenario seven 'targets: [{sham: true}]' 'workloads: [{load: udp_rr, rate: 900k/s}]' 'quads: 4'
expect 7 "a rate that can't be reached: exit 7" "$TRACETOLL" gate "$work/seven.yaml"

# A critical budget ends the gate.
scenario critical 'targets: [{name: dear, probe: "raw_tp@sys_enter+spin:20us"}, {sham: true}]' "$load" \
    'budgets: {latency.p50: {max_worsening: 10%, critical: true}}' 'quads: 10'
expect 1 "a critical budget is broken: exit 1" "$TRACETOLL" gate "$work/critical.yaml" -o "$work/critical.json"
is "and what is behind it is not run" "$(statuses "$work/critical.json")" '["fail", "not_run"]'
check "the document is valid" valid_gate "$work/critical.json"

# Against an earlier gate that was cheaper.
/usr/bin/python3 - "$work" <<'PY'
import json, sys
d = json.load(open(sys.argv[1] + "/pass.json"))
for metric in d["runs"][0]["document"]["metrics"]:
    if metric["name"] in ("latency.p50", "latency.mean"):
        for key in "estimate", "low", "high":
            metric["effect"][key] = (1 + metric["effect"][key]) * 0.5 - 1
json.dump(d, open(sys.argv[1] + "/cheaper.json", "w"))
PY
scenario against 'name: a quiet one' "$sham" "$load" 'quads: 10' "against: $work/cheaper.json" 'regression: {latency.p50: 50%}'
expect 1 "against a gate that was cheaper by half: exit 1" "$TRACETOLL" gate "$work/against.yaml" -o "$work/against.json"
check "the document is valid" valid_gate "$work/against.json"
contains "and says what is worse" "$(get "$work/against.json" 'd["runs"][0]["reason"]')" 'against .*latency.p50 is worse than its budget allows'

# Ctrl-C: 130, what is measured is kept, nothing is left.
scenario long "$sham" 'workloads: [{load: "syscall,call=getpid"}, {load: page_fault}]' 'quads: 32' 'steady: 20s'
sed -i '/^steady: 0/d' "$work/long.yaml"
"$TRACETOLL" gate "$work/long.yaml" -q -o "$work/long.json" 2>"$work/err" &
gate=$!
sleep 4
kill -INT $gate
wait $gate
is "Ctrl-C: exit 130" $? 130
check "the document is kept, and valid" valid_gate "$work/long.json"
is "and says so of each run" "$(statuses "$work/long.json")" '["interrupted", "interrupted"]'
# run --against: the overhead of now by that of before, whatever machine either was on.
short="--quads 4 --window 100ms --settle 50ms --steady 0 --no-breakdown --no-statistics -q -w syscall,call=getpid"
# shellcheck disable=SC2086
{
expect 0 "the overhead of before" "$TRACETOLL" run $short -o "$work/base.json" --probe raw_tp@sys_enter+spin:2us
expect 1 "three times that, where a third more is allowed: exit 1" "$TRACETOLL" run ${short/-q } -f text -f junit="$work/worse.xml" --against "$work/base.json" --regression latency.mean=33% --probe raw_tp@sys_enter+spin:6us
contains "says what changed" "$(cat "$work/out")" 'latency.mean .*FAIL'
check "JUnit fits the schema" xmllint --noout --nonet --schema docs/schema/junit.xsd "$work/worse.xml"
contains "and is as red as the exit status" "$(cat "$work/worse.xml")" '<failure type="fail"'
expect 2 "against another load: exit 2" "$TRACETOLL" run $short --quads 1 -f junit="$work/refused.xml" --against tests/data/example-result.json --regression latency.p50=33% --probe raw_tp@sys_enter+spin:6us
contains "and why" "$(cat "$work/err")" 'not comparable'
contains "in JUnit, too" "$(cat "$work/refused.xml")" '<error type="refused" message="not comparable'
expect 1 "a broken budget is worse" "$TRACETOLL" run $short --budget latency.mean=1% --against tests/data/example-result.json --probe raw_tp@sys_enter+spin:20us
contains "and it is told all the same that nothing was compared" "$(cat "$work/err")" 'against .*: not comparable'
}

left_nothing "nothing is left behind"
finish
