# Faults: each has its exit status and sentence, and leaves nothing behind.
# Beside counting: a fault is what it is on a busy machine, and a sham has no figure here.
source "$(dirname "$0")/lib.sh"
mkdir "$work/small"
mount -t tmpfs -o size=16k none "$work/small"
trap 'umount "$work/small"; rm -rf "$work"' EXIT
remember_machine
quick="--quads 4 --steady 0"

fault() { # STATUS NAME PATTERN ARGS...
    local status=$1 name=$2 pattern=$3
    shift 3
    # shellcheck disable=SC2086
    expect "$status" "$name: exit $status" "$TRACETOLL" run $quick "$@"
    contains "$name: says so" "$(cat "$work/err" "$work/out")" "$pattern"
    left_nothing "$name: nothing is left behind"
}

fault 5 "never attaches" 'attach' -w syscall --attach-timeout 1s -- sleep 30
# It may have attached something outside of its process, and knows how to take it away.
printf '#!/bin/bash\ntrap "touch %q; exit 0" INT\nwhile :; do sleep 0.05; done\n' "$work/ended" >"$work/never"
chmod +x "$work/never"
fault 5 "never attaches, and ends when it is asked to" 'attach' -w syscall --attach-timeout 1s -- "$work/never"
check "it was asked to end before it was killed" test -e "$work/ended"
fault 5 "exits before it attaches" 'going down' -w syscall -- sh -c 'echo going down; exit 3'
fault 5 "does not compile" 'a.h:7:1: error: first' -w syscall -- sh -c 'echo "a.h:7:1: error: first"; seq 5000 >&2; exit 1'
# In its third life, so that the rehearsal is over.
fault 5 "dies while measured" 'died|ended|exit' -w syscall --trial "$work/died.jsonl" -- sh -c \
    'echo >>"$0"; [ "$(wc -l <"$0")" -ge 3 ] || exec "$1" 600000; exec "$1" 100' "$work/lives" "$TARGETS/crash_in_middle"
expect 5 "analyse exits with what that run exited with" "$TRACETOLL" analyse "$work/died.jsonl" -o "$work/died.json"
check "its document is valid" valid "$work/died.json"
contains "it says why" "$(get "$work/died.json" "d['verdict']['reasons'][-1]")" 'ended in an error after .* quads: .*(died|ended|exit)'
fault 7 "a rate that can't be reached" 'rate' -w udp_rr,mode=open,rate=900000 --sham
fault 6 "no room for the trial" 'space|trial' -w syscall --trial "$work/small/t.jsonl" --sham
fault 6 "no room for the document" "can't be written" -w syscall -o "$work/small/r.json" --sham
rm -f "$work/small"/*
fault 2 "a budget this load cannot answer" 'give no pps' -w syscall --budget pps=5% --sham
fault 2 "a percentile this window cannot answer" '--window' -w command,cmd=true --budget latency.p99=5% --sham

# A second run at once names the first.
"$TRACETOLL" run -q -w syscall --sham --trial "$work/first.jsonl" -o "$work/first.json" -f text -f junit="$work/first.xml" >"$work/first.out" 2>"$work/first.err" &
first=$!
sleep 2
fault_pid() { "$TRACETOLL" run -w syscall --sham 2>&1; }
contains "a second run names the first" "$(fault_pid)" "PID $first"

# Signals at any time: 130, the partial trial is kept.
for i in {1..300}; do
    grep -q '"type":"block"' "$work/first.jsonl" && break
    sleep 0.1
done
kill -INT $first
wait $first
is "SIGINT: exit 130" $? 130
check "SIGINT: the trial is kept" test -s "$work/first.jsonl"
check "SIGINT: the document is written" valid "$work/first.json"
is "SIGINT: with that exit status" "$(get "$work/first.json" "d['verdict']['exit_status']")" 130
contains "SIGINT: a report that goes to a file is written" "$(cat "$work/first.xml")" '<error type="interrupted"'
is "SIGINT: what goes to the terminal is not" "$(cat "$work/first.out")" ""
contains "SIGINT: says where they are" "$(cat "$work/first.err")" 'first.jsonl.*what they give is in .*first.json and .*first.xml'
left_nothing "SIGINT: nothing is left behind"
# What nohup ignores is not waited for.
(
    trap '' HUP
    exec "$TRACETOLL" run -q -w syscall --sham --quads 2 --steady 0 --no-breakdown --no-statistics --trial "$work/nohup.jsonl" -o "$work/nohup.json"
) &
run=$!
for i in {1..100}; do
    grep -q '"type":"block"' "$work/nohup.jsonl" 2>/dev/null && break
    sleep 0.1
done
kill -HUP $run
wait $run
is "SIGHUP under nohup: it goes on" "$(($? == 130)) $(get "$work/nohup.json" "d['design']['quads']")" "0 2"
for delay in 0.05 0.3 0.7 1.5; do
    rm -f "$work/early.md"
    "$TRACETOLL" run -q -w udp_rr --trial "$work/t.jsonl" -f markdown="$work/early.md" -- softirqs 1 >/dev/null 2>"$work/early.err" &
    run=$!
    sleep $delay
    kill -TERM $run
    wait $run
    is "SIGTERM after $delay s: exit 130" $? 130
    # Which of them comes before the first block depends on the machine; the first one starts before there is a signalfd.
    if [ -e "$work/early.md" ]; then
        contains "SIGTERM after $delay s: the report says so" "$(cat "$work/early.md")" 'interrupted after'
    elif [ -s "$work/early.err" ]; then
        contains "SIGTERM after $delay s: says that there is no report" "$(cat "$work/early.err")" 'no report'
    else
        ok "SIGTERM after $delay s: ended before it could say anything"
    fi
    left_nothing "SIGTERM after $delay s: nothing is left behind"
done
# SIGKILL: what is ours goes within a second, without another start.
for delay in 0.2 0.6 1.1 2.3; do
    "$TRACETOLL" run -q -w udp_rr --trial "$work/t.jsonl" -- softirqs 1 >/dev/null 2>&1 &
    run=$!
    sleep $delay
    kill -KILL $run
    wait $run 2>/dev/null
    left_nothing "SIGKILL after $delay s: all gone within a second"
done
finish
