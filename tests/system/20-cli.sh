# Bad input: each has its exit status and one sentence that says what to do. Nothing is measured here.
source "$(dirname "$0")/lib.sh"

fails() { # STATUS NAME PATTERN ARGS...
    local status=$1 name=$2 pattern=$3
    shift 3
    expect "$status" "$name: exit $status" "$TRACETOLL" "$@"
    contains "$name: says so" "$(cat "$work/err")" "$pattern"
    is "$name: one line" "$(wc -l <"$work/err")" 1
}

fails 2 "unknown workload" 'did you mean "udp_rr"' run -w udp_r --sham
fails 2 "unknown key" 'no key "siz".*"size"' run -w udp_rr,siz=3 --sham
fails 2 "bad choice" 'call=getpit.*"getpid"' run -w syscall,call=getpit --sham
fails 2 "no value" 'has no value' run -w udp_rr,size --sham
fails 2 "unknown topology" 'did you mean "veth"' run -w udp_rr -t vet --sham
fails 2 "unknown metric" 'did you mean "latency.p50"' run -w syscall --budget latency.p5=3% --sham
fails 2 "unknown unit" 'unknown unit' run -w syscall --budget latency.p50=3parsec --sham
fails 2 "unit that does not fit" 'no limit for a metric in ns' run -w syscall --budget latency.p50=3MiB --sham
fails 2 "budget of nothing" 'above zero' run -w syscall --budget latency.p50=0% --sham
fails 2 "budget without limit" 'METRIC=LIMIT' run -w syscall --budget latency.p50 --sham
fails 2 "two budgets for one metric" 'two budgets' run -w syscall --budget latency.p50=1% --budget latency.p50=2% --sham
fails 2 "network load without network" 'needs a network' run -w udp_rr -t host --sham
fails 2 "unknown option" 'did you mean "budget"' run --budgt x
fails 2 "unknown command" 'did you mean "run"' rnu
fails 2 "no target" 'no target' run -w syscall
fails 2 "no workload" 'no workload' run --sham
fails 2 "sham and a command" '--sham is a target of its own' run -w syscall --sham -- true
fails 2 "unknown format" 'did you mean "text"' run -w syscall --sham -f txt
fails 2 "quads out of range" '--quads' run -w syscall --sham --quads 33
fails 2 "window that is no time" 'is not a time' run -w syscall --sham --window 3MiB
fails 2 "seed that is no number" '--seed' run -w syscall --sham --seed x
fails 2 "an unknown letter among others" 'unknown option -z; ' run -zf json
fails 2 "a value that an option does not take" '\-\-quiet takes no value' run --quiet=yes
fails 2 "unknown method of micro" 'selftimed, runstats or funclatency' micro --method latency insn
fails 2 "report of nothing" 'no file' report
fails 2 "report of a missing file" 'missing.json' report "$work/missing.json"
echo '{"schema": "tracetoll.result/1"}' >"$work/half.json"
fails 2 "report of half a document" 'half.json' report "$work/half.json"
echo 'not json' >"$work/bad.jsonl"
fails 2 "analyse of no trial" 'bad.jsonl.*line 1' analyse "$work/bad.jsonl"
fails 2 "list of nothing" 'list what' list
fails 6 "program not found" 'opensnop' run -w syscall -- opensnop
if command -v tcpconnect-bpfcc >/dev/null; then
    skip "package named" "bpfcc-tools is installed"
else
    fails 6 "package named" 'apt-get install.*bpfcc-tools' run -w syscall -- tcpconnect-bpfcc
fi
fails 6 "trial that can't be written" '/proc/none' run -w syscall --sham --trial /proc/none/x

