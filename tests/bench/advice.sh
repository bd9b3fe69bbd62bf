#!/bin/bash
# Does advice save what it says (docs/method.md, section 12)? Each pair of tests/bench/advice.txt is measured before and after; the advice is in
# the first one's document. In exact mode, where nothing else on the machine matters, or timed, where nothing else may run: both in one design
# then, since what two runs differ by is more than what most advice saves. Resumable.
#   tests/bench/advice.sh [exact|timed|all] [DIRECTORY] [RULE]
set -eu
cd "$(dirname "$0")/../.."
mode=${1:-all}
directory=${2:-build/bench/advice}
only=${3:-}
mkdir -p "$directory"

source tests/bench/keep.sh

# named TEXT...: a file's name, which says what it is of. Of a tool ("-- CMD") all of it: what tells two apart may be anywhere.
named() {
    local name
    name=$(printf '%s-' "$@")
    echo "${name//[^a-zA-Z0-9]/_}.json"
}

# exact LOAD TARGET, both LOAD BEFORE AFTER: keep the document, and say where it is.
exact() {
    local name
    name=$(named exact "$1" "${2##*/}")
    # shellcheck disable=SC2086
    keep "$name" build/tracetoll kernels -q --kernel "${KERNEL:-debian:6.1}" --seeds 1 -f json -- run --steady 0 -w "$1" $2
    echo "$directory/$name"
}

both() {
    local name
    name=$(named timed "$1" "$2" "$3")
    # shellcheck disable=SC2086
    keep "$name" build/tracetoll run -q -f json --steady 0 --quads 32 --precision 0.01% -w "$1" --versus "${3#-- }" $2
    echo "$directory/$name"
}

pairs=()
while IFS='|' read -r kind rule load before after; do
    read -r kind rule load <<<"$kind $rule $load"
    [ "$mode" = all ] || [ "$mode" = "$kind" ] || continue
    [ -z "$only" ] || [ "$only" = "$rule" ] || continue
    before=${before//OBJECTS/build/tests/objects}
    after=${after//OBJECTS/build/tests/objects}
    if [ "$kind" = exact ]; then
        first=$(exact "$load" "$before")
        second=$(exact "$load" "$after")
        pairs+=("$rule:$first:$second")
    else
        first=$(both "$load" "$before" "$after")
        pairs+=("$rule:$first")
    fi
done < <(grep -v '^#' tests/bench/advice.txt | sed 's/ *| */|/g')
exec /usr/bin/python3 tests/bench/advice_table.py "${pairs[@]}"
