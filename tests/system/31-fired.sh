# Do the programs see the load? Tools that cannot, and tools whose runs per operation are known.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--quads 1 --steady 0 --window 100ms --settle 50ms"

# shellcheck disable=SC2086
expect 0 "opensnoop on udp_rr is measured" "$TRACETOLL" run --no-breakdown $quick -w udp_rr -o "$work/o.json" -- opensnoop
is "never_fired is among the warnings" "$(get "$work/o.json" "'never_fired' in [w['code'] for w in d['warnings']]")" true
contains "the report does not call it free" "$(cat "$work/out")" 'was not measured'
# shellcheck disable=SC2086
expect 7 "with a budget it is untrustworthy" "$TRACETOLL" run --no-breakdown $quick -w udp_rr --budget latency.mean=50% -o "$work/o.json" -- opensnoop
is "verdict" "$(get "$work/o.json" "d['verdict']['status']")" untrustworthy

# State changes per connection, counted by the kernel's own tracepoint on a run of its own.
# shellcheck disable=SC2086
expect 0 "counting state changes" "$TRACETOLL" run --no-breakdown $quick -w tcp_crr -o "$work/c.json" -- \
    bpftrace -e 'tracepoint:sock:inet_sock_set_state { @changes = count(); }'
counted=$(get "$work/c.json" "[p['runs_per_op'] for p in d['target']['programs'] if 'inet_sock_set_state' in (p['attach'] or '')][0]")
contains "a connection changes state several times" "$counted" '^[0-9]+\.[0-9]+'
for tool in tcplife tcpstates; do
    # shellcheck disable=SC2086
    expect 0 "$tool on tcp_crr" "$TRACETOLL" run --no-breakdown $quick -w tcp_crr -o "$work/$tool.json" -- $tool
    is "$tool runs once per state change, within 1 %" "$(get "$work/$tool.json" \
        "abs(max(p['runs_per_op'] for p in d['target']['programs']) / $counted - 1) < 0.01")" true
    check "$tool: valid document" valid "$work/$tool.json"
done
left_nothing "nothing is left behind"
finish
