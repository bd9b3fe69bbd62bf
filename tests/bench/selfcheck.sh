#!/bin/bash
# `tracetoll selfcheck` several times in a row, on an idle machine: each has to hold.
#
#     tests/bench/selfcheck.sh [RUNS]
#
# Keeps the documents in build/bench/selfcheck (from an empty directory each time: a row must not be picked from
# two), and prints the Markdown table. Exits with 1 when one did not hold.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-5} kept=${BUILD:-build}/bench/selfcheck
rm -rf "$kept"
mkdir -p "$kept"
for run in $(seq "$runs"); do
    begun=$SECONDS status=0
    "${BUILD:-build}/tracetoll" selfcheck --json >"$kept/$run.json" || status=$?
    echo "run $run of $runs: exit status $status after $((SECONDS - begun)) s" >&2
    # 7: did not hold, and is shown; anything else is no result.
    ((status == 0 || status == 7)) || exit "$status"
    echo $((SECONDS - begun)) >"$kept/$run.seconds"
done
tests/bench/selfcheck_table.py "$kept"
