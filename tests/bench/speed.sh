#!/bin/bash
# Own generators against iperf3 and sockperf, as a table for docs/performance.md. Resumable by comparison.
#   tests/bench/speed.sh [ROUNDS] [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-12}
directory=${2:-build/bench/ratios}
mkdir -p "$directory"
printf '| ours | against | ours / theirs, 95 %% interval | aim | met |\n|---|---|---|---|---|\n'
for ((number = 0; ; number++)); do
    row=$directory/$number
    if [ ! -s "$row" ]; then
        status=0
        build/bench/speed "$rounds" $number >"$row.part" || status=$?
        [ $status -ne 2 ] || break
        [ $status -le 1 ] || exit $status
        mv "$row.part" "$row"
    fi
    cat "$row"
done
rm -f "$row.part"
printf '\nOn%s, %s CPUs, kernel %s.\n' "$(sed -n 's/^model name\s*:/ /p' /proc/cpuinfo | head -n 1 | tr -s ' ')" "$(nproc)" "$(uname -r)"
