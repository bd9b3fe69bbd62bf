#!/bin/bash
# Records a sham on each own workload in windows of 0.1 s, for docs/method.md: what noise there is and which window length
# pays. Resumable by workload. The machine should have nothing else to do.
#   tests/bench/record.sh [SECONDS] [DIRECTORY] [WORKLOAD...]
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-1800}
directory=${2:-build/bench/record}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- syscall,call=getpid udp_rr tcp_rr tcp_crr command,cmd=true
mkdir -p "$directory"
for workload in "$@"; do
    trial=$directory/${workload//[,=\/ ]/-}.jsonl
    [ -s "$trial" ] && continue
    build/tracetoll run -q --quads 1 --window 0.1 --steady "$seconds" -w "$workload" --trial "$trial.part" --sham
    mv "$trial.part" "$trial"
done
build/bench/allan "$directory"/*.jsonl
