# The main job: a dear tool fails its budget, a sham does not, and the document can be made again from its blocks.
source "$(dirname "$0")/lib.sh"
remember_machine

start=$SECONDS
expect 1 "syscount on getpid breaks a 10 % budget" \
    "$TRACETOLL" run -w syscall,call=getpid --budget latency.p50=10% -o "$work/r.json" --trial "$work/t.jsonl" -f text -f markdown="$work/r.md" -- syscount -i 1
check "within 45 s" test $((SECONDS - start)) -le 45
contains "the report says FAIL" "$(cat "$work/out")" '^FAIL'
contains "with an interval" "$(cat "$work/out")" 'latency.p50 .*\[\+[0-9.]+, \+[0-9.]+\]'
contains "Markdown says it as well" "$(cat "$work/r.md")" 'FAIL|fail'
check "the document is valid" valid "$work/r.json"
is "verdict" "$(get "$work/r.json" "d['verdict']['status']")" fail
is "the effect is above the budget" "$(get "$work/r.json" "[m['effect']['low'] > 0.1 for m in d['metrics'] if m['name'] == 'latency.p50'][0]")" true
is "both of its programs ran once per call" \
    "$(get "$work/r.json" "sorted(round(p['runs_per_op'], 1) for p in d['target']['programs'])[-1]")" 1.0
# Each document checks it against 0.5 %; where system calls take six times as long as elsewhere, it is at that limit.
is "the harness used next to nothing" \
    "$(get "$work/r.json" "[c['value']['estimate'] < 0.01 for c in d['checks'] if c['name'] == 'harness_cpu'][0]")" true

expect 1 "analyse gives the same exit status" "$TRACETOLL" analyse "$work/t.jsonl" -o "$work/again.json"
check "and the same document, bit for bit" cmp "$work/r.json" "$work/again.json"
head -c $(($(stat -c %s "$work/t.jsonl") / 2)) "$work/t.jsonl" >"$work/half.jsonl"
expect 130 "half a trial can be analysed" "$TRACETOLL" analyse "$work/half.jsonl" -o "$work/half.json"
check "into a valid document" valid "$work/half.json"
# Facts of a trial may be anybody's: what is composed of them is looked at like any document.
/usr/bin/python3 - "$work/t.jsonl" >"$work/wrong.jsonl" <<'P'
import json, sys
for line in open(sys.argv[1]):
    entry = json.loads(line)
    if entry.get("name") == "target":
        entry["value"]["programs"][0]["name"] = 5
    print(json.dumps(entry))
P
expect 2 "a program with a number for a name is refused" "$TRACETOLL" analyse "$work/wrong.jsonl"
contains "with its place" "$(cat "$work/err")" 'wrong.jsonl: .*target.programs'
expect 0 "report prints a document" "$TRACETOLL" report "$work/r.json"
contains "with its verdict" "$(cat "$work/out")" '^FAIL'
left_nothing "nothing is left behind"

passes=0
for i in 1 2 3; do
    "$TRACETOLL" run -q -w syscall,call=getpid --budget latency.mean=5% --window 50ms --settle 20ms --steady 0 --no-statistics -o "$work/sham$i.json" --sham >/dev/null 2>"$work/err"
    status=$?
    case $status in
    0) passes=$((passes + 1)) && ok "sham $i passes" ;;
    3) ok "sham $i is inconclusive on this machine" ;;
    *) not_ok "sham $i: exit $status" "$(cat "$work/err")" ;;
    esac
    check "sham $i: valid document" valid "$work/sham$i.json"
done
check "at least one sham passes" test $passes -ge 1
left_nothing "nothing is left behind by shams"
finish
