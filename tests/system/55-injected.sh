#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# One system call of a run fails at a time (tests/system/injected.py): a clear exit, nothing left, no damaged file.
# A part of them in INJECT_SECONDS (0: all, hours), another part each day; INJECT_START repeats one.
. "$(dirname "$0")/lib.sh"
command -v strace >/dev/null || { skip "faults at system calls" "there is no strace" && finish; }
strace -qq -o /dev/null true 2>/dev/null || { skip "faults at system calls" "ptrace is not allowed here" && finish; }
seconds=${INJECT_SECONDS:-40} start=${INJECT_START:-$(($(date +%-j) * 37))}
remember_machine
# Each kind has its share; runs take longer than reports.
for name in report gate sham veth; do
    case $name in report | gate) share=8 ;; *) share=3 ;; esac
    /usr/bin/python3 tests/system/injected.py $((seconds / share)) "$start" "$name" >"$work/$name" 2>&1
    status=$?
    failed=$(grep -A5 '^not ok' "$work/$name")
    done=$(grep -c '^ok' "$work/$name")
    if [ "$status" = 0 ] && [ "$done" -gt 0 ]; then ok "$name: $done faults from $start on"; else
        not_ok "$name, from $start on" "status $status" "${failed//$'\n'/$'\n'# }" "$(tail -n 3 "$work/$name" | sed '2,$s/^/# /')"
    fi
done
left_nothing "nothing is left"
finish
