# Internal probes as targets, objects, and the commands around them.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--quads 1 --steady 0 --window 100ms --settle 50ms --no-breakdown"

expect 2 "an unknown operation" "$TRACETOLL" run -w syscall --probe raw_tp+hash_updat
contains "names the nearest" "$(cat "$work/err")" 'hash_update'
expect 2 "two targets" "$TRACETOLL" run -w syscall --probe raw_tp --sham
expect 2 "an object that is not there" "$TRACETOLL" run -w syscall --object /nowhere.bpf.o
expect 0 "list probes" "$TRACETOLL" list probes
contains "has attach types" "$(cat "$work/out")" '^  raw_tp '
contains "has operations" "$(cat "$work/out")" 'hash_update '

# shellcheck disable=SC2086
{
expect 0 "an empty raw_tp is measured" "$TRACETOLL" run $quick -w syscall,call=getpid -o "$work/o.json" --probe raw_tp@sys_enter
is "it ran once per system call, within 1 %" "$(get "$work/o.json" "abs(d['target']['programs'][0]['runs_per_op'] - 1) < 0.01")" true
check "valid document" valid "$work/o.json"

expect 0 "with operations" "$TRACETOLL" run $quick -w syscall,call=getpid -o "$work/o.json" --probe 'raw_tp+hash_update*2+ringbuf_output:64'
is "its maps are in the document" "$(get "$work/o.json" "{'hash', 'ring_buffer'} <= {m['name'] for m in d['target']['maps']}")" true

is "its ring buffer tells how many events there were, within 2 %" "$(get "$work/o.json" "abs(d['losses']['events_per_op']['handed_over'] + (d['losses']['lost_per_op'] or 0) - 1) < 0.02")" true
is "and what it calls, by the kernel's names" "$(get "$work/o.json" "{'htab_map_update_elem', 'bpf_ringbuf_output'} <= {c['name'] for c in d['target']['programs'][0]['code']['calls']}")" true

expect 0 "spin" "$TRACETOLL" run --quads 2 --steady 0 --window 100ms --settle 50ms -w syscall,call=getpid -o "$work/o.json" --probe raw_tp@sys_enter+spin:20us
is "accounts at least what it was told to spend" "$(get "$work/o.json" "d['target']['accounted']['ns'] / d['target']['accounted']['runs'] >= 20000")" true
is "and latency grows by that much, within 30 %" "$(get "$work/o.json" \
    "[0.7 < m['absolute']['estimate'] / 20000 < 1.3 for m in d['metrics'] if m['name'] == 'latency.mean'][0]")" true

is "where it comes from: the program, nearly all of it" "$(get "$work/o.json" "0.8 < d['breakdown']['parts'][1]['estimate'] / d['breakdown']['measured']['estimate'] < 1.2")" true
expect 0 "explain" "$TRACETOLL" explain "$work/o.json"
contains "shows it as a waterfall" "$(cat "$work/out")" 'programs +\+[0-9.]+ us .* =+ +what the programs do'
contains "and what the program contains" "$(cat "$work/out")" 'on_raw_tp +\(instructions\)'
expect 0 "explain what has no breakdown" "$TRACETOLL" explain tests/data/example-result.json
contains "says why" "$(cat "$work/out")" 'no-breakdown'

expect 0 "spin of nothing, and a tail call at the end" "$TRACETOLL" run $quick -w syscall,call=getpid -o "$work/o.json" --probe raw_tp@sys_enter+spin:0ns+tail_call
is "without a breakdown where none is wanted" "$(get "$work/o.json" "d['breakdown']")" null
is "keeps its account as well" "$(get "$work/o.json" "0 < d['target']['accounted']['ns'] / d['target']['accounted']['runs'] < 20000")" true
is "no operation failed" "$(get "$work/o.json" "d['target']['failed_operations']")" 0
is "it ran once per system call, within 1 %" "$(get "$work/o.json" "max(abs(p['runs_per_op']) for p in d['target']['programs']) > 0.99")" true
is "and the program that is jumped to is there" "$(get "$work/o.json" "'on_raw_tp_end' in [p['name'] for p in d['target']['programs']]")" true

# On another CPU somebody else is at it: what one puts in, the other does not take out.
taskset -c "$(($(nproc) - 1))" dd if=/dev/zero of=/dev/null bs=1 2>/dev/null &
other=$!
"$TRACETOLL" run $quick -q --no-statistics -w syscall,call=getpid -o "$work/o.json" --probe raw_tp@sys_enter+hash_insert_delete >/dev/null 2>&1
kill $other
is "no operation of two CPUs failed" "$(get "$work/o.json" "d['target']['failed_operations']")" 0

expect 0 "events that find no room" "$TRACETOLL" run $quick --no-statistics -w syscall,call=getpid -o "$work/o.json" --probe 'raw_tp@sys_enter+ringbuf_output:4096*16'
is "are counted" "$(get "$work/o.json" "d['target']['lost_events'] > 0")" true
is "and warned of" "$(get "$work/o.json" "'lost_events' in [w['code'] for w in d['warnings']]")" true
check "valid document" valid "$work/o.json"

# Loads whose own count no other test holds against the kernel's.
expect 0 "malloc under a uprobe" "$TRACETOLL" run $quick -w malloc -o "$work/o.json" --probe uprobe@malloc
if has_address_sanitizer; then
    skip "one hit per allocation" "this build has another malloc (AddressSanitizer's)"
else
    is "one hit per allocation, within 1 %" "$(get "$work/o.json" "abs(d['target']['programs'][0]['runs_per_op'] - 1) < 0.01")" true
fi
expect 0 "http under a tracepoint" "$TRACETOLL" run --quads 1 --steady 0 --no-breakdown -w http,rate=2k/s -o "$work/o.json" --probe tp@syscalls:sys_enter_sendto
is "one send per answer, within 2 %" "$(get "$work/o.json" "abs(d['target']['programs'][0]['runs_per_op'] - 1) < 0.02")" true

for probe in xdp tc socket_filter; do
    expect 0 "$probe on the server's interface" "$TRACETOLL" run $quick -w udp_rr --target-netns server -o "$work/o.json" --probe $probe
    is "$probe: runs per round trip" "$(get "$work/o.json" "0.99 < d['target']['programs'][0]['runs_per_op'] < 2.02")" true
done
expect 5 "an interface that is not there" "$TRACETOLL" run $quick -w udp_rr --probe xdp@nowhere
contains "and what to do" "$(cat "$work/err")" '--target-netns'

expect 0 "an object is measured" "$TRACETOLL" run $quick -w syscall,call=getpid -o "$work/o.json" --object "$BUILD/tests/objects/counts_calls.bpf.o"
is "its program ran" "$(get "$work/o.json" "d['target']['programs'][0]['runs_per_op'] > 0.99")" true
check "valid document" valid "$work/o.json"
cp /bin/true "$work/none.bpf.o"
expect 5 "a file that is no object" "$TRACETOLL" run $quick -w syscall --object "$work/none.bpf.o"
}

