# What a report says beside the cost: who leaks, what gets lost, what operations should cost, and what to do.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--quads 2 --steady 0"
held=tests/system/leaky.py

# shellcheck disable=SC2086
{
expect 0 "a tool that leaks 1 MB/s" "$TRACETOLL" run --quads 1 --window 250ms --settle 100ms --steady 8 --no-breakdown --no-statistics -w syscall,call=getpid,mode=open,rate=1000 \
    -o "$work/o.json" -- "$held" 10 1000000 opensnoop
is "is called out, by name, and nothing else is" "$(get "$work/o.json" "[g['name'] for g in d['steady']['growing']]")" '["leaky.py"]'
is "at its rate, within 20 %" "$(get "$work/o.json" "abs(d['steady']['growing'][0]['bytes_per_second'] / 1e6 - 1) < 0.2")" true
expect 0 "its report" "$TRACETOLL" report "$work/o.json"
contains "says so" "$(cat "$work/out")" 'leak suspected: the process leaky.py'
check "valid document" valid "$work/o.json"

expect 0 "a tool with a steady 100 MB" "$TRACETOLL" run --quads 1 --window 250ms --settle 100ms --steady 8 --no-breakdown --no-statistics -w syscall,call=getpid,mode=open,rate=1000 \
    -o "$work/o.json" -- "$held" 100 0 opensnoop
is "is not" "$(get "$work/o.json" "d['steady']['growing']")" '[]'

drop='tracepoint:syscalls:sys_enter_getpid { if (rand % 10 < 3) { @lost = @lost + 1 } else { printf("one\n") } }
      interval:ms:50 { printf("Lost %d events\n", @lost); @lost = 0 }'
expect 0 "a tool that drops 30 % of its events" "$TRACETOLL" run --quads 3 --window 1s --settle 300ms --steady 0 --no-breakdown -w syscall,call=getpid,mode=open,rate=2000 \
    -o "$work/o.json" -- bpftrace -e "$drop"
is "delivers 0.70, within 0.02" "$(get "$work/o.json" "abs(d['losses']['delivered'] - 0.70) <= 0.02")" true
is "at most: it need not send one each time" "$(get "$work/o.json" "d['losses']['at_most']")" true
is "and is warned of" "$(get "$work/o.json" "any(w['code'] == 'events_lost' for w in d['warnings'])")" true

expect 0 "a probe of known operations" "$TRACETOLL" run --quads 10 --steady 0 -w syscall,call=getpid -o "$work/o.json" --probe 'raw_tp@sys_enter+hash_update+perf_event_output:64'
is "all of them have a price" "$(get "$work/o.json" "d['breakdown']['unpriced']")" '[]'
is "and what they should cost is near what the kernel's statistics say" "$(get "$work/o.json" \
    "0.8 * d['breakdown']['predicted']['low'] < sum(p['dispatch']['estimate'] + p['body'] for p in d['breakdown']['programs']) < 1.25 * (d['breakdown']['predicted']['high'] or 1e9)")" true
is "its parts are told apart" "$(get "$work/o.json" "[p['name'] for p in d['breakdown']['parts']]")" '["dispatch", "programs", "delivery", "user"]'
is "nothing is in two of them: they and the rest are what was measured" "$(get "$work/o.json" \
    "abs(sum(p['estimate'] for p in d['breakdown']['parts']) + d['breakdown']['unexplained']['estimate'] - d['breakdown']['measured']['estimate']) < 1e-6")" true
is "its runs are the load's" "$(get "$work/o.json" "0.9 < d['target']['programs'][0]['load_runs_per_op'] < 1.1")" true
is "its map has an update in each run, but for those that leave at once" "$(get "$work/o.json" "(lambda rate, p: rate['fewest'] <= rate['most'] == p['all_runs_per_op'] - p['own_runs_per_op'])(next(m for m in d['target']['maps'] if m['name'] == 'hash')['operations_per_op'], d['target']['programs'][0])")" true
is "the call waits for dispatch and body" "$(get "$work/o.json" "all(p['low'] > 0 for p in d['breakdown']['latency']['parts'][:2])")" true
is "everything is delivered" "$(get "$work/o.json" "d['losses']['delivered'] > 0.99")" true
is "events dominate, and fewer of them would cost less" "$(get "$work/o.json" \
    "(lambda s: [c['one_in'] for c in s] == [1, 2, 5, 10, 100] and s[4]['cost']['estimate'] < s[0]['cost']['estimate'])(next(a['sampling'] for a in d['advice'] if a['rule'] == 'fewer_events'))")" true
expect 0 "its report" "$TRACETOLL" report "$work/o.json"
contains "has a table of that" "$(cat "$work/out")" 'What it would cost with fewer events'
is "the breakdown took less than half of the run" "$(get "$work/o.json" "d['breakdown']['seconds'] < 0.5 * d['time']['seconds']")" true
check "valid document" valid "$work/o.json"

expect 0 "a probe that prints for debugging" "$TRACETOLL" run $quick -w syscall,call=getpid -o "$work/o.json" --probe raw_tp@sys_enter+trace_printk
expect 0 "advise" "$TRACETOLL" advise "$work/o.json"
contains "says what to do" "$(cat "$work/out")" 'trace_printk is'
contains "on what evidence" "$(tr -s ' \n' ' ' <"$work/out")" 'trace_printk takes .* here'
expect 0 "advise for old kernels" "$TRACETOLL" advise --min-kernel 4.19 --json "$work/o.json"
is "which have no ring buffer" "$(tr -d ' \n' <"$work/out")" '{"advice":[]}'
expect 0 "with its options behind the document" "$TRACETOLL" advise "$work/o.json" --min-kernel 4.19 --json
expect 2 "advise for a kernel that is none" "$TRACETOLL" advise --min-kernel new "$work/o.json"
expect 0 "its report" "$TRACETOLL" report "$work/o.json"
contains "ends with it" "$(cat "$work/out")" 'What would make it cheaper'
check "valid document" valid "$work/o.json"
}
left_nothing "nothing is left behind"
finish
