# Two targets against one baseline and each other: of our own probes, and of two real tools that do the same.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--steady 0 --window 100ms --settle 50ms"

expect 2 "no second tool" "$TRACETOLL" run -w syscall --sham --versus ''
contains "says what to write" "$(cat "$work/err")" "command"
expect 2 "an open quote" "$TRACETOLL" run -w syscall --sham --versus "a 'b"
expect 2 "a second probe that is none" "$TRACETOLL" run -w syscall --sham --versus '--probe raw_tp+hash_updat'
contains "names the nearest" "$(cat "$work/err")" 'hash_update'
expect 2 "exact" "$TRACETOLL" run -w syscall --sham --exact --versus 'syscount -i 1'
contains "has another way" "$(cat "$work/err")" 'tracetoll diff'

# shellcheck disable=SC2086
{
expect 0 "two probes" "$TRACETOLL" run $quick --quads 10 --no-breakdown -w syscall,call=getpid -o "$work/o.json" --trial "$work/t.jsonl" \
    --probe raw_tp@sys_enter+spin:1us --versus '--probe raw_tp@sys_enter+spin:4us'
check "valid document" valid "$work/o.json"
contains "the report has them against each other" "$(cat "$work/out")" 'the second costs .* times \['
is "four times the time and the same way there: between two and four times the cost" \
    "$(get "$work/o.json" "[2 < r['low'] and r['high'] < 4.5 for r in d['versus']['ratios'] if r['name'] == 'latency.p50'][0]")" true
is "either ran once per call, within 1 %" "$(get "$work/o.json" \
    "[abs(t['programs'][0]['runs_per_op'] - 1) < 0.01 for t in (d['target'], d['versus']['target'])]")" '[true, true]'
is "quads of six blocks" "$(get "$work/o.json" "len([b for b in d['blocks'] if b['phase'] == 'quad']) >= 6 * len(d['design']['order']) == 60")" true
expect 0 "analyse" "$TRACETOLL" analyse "$work/t.jsonl" -o "$work/again.json"
check "gives the same document, bit for bit" cmp "$work/o.json" "$work/again.json"
expect 0 "as Markdown" "$TRACETOLL" report -f markdown "$work/o.json"
contains "has the table" "$(cat "$work/out")" '^\| latency.p50 \|.*times'

expect 0 "two tools that count system calls" "$TRACETOLL" run $quick --quads 2 -w syscall,call=getpid -o "$work/o.json" \
    --versus "bpftrace -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'" -- syscount -i 1
check "valid document" valid "$work/o.json"
is "either has a breakdown, or says why not" "$(get "$work/o.json" \
    "[any(x['breakdown']['parts']) if x['breakdown'] else any(w['code'] == 'no_breakdown' for w in x['warnings']) for x in (d, d['versus'])]")" '[true, true]'
is "either has its own programs" "$(get "$work/o.json" "len({p['tag'] for p in d['target']['programs']} & {p['tag'] for p in d['versus']['target']['programs']})")" 0
expect 0 "a second tool that this load does not fire" "$TRACETOLL" run $quick --quads 2 --no-breakdown -w udp_rr -o "$work/o.json" \
    --versus opensnoop -- softirqs 1
is "has no ratio, and that is why" "$(get "$work/o.json" "{r['why'] for r in d['versus']['ratios']} == {\"the second target's programs never ran under this load\"}")" true
contains "the report says so" "$(cat "$work/out")" 'never ran under this load'
contains "and has both targets' programs" "$(cat "$work/out")" 'BPF programs of the second target'
expect 5 "a second tool that does not attach" "$TRACETOLL" run $quick -w syscall --versus "sh -c 'exit 3'" --sham
}
left_nothing "nothing is left behind"
finish
