#!/bin/bash
# What can be seen, and how soon: effects of known size, each against a budget of half of it, which has to FAIL. Injected by a probe that is busy
# on a timer, on each CPU, so that the size does not depend on how long an operation takes: spin / period, for each CPU on an operation's way.
# The spin is long enough that the interrupt itself is little beside it, and so is the part that passes while the operation is on the other CPU.
# Resumable: what is there is not made again; with more RUNS the rest is added. The machine should have nothing else to do.
#   tests/bench/power.sh [RUNS] [DIRECTORY] [EFFECT...]      effects in %; WORKLOADS: which loads, by default a system call (one CPU on its way) and round trips (two)
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-20}
directory=${2:-build/bench/power}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 10 5 2 1 0.5
spin_ns=100000
mkdir -p "$directory"

source tests/bench/keep.sh

for ((run = 1; run <= runs; run++)); do
    for load in ${WORKLOADS:-syscall,call=getpid:1 udp_rr:2}; do
        cpus=${load##*:} load=${load%:*} # CPUs on an operation's way, one behind the other
        for effect; do
            period_ns=$(/usr/bin/python3 -c "print(round(100 * $spin_ns * $cpus / $effect))")
            keep "${load//[,=]/-}-$effect-$run.json" build/tracetoll run -q -f json --quads long --max-time 360 --steady 0 --no-statistics -w "$load" \
                --budget "latency.mean=$(/usr/bin/python3 -c "print($effect / 2)")%" --probe "perf_event@cpu-clock:$period_ns+spin:${spin_ns}ns"
        done
    done
done
exec /usr/bin/python3 tests/bench/power_table.py "$directory"
