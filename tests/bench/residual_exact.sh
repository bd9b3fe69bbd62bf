#!/bin/bash
# The same probes as tests/bench/residual.sh, where instructions are counted: one run each, since there is no noise, and it does not matter what
# else the machine does. One guest at a time. Resumable: what is there is not made again.
#   tests/bench/residual_exact.sh [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
directory=${1:-build/bench/residual-exact}
mkdir -p "$directory"

source tests/bench/keep.sh
source tests/bench/residual_probes.sh

# count LOAD PROBE...
count() {
    local load=$1 probe
    shift
    for probe in "$@"; do
        keep "${load%%,*}-${probe//[^a-z0-9]/_}.json" build/tracetoll kernels -q --kernel "${KERNEL:-debian:6.1}" --seeds 1 -f json -- \
            run --steady 0 -w "$load" --probe "$probe"
    done
}

# shellcheck disable=SC2086,SC2154
{
count syscall,call=getpid $calls
count udp_rr $trips
}
exec /usr/bin/python3 tests/bench/residual_table.py "$directory"/*.json
