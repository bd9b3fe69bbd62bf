#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What happens to the machine during a run: the document says so, and the verdict is untrustworthy where it must be.
. "$(dirname "$0")/lib.sh"
remember_machine
quick=(-q --quads 2 --steady 0 --no-statistics --window 0.3 --settle 0.1)
load=(-w "syscall,call=getpid")

# begin NAME: a run in the background, with the document $work/NAME.json; returns once its first block is there.
begin() {
    rm -f "$work/$1.jsonl"
    "$TRACETOLL" run "${quick[@]}" "${load[@]}" --trial "$work/$1.jsonl" -o "$work/$1.json" --sham >"$work/out" 2>"$work/err" &
    run=$!
    blocks "$1" 1
}
blocks() { until [ "$(cat "$work/$1.jsonl" 2>/dev/null | grep -c '"type":"block"')" -ge "$2" ] || ! kill -0 "$run" 2>/dev/null; do sleep 0.1; done; }
# invalid NAME: what made blocks of it invalid.
invalid() { get "$work/$1.json" "[b['invalid'] for b in d['blocks'] if b.get('invalid')]"; }
repeated() { get "$work/$1.json" "d['design']['quads_repeated'] > 0"; }

# A cgroup that can be frozen; empty and status 1 where there is none.
freezer() {
    local root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    [ -n "$root" ] && mkdir "$root/tracetoll-test-$$" 2>/dev/null && [ -e "$root/tracetoll-test-$$/cgroup.freeze" ] &&
        echo "$root/tracetoll-test-$$"
}

# The whole tool stopped: it, its loads and its target.
begin stopped
below=$(pgrep -P "$run")
# shellcheck disable=SC2086
kill -STOP "$run" $below
sleep "${STOPPED_S:-10}"
# shellcheck disable=SC2086
kill -CONT $below "$run"
wait "$run"
contains "stopped for 10 s and let go on: the document says so" "$(invalid stopped)" 'was stopped for a while'
is "that quad is repeated" "$(repeated stopped)" true
check "the document is valid" valid "$work/stopped.json"
contains "it has a warning" "$(get "$work/stopped.json" "d['warnings']")" 'repeated_quads.*stopped for a while'

# A program of somebody else's, in the middle.
begin foreign
"$TARGETS/forks" >/dev/null 2>&1 &
other=$!
blocks foreign 3
wait "$run"
contains "a foreign program: the document says so" "$(invalid foreign)" 'foreign BPF program [0-9]+ .in_child. appeared'
is "a foreign program: that quad is repeated" "$(repeated foreign)" true
# shellcheck disable=SC2046
kill -9 $(pgrep -P "$other") "$other"
wait "$other" 2>/dev/null

# Again and again: nothing can be said.
(
    while :; do
        timeout 0.4 "$TARGETS/crash_in_middle" 600000
        sleep 0.1
    done
) >/dev/null 2>&1 &
other=$!
expect 7 "programs that come and go all the time" "$TRACETOLL" run "${quick[@]}" "${load[@]}" -o "$work/often.json" --sham
kill "$other"
wait "$other" 2>/dev/null
is "programs that come and go: untrustworthy" "$(get "$work/often.json" "d['verdict']['status']")" untrustworthy
contains "and why" "$(get "$work/often.json" "d['verdict']['reasons']")" 'had to be repeated .last: .*BPF program'
sleep 0.5 # the last one's end

# A /proc/stat of our own, in a mount namespace of our own: a quarter of each CPU's time is stolen.
cat >"$work/steal" <<'END'
file=$1 hz=$(getconf CLK_TCK) ticks=0
while :; do
    # The text has a fixed length, so that no reader sees half a file.
    awk -v t="$(awk '{print $1}' /proc/uptime)" -v hz="$hz" -v cpus="$(nproc)" 'BEGIN {
        for (i = -1; i < cpus; i++)
            printf "cpu%-2s %012d 0 0 %012d 0 0 0 %012d 0 0\n", i < 0 ? "" : i, t * hz / 4, t * hz / 2, t * hz / 4
        print "intr 0\nctxt 0\nbtime 0\nprocesses 0\nsoftirq 0" }' >"$file.new"
    dd if="$file.new" of="$file" conv=notrunc status=none bs=64k
    sleep 0.02
done
END
: >"$work/stat"
bash "$work/steal" "$work/stat" &
other=$!
sleep 0.3
expect 7 "steal above 10 %" unshare -m bash -c 'mount --bind "$0" /proc/stat && exec "$@"' "$work/stat" \
    "$TRACETOLL" run "${quick[@]}" "${load[@]}" -o "$work/steal.json" --budget latency.p50=50% --sham
