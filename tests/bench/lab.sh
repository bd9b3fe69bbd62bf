#!/bin/bash
# How long the kernel lab takes, from the command to its table, on an otherwise idle machine. The aims stand beside the times.
#   tests/bench/lab.sh
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
printf '| command | aim | took |\n|---|---|---|\n'
# measure AIM_SECONDS COMMAND...
measure() {
    local aim=$1 start seconds
    shift
    start=$(date +%s%N)
    build/tracetoll "$@" >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err" >&2; return 1; }
    seconds=$(awk -v ns=$(($(date +%s%N) - start)) 'BEGIN {printf "%.1f", ns / 1e9}')
    printf '| `tracetoll %s` | %s s | %s s |\n' "$*" "$aim" "$seconds"
    awk -v took="$seconds" -v aim="$aim" 'BEGIN {exit took > aim}' || failed=1
}
build/tracetoll kernels -q --kernel debian:6.1 --seeds 1 -- micro attach >"$work/out" # fetches what is missing
measure 60 kernels -q --kernel debian:6.1 --exact -- micro attach
measure 120 kernels -q --kernel debian:6.1 --exact -- run -w udp_rr -t routed --object build/tests/objects/conntrack_kprobe.bpf.o
measure 360 kernels -q --kernel debian:6.1 --exact -- run -w udp_rr -t routed -- python3 tests/targets/conntrack_bcc.py
printf '\nOn%s, %s CPUs, QEMU %s.\n' "$(sed -n 's/^model name\s*:/ /p' /proc/cpuinfo | head -n 1 | tr -s ' ')" "$(nproc)" \
    "$(qemu-system-x86_64 --version | sed -n '1s/.*version \([^ ]*\).*/\1/p')"
exit $failed
