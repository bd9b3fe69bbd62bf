# Real, unmodified tools from Debian's packages, each with a load that fires it.
source "$(dirname "$0")/lib.sh"
remember_machine

measure() { # NAME WORKLOAD COMMAND...
    local name=$1 workload=$2
    shift 2
    expect 0 "$name is measured" "$TRACETOLL" run --no-breakdown --quads 6 --steady 0 --window 100ms --settle 50ms -w "$workload" -o "$work/$name.json" -- "$@"
    check "$name: valid document" valid "$work/$name.json"
    contains "$name: version of its package" "$(get "$work/$name.json" "d['environment']['versions']['target']")" '^(libbpf-tools|bpftrace) [0-9]'
    is "$name: attach and detach times" "$(get "$work/$name.json" "d['target']['attach_ns']['median'] > 0 and d['target']['detach_ns']['median'] > 0")" true
    is "$name: every program has its attach point or is attached nowhere" "$(get "$work/$name.json" "any(p['attach'] for p in d['target']['programs']) and all((p['attach'] is None) == (p['mechanism'] == 'none') for p in d['target']['programs'])")" true
    is "$name: its programs ran for the load" "$(get "$work/$name.json" "max(p['runs_per_op'] for p in d['target']['programs']) > 0.5")" true
    is "$name: time per run" "$(get "$work/$name.json" "max(p['ns_per_run'] or 0 for p in d['target']['programs']) > 1")" true
    is "$name: memory" "$(get "$work/$name.json" "[m['with_target'] > 1e5 for m in d['metrics'] if m['name'] == 'memory.rss'][0] and [m['with_target'] > 0 for m in d['metrics'] if m['name'] == 'memory.maps'][0]")" true
    is "$name: effect with an interval" "$(get "$work/$name.json" "[m['effect']['low'] < m['effect']['high'] for m in d['metrics'] if m['primary']][0]")" true
    is "$name: nothing that its programs call is without a name" \
        "$(get "$work/$name.json" "[c['name'] for p in d['target']['programs'] if p['code'] for c in p['code']['calls'] if c['name'] in ('', 'unknown') or c['name'][:2] == '0x']")" '[]'
    left_nothing "$name: nothing is left behind"
}
# hits NAME SHARE POINT EXPRESSION: runs per operation of the program there are what the expression says, within the share.
hits() {
    is "$1: $3 runs as often as it must" \
        "$(get "$work/$1.json" "[abs(p['runs_per_op'] / ($4) - 1) < $2 for p in d['target']['programs'] if (p['attach'] or '')[-len('$3'):] == '$3']")" '[true]'
}
with_target() { echo "[m['with_target'] for m in d['metrics'] if m['name'] == '$1'][0]"; }

measure syscount syscall,call=getpid syscount -i 1
hits syscount 0.01 :sys_exit 1
measure opensnoop syscall,call=open_close opensnoop
hits opensnoop 0.01 syscalls:sys_enter_openat 1
measure tcplife tcp_crr tcplife

# State changes per connection, counted by the kernel's own tracepoint on a run of its own.
quick="--quads 1 --steady 0 --window 100ms --settle 50ms"
# shellcheck disable=SC2086
{
expect 0 "counting state changes" "$TRACETOLL" run --no-breakdown $quick -w tcp_crr -o "$work/c.json" -- \
    bpftrace -e 'tracepoint:sock:inet_sock_set_state { @changes = count(); }'
counted=$(get "$work/c.json" "[p['runs_per_op'] for p in d['target']['programs'] if 'inet_sock_set_state' in (p['attach'] or '')][0]")
contains "a connection changes state several times" "$counted" '^[0-9]+\.[0-9]+'
expect 0 "tcpstates on tcp_crr" "$TRACETOLL" run --no-breakdown $quick -w tcp_crr -o "$work/tcpstates.json" -- tcpstates
check "tcpstates: valid document" valid "$work/tcpstates.json"
}
for tool in tcplife tcpstates; do
    is "$tool runs once per state change, within 1 %" "$(get "$work/$tool.json" \
        "abs(max(p['runs_per_op'] for p in d['target']['programs']) / $counted - 1) < 0.01")" true
done
left_nothing "state changes: nothing is left behind"

measure softirqs udp_rr softirqs 1
hits softirqs 0.05 :softirq_entry "$(with_target softirqs)"
measure runqlat udp_rr runqlat 1
hits runqlat 0.05 :sched_switch "$(with_target context_switches)"
measure bpftrace syscall,call=getpid bpftrace -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'
hits bpftrace 0.01 :sys_enter 1

# A uprobe of the load's process, which is another one in each quad: the path that it goes through has the PID in it.
libc=$(ldd "$TRACETOLL" | awk '/libc\.so/ {print $3}')
if has_address_sanitizer; then
    skip "a uprobe of the load's process" "this build has another malloc (AddressSanitizer's)"
elif [ -e /sys/bus/event_source/devices/uprobe ]; then
    measure malloc malloc bpftrace -p '{pid}' -e "uprobe:$libc:malloc { @ = count(); }"
    is "one malloc per operation, in each process of the load" "$(get "$work/malloc.json" "[abs(p['runs_per_op'] - 1) < 0.01 for p in d['target']['programs']]")" '[true]'
    # And one by a path that has the PID in it: what counts is that it attaches in each quad.
    # shellcheck disable=SC2086
    expect 0 "a uprobe by /proc/PID/exe" "$TRACETOLL" run --no-breakdown $quick -w malloc -o "$work/exe.json" -- bpftrace -e "uprobe:/proc/{pid}/exe:main { @ = count(); }"
else
    skip "a uprobe of the load's process" "no uprobes in this kernel"
fi
finish
