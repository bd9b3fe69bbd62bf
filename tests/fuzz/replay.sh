#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TAP: every fuzz target runs its corpus in the repository, where what fuzzing has found is kept.
set -u
targets=(tests/fuzz/fuzz_*.c)

echo "1..${#targets[@]}"
number=0
for source in "${targets[@]}"; do
    name=$(basename "$source" .c)
    inputs=(tests/fuzz/corpus/"${name#fuzz_}"/*)
    number=$((number + 1))
    if [ ! -f "${inputs[0]}" ]; then
        echo "not ok $number - $name has a corpus"
    elif output=$("${BUILD:-build}/replay/$name" "${inputs[@]}" 2>&1) && [ "$output" = "${#inputs[@]} inputs" ]; then
        echo "ok $number - $name: $output"
    else
        echo "not ok $number - $name"
        tail -n 20 <<<"${output:-it died without a word}" | sed 's/^/# /'
    fi
done
