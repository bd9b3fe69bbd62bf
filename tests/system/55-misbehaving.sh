#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Targets that behave badly, each in a whole run: what the user is told, and that nothing is left.
# Beside counting: what is told is how the target behaves, and no figure.
. "$(dirname "$0")/lib.sh"
remember_machine
quick=(-q --quads 1 --steady 0 --no-statistics --window 0.25 --settle 0.1 -w "syscall,call=getpid")

# target STATUS NAME ARGS...: a run of one quad, with the document $work/r.json.
target() {
    local status=$1 name=$2
    shift 2
    rm -f "$work/r.json"
    expect "$status" "$name: exit $status" "$TRACETOLL" run "${quick[@]}" -o "$work/r.json" "$@"
}
told() { contains "$1" "$(cat "$work/err" "$work/r.json" 2>/dev/null)" "$2"; left_nothing "${1%%:*}: nothing is left"; }
of() { get "$work/r.json" "$1"; }

# Sixty at most: the machine is not ours alone. The guests of tests/lab/94-chaos.sh have one that only its cgroup stops.
target 0 "a fork bomb whose children ignore SIGINT and SIGTERM" -- "$TARGETS/fork_bomb" 60
is "a fork bomb: what it took to end it" "$(of "[d['target']['stop_signal'], 'target_killed' in [w['code'] for w in d['warnings']]]")" '["SIGKILL", true]'
left_nothing "a fork bomb: nothing is left"
# A tool that ignores SIGINT and SIGTERM takes half a minute for each attachment: test_target has one with shorter limits.

# Its limit is there where the machine's cgroups can have one.
cgroups=$(awk '/ - cgroup2 / {print $5; exit}' /proc/self/mountinfo)
if ! grep -qw pids "$cgroups/cgroup.subtree_control" 2>/dev/null; then
    skip "the target's cgroup has a limit of tasks" "cgroup v2 has no controller pids here"
else
    target 0 "a limit of tasks" -- sh -c 'cat "$2$(cut -d: -f3 /proc/self/cgroup)/pids.max" >"$0"; exec "$1"' "$work/limit" "$TARGETS/takes_arguments" "$cgroups"
    is "the target's cgroup has a limit of tasks" "$(cat "$work/limit")" 4096
fi

# One gigabyte, before it attaches, in its first life.
target 0 "1 GB of output" --target-output "$work" -- sh -c \
    '[ -e "$0" ] || { : >"$0"; yes "one line of a gigabyte of them" | head -c 1000000000; }; exec "$1"' "$work/first" "$TARGETS/takes_arguments"
is "1 GB of output: all of it was read" "$(of "d['target']['output_bytes'] >= 1000000000")" true
is "1 GB of output: 1 MiB is kept" "$(stat -c %s "$work/target-1.stdout")" 1048576
is "1 GB of output: what a tool prints is its owner's alone" "$(stat -c %a "$work"/target-1.std{out,err} | sort -u)" 600
told "1 GB of output: it is in the document" '"output_bytes": *1[0-9]{9}'

target 0 "a thousand programs" -- "$TARGETS/many_programs" 1000
is "a thousand programs: each is in the document" "$(of "len(d['target']['programs'])")" 1000
told "a thousand programs: by name" one_of_many

target 0 "a daemon that forks twice" -- "$TARGETS/daemonises_twice"
is "a daemon that forks twice: its program is found" "$(of "len(d['target']['programs'])")" 1
told "a daemon that forks twice: is in the document" daemonises_twice
target 0 "executes another tool" -- sh -c 'exec "$0"' "$TARGETS/takes_arguments"
told "executes another tool: its program is found" '"arguments"'
target 5 "detaches in the middle of a window" --window 1 -- "$TARGETS/detaches_by_itself" 600
told "detaches in the middle of a window: it is said" 'detached|no longer|gone|attach'

# Three on one CPU: two of them wait, whoever else is there.
if [ ! -r /proc/pressure/cpu ]; then
    skip "gets no CPU: it is said" "this kernel has no CONFIG_PSI"
else
    target 0 "gets no CPU" -- sh -c '"$0" cpu 0 & "$0" cpu 0 & exec "$0" cpu 0' "$TARGETS/attacks"
    told "gets no CPU: it is said" target_starved
fi
target 0 "gets a CPU" -- "$TARGETS/takes_arguments"
is "gets a CPU: nothing is said of waiting" "$(of "'target_starved' in [w['code'] for w in d['warnings']]")" false

mkdir "$work/bpf"
mount -t bpf none "$work/bpf"
target 5 "pins its program" -- "$TARGETS/pins_program" "$work/bpf/pinned"
contains "pins its program: it is named" "$(cat "$work/err")" 'pinned'
umount "$work/bpf"
left_nothing "pins its program: nothing is left when the pin is gone"

# Secrets. The default trial is a file as well.
export XDG_STATE_HOME=$work/state
target 0 "secrets in arguments" --redact '--password' --redact '*geheim*' -f markdown="$work/r.md" -f html="$work/r.html" -f junit="$work/r.xml" -- \
    "$TARGETS/takes_arguments" --password=geheim1 geheim2 --verbose token=geheim3 plain
is "secrets in arguments: they are in no file" "$(grep -rl 'geheim[0-9]' "$work/state" "$work"/r.*)" ""
is "secrets in arguments: the rest is" "$(of "d['target']['argv'][1:]")" \
    '["--password=[redacted]", "[redacted]", "--verbose", "[redacted]", "plain"]'
target 0 "all arguments" --redact '*' -- "$TARGETS/takes_arguments" one --two=2 --three
is "all arguments: names of options stay" "$(of "d['target']['argv'][1:]")" '["[redacted]", "--two=[redacted]", "--three"]'
is "all arguments: the pattern is none either" "$(of "d['command']['argv'][d['command']['argv'].index('--redact') + 1]")" '[redacted]'
left_nothing "nothing is left at the end"
finish
