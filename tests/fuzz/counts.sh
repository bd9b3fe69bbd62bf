# SPDX-License-Identifier: GPL-2.0
# Counts of a target, to be sourced: executions, edges covered, rounds, executions since the edges were others, failed rounds.

# The published table's, with which those of a new machine begin.
published() {
    awk -F '|' -v target=" $1 " '/<!-- fuzz -->/ { inside = 1 } /<!-- \/fuzz -->/ { inside = 0 }
        inside && $2 == target { gsub(/[ ,]/, ""); print $4, $5, $7, $6, $8 }' docs/method.md
}
# read_counts BUILD TARGET: sets them; status 1 where nothing has been counted, ever.
read_counts() {
    # shellcheck disable=SC2034
    read -r executions edges rounds quiet failures <<<"$(cat "$1/counts/$2" 2>/dev/null || published "${2#fuzz_}")"
    [ -n "$executions" ]
}
