#!/bin/bash
# What known tools cost on loads that fire their probes, as a table for docs/tools.md. Resumable by tool.
#   tests/bench/tools.sh [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
directory=${1:-build/bench/tools}
mkdir -p "$directory"
number=0
while IFS='|' read -r load tool; do
    case $load in '#'* | '') continue ;; esac
    number=$((number + 1))
    result=$directory/$(printf %02d $number).json
    [ -s "$result" ] && continue
    # Both halves are shell words: a script in quotes is one of them.
    eval "load_words=($load)" "tool_words=($tool)"
    echo "$number: $load | $tool" >&2
    # shellcheck disable=SC2154
    if build/tracetoll run -q --steady 0 --quads 10 -w "${load_words[@]}" -o "$result.part" -- "${tool_words[@]}" 2>"$result.failed"; then
        rm -f "$result.failed"
        mv "$result.part" "$result"
    fi
done <tests/bench/tools.txt
/usr/bin/python3 tests/bench/tools_table.py "$directory"/*.json
for failure in "$directory"/*.failed; do
    [ ! -s "$failure" ] || sed -n '1s/^tracetoll: /\nNot measured: /p' "$failure"
done
exit 0
