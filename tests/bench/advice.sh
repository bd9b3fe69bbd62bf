#!/bin/bash
# Does advice save what it says (docs/method.md, section 12)? Each pair of tests/bench/advice.txt is measured before and after; the advice is in
# the first one's document. In exact mode, where nothing else on the machine matters, or timed, where nothing else may run. Resumable.
#   tests/bench/advice.sh [exact|timed|all] [DIRECTORY] [RULE]
set -eu
cd "$(dirname "$0")/../.."
mode=${1:-all}
directory=${2:-build/bench/advice}
only=${3:-}
mkdir -p "$directory"

source tests/bench/keep.sh

# measured MODE LOAD TARGET: its document, whose name says what it is of.
measured() {
    local target=${3//OBJECTS/build/tests/objects} name
    case $3 in
    "-- "*) name="$1-$2-$3" ;; # a tool: what tells them apart may be anywhere
    *) name="$1-$2-${3##*/}" ;;
    esac
    name=${name//[^a-zA-Z0-9]/_}.json
    # shellcheck disable=SC2086
    if [ "$1" = exact ]; then
        keep "$name" build/tracetoll kernels -q --kernel "${KERNEL:-debian:6.1}" --seeds 1 -f json -- run --steady 0 -w "$2" $target
    else
        keep "$name" build/tracetoll run -q -f json --steady 0 -w "$2" $target
    fi
    echo "$directory/$name"
}

pairs=()
while IFS='|' read -r kind rule load before after; do
    read -r kind rule load <<<"$kind $rule $load"
    [ "$mode" = all ] || [ "$mode" = "$kind" ] || continue
    [ -z "$only" ] || [ "$only" = "$rule" ] || continue
    first=$(measured "$kind" "$load" "${before# }")
    second=$(measured "$kind" "$load" "${after# }")
    pairs+=("$rule:$first:$second")
done < <(grep -v '^#' tests/bench/advice.txt | sed 's/ *| */|/g')
exec /usr/bin/python3 tests/bench/advice_table.py "${pairs[@]}"
