#!/bin/bash
# What can be seen, and how soon: effects of known size, each against a budget of half of it, which has to FAIL. Injected by a probe that is busy
# on a timer (a hit each 2 ms on each CPU), so that the size does not depend on how long an operation takes. What the interrupt costs beside
# the spin is measured before each five runs, with a spin of nothing, and taken off. Resumable: what is there is not made again; with more RUNS the rest is added.
# The machine should have nothing else to do.
#   tests/bench/power.sh [RUNS] [DIRECTORY] [EFFECT...]      effects in %; WORKLOADS: which loads, by default a system call and round trips
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-20}
directory=${2:-build/bench/power}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 10 5 2 1 0.5
period_ns=2000000
mkdir -p "$directory"

source tests/bench/keep.sh

# spin_ns BASE.json EFFECT: what is left for the spin when the interrupt has had its share.
spin_ns() {
    /usr/bin/python3 - "$1" "$2" $period_ns <<'P'
import json, sys
metric = next(m for m in json.load(open(sys.argv[1]))["metrics"] if m["primary"])
spin = round((float(sys.argv[2]) / 100 - metric["effect"]["estimate"]) * float(sys.argv[3]))
print(spin if spin >= 0 else sys.exit("the interrupt alone costs more than %s %% of this load" % sys.argv[2]))
P
}

for ((run = 1; run <= runs; run++)); do
    for load in ${WORKLOADS:-syscall,call=getpid udp_rr}; do
        name=${load//[,=]/-}
        base=$name-base-$(((run + 4) / 5)).json
        keep "$base" build/tracetoll run -q -f json --quads long --precision 0.05% --max-time 60 --steady 0 --no-statistics -w "$load" \
            --probe "perf_event@cpu-clock:$period_ns+spin:0ns"
        for effect; do
            spin=$(spin_ns "$directory/$base" "$effect")
            keep "$name-$effect-$run.json" build/tracetoll run -q -f json --quads long --max-time 360 --steady 0 --no-statistics -w "$load" \
                --budget "latency.mean=$(/usr/bin/python3 -c "print($effect / 2)")%" --probe "perf_event@cpu-clock:$period_ns+spin:${spin}ns"
        done
    done
done
exec /usr/bin/python3 tests/bench/power_table.py "$directory"