# 100 events of 128 bytes into buffers of which one holds 4 KiB: somebody has to read them.
"$TRACETOLL" internal-object "$BUILD/tests/objects/sends_events.bpf.o" 2>"$work/err" &
tool=$!
results() {
    bpftool -j map dump name send_results | python3 -c 'import json, sys; print(*(e["formatted"]["value"] for e in json.load(sys.stdin)))'
}
for _ in $(seq 50); do bpftool prog show name send_events 2>/dev/null | grep -q . && break; sleep 0.1; done
sleep 0.3
for _ in $(seq 100); do /bin/true; sleep 0.005; done
read -r taken refused < <(results)
kill -INT $tool
wait $tool
is "an object's tool ends with SIGINT" $? 0
is "its events are taken" "$((taken >= 200))" 1
is "and none is refused" "$refused" 0
is "it has nothing to say" "$(cat "$work/err")" ""

kprobe=$("$TRACETOLL" doctor --json | python3 -c 'import json,sys; print({c["name"]: c["status"] for c in json.load(sys.stdin)["checks"]}["kprobe"])')
if [ "$kprobe" = unsupported ]; then
    expect 4 "what the kernel lacks" "$TRACETOLL" run -w syscall --probe kprobe
    contains "is said with the reason" "$(cat "$work/err")" 'unsupported here, because'
