#!/bin/bash
# What `tracetoll watch` costs, measured by tracetoll: a tool runs throughout, off and on differ by somebody watching it.
#
#     tests/bench/watch.sh
#
# It looks every ten seconds here and not once a minute, so that each window has the same share of a look; once a minute cannot
# cost more. A target has to have a program, and watch has none: one that does nothing is beside it, in the same cgroup.
# Prints Markdown; exits with 1 when the CPU time of watch may be 0.1 % of a CPU or more.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
work=$(mktemp -d) tool=
trap '[ -z "$tool" ] || kill "$tool"; rm -rf "$work"' EXIT

softirqs 10 3600 >/dev/null &
tool=$!
cat >"$work/scenario.yaml" <<END
targets: [{on: "true", off: "true"}]
workloads: [{load: observe}]
watch: {process: softirqs, interval: 10s, statistics: 166ms, textfile: $work/figures.prom}
END
"$BUILD/tracetoll" run -q -w observe,per=switch --quads "${QUADS:-10}" --window 10 --settle 1 --steady 0 --no-statistics --no-breakdown -o "$work/result.json" -- \
    sh -c "'$BUILD/targets/takes_arguments' & exec '$BUILD/tracetoll' watch -q '$work/scenario.yaml'" >&2 || [ $? -eq 3 ]
[ -s "$work/result.json" ]
tests/bench/watch_table.py "$work/result.json"
