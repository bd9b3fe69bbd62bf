#!/bin/bash
# The noise reference under attack: targets that slow unrelated code. What they do to the load is the load's latency, with the reference or
# without; an adjustment that took it off would be wrong, and has to be dropped. Beside them the sham, whose adjusted and raw figures have to agree.
# Resumable. The machine should have nothing else to do.
#   tests/bench/attack.sh [RUNS] [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-5}
directory=${2:-build/bench/attack}
mkdir -p "$directory"

source tests/bench/keep.sh

# The load is on the last CPU, unless it says otherwise (workloads/): an attack from there, and one from the first.
last=$(($(nproc) - 1))
for ((run = 1; run <= runs; run++)); do
    for load in syscall,call=getpid udp_rr; do
        for attack in "cache 0" "cache $last 10" "cpu 0" "cpu $last 10" "memory 0"; do
            # shellcheck disable=SC2086
            keep "${load//[,=]/-}-${attack// /_}-$run.json" build/tracetoll run -q -f json --quads 10 --precision 0.01% --steady 0 --no-statistics -w "$load" \
                -- build/targets/attacks $attack
        done
        keep "${load//[,=]/-}-sham-$run.json" build/tracetoll run -q -f json --quads 10 --precision 0.01% --steady 0 --no-statistics -w "$load" --sham
    done
done
exec /usr/bin/python3 tests/bench/attack_table.py "$directory"/*.json
