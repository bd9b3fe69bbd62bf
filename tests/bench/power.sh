#!/bin/bash
# What can be seen, and how soon: effects of known size, each against a budget of half of it, which has to FAIL, or of twice as much, which
# has to PASS. Injected by a probe that is busy on a timer, so that the size does not depend on how long an operation takes: for a share of
# the time the whole machine stands still, since the timers of all CPUs run in step. What the interrupt takes beside the spin (tens of us in
# a virtual machine) is measured before each five runs, with a spin of nothing. Resumable: what is there is not made again; with more RUNS
# the rest is added. The machine should have nothing else to do.
#   tests/bench/power.sh [RUNS] [DIRECTORY] [EFFECT...]      effects in %; WORKLOADS: which loads, by default a system call and round trips;
#                                                  BUDGETS: how many times what is injected, by default half of it
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-20}
directory=${2:-build/bench/power}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 10 5 2 1 0.5
spin_ns=200000 base_period_ns=1000000
mkdir -p "$directory"

source tests/bench/keep.sh

# period_ns BASE.json EFFECT: how often the machine has to stand still. Of a period, the operation has what is left.
period_ns() {
    /usr/bin/python3 - "$1" "$2" $spin_ns $base_period_ns <<'P'
import json, sys
effect, spin_ns, base_period_ns = map(float, sys.argv[2:])
alone = next(m for m in json.load(open(sys.argv[1]))["metrics"] if m["primary"])["effect"]["estimate"]
still_ns = spin_ns + base_period_ns * max(0, alone) / (1 + alone)
print(round(still_ns * (1 + 100 / effect)))
P
}

for ((run = 1; run <= runs; run++)); do
    for load in ${WORKLOADS:-syscall,call=getpid udp_rr}; do
        name=${load//[,=]/-}
        base=$name-base-$(((run + 4) / 5)).json
        keep "$base" build/tracetoll run -q -f json --quads 32 --precision 0.01% --steady 0 --no-statistics -w "$load" \
            --probe "perf_event@cpu-clock:$base_period_ns+spin:0ns"
        for effect; do
            probe="perf_event@cpu-clock:$(period_ns "$directory/$base" "$effect")+spin:${spin_ns}ns"
            for budget in ${BUDGETS:-0.5}; do
                keep "$name-$effect-$budget-$run.json" build/tracetoll run -q -f json --quads long --max-time 360 --steady 0 --no-statistics -w "$load" \
                    --budget "latency.mean=$(/usr/bin/python3 -c "print($effect * $budget)")%" --probe "$probe"
            done
        done
    done
done
exec /usr/bin/python3 tests/bench/power_table.py "$directory"
