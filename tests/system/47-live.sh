#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Agents that somebody else runs, switched by commands, and a machine's own traffic.
. "$(dirname "$0")/lib.sh"

# A daemon with a PID file, as an init script has it; its tool needs tracefs, which a host may not have mounted.
cat >"$work/agent" <<'END'
#!/bin/sh
cd "$(dirname "$0")" || exit 1
running() { [ -s pid ] && kill -0 "$(cat pid)" 2>/dev/null; }
echo "$1 $(date +%s%N)" >>calls
case $1 in
start) running && exit 0; setsid unshare -m sh -c 'mount -t tracefs none /sys/kernel/tracing && exec opensnoop' >log 2>&1 & echo $! >pid ;;
stop) running && kill "$(cat pid)"; rm -f pid ;;
running) running ;;
esac
END
chmod +x "$work/agent"
agent=$work/agent
quick=(--no-breakdown --quads 1 --steady 0 --window 0.3 --settle 0.1 -q)
programs() { bpftool prog show | grep -c tracepoint__sys; }
trap '"$work/agent" stop; [ -z "${traffic:-}" ] || kill "$traffic"; rm -rf "$work"' EXIT

remember_machine
expect 0 "an agent with a PID file is switched on and off" "$TRACETOLL" run "${quick[@]}" --no-statistics -w syscall \
    --on "$agent start" --off "$agent stop" -o "$work/o.json"
check "its document is valid" valid "$work/o.json"
is "its kind" "$(get "$work/o.json" 'd["target"]["kind"]')" toggle
is "its programs are found by difference" \
    "$(get "$work/o.json" 'sorted(p["attach"] for p in d["target"]["programs"])')" \
    '["tracepoint:syscalls:sys_enter_openat", "tracepoint:syscalls:sys_exit_openat"]'
left_nothing "nothing is left"

expect 0 "--ready tells, and --leave on has it on at the end" "$TRACETOLL" run "${quick[@]}" --no-statistics -w syscall \
    --on "$agent start" --off "$agent stop" --ready "$agent running" --leave on
check "it is on" "$agent" running
expect 5 "one that is on already is refused" "$TRACETOLL" run "${quick[@]}" -w syscall --on "$agent start" --off "$agent stop" \
    --ready "$agent running"
contains "with what to do" "$(cat "$work/err")" '--leave on'
"$agent" stop

# The first off, before all else, is well; the rehearsal's is not.
expect 5 "an off that stops the agent and fails" "$TRACETOLL" run "${quick[@]}" -w syscall --on "$agent start" \
    --off "$agent stop; echo >>$work/offs; [ \$(wc -l <$work/offs) -lt 2 ]" --leave on
check "leaves it on as well" "$agent" running
"$agent" stop
expect 5 "one that can't be left on" "$TRACETOLL" run "${quick[@]}" -w syscall --on "echo >>$work/ons; exit 3" --off true --leave on
contains "is told, with its command" "$(cat "$work/err")" "to be left on, and could not be switched on in 3 attempts; .*--on 'echo >>$work/ons"
is "and was tried as often as the keeper would" "$(wc -l <"$work/ons")" 4

expect 5 "an off that fails names what is left" "$TRACETOLL" run "${quick[@]}" -w syscall --on "$agent start" --off true
contains "the programs, and who holds them" "$(cat "$work/err")" 'tracepoint__sys.*held by opensnoop \(PID [0-9]+\)'
"$agent" stop
expect 5 "a command that fails is quoted" "$TRACETOLL" run "${quick[@]}" -w syscall --on 'echo no such unit >&2; exit 4' --off true
contains "with its status and what it printed" "$(tr '\n' ' ' <"$work/err")" 'status 4.*no such unit'
expect 2 "both commands are needed" "$TRACETOLL" run -w syscall --on true
expect 2 "a run measures one target" "$TRACETOLL" run -w syscall --on true --off true --sham

# Killed while it is on: the keeper asks for off. The shell starts it directly, so that its PID is the run's.
: >"$work/calls"
"$TRACETOLL" run "${quick[@]}" --no-statistics --window 4 -w syscall --on "$agent start" --off "$agent stop" 2>/dev/null &
run=$!
for _ in $(seq 400); do [ "$(grep -c start "$work/calls")" -ge 2 ] && break; sleep 0.05; done # the rehearsal is over
for _ in $(seq 100); do [ "$(programs)" -gt 0 ] && break; sleep 0.05; done
sleep 1
is "it is on when the run is killed" "$(tail -n 1 "$work/calls" | cut -d' ' -f1)" start
asked=$(date +%s%N)
kill -9 "$run"
wait "$run" 2>/dev/null
for _ in $(seq 40); do tail -n 1 "$work/calls" | grep -q stop && break; sleep 0.05; done
late=$((($(awk '/^stop/ {t = $2} END {print t + 0}' "$work/calls") - asked) / 1000000))
check "off is requested within a second of SIGKILL ($late ms)" test "$late" -ge 0 -a "$late" -lt 1000
left_nothing "and nothing is left after it"

# A machine's own traffic: one generator, in a network namespace of its own, whose rate doubles in 20 s.
"$TARGETS/day_curve" 4000 20 120 &
traffic=$!
expect 0 "CPU per packet of traffic that changes, A/A" "$TRACETOLL" run "${quick[@]}" --no-statistics --window 0.5 -w observe --sham -o "$work/o.json"
check "its document is valid" valid "$work/o.json"
packets=$(/usr/bin/python3 -c 'import json, sys
print(min(b["values"]["observed.packets"] / b["window_ns"] * 1e9 for b in json.load(open(sys.argv[1]))["blocks"]))' "$work/o.json")
check "packets of another namespace are counted ($packets a second)" awk "BEGIN {exit !($packets > 1000)}"
expect 0 "a number that a command prints, with a probe on" "$TRACETOLL" run "${quick[@]}" --window 0.5 \
    -w observe,per=switch,command="cut -d' ' -f1 /proc/uptime",kind=counter,better=higher --probe raw_tp@sys_enter+spin:300ns -o "$work/o.json"
is "a clock's rate is one second a second, and it is what is measured" \
    "$(get "$work/o.json" '[(m["name"], round(m["baseline"], 1)) for m in d["metrics"] if m["primary"]]')" '[["observed.higher", 1.0]]'
is "it fired: all that runs is the traffic's" \
    "$(get "$work/o.json" '[w["code"] for w in d["warnings"] if "fire" in w["code"] or "firing" in w["code"]]')" '[]'
is "the phase with statistics was not paused" "$(get "$work/o.json" 'd["target"]["statistics"]["seconds_paused"]')" null
kill "$traffic"
wait "$traffic" 2>/dev/null
traffic=
expect 4 "system calls are not counted by the kernel" "$TRACETOLL" run -w observe,per=syscall --sham
left_nothing "nothing is left at the end"
finish
