#!/bin/bash
# A probe of known cost, ten times: does the interval of what is measured contain what the probe accounted plus its attach cost?
# That is: account(500 ns) - account(0 ns) + cost(0 ns), the last two from the attach suite (docs/method.md, section 9), before and
# after the runs. Resumable: what is there is not made again. The machine should have nothing else to do.
#   tests/bench/spin.sh [RUNS] [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-10}
directory=${2:-build/bench/spin}
mkdir -p "$directory"

source tests/bench/keep.sh

keep before.json build/tracetoll micro -q --json attach
for ((run = 1; run <= runs; run++)); do
    keep "run-$run.json" build/tracetoll run -q -f json --steady 0 -w syscall,call=getpid --probe raw_tp@sys_enter+spin:500ns
done
keep after.json build/tracetoll micro -q --json attach
exec /usr/bin/python3 tests/bench/spin_table.py "$directory/before.json" "$directory/after.json" "$directory"/run-*.json
