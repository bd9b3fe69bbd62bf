#!/bin/bash
# How much of the machine's noise the reference takes away: a sham on each own workload, 32 quads, deviation of the
# quad contrasts of the primary metric, raw and adjusted. The machine should have nothing else to do.
#   tests/bench/noise.sh [DIRECTORY] [WORKLOAD...]      (documents stay in DIRECTORY)
set -eu
cd "$(dirname "$0")/../.."
directory=${1:-build/bench/noise}
shift $(($# < 1 ? $# : 1))
[ $# -gt 0 ] || set -- syscall,call=getpid udp_rr tcp_rr tcp_crr command,cmd=true
mkdir -p "$directory"
printf '| workload | metric | raw | adjusted | factor | as many quads as |\n|---|---|---|---|---|---|\n'
for workload in "$@"; do
    result=$directory/${workload//[,=\/ ]/-}.json
    [ -s "$result" ] || build/tracetoll run -q --quads 32 --precision 0.01% --steady 0 -w "$workload" -o "$result" --sham
    /usr/bin/python3 tests/bench/noise_row.py "$result"
done
