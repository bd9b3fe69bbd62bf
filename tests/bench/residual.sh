#!/bin/bash
# Probes of known composition: how much of what they cost is left unexplained (docs/method.md, section 12)? Per system call, and per round
# trip with two microseconds and more. Resumable: what is there is not made again. The machine should have nothing else to do.
# Ten quads a run: half a minute each, and half an hour in all.
#   tests/bench/residual.sh [RUNS] [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-10}
quads=${QUADS:-10}
directory=${2:-build/bench/residual}
mkdir -p "$directory"

source tests/bench/keep.sh
source tests/bench/residual_probes.sh

for ((run = 1; run <= runs; run++)); do
    for probe in $calls; do
        keep "syscall-${probe//[^a-z0-9]/_}-$run.json" build/tracetoll run -q -f json --steady 0 --quads "$quads" -w syscall,call=getpid --probe "$probe"
    done
    for probe in $trips; do
        keep "udp_rr-${probe//[^a-z0-9]/_}-$run.json" build/tracetoll run -q -f json --steady 0 --quads "$quads" -w udp_rr --probe "$probe"
    done
done
exec /usr/bin/python3 tests/bench/residual_table.py "$directory"/*.json