# diff: the example against itself, changed by one expression of Python each.
example=tests/data/example-result.json
changed() { # NAME STATEMENTS over the document d: writes $work/NAME.json
    /usr/bin/python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
d["time"]["started"] = "2001-01-02T00:00:00Z"
m = {row["name"]: row for row in d["metrics"]}
exec(sys.argv[2])
json.dump(d, open(sys.argv[3], "w"))' $example "$2" "$work/$1.json"
}
factor='
e = m["latency.p50"]["effect"]
for key in "estimate", "low", "high": e[key] = (1 + e[key]) * 1.1 - 1
d["environment"]["kernel"]["release"] = "6.19.0"'
changed worse "$factor"
changed load 'd["workload"]["parameters"]["call"] = "openat"'
changed place 'd["workload"]["topology"]["name"] = "veth"'
changed cpu 'd["environment"]["cpu"]["model"] = "Other CPU"'
changed exact 'd["design"]["kind"] = "exact"'
changed unit 'm["latency.p50"]["unit"] = "insn"'
changed doubt 'd["verdict"]["status"] = "untrustworthy"'
changed fired 'd["warnings"].append({"code": "never_fired", "text": "nothing ran", "remedy": None})'
changed lacks 'd["metrics"].remove(m["throughput"])'
expect 0 "diff: measured" "$TRACETOLL" diff $example "$work/worse.json"
contains "diff: says what changed" "$(cat "$work/out")" 'overhead has risen.*latency.p50'
contains "diff: says which kernels" "$(cat "$work/out")" 'kernel 6.19.0'
expect 1 "diff: a budget is broken" "$TRACETOLL" diff $example "$work/worse.json" --budget latency.p50=5%
expect 0 "diff: a budget holds" "$TRACETOLL" diff --budget latency.p50=20% $example "$work/worse.json"
expect 3 "diff: a budget can't be told" "$TRACETOLL" diff $example --budget latency.p50=10% "$work/worse.json"
expect 7 "diff: untrustworthy under a budget" "$TRACETOLL" diff $example "$work/doubt.json" --budget latency.p50=5%
expect 7 "diff: never fired under a budget" "$TRACETOLL" diff "$work/fired.json" $example --budget latency.p50=5%
expect 0 "diff: without a budget they are warned of" "$TRACETOLL" diff $example "$work/fired.json"
contains "diff: the warning" "$(cat "$work/out")" 'never_fired: NEW: nothing ran'
fails 2 "diff: another load" 'parameter "call".*getpid.*openat' diff $example "$work/load.json"
fails 2 "diff: another topology" 'topology "host", NEW "veth"' diff $example "$work/place.json"
fails 2 "diff: another CPU" 'CPU.*Other CPU' diff $example "$work/cpu.json"
fails 2 "diff: another mode" 'OLD is timed and NEW is exact' diff $example "$work/exact.json"
fails 2 "diff: another unit" 'latency.p50 is in "ns".*"insn"' diff $example "$work/unit.json"
fails 2 "diff: unknown metric" 'did you mean "latency.p50"' diff $example "$work/worse.json" --budget latency.p5=3%
fails 2 "diff: a metric that one lacks" 'NEW does not have it' diff $example "$work/lacks.json" --budget throughput=3%
fails 2 "diff: a budget that is no percentage" 'percentage' diff $example "$work/worse.json" --budget latency.p50=3ns
fails 2 "diff: one file" 'two files' diff $example
fails 2 "diff: three files" 'one too many' diff $example $example $example
fails 2 "diff: a missing file" 'missing.json' diff $example "$work/missing.json"
fails 2 "diff: an unknown format" 'did you mean "text"' diff -f txt $example $example
expect 1 "diff: document into a file" "$TRACETOLL" diff $example "$work/worse.json" --budget latency.p50=5% -o "$work/diff.json"
is "diff: nothing is printed then" "$(cat "$work/out")" ""
check "diff: the document is valid" /usr/bin/python3 tests/system/schema.py diff "$work/diff.json"
is "diff: the verdict in the document" "$(get "$work/diff.json" 'd["verdict"]["status"]')" fail
"$TRACETOLL" diff --json $example "$work/worse.json" >"$work/printed.json"
check "diff: --json prints one as well" /usr/bin/python3 tests/system/schema.py diff "$work/printed.json"
expect 0 "diff: Markdown" "$TRACETOLL" diff -f markdown $example "$work/worse.json"
contains "diff: a Markdown table" "$(cat "$work/out")" '^\| \\\* latency.p50 \|'

