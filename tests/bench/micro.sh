#!/bin/bash
# Twice the micro suites: the intervals of the two have to overlap in nine of ten rows, at most one row in twenty may be
# untrustworthy, and all suites have to be done in five minutes. The machine should have nothing else to do.
#   tests/bench/micro.sh [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
directory=${1:-build/bench/micro}
mkdir -p "$directory"
for run in 1 2; do build/tracetoll micro -q --json >"$directory/$run.json"; done
exec /usr/bin/python3 tests/bench/micro_compare.py "$directory/1.json" "$directory/2.json"
