#!/bin/bash
# Own generators against iperf3 and sockperf, as a table for docs/performance.md. Not measured again when it is there.
#   tests/bench/speed.sh [ROUNDS] [FILE]
set -eu
cd "$(dirname "$0")/../.."
table=${2:-build/bench/speed.md}
mkdir -p "$(dirname "$table")"
if [ ! -s "$table" ]; then
    build/bench/speed "${1:-12}" >"$table.part" || [ $? -eq 1 ]
    mv "$table.part" "$table"
fi
cat "$table"