kill "$other"
wait "$other" 2>/dev/null
is "steal: untrustworthy, whatever the budget" "$(get "$work/steal.json" "d['verdict']['status']")" untrustworthy
contains "steal: and how much" "$(get "$work/steal.json" "d['verdict']['reasons']")" 'gave (1[5-9]|2[0-9]|3[0-4]) % of the CPU time to other machines'
is "steal: the share is in the environment" "$(get "$work/steal.json" "0.15 < d['environment']['steal_share'] < 0.35")" true

# Somebody else's load, from the second quad on: on whichever CPU, its half of the run is another experiment.
begin company
blocks company 4
timeout 60 sh -c 'while :; do :; done' &
other=$!
wait "$run"
is "another load starts in the middle: exit status" $? 7
kill "$other"
wait "$other" 2>/dev/null
contains "another load: why" "$(get "$work/company.json" "d['verdict']['reasons']")" 'something else kept .* CPUs busy in one part of the run and .* in another'
contains "another load: and a warning" "$(get "$work/company.json" "[w['code'] for w in d['warnings']]")" company
check "another load: the document is valid" valid "$work/company.json"

# A machine short of memory, as its kernel says it.
grep -v '^allocstall_normal' /proc/vmstat >"$work/vmstat.rest"
cat >"$work/short" <<'END'
file=$1 rest=$2 stalls=0
while :; do
    stalls=$((stalls + 1))
    # Of a fixed length, so that no reader sees half a file.
    { printf 'allocstall_normal %012d\n' "$stalls"; cat "$rest"; } >"$file.new"
    dd if="$file.new" of="$file" conv=notrunc status=none bs=64k
    sleep 0.02
done
END
: >"$work/vmstat"
bash "$work/short" "$work/vmstat" "$work/vmstat.rest" &
other=$!
sleep 0.3
expect 7 "a machine short of memory" unshare -m bash -c 'mount --bind "$0" /proc/vmstat && exec "$@"' "$work/vmstat" \
    "$TRACETOLL" run "${quick[@]}" "${load[@]}" -o "$work/memory.json" --budget latency.p50=50% --sham
kill "$other"
wait "$other" 2>/dev/null
contains "short of memory: why" "$(get "$work/memory.json" "d['verdict']['reasons']")" 'short of memory in [0-9]+ of [0-9]+ windows'
contains "short of memory: and a warning" "$(get "$work/memory.json" "[w['code'] for w in d['warnings']]")" memory_pressure

# Held up without a signal, while a load of others goes on by its own clock.
frozen=$(freezer) || frozen=
if [ -z "$frozen" ]; then
    skip "held up beside a load of others" "there is no freezer of cgroup v2 here"
elif ! command -v iperf3 >/dev/null; then
    skip "held up beside a load of others" "iperf3 is not there"
else
    ours=("${load[@]}") load=(-w iperf3,bandwidth=10M)
    begin held
    load=("${ours[@]}")
    echo "$run" >"$frozen/cgroup.procs"
    sleep 0.3 # into the second that is thrown away
    echo 1 >"$frozen/cgroup.freeze"
    sleep 2.4
    echo 0 >"$frozen/cgroup.freeze"
    wait "$run"
    rmdir "$frozen"
    contains "held up beside a load of others: the document says so" "$(invalid held)" 'was held up: it counted 0.[0-9]+ s of [12].[0-9]+ s'
    is "held up beside a load of others: that quad is repeated" "$(repeated held)" true
fi

# A CPU taken offline, as the machine says it (the machine itself stays as it is: others are on it).
online=$(cat /sys/devices/system/cpu/online)
if [ "$online" = 0 ]; then
    skip "a CPU taken offline" "this machine has one"
else
    echo "$online" >"$work/online"
    rm -f "$work/cpu.jsonl"
    unshare -m bash -c 'mount --bind "$0" /sys/devices/system/cpu/online && exec "$@"' "$work/online" \
        "$TRACETOLL" run "${quick[@]}" "${load[@]}" --trial "$work/cpu.jsonl" -o "$work/cpu.json" --sham >"$work/out" 2>"$work/err" &
    run=$!
    blocks cpu 1
    echo 0 >"$work/online"
    wait "$run"
    contains "a CPU taken offline: the document says so" "$(invalid cpu)" 'the number of CPUs changed from [0-9]+ to 1'
    is "a CPU taken offline: that quad is repeated" "$(repeated cpu)" true
fi
left_nothing "nothing is left at the end"
finish
