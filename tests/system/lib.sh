# Sourced by each system test: TAP, and the machine compared before and after.
# shellcheck shell=bash
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
BUILD=${BUILD:-build}
TRACETOLL=$BUILD/tracetoll
TARGETS=$BUILD/targets
number=0 failures=0
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
. tests/system/objects.sh

ok() { number=$((number + 1)); echo "ok $number - $1"; }
not_ok() { number=$((number + 1)); failures=$((failures + 1)); echo "not ok $number - $1"; shift; printf '# %s\n' "$@"; }
skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }
finish() { echo "1..$number"; [ "$failures" -eq 0 ]; exit; }

# check NAME COMMAND...: passes when the command succeeds; its output is shown when it does not.
check() {
    local name=$1 output words
    shift
    words=$*
    if output=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "${words:0:300} -> $?" "${output//$'\n'/$'\n'# }"; fi
}
# is NAME GOT WANTED
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got:    $2" "wanted: $3"; fi; }
# contains NAME TEXT PATTERN (extended regular expression)
contains() { if grep -qE -- "$3" <<<"$2"; then ok "$1"; else not_ok "$1" "no /$3/ in:" "${2//$'\n'/$'\n'# }"; fi; }

# Was the program built so (make sanitize)?
has_address_sanitizer() { ldd "$TRACETOLL" | grep -q libasan; }

# expect STATUS NAME COMMAND...: runs it with stdout in $work/out and stderr in $work/err. A run that is untrustworthy by what others did
# on the machine, as its document (-o) has it, is made anew, twice at most.
expect() {
    local wanted=$1 name=$2 got document reasons
    shift 2
    document=$(output_of "$@")
    for _ in 1 2 3; do
        "$@" >"$work/out" 2>"$work/err"
        got=$? reasons=
        [ "$got" != "$wanted" ] || { ok "$name"; return; }
        [ "$got" = 7 ] && [ -f "$document" ] && reasons=$(/usr/bin/python3 tests/system/document.py company "$document") || break
        echo "# $name: made anew: $reasons"
    done
    not_ok "$name" "exit status $got, wanted $wanted: $*" "$reasons" "$(tail -n 15 "$work/out" | sed '2,$s/^/# /')" "$(tail -n 15 "$work/err" | sed '2,$s/^/# /')"
}
output_of() { # COMMAND...: the document that it writes, if any
    while [ $# -gt 1 ] && [ "$1" != -o ]; do shift; done
    [ $# -lt 2 ] || echo "$2"
}

# What a run may not leave behind: BPF programs, links, namespaces, interfaces, cgroups, mounts, processes of ours.
# Beside other tests (tests/run) processes, and the namespaces that they are in, are this test's by a mark in their environment; mounts are
# this test's anyway, in a mount namespace of its own. The objects that all can see are made by one test at a time: where that is another
# one (BESIDE_RUNS), tests/run looks for them when all have ended.
machine_state() {
    [ -n "${BESIDE_RUNS:-}" ] || machine_objects
    awk '{print "mount", $5}' /proc/self/mountinfo | sort
    if [ -n "${BESIDE_OTHERS:-}" ]; then
        marked_state
    else
        lsns -n -o NS,TYPE 2>/dev/null | sort
        pgrep -a tracetoll | grep -v defunct
    fi
}
# A process that is gone while it is looked at is none. Network namespaces: a mount namespace each has this very test.
marked_state() {
    local pid
    grep -lszxF "BESIDE_OTHERS=$BESIDE_OTHERS" /proc/[0-9]*/environ | cut -d / -f 3 | while read -r pid; do
        grep -E '^(tracetoll|qemu)' "/proc/$pid/comm" 2>/dev/null | sed "s/^/process $pid /"
        echo "namespaces $(readlink "/proc/$pid/ns/net" "/proc/$pid/ns/mnt" "/proc/$pid/ns/pid" 2>/dev/null | tr '\n' ' ')"
    done | sort -u
}

# own_dev COMMAND...: with a /dev of its own, so that what goes wrong there reaches nobody else. Of root.
own_dev() {
    mkdir -p "$work/dev" && unshare --mount --propagation private bash -c '
        mount -t tmpfs -o mode=755 none "$0" && cp -a /dev/{null,full,zero,random,urandom,tty,fd,stdin,stdout,stderr} "$0" &&
        mkdir -m 1777 "$0/shm" && mount --bind "$0" /dev && exec "$@"' "$work/dev" "$@"
}

valid() { /usr/bin/python3 tests/system/document.py valid "$1"; }
get() { /usr/bin/python3 tests/system/document.py get "$1" "$2"; }

# Remembers the machine, when BPF objects that a test before left in their last RCU period have had a second to go; left_nothing NAME
# compares it, and allows this one's the same.
remember_machine() {
    for _ in {1..10}; do
        machine_state >"$work/machine"
        grep -qE '^(program|link) ' "$work/machine" || break
        sleep 0.1
    done
}
left_nothing() {
    for _ in {1..10}; do
        machine_state >"$work/machine.now"
        cmp -s "$work/machine" "$work/machine.now" && break
        sleep 0.1
    done
    is "$1" "$(diff "$work/machine" "$work/machine.now")" ""
}
