#!/bin/bash
# What commands on a history of 10,000 documents take, the best of five runs each, as a Markdown table.
set -eu -o pipefail
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

row() { # DATABASE TEXT ARGS...
    local database=$1 text=$2 best= start took i
    shift 2
    for i in 1 2 3 4 5; do
        start=$(date +%s%N)
        "$build/tracetoll" history "$@" --database "$database" >/dev/null
        took=$((($(date +%s%N) - start) / 1000000))
        if [ -z "$best" ] || [ $took -lt "$best" ]; then best=$took; fi
    done
    echo "| $text | \`history $*\` | $best ms |"
}

echo "| history | command | time |"
echo "|---|---|---:|"
for tools in 1 20 1000; do
    database=$work/$tools.db
    "$build/bench/history" "$database" 10000 $tools
    text="10,000 documents, $tools key$([ $tools = 1 ] || echo s), $(($(stat -c %s "$database") >> 20)) MiB"
    row "$database" "$text" list
    row "$database" "$text" list --json
    row "$database" "$text" trend
    row "$database" "$text" trend -f html
    row "$database" "$text" trend -m all
done
