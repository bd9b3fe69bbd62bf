#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TAP: every fuzz target for FUZZ_SECONDS from what is known, as many at a time as there are CPUs. By default all together,
# starts included, take a minute where two run at a time. `make check` builds them where it can.
set -u
build=${FUZZ_BUILD:-build-fuzz} logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
targets=()
for source in tests/fuzz/fuzz_*.c; do targets+=("$(basename "$source" .c)"); done
seconds=${FUZZ_SECONDS:-$((50 / ((${#targets[@]} + 1) / 2)))}

fuzz_one() { # TARGET
    [ -x "$build/fuzz/$1" ] || return 0
    FUZZ_RUNS=-1 FUZZ_ROUNDS=1 FUZZ_SECONDS=$seconds tests/fuzz/run "$build" "$1" >"$logs/$1" 2>&1
    echo $? >"$logs/$1.status"
}

for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    fuzz_one "$target" &
done
wait

echo "1..${#targets[@]}"
number=0
for target in "${targets[@]}"; do
    number=$((number + 1))
    if [ ! -f "$logs/$target.status" ]; then
        echo "ok $number - $target # SKIP it is not built: clang with libclang-rt-dev does that, in 'make fuzzers'"
    elif [ "$(<"$logs/$target.status")" = 0 ]; then
        echo "ok $number - $seconds s of $(<"$logs/$target")"
    else
        echo "not ok $number - $target"
        sed 's/^/# /' "$logs/$target"
    fi
done