expect 2 "no command: usage" "$TRACETOLL"
contains "no command: help" "$(cat "$work/out")" 'Commands:'
for command in run gate init diff history 'history add' 'history list' 'history show' 'history trend' 'history prune' report explain advise analyse doctor list; do
    expect 0 "$command --help" "$TRACETOLL" $command --help
    contains "$command --help prints usage" "$(cat "$work/out")" '^Usage: tracetoll'
done
expect 0 "--version" "$TRACETOLL" --version
for what in workloads topologies targets metrics formats stressors; do
    expect 0 "list $what" "$TRACETOLL" list $what
    check "list $what prints something" test -s "$work/out"
done
expect 0 "doctor" "$TRACETOLL" doctor --json
check "doctor --json is JSON" /usr/bin/python3 -m json.tool "$work/out"
expect 0 "dry run" "$TRACETOLL" run -w syscall --budget latency.p50=5% --seed 3 --dry-run --sham
contains "dry run prints looks" "$(cat "$work/out")" 'after 10, 16, 24, 32 quads'
expect 6 "not root" setpriv --reuid=65534 --clear-groups "$TRACETOLL" run -w syscall --sham
contains "not root: says sudo" "$(cat "$work/err")" 'sudo'

# One run measures at a time, whichever network namespace it was started in; the lock goes with its holder.
"$TRACETOLL" run -q --quads 4 --steady 0 --no-statistics -w syscall --sham >/dev/null 2>&1 &
first=$!
for _ in $(seq 100); do grep -q "FLOCK .* $first " /proc/locks && break; sleep 0.05; done
expect 6 "a run beside a run" "$TRACETOLL" run -w syscall --sham
contains "names the other one" "$(cat "$work/err")" "another run \\(PID $first\\) is measuring"
expect 6 "and one in another network namespace" unshare -n "$TRACETOLL" run -w syscall --sham
contains "does, too" "$(cat "$work/err")" "PID $first"
kill -INT $first
wait $first
expect 0 "after its end" "$TRACETOLL" run -q --quads 1 --steady 0 --window 50ms --settle 20ms --no-statistics -w syscall --sham
# Whoever starts us without standard descriptors: what we open first is none of them, and no word of ours is in it.
short=(run --quads 1 --steady 0 --window 50ms --settle 20ms --no-statistics -w syscall --probe tp@syscalls:sys_enter_execve)
"$TRACETOLL" "${short[@]}" --trial "$work/closed.jsonl" <&- >&- 2>&-
is "a run without standard descriptors fails, since its report gets nowhere" $? 6
expect 0 "its trial can be read" "$TRACETOLL" analyse "$work/closed.jsonl"
is "and holds no notes" "$(grep -cv '^{' "$work/closed.jsonl")" 0
expect 0 "and with them there is one" "$TRACETOLL" "${short[@]}"
contains "  on standard error" "$(cat "$work/err")" '^note: '
# A file that can't be written takes nothing else along.
expect 6 "a report that can't be written" "$TRACETOLL" report -f junit=/nowhere/x -f markdown="$work/there.md" -f text tests/data/example-result.json
contains "the one behind it is printed" "$(cat "$work/out")" '^FAIL'
check "and the other one is there" test -s "$work/there.md"
expect 6 "nor does a document of micro" "$TRACETOLL" micro -q --exact -o /nowhere/m.json insn
contains "its table is printed" "$(cat "$work/out")" '^Method: '
expect 2 "an output of the guests, written as one word" "$TRACETOLL" kernels --kernel debian:6.1 -- run -w syscall "-o$work/x.json" --sham
contains "where it belongs" "$(cat "$work/err")" 'before the --'
expect 0 "doctor without root" setpriv --reuid=65534 --clear-groups "$TRACETOLL" doctor
finish
