#!/bin/bash
# 20 shams with a 5 % budget on system calls: none may fail, at least three in four must pass. Resumable.
#   tests/bench/shams.sh [RUNS] [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-20}
directory=${2:-build/bench/shams}
mkdir -p "$directory"
for ((run = 0; run < runs; run++)); do
    [ -s "$directory/$run" ] && continue
    status=0
    build/tracetoll run -q -w syscall,call=getpid --budget latency.mean=5% --sham || status=$?
    echo $status >"$directory/$run"
done
cat "$directory"/* | sort -n | uniq -c | awk '{printf "exit %s: %s runs\n", $2, $1; n[$2] = $1}
    END {exit n[1] > 0 || n[0] < 0.75 * '"$runs"'}'
