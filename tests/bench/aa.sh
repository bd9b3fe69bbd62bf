#!/bin/bash
# A/A: the sham again and again, ten quads each, budget 2 %. Resumable: runs that are there are not made again.
#   tests/bench/aa.sh [RUNS] [DIRECTORY] [WORKLOAD...]      RUNS are dealt out to the workloads in turn
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-60}
directory=${2:-build/bench/aa}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- syscall,call=getpid udp_rr tcp_rr
workloads=("$@")
mkdir -p "$directory"
for ((run = 0; run < runs; run++)); do
    workload=${workloads[run % ${#workloads[@]}]}
    result=$directory/$run-${workload//[,=\/ ]/-}.json
    [ -s "$result" ] && continue
    status=0
    build/tracetoll run -q --quads 10 --steady 0 --budget latency.mean=2% -w "$workload" -o "$result.part" --sham || status=$?
    case $status in
    0 | 1 | 3) mv "$result.part" "$result" ;;
    *) echo "aa: run $run ($workload) ended with exit status $status; run the command again to go on" >&2 && exit $status ;;
    esac
done
/usr/bin/python3 tests/bench/aa_table.py "$directory"/*.json
