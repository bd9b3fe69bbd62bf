# Do the programs see the load? A tool that cannot. (Tools whose runs per operation are known: 32-tools.sh.)
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

# Somebody else has the kernel count runs, which makes them dearer.
counted() { get "$work/s.json" "'bpf_statistics_on' in [w['code'] for w in d['warnings']]"; }
probe=(--no-breakdown --no-statistics -w syscall,call=getpid --probe raw_tp@sys_enter -q -o "$work/s.json")
# shellcheck disable=SC2086
expect 0 "a probe is measured" "$TRACETOLL" run $quick "${probe[@]}"
is "nobody has BPF statistics on" "$(counted)" false
before=$(sysctl -n kernel.bpf_stats_enabled)
trap 'sysctl -q kernel.bpf_stats_enabled="$before"; rm -rf "$work"' EXIT
sysctl -q kernel.bpf_stats_enabled=1
# shellcheck disable=SC2086
expect 0 "with BPF statistics on" "$TRACETOLL" run $quick "${probe[@]}"
is "the document warns of them" "$(counted)" true
"$TRACETOLL" doctor >"$work/doctor" 2>&1
contains "and so does doctor" "$(cat "$work/doctor")" 'bpf_statistics +degraded'
sysctl -q kernel.bpf_stats_enabled="$before"

left_nothing "nothing is left behind"
finish
