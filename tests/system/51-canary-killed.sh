#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A canary that is killed: at each line of its log, and at random moments. KILLS of the latter (check-long: 200).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/canary.sh"
kills=${KILLS:-4}
rails=('{rail: cpu.system, max: 1000}' '{rail: command, command: "true"}')

# killed NAME WHEN...: runs a canary, kills it when that command returns, and looks at what is left.
killed() {
    local name=$1 run at wanted last late problem=
    shift
    clean
    [ -z "${slow:-}" ] || : >"$work/slow"
    scenario 'quads: 1' 'seed: 1'
    [ "${leave:-off}" = on ] && "$agent" start
    : >"$work/calls"
    "$TRACETOLL" canary -q --audit "$work/audit" "$work/s.yaml" >/dev/null 2>&1 &
    run=$!
    "$@" "$run"
    at=$(date +%s%N)
    kill -9 "$run" 2>/dev/null
    wait "$run" 2>/dev/null
    wanted=${leave:-off}
    for _ in $(seq 100); do
        last=$("$agent" running && echo on || echo off)
        [ "$last" = "$wanted" ] && break
        sleep 0.01
    done
    sleep "${slow:-0.1}" # what has more to do would do it now
    last=$("$agent" running && echo on || echo off)
    [ "$last" = "$wanted" ] || problem+="it is $last; "
    # As they are now, the calls first: of an agent that was never started the last one may still be on its way, and its line is there before it.
    cp "$work/calls" "$work/called"
    late=$(awk -v at="$at" -v event="$wanted" '$1 == event {t = $2} END {print t ? int((t - at) / 1e6) : 0}' "$work/called")
    [ "$late" -lt 1000 ] || problem+="asked for after $late ms; "
    # What was done has a line; a line may be there whose switch was not made any more.
    for event in on off; do
        [ "$(events $event)" -ge "$(grep -c $event "$work/called")" ] || problem+="a call without its line: $event; "
    done
    last=$(sort -nk2 "$work/called" | tail -n 1 | cut -d' ' -f1) event=$(audit event | grep -x 'on\|off' | tail -n 1)
    [ "$event" = "$last" ] || [ "$(events "$event")" -gt "$(grep -c "$event" "$work/called")" ] || problem+="the log's last switch is not the last one; "
    if [ -z "$problem" ]; then ok "$name: $wanted, asked for $late ms after it"; else
        not_ok "$name" "$problem" "$(tr '\n' ' ' <"$work/calls")" "$(cat "$work/audit")"
    fi
}

lines() { while [ "$(cat "$work/audit" 2>/dev/null | wc -l)" -lt "$1" ] && kill -0 "$2" 2>/dev/null; do sleep 0.005; done; }
called() { while ! grep -q "$1" "$work/calls" && kill -0 "$2" 2>/dev/null; do sleep 0.005; done; }
moment() { sleep "$((RANDOM % 6)).$((RANDOM % 10))$((RANDOM % 10))"; }

remember_machine
# start, step, and the switches of the rehearsal, the quad and the statistics' phase; the last line is the end.
for line in ${LINES_KILLED:-1 2 3 4 5 6 8}; do killed "at line $line of its log" lines "$line"; done
for kill in $(seq "$kills"); do
    [ $((kill % 2)) -eq 0 ] && leave=on || leave=
    killed "at a random moment, $kill of $kills${leave:+, to be left on}" moment
done
# In the middle of a switch: what the killed one had started must not be done after the keeper's own.
leave= slow=1
killed "while it is being switched on" called on
leave=on
killed "while it is being switched on, to be left on" called on
killed "while it is being switched off, to be left on" called off
leave= slow=
clean
left_nothing "nothing is left at the end"
finish