else
    skip "what the kernel lacks" "this kernel has kprobes"
fi

# A row that fails its check has no figure, and on a busy machine eight repetitions may fail it: three attempts.
dependent_is_slower() {
    python3 - "$1" <<'P'
import json, sys
r = {x["name"]: x["estimate"] for x in json.load(open(sys.argv[1]))["rows"]}
dependent, independent = r["insn_add_dependent"], r["insn_add_independent"]
print("untrustworthy" if None in (dependent, independent) else dependent > 1.5 * independent > 0)
P
}
for _ in 1 2 3; do
    expect 0 "micro: one suite" "$TRACETOLL" micro --repetitions 8 --json -o "$work/m.json" insn
    slower=$(dependent_is_slower "$work/m.json")
    [ "$slower" = untrustworthy ] || break
done
contains "prints its document" "$(cat "$work/out")" 'tracetoll.micro/1'
is "a dependent addition is slower than an independent one" "$slower" True
# Ctrl-C: six passes give intervals, fewer do not. Progress, which a terminal is told, says where it is: a row of how many.
interrupted() { # PASSES: behind so many of them
    local at=0 all=0
    rm -f "$work/c.json" "$work/typescript"
    script -qfec "exec '$TRACETOLL' micro --loads 16 -o '$work/c.json' insn" "$work/typescript" >/dev/null &
    for _ in {1..600}; do
        read -r at all <<<"$(grep -oE '[0-9]+ of [0-9]+' "$work/typescript" 2>/dev/null | tail -n 1 | sed 's/ of / /')"
        [ "${at:-0}" -gt $(($1 * ${all:-0} / 16)) ] && break
        sleep 0.05
    done
    kill -INT "$(pgrep -P $!)"
    wait $!
}
interrupted 0
is "micro interrupted at once: 130" $? 130
contains "says what is missing" "$(cat "$work/typescript")" 'interrupted in pass [1-6] of 16; 6 are needed for intervals'
check "and there is no document" test ! -e "$work/c.json"
interrupted 7
is "micro interrupted behind its seventh pass: 130" $? 130
contains "says what is kept" "$(cat "$work/typescript")" 'interrupted in pass ([89]|1[0-6]) of 16; what was measured until then is kept'
is "its document says so, and has figures" "$(python3 - "$work/c.json" <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
print(d["interrupted"], max(r["detail"].get("loads", 0) for r in d["rows"]) >= 7)
P
)" "True True"
expect 2 "micro: an unknown suite" "$TRACETOLL" micro maps
contains "names the nearest" "$(cat "$work/err")" '"map"'
expect 0 "claims from a document of micro" "$TRACETOLL" claims --micro "$work/m.json" --no-runs --json
is "a verdict or a reason for every row" "$(python3 - "$work/out" <<'P'
import json, sys
rows = json.load(open(sys.argv[1]))["claims"]
print(len(rows) > 70 and all(r["why"] if r["verdict"] == "not testable here" else r["measured"]["low"] is not None for r in rows))
P
)" True
# No instruction is a function of the kernel: nothing to time, and no zero.
expect 4 "micro: funclatency on what has no function" "$TRACETOLL" micro --method funclatency --json -o "$work/f.json" insn
is "each row says why, and has no number" "$(python3 - "$work/f.json" <<'P'
import json, sys
print(all(x["status"] == "unsupported" and x["estimate"] is None and x["reason"] for x in json.load(open(sys.argv[1]))["rows"]))
P
)" True
contains "the kernel, or what the row is" "$(cat "$work/f.json")" 'needs kprobes: this kernel is built without it|calls no function of the kernel'
expect 2 "claims from something else" "$TRACETOLL" claims --micro "$work/o.json"
left_nothing "nothing is left behind"
finish
