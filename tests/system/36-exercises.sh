#!/bin/bash
# What loads say they exercise is true: each tracepoint and system call that a load declares and this kernel has gets a program, and
# every one of them runs under the load. (Functions need kprobes or fentry: in a guest kernel.)
source "$(dirname "$0")/lib.sh"
remember_machine

# One bpftrace script with a probe per declared point: a program each.
script_for() {
    "$TRACETOLL" run --no-breakdown -w "$1" --sham --dry-run | sed -n 's/^exercises  //p' | tr ' ' '\n' | while IFS=: read -r kind rest; do
        case $kind in
        tracepoint) echo "tracepoint:$rest" ;;
        syscall) echo "tracepoint:syscalls:sys_enter_$rest" ;;
        software) echo "software:$rest:1" ;;
        esac
    done | sort -u | while read -r point; do
        case $point in
        software:*) ;;
        *) [ -d "$tracefs/events/$(sed 's/^tracepoint:\([^:]*\):\(.*\)$/\1\/\2/' <<<"$point")" ] || continue ;;
        esac
        echo "$point { @[\"$point\"] = count(); }"
    done
}

tracefs=$work/tracefs
mkdir "$tracefs"
if ! mount -t tracefs none "$tracefs" 2>/dev/null; then
    skip "declared points" "tracefs can't be mounted"
    finish
fi
# All of them in `make check-long`.
loads=${LOADS:-tcp_crr files}
for load in $loads; do
    script_for "$load" >"$work/script.bt"
    check "$load: declares points that this kernel has" test -s "$work/script.bt"
    expect 0 "$load: measured" "$TRACETOLL" run --no-breakdown -q --attach-timeout 2min --quads 1 --steady 0 --window 300ms --settle 100ms -w "$load" -o "$work/o.json" -- bpftrace "$work/script.bt"
    is "$load: all that it declares fires" \
        "$(get "$work/o.json" "[p['attach'] for p in d['target']['programs'] if p['mechanism'] != 'none' and not (p['runs_per_op'] or 0) > 0.0005]")" "[]"
done
umount "$tracefs"
left_nothing "nothing is left behind"
finish
