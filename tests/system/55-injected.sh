#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# One system call of a run fails at a time (tests/system/injected.py): a clear exit, nothing left, no damaged file.
# A part of them in INJECT_SECONDS (0: all, hours), another part each day; INJECT_START repeats one. Of all of them, and with INJECT_KEEP=1,
# those that have passed with this program are not repeated: the next call goes on from there, and $BUILD/injected/left says how many are
# left. INJECT_AGAIN=1 begins anew, INJECT_LANES=4 has four at a time.
# Beside counting: what is told is how a run ends when a call of its fails.
. "$(dirname "$0")/lib.sh"
command -v strace >/dev/null || { skip "faults at system calls" "there is no strace" && finish; }
strace -qq -o /dev/null true 2>/dev/null || { skip "faults at system calls" "ptrace is not allowed here" && finish; }
# Its own calls would fail, and its search for leaks wants to trace the process itself.
! has_address_sanitizer || { skip "faults at system calls" "not with AddressSanitizer" && finish; }
seconds=${INJECT_SECONDS:-40} start=${INJECT_START:-$(($(date +%-j) * 37))}
keep=${INJECT_KEEP:-} left=0
[ "$seconds" != 0 ] || keep=1
remember_machine
# Each kind has its share; runs take longer than reports.
for name in report gate sham veth; do
    case $name in report | gate) share=8 ;; *) share=3 ;; esac
    passed=
    if [ -n "$keep" ]; then
        passed=$BUILD/injected/$name
        [ -z "${INJECT_AGAIN:-}" ] || rm -f "$passed"
    fi
    INJECT_DONE=$passed /usr/bin/python3 tests/system/injected.py $((seconds / share)) "$start" "$name" >"$work/$name" 2>&1
    status=$?
    failed=$(grep -A5 '^not ok' "$work/$name")
    done=$(grep -c '^ok' "$work/$name")
    left=$((left + $(sed -n 's/.*; \([0-9]*\) left;.*/\1/p' "$work/$name" | grep . || echo 1)))
    before=$(sed -n 's/.* of which \([0-9]*\) had passed before.*/\1/p' "$work/$name")
    if [ "$status" = 0 ] && [ $((done + ${before:-0})) -gt 0 ]; then ok "$name: $done faults from $start on, and ${before:-0} before"; else
        not_ok "$name, from $start on" "status $status" "${failed//$'\n'/$'\n'# }" "$(tail -n 3 "$work/$name" | sed '2,$s/^/# /')"
    fi
done
# Once a crash: an acknowledgement that nobody waited for makes the next look-up of an interface find none, and succeed.
check "an answer of the kernel's network that does not come" /usr/bin/python3 tests/system/injected.py 1 veth:recvmsg:EAGAIN:149
# Namespaces are entered by threads, which injected.py does not trace.
for call in unshare setns; do
    expect 6 "$call has no memory: exit status 6" \
        strace -f -qq -e signal=none -o /dev/null -e trace=$call -e inject=$call:error=ENOMEM:when=1 \
        "$TRACETOLL" run -q --quads 1 --steady 0 --window 50ms -w udp_rr -t veth --sham
    contains "and a sentence says so" "$(cat "$work/err")" 'topology veth can.t be brought up: Cannot allocate memory'
done
[ -z "$keep" ] || echo "$left" >"$BUILD/injected/left"
left_nothing "nothing is left"
finish
