#!/bin/bash
# How long the kernel lab takes, from the command to its table, on an otherwise idle machine. The aims stand beside the times.
#   tests/bench/lab.sh
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
printf '| command | aim | took |\n|---|---|---|\n'
# measure AIM_SECONDS STATUS COMMAND...
measure() {
    local aim=$1 wanted=$2 start seconds status=0
    shift 2
    start=$(date +%s%N)
    build/tracetoll "$@" >"$work/out" 2>"$work/err" || status=$?
    [ $status = "$wanted" ] || { cat "$work/out" "$work/err" >&2; return 1; }
    seconds=$(awk -v ns=$(($(date +%s%N) - start)) 'BEGIN {printf "%.1f", ns / 1e9}')
    printf '| `tracetoll %s` | %s s | %s s |\n' "$*" "$aim" "$seconds"
    awk -v took="$seconds" -v aim="$aim" 'BEGIN {exit took > aim}' || failed=1
}
build/tracetoll kernels -q --kernel debian:6.1 --seeds 1 -- micro attach >"$work/out" # fetches what is missing
measure 60 0 kernels -q --kernel debian:6.1 --exact -- micro attach
measure 120 0 kernels -q --kernel debian:6.1 --exact -- run -w udp_rr -t routed --object build/tests/objects/conntrack_kprobe.bpf.o
measure 360 0 kernels -q --kernel debian:6.1 --exact -- run -w udp_rr -t routed -- python3 tests/targets/conntrack_bcc.py
# A guest on this machine's root that boots, finds that its kernel lacks what it was to measure, and powers off.
measure 10 4 kernels -q --kernel debian:6.1 --timed --force -- run -w syscall --probe kprobe.multi@find_task_by_vpid
printf '\nOn%s, %s CPUs, QEMU %s.\n' "$(sed -n 's/^model name\s*:/ /p' /proc/cpuinfo | head -n 1 | tr -s ' ')" "$(nproc)" \
    "$(qemu-system-x86_64 --version | sed -n '1s/.*version \([^ ]*\).*/\1/p')"
exit $failed
